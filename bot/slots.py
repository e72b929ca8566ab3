"""Slots: the scheduled times of a school's group, and the latest of them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta

from apscheduler.triggers.cron import CronTrigger

from bot.settings_tables import ScheduleGroup
from knowledge.keydates import Calendar
from knowledge.texts import UK
from provisioning.records.schools import School

CATCH_UP = timedelta(days=8)
"""How far back a missed slot is caught up: over a week's holiday."""


def members(groups: Sequence[ScheduleGroup], every: Sequence[School]) -> Mapping[str, ScheduleGroup]:
    """Return each school's group: by its number, else by its authority, else the group without schools."""
    named = {name: group for group in groups for name in group.schools}
    rest = next((group for group in groups if not group.schools), None)
    found = {
        school.number: named.get(school.number) or named.get(school.local_authority) or rest
        for school in every
    }
    return {number: group for number, group in found.items() if group is not None}


def latest_slot(group: ScheduleGroup, dates: Calendar, now: datetime) -> datetime | None:
    """Return the group's latest slot until `now`; rollover week has a crontab line of its own."""
    day = now.astimezone(UK).date()
    while day >= (now - CATCH_UP).astimezone(UK).date():
        slots = [slot for slot in _slots_of(group, dates, day) if slot <= now]
        if slots:
            return slots[-1]
        day -= timedelta(days=1)
    return None


def _slots_of(group: ScheduleGroup, dates: Calendar, day: date) -> list[datetime]:
    """Return the slots of `group` on `day`."""
    line = group.rollover_week if dates.of(day.year).in_week(day) else group.cron
    return list(_fire_times(CronTrigger.from_crontab(line, timezone=UK), day))


def _fire_times(trigger: CronTrigger, day: date) -> Iterator[datetime]:
    moment = trigger.get_next_fire_time(None, datetime.combine(day, time.min, UK))
    while moment is not None and moment.astimezone(UK).date() == day:
        yield moment
        moment = trigger.get_next_fire_time(moment, moment)
