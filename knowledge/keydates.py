"""Key dates of a rollover: from the year's file, otherwise derived by rule, with local changes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from knowledge.models import InBoth, KeyDates, LocalDates, Who
from knowledge.reading import problem_of, read, sheet
from knowledge.texts import KnowledgeError

EVERYWHERE = "all"
"""In a file of local dates: all local authorities without dates of their own."""
_IN_SIGHT = 5
"""The month from which on schools prepare for the summer's rollover."""

Local = Mapping[tuple[str, int], LocalDates]
"""Local dates by the code of the local authority, or EVERYWHERE, and the year."""


class LocalDatesError(ValueError):
    """A local date is inconsistent with its year: its name, and why."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{name} {problem}")
        self.name, self.problem = name, problem


def end_of_academic_year(year: int) -> date:
    """31 August of a year, the last day of the academic year that ends in it.

    On this day non-MIS accounts end that have not been extended (public help pages).
    """
    return date(year, 8, 31)


def academic_year(day: date) -> int:
    """Return the academic year to which a day belongs, by the calendar year in which it ends."""
    return day.year + (day.month > 8)


def derive(year: int) -> KeyDates:
    """Return the key dates of a year without a file, by the pattern of the 2020 guide.

    The week is the last Monday-to-Sunday week that ends in August; the deadline is the Friday before it;
    term begins on the first weekday of September. No rule gives pauses or switches.
    """
    last_of_august = end_of_academic_year(year)
    week_end = last_of_august - timedelta(days=(last_of_august.weekday() + 1) % 7)
    week_start = week_end - timedelta(days=6)
    return KeyDates(
        year=year,
        source=InBoth(
            en="derived from the pattern of the 2020 guide", cy="wedi'i gyfrifo yn ôl patrwm canllaw 2020"
        ),
        end_of_year_deadline=week_start - timedelta(days=3),
        week_start=week_start,
    )


@dataclass(frozen=True)
class Calendar:
    """The key dates of a place: published or derived, then changed locally.

    `local` has a year's changes in the order in which they apply.
    """

    years: Mapping[int, KeyDates]
    local: Mapping[int, tuple[LocalDates, ...]] = field(default_factory=dict)

    def of(self, year: int) -> KeyDates:
        """Return the key dates of a year; inconsistent local dates raise `LocalDatesError`."""
        dates = self.years.get(year) or derive(year)
        for changes in self.local.get(year, ()):
            dates = changed(dates, changes)
        return dates

    def own(self, year: int) -> frozenset[str]:
        """Return the names of the dates that are set locally in a year."""
        return frozenset(name for changes in self.local.get(year, ()) for name in changes.model_fields_set)

    def in_focus(self, today: date) -> KeyDates:
        """Return the key dates of the rollover in focus `today`: from May on this year's, else the last."""
        return self.of(today.year if today.month >= _IN_SIGHT else today.year - 1)

    def in_force(self, today: date) -> KeyDates:
        """Return the key dates of the latest rollover whose end-of-year deadline has passed."""
        this_year = self.of(today.year)
        return this_year if today > this_year.end_of_year_deadline else self.of(today.year - 1)


def changed(dates: KeyDates, changes: LocalDates) -> KeyDates:
    """Return `dates` with `changes` applied; raises `LocalDatesError` where they are inconsistent."""
    own: dict[str, Any] = changes.model_dump(exclude_none=True)
    values = dates.model_dump(exclude={"week_end"})
    until = own.pop("pauses_until", None)
    values.update(own)
    if until is not None:
        if not values["pauses"]:
            raise LocalDatesError("pauses_until", "has no pause to end in that year")
        values["pauses"] = [pause | {"until": until} for pause in values["pauses"]]
    try:
        return KeyDates.model_validate(values)
    except ValidationError as refused:
        first = refused.errors()[0]
        raise LocalDatesError(".".join(str(part) for part in first["loc"]), problem_of(first)) from None


def read_local(path: Path, years: Mapping[int, KeyDates]) -> Local:
    """Return the local dates in the file `path`, which change those of `years`.

    Its tables are named for a local authority's code, or `all`, and a year: `[680.2026]`. The first error
    raises `KnowledgeError` with its key.
    """
    found: dict[tuple[str, int], LocalDates] = {}
    for authority, by_year in read(path).items():
        if authority != EVERYWHERE and not (authority.isdigit() and len(authority) == 3):
            raise KnowledgeError(path, authority, "must be a local authority's code, or all")
        if not isinstance(by_year, dict):
            raise KnowledgeError(path, authority, "must be a table of years")
        for year, values in by_year.items():
            key = f"{authority}.{year}"
            if not (year.isdigit() and len(year) == 4):
                raise KnowledgeError(path, key, "must be a year")
            found[authority, int(year)] = sheet(LocalDates, values, path, under=key)
    for authority, number in found:
        try:
            Calendar(years, local_years(found, authority)).of(number)
        except LocalDatesError as error:
            raise KnowledgeError(path, f"{authority}.{number}.{error.name}", error.problem) from None
    return found


def local_years(local: Local, authority: str) -> Mapping[int, tuple[LocalDates, ...]]:
    """Return an authority's local dates by year, those for everywhere first."""
    years = sorted({year for _, year in local})
    return {
        year: tuple(local[place, year] for place in (EVERYWHERE, authority) if (place, year) in local)
        for year in years
    }


@dataclass(frozen=True)
class KeyDateEvent:
    """A task that a key date sets: due by `day`, or from `day` until `until`.

    Its text is `date.<id>.what` in the catalogue, with `values`.
    """

    id: str
    day: date
    who: Who
    until: date | None = None
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def names(self) -> frozenset[str]:
        """The names of the `LocalDates` fields that it comes from."""
        name = {"week": "week_start", "accounts-end": ""}.get(self.id, self.id.replace("-", "_"))
        return frozenset({name, "pauses"}) if name == "pauses_until" else frozenset({name})

    def is_past(self, today: date) -> bool:
        """Return whether its last day is over."""
        return (self.until or self.day) < today


def events(dates: KeyDates) -> tuple[KeyDateEvent, ...]:
    """Return the tasks of a rollover's key dates, by day."""
    return tuple(sorted(_events(dates), key=lambda event: event.day))


def _events(dates: KeyDates) -> Iterator[KeyDateEvent]:
    if dates.class_updates_off:
        yield KeyDateEvent("class-updates-off", dates.class_updates_off, "digital-champion")
    yield KeyDateEvent("end-of-year-deadline", dates.end_of_year_deadline, "mis-administrator")
    yield KeyDateEvent("week", dates.week_start, "provisioning-manager", dates.week_end)
    for pause in dates.pauses:
        said = {"year_groups": ", ".join(pause.year_groups), "left_after": pause.left_after}
        yield KeyDateEvent("pauses-until", pause.until, "nobody", values=said)
    for day in dates.must_run_on:
        yield KeyDateEvent("must-run-on", day, "provisioning-manager")
    yield KeyDateEvent("accounts-end", end_of_academic_year(dates.year), "digital-champion")
    if dates.class_updates_on:
        yield KeyDateEvent("class-updates-on", dates.class_updates_on, "digital-champion")
    yield KeyDateEvent("first-day-of-term", dates.first_day_of_term, "provisioning-manager")
