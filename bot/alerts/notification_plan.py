"""The messages about alerts that are due: few, in office hours, and edited rather than repeated. Pure."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.alerts.alert import Alert, Key
from bot.hours import OFFICE_HOURS, OfficeHours
from bot.settings import MOST_A_DAY
from provisioning.clock import uk_date


@dataclass(frozen=True)
class LastMessage:
    """The message that a user has of an alert: the revision that it shows, and the day of its posting.

    `day` is None while it waits to be posted.
    """

    revision: int
    day: date | None = None


@dataclass(frozen=True)
class Message:
    """A message to `user` about an alert: the first, an edit of it, or a reminder.

    A reminder comes after a snooze, or with `freed` where the user who had the alert has no role any more.
    """

    alert: Alert
    user: str
    edits: bool = False
    reminds: bool = False
    freed: bool = False


LastMessages = Mapping[tuple[Key, str], LastMessage]
"""The messages that users have, by alert and user."""


def plan(
    alerts: Sequence[Alert],
    last_messages: LastMessages,
    audience: Callable[[Alert], Iterable[str]],
    now: datetime,
    most_a_day: int = MOST_A_DAY,
    is_own: Callable[[Alert, str], bool] = lambda _alert, _user: False,
    office: OfficeHours = OFFICE_HOURS,
) -> tuple[Message, ...]:
    """Return the messages due now: edits at any time, first messages while the `office` is open.

    `audience` returns the users who are told of an alert; each gets `most_a_day` first messages in a day:
    urgent ones first, then those in which it is their own move by `is_own`. A first message says that an
    alert is open, so none is sent of an alert that is acknowledged or snoozed.
    """
    today = uk_date(now)
    states = {alert.key: alert for alert in alerts}
    messages = [
        Message(states[key], user, edits=True)
        for (key, user), last in last_messages.items()
        if key in states and last.revision != states[key].revision
    ]
    had = Counter(user for (_, user), last in last_messages.items() if last.day in (None, today))
    waiting: defaultdict[str, list[Alert]] = defaultdict(list)
    for alert in sorted((alert for alert in alerts if _may_be_sent(alert, now, office)), key=_order):
        for user in audience(alert):
            if (alert.key, user) not in last_messages:
                waiting[user].append(alert)
    for user, of_user in waiting.items():
        own_first = sorted(of_user, key=lambda alert: (not alert.urgent, not is_own(alert, user)))
        messages += [Message(alert, user) for alert in own_first[: max(0, most_a_day - had[user])]]
    return tuple(messages)


def reminders(before: Sequence[Alert], after: Sequence[Alert]) -> tuple[Message, ...]:
    """Return a message to each user whose snooze is over: Slack does not notify them of an edit."""
    now = {alert.key: alert for alert in after}
    return tuple(
        Message(now[old.key], old.snoozed_by, reminds=True)
        for old in before
        if old.snoozed_by is not None and now[old.key].open and now[old.key].snoozed_until is None
    )


def freed_again(
    freed: Iterable[Alert],
    after: Iterable[Alert],
    last_messages: LastMessages,
    audience: Callable[[Alert], Iterable[str]],
) -> tuple[Message, ...]:
    """Return reminders to users who have a message of a `freed` alert: Slack does not notify of an edit."""
    now = {alert.key: alert for alert in after}
    return tuple(
        Message(now[alert.key], user, reminds=True, freed=True)
        for alert in freed
        if now[alert.key].open and not now[alert.key].quiet
        for user in audience(now[alert.key])
        if (alert.key, user) in last_messages
    )


def _may_be_sent(alert: Alert, now: datetime, office: OfficeHours) -> bool:
    if not alert.open or alert.quiet or not alert.past_hold_off(now):
        return False
    return alert.urgent or office.is_open(now)


def _order(alert: Alert) -> tuple[bool, date, datetime, Key]:
    """Return the key by which alerts are sorted: urgent ones first, then by the day on which they are due."""
    return not alert.urgent, alert.due, alert.raised_at, alert.key
