"""Which messages an alert's people get now: few, in office hours, and edited rather than repeated. Pure."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot import hours
from bot.alerts.alert import Alert, Key
from provisioning.clock import uk_date

A_DAY = 2
"""Alerts that somebody gets in a day; the rest waits for the digest, or for another day."""


@dataclass(frozen=True)
class Told:
    """A message that somebody has of an alert: the state that it shows, and the day on which it was posted.

    `day` is None while it waits to be posted.
    """

    revision: int
    day: date | None = None


@dataclass(frozen=True)
class Message:
    """A message to somebody about an alert: the first one, an edit of it, or the reminder they asked for."""

    alert: Alert
    user: str
    edits: bool = False
    reminds: bool = False


Telling = Mapping[tuple[Key, str], Told]
"""What people have been told, by alert and person."""


def plan(
    alerts: Sequence[Alert], told: Telling, people: Callable[[Alert], Iterable[str]], now: datetime
) -> tuple[Message, ...]:
    """The messages due now: edits of what has changed at any time, first ones in office hours.

    A first message says that something is open, and is not needed where somebody has taken that.
    """
    today = uk_date(now)
    states = {alert.key: alert for alert in alerts}
    messages = [
        Message(states[key], user, edits=True)
        for (key, user), last in told.items()
        if key in states and last.revision != states[key].revision
    ]
    had = Counter(user for (_, user), last in told.items() if last.day in (None, today))
    for alert in sorted(filter(lambda one: _may_be_told(one, now), alerts), key=_order):
        for user in people(alert):
            if (alert.key, user) not in told and had[user] < A_DAY:
                had[user] += 1
                messages.append(Message(alert, user))
    return tuple(messages)


def reminders(before: Sequence[Alert], after: Sequence[Alert]) -> tuple[Message, ...]:
    """A message to whoever had put off what has just come back: an edit alone would be silent."""
    now = {alert.key: alert for alert in after}
    return tuple(
        Message(now[old.key], old.snoozed_by, reminds=True)
        for old in before
        if old.snoozed_by is not None and now[old.key].open and now[old.key].snoozed_until is None
    )


def _may_be_told(alert: Alert, now: datetime) -> bool:
    if not alert.open or alert.quiet or not alert.ripe(now):
        return False
    return alert.urgent or hours.is_open(now)


def _order(alert: Alert) -> tuple[bool, date, datetime, Key]:
    """What can't wait first, then by the day by which it is due."""
    return not alert.urgent, alert.due, alert.raised_at, alert.key
