"""The changes of alerts: by facts, by time, and by users. Pure.

Each change by a user has its reverse. The listeners check the user's rights before.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.alerts.alert import LAST_LEVEL, SCHOOL_LEVEL, TOLERANCE, Alert, Fact, changed, hold_off
from bot.alerts.audience import level_of
from bot.hours import OFFICE_HOURS, OfficeHours
from knowledge.models import KeyDates


class Snooze(StrEnum):
    """How long an alert can be snoozed."""

    HOUR = "hour"
    TOMORROW = "tomorrow"
    AFTER_WEEK = "after-week"

    def until(self, now: datetime, dates: KeyDates, office: OfficeHours = OFFICE_HOURS) -> datetime:
        """Return the moment at which the snooze ends, within the hours of the `office`."""
        match self:
            case Snooze.HOUR:
                later = now + timedelta(hours=1)
                return later if office.is_open(later) else office.next_opening(now)
            case Snooze.TOMORROW:
                return office.next_opening(now)
            case Snooze.AFTER_WEEK:
                after = office.opening_of(dates.week_end + timedelta(days=1))
                return max(after, office.next_opening(now))


def step(
    alerts: Sequence[Alert], facts: Iterable[Fact], now: datetime, office: OfficeHours = OFFICE_HOURS
) -> tuple[Alert, ...]:
    """Return the alerts after `facts` at `now`: raised, changed, escalated, resolved or reopened.

    Out of season none is raised or escalated, but an alert whose fact is gone is still resolved. One whose
    fact is not known stays as it is. A working day is one of the hours of the `office`.
    """
    found = tuple(facts)
    standing = {fact.key: fact for fact in found if fact.open}
    unknown = {fact.key for fact in found if fact.unknown}
    known = {alert.key for alert in alerts}
    updated = [
        alert if alert.key in unknown else _updated(alert, standing.get(alert.key), now, office)
        for alert in alerts
    ]
    raised = [_raised(fact, now) for fact in standing.values() if fact.key not in known and fact.in_season]
    return (*updated, *raised)


def acknowledge(alert: Alert, by: str, now: datetime) -> Alert:
    """Acknowledge an alert for `by`: no further user is told."""
    return changed(alert, acknowledged_by=by, snoozed_until=None, snoozed_by=None, freed_from=None, since=now)


def release(alert: Alert, now: datetime) -> Alert:
    """Undo the acknowledgement; the next level is told after another working day."""
    return changed(alert, acknowledged_by=None, since=now)


def snooze(alert: Alert, until: datetime, by: str) -> Alert:
    """Put an alert off until a moment, at which `by` is reminded."""
    return changed(alert, snoozed_until=until, snoozed_by=by, freed_from=None)


def wake(alert: Alert, now: datetime) -> Alert:
    """End the snooze of an alert."""
    return changed(alert, snoozed_until=None, snoozed_by=None, since=now)


def hand_over(alert: Alert, to: str, by: str, now: datetime) -> Alert:
    """Hand an alert over to `to`, who alone is told of it from now on."""
    awake = wake(release(alert, now), now)
    # A single revision more, although up to three changes have been made.
    return replace(changed(awake, handed_to=to, handed_by=by, freed_from=None), revision=alert.revision + 1)


def take_back(alert: Alert, now: datetime) -> Alert:
    """Undo the handing over; one that is acknowledged stays so, from the moment at which it was."""
    since = alert.since if alert.acknowledged_by else now
    return changed(alert, handed_to=None, handed_by=None, since=since)


def let_go(alert: Alert, may_act: Callable[[str], bool], now: datetime) -> Alert:
    """Free an open alert from the user who took it, put it off, or was handed it, and may not act any more.

    `may_act` returns whether a user may. The next level is told after another working day.
    """
    left = [
        user
        for user in (alert.handed_to, alert.acknowledged_by, alert.snoozed_by)
        if user is not None and not may_act(user)
    ]
    if not alert.open or not left:
        return alert
    freed = take_back(alert, now) if alert.handed_to in left else alert
    freed = release(freed, now) if alert.acknowledged_by in left else freed
    freed = wake(freed, now) if alert.snoozed_by in left else freed
    return replace(freed, freed_from=left[0], revision=alert.revision + 1)


def _raised(fact: Fact, now: datetime) -> Alert:
    return Alert(
        key=fact.key,
        text=fact.text,
        due=fact.due,
        who=fact.who,
        action=fact.action,
        raised_at=now,
        since=now + hold_off(fact.key.kind),
        level=level_of(fact.who),
        urgent=fact.urgent,
    )


def _updated(alert: Alert, fact: Fact | None, now: datetime, office: OfficeHours) -> Alert:
    if fact is None:
        return changed(alert, resolved_at=now, urgent=False) if alert.open else alert
    if not alert.open:
        return replace(_raised(fact, now), revision=alert.revision + 1) if fact.in_season else alert
    current = changed(alert, text=fact.text, due=fact.due, who=fact.who, action=fact.action)
    if current.urgent is not fact.urgent:
        current = replace(current, urgent=fact.urgent)  # no new revision: messages do not show it
    if current.snoozed_until is not None and current.snoozed_until <= now:
        current = wake(current, now)
    return _escalated(current, now, office) if fact.in_season else current


def _escalated(alert: Alert, now: datetime, office: OfficeHours) -> Alert:
    """Return the alert at the next level, once a working day has passed without an acknowledgement."""
    highest = 0 if alert.key.kind in SCHOOL_LEVEL else LAST_LEVEL
    taken = alert.quiet or alert.handed_to is not None or alert.level >= highest
    if taken or now < office.a_working_day_after(alert.since) - TOLERANCE:
        return alert
    return changed(alert, level=alert.level + 1, since=now)
