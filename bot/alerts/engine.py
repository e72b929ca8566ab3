"""What becomes of alerts: by the facts and the passing of time, and by what people do. Pure.

Every deed of a person has its way back; none of them asks who it is, `bot.people.permissions` has.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot import hours
from bot.alerts.alert import LAST_LEVEL, SCHOOL_LEVEL, TOLERANCE, Alert, Fact, changed, hold_off
from bot.alerts.audience import level_of
from knowledge.models import KeyDates


class Snooze(StrEnum):
    """For how long an alert can be put off."""

    HOUR = "hour"
    TOMORROW = "tomorrow"
    AFTER_WEEK = "after-week"

    def until(self, now: datetime, dates: KeyDates) -> datetime:
        """When it comes back: by the clock, or as the office opens."""
        match self:
            case Snooze.HOUR:
                later = now + timedelta(hours=1)
                return later if hours.is_open(later) else hours.next_opening(now)
            case Snooze.TOMORROW:
                return hours.next_opening(now)
            case Snooze.AFTER_WEEK:
                after = hours.opening_of(dates.week_end + timedelta(days=1))
                return max(after, hours.next_opening(now))


def step(alerts: Sequence[Alert], facts: Iterable[Fact], now: datetime) -> tuple[Alert, ...]:
    """The alerts a moment later: raised, changed, escalated, resolved or open again, as the facts are.

    Out of season nothing is raised or escalated any more, but what is put right resolves all the same.
    """
    standing = {fact.key: fact for fact in facts if fact.open}
    known = {alert.key for alert in alerts}
    moved = [_moved(alert, standing.get(alert.key), now) for alert in alerts]
    raised = [_raised(fact, now) for fact in standing.values() if fact.key not in known and fact.chased]
    return (*moved, *raised)


def acknowledge(alert: Alert, by: str, now: datetime) -> Alert:
    """Somebody has taken it: nobody else is told of it any more."""
    return changed(alert, acknowledged_by=by, snoozed_until=None, snoozed_by=None, since=now)


def release(alert: Alert, now: datetime) -> Alert:
    """Nobody has it any more; the next level has its full working day before it is told."""
    return changed(alert, acknowledged_by=None, since=now)


def snooze(alert: Alert, until: datetime, by: str) -> Alert:
    """It is put off; whoever did that is reminded."""
    return changed(alert, snoozed_until=until, snoozed_by=by)


def wake(alert: Alert, now: datetime) -> Alert:
    """It is put off no longer."""
    return changed(alert, snoozed_until=None, snoozed_by=None, since=now)


def hand_over(alert: Alert, to: str, by: str, now: datetime) -> Alert:
    """It is somebody else's, and nobody else is told of it."""
    awake = wake(release(alert, now), now)
    return replace(changed(awake, handed_to=to, handed_by=by), revision=alert.revision + 1)


def take_back(alert: Alert, now: datetime) -> Alert:
    """It is as it was before it was handed over."""
    return changed(alert, handed_to=None, handed_by=None, since=now)


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


def _moved(alert: Alert, fact: Fact | None, now: datetime) -> Alert:
    if fact is None:
        return changed(alert, resolved_at=now, urgent=False) if alert.open else alert
    if not alert.open:
        return replace(_raised(fact, now), revision=alert.revision + 1) if fact.chased else alert
    told = changed(alert, text=fact.text, due=fact.due, who=fact.who, action=fact.action)
    told = replace(told, urgent=fact.urgent)
    if told.snoozed_until is not None and told.snoozed_until <= now:
        told = wake(told, now)
    return _escalated(told, now) if fact.chased else told


def _escalated(alert: Alert, now: datetime) -> Alert:
    """The next level, once a working day has gone by in which nobody took it."""
    highest = 0 if alert.key.kind in SCHOOL_LEVEL else LAST_LEVEL
    taken = alert.quiet or alert.handed_to is not None or alert.level >= highest
    if taken or now < hours.a_working_day_after(alert.since) - TOLERANCE:
        return alert
    return changed(alert, level=alert.level + 1, since=now)
