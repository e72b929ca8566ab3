"""Office hours, UK time: weekdays from 08:00 to 17:00, but for the bank holiday that falls in rollover."""

from datetime import date, datetime, time, timedelta
from functools import lru_cache

from knowledge.models import KeyDates
from knowledge.texts import UK

OPENS, CLOSES = time(8, 0), time(17, 0)
_FRIDAY = 4
_DAY = timedelta(days=1)


def is_working(day: date) -> bool:
    """Return whether offices are open on a day."""
    return day.weekday() <= _FRIDAY and day != _summer_bank_holiday(day.year)


def is_open(now: datetime) -> bool:
    """Return whether offices are open at the moment `now`."""
    local = now.astimezone(UK)
    return is_working(local.date()) and OPENS <= local.time() < CLOSES


def cannot_wait(day: date, dates: KeyDates) -> bool:
    """Return whether messages about runs on `day` are sent outside office hours too."""
    return day in (dates.week_end, *dates.must_run_on)


def opening_of(day: date) -> datetime:
    """Return the moment at which offices open on `day`, or on the next working day."""
    while not is_working(day):
        day += _DAY
    return datetime.combine(day, OPENS, UK)


def next_opening(now: datetime) -> datetime:
    """Return the moment at which offices open after the day of `now`."""
    return opening_of(now.astimezone(UK).date() + _DAY)


@lru_cache(maxsize=1_024)
def a_working_day_after(moment: datetime) -> datetime:
    """Return the time of `moment` on the next working day; outside office hours it counts from opening."""
    local = moment.astimezone(UK)
    if not is_open(local):
        opens = opening_of(local.date())
        local = opens if local <= opens else next_opening(local)
    return datetime.combine(next_opening(local).date(), local.time(), UK)


def _summer_bank_holiday(year: int) -> date:
    """Return the last Monday of August."""
    last = date(year, 8, 31)
    return last - timedelta(days=last.weekday())
