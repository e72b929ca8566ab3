"""Office hours, UK time: between two times on some days, but for the bank holiday that falls in rollover."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from bot.setting_values import UnusableError
from knowledge.models import KeyDates
from knowledge.texts import UK

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""The days of a week as `office_days` has them, in the order of `date.weekday`."""
_WEEKDAYS = frozenset(range(5))
_DAY = timedelta(days=1)
_EARLIEST, _LATEST, _LEAST_HOURS = time(6, 0), time(22, 0), 4
"""The bounds of office hours, and how many there are at least: in fewer, little is told in a day."""
_LEAST_DAYS = 3
"""Office days of a week: with fewer, an alert that is not taken comes to the service desk after weeks."""
_WRITTEN = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]):([0-5][0-9])")


@dataclass(frozen=True)
class OfficeHours:
    """The hours in which users are told: offices open at `opens` and close at `closes`, UK time.

    `days` are those of a week on which they are open, as `date.weekday` numbers them.
    """

    opens: time = time(8, 0)
    closes: time = time(17, 0)
    days: frozenset[int] = _WEEKDAYS

    @property
    def written(self) -> str:
        """The hours as `office_hours` reads them: `08:00-17:00`."""
        return f"{self.opens:%H:%M}-{self.closes:%H:%M}"

    @property
    def written_days(self) -> tuple[str, ...]:
        """The days as `office_days` reads them."""
        return tuple(name for number, name in enumerate(DAYS) if number in self.days)

    def is_working(self, day: date) -> bool:
        """Return whether offices are open on a day."""
        return day.weekday() in self.days and day != _summer_bank_holiday(day.year)

    def is_open(self, now: datetime) -> bool:
        """Return whether offices are open at the moment `now`."""
        local = now.astimezone(UK)
        return self.is_working(local.date()) and self.opens <= local.time() < self.closes

    def opening_of(self, day: date) -> datetime:
        """Return the moment at which offices open on `day`, or on the next working day."""
        while not self.is_working(day):
            day += _DAY
        return datetime.combine(day, self.opens, UK)

    def next_opening(self, now: datetime) -> datetime:
        """Return the moment at which offices open after the day of `now`."""
        return self.opening_of(now.astimezone(UK).date() + _DAY)

    def a_working_day_after(self, moment: datetime) -> datetime:
        """Return the time of `moment` on the next working day; out of hours it counts from opening."""
        return _a_working_day_after(self, moment)

    @property
    def digest_hours(self) -> range:
        """The hours from which a user can choose that of their digest; the last is an hour before closing.

        A digest comes with the first hourly check of its hour, which may be at the end of it.
        """
        return range(self.opens.hour, self.closes.hour)

    def digest_hour(self, chosen: int | None) -> int:
        """Return the hour of a digest: the one `chosen`, or the nearest to it; at opening for None."""
        first, last = self.digest_hours[0], self.digest_hours[-1]
        return first if chosen is None else min(max(chosen, first), last)

    def digest_time(self, hour: int) -> str:
        """Return the time from which the digest of an `hour` comes, such as `09:00`."""
        return f"{max(time(hour), self.opens):%H:%M}"


OFFICE_HOURS = OfficeHours()
"""Office hours unless the settings say otherwise."""


def office_hours(written: str, days: Sequence[str] = OFFICE_HOURS.written_days) -> OfficeHours:
    """Return the office hours `written` as `08:00-17:00`, on the `days` of a week, such as `mon`.

    Raise `UnusableError` where either is out of bounds.
    """
    found = _WRITTEN.fullmatch(written)
    if found is None:
        raise UnusableError("no-hours", given=written)
    opens, closes = (time(int(found[at]), int(found[at + 1])) for at in (1, 3))
    minutes = (closes.hour - opens.hour) * 60 + closes.minute - opens.minute
    if opens < _EARLIEST or closes > _LATEST or minutes < _LEAST_HOURS * 60:
        bounds = {"earliest": f"{_EARLIEST:%H:%M}", "latest": f"{_LATEST:%H:%M}", "least": _LEAST_HOURS}
        raise UnusableError("hours-beyond", given=written, **bounds)
    return OfficeHours(opens, closes, office_days(days))


def office_days(written: Sequence[str]) -> frozenset[int]:
    """Return days `written` as `mon`, numbered as `date.weekday` does; raise `UnusableError` for others."""
    for name in written:
        if name not in DAYS:
            raise UnusableError("no-day", given=name, known=", ".join(DAYS))
    found = frozenset(map(DAYS.index, written))
    if len(found) < len(written):
        raise UnusableError("day-twice", given=", ".join(written))
    if len(found) < _LEAST_DAYS:
        raise UnusableError("few-days", count=len(found), least=_LEAST_DAYS)
    return found


def cannot_wait(day: date, dates: KeyDates) -> bool:
    """Return whether messages about runs on `day` are sent outside office hours too."""
    return day in (dates.week_end, *dates.must_run_on)


@lru_cache(maxsize=1_024)
def _a_working_day_after(office: OfficeHours, moment: datetime) -> datetime:
    local = moment.astimezone(UK)
    if not office.is_open(local):
        opens = office.opening_of(local.date())
        local = opens if local <= opens else office.next_opening(local)
    return datetime.combine(office.next_opening(local).date(), local.time(), UK)


def _summer_bank_holiday(year: int) -> date:
    """Return the last Monday of August."""
    last = date(year, 8, 31)
    return last - timedelta(days=last.weekday())
