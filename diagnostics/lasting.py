"""How long a readiness lasts while nothing happens: until the day on which it may be another. Pure.

Every rule that goes by the day has its days here: those of people and files in `_own_days`, all others in
`turns_of`. Without them, alerts would say what was so the day before.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import takewhile
from typing import Any

from diagnostics.case import SchoolRecords
from knowledge.keydates import Calendar
from knowledge.loading import Knowledge
from provisioning.clock import uk_date
from provisioning.rules import is_stale

AT_MOST = timedelta(days=7)
"""So long a readiness is believed at most."""
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Turns:
    """The days from `today` on that matter to every school of a local authority.

    `until` is the first day after it that does not lie to all key dates as `today` does; `deadlines` has the
    end-of-year deadline of each year in question.
    """

    today: date
    until: date
    deadlines: Mapping[int, date]


def turns_of(calendar: Calendar, closings: Iterable[date], knowledge: Knowledge, today: date) -> Turns:
    """Return the turns `today` by an authority's `calendar`, the `closings` of schools and the guide.

    The guide has its editions; every field of the key dates that is a day counts.
    """
    years = {year: calendar.of(year) for year in range(today.year - 1, today.year + 2)}
    marks = {day for dates in years.values() for day in _days_in(dates.model_dump())}
    marks |= {date(year, month, 1) for year in years for month in range(1, 13)}
    marks |= {edition.in_force_from for entry in knowledge.entries.values() for edition in entry.editions}
    marks |= set(closings)
    known = sorted(marks)

    def place(day: date) -> tuple[int, int]:
        return bisect_left(known, day), bisect_right(known, day)

    alike = sum(1 for _ in takewhile(lambda day: place(day) == place(today), _following(today)))
    return Turns(
        today,
        today + _DAY * (alike + 1),
        {year: dates.end_of_year_deadline for year, dates in years.items()},
    )


def lasts_until(records: Iterable[tuple[SchoolRecords, Turns]]) -> date:
    """Return the first day on which what is found from `records` may be another by the day alone.

    They are those of all schools that were read, each with the turns of its local authority.
    """
    return min(min(turns.until, *_own_days(school, turns)) for school, turns in records)


def _own_days(school: SchoolRecords, turns: Turns) -> Iterator[date]:
    """Yield days after today on which the rows or the age of a school's extract may tell something else.

    An extract that can't be read may be readable on any day.
    """
    extract, today = school.extract, turns.today
    if extract is None or extract.next_day is None:
        yield today + _DAY
        return
    yield extract.next_day
    doubted = (row.doubted_leaving for row in extract.rejections)
    yield from (day for day in doubted if day is not None and day > today)
    written = uk_date(extract.as_of)
    for day in _following(today):
        if is_stale(written, day, turns.deadlines[day.year]) != school.stale:
            yield day
            return


def _following(today: date) -> Iterator[date]:
    """Yield the days after `today` up to the one before the last on which a readiness is believed."""
    return (today + _DAY * number for number in range(1, AT_MOST.days))


def _days_in(value: Any) -> Iterator[date]:
    """Yield every day in a `value` of nested containers."""
    if isinstance(value, date):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _days_in(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _days_in(inner)
