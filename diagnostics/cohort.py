"""Cohorts of a school: a year group, a class, the intake, or all people. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from diagnostics.sought_person import SoughtPerson
from provisioning.errors import KnownError
from provisioning.planning.safeguards import intake_years
from provisioning.records.extracts import Extract
from provisioning.records.people import Kind, Learner
from provisioning.records.rejections import Rejection
from provisioning.records.schools import School
from provisioning.rules import year_number
from provisioning.sources.rows import read_year_group


class Span(StrEnum):
    """The kind of a cohort; `NAMED` is a class, or else a year group, by its bare name."""

    EVERYBODY = "everybody"
    INTAKE = "intake"
    YEAR = "year"
    CLASS = "class"
    NAMED = "named"


@dataclass(frozen=True)
class Cohort:
    """A part of a school's people; staff belong only to `EVERYBODY`."""

    span: Span = Span.EVERYBODY
    name: str = ""


EVERYBODY, INTAKE = Cohort(), Cohort(Span.INTAKE)


@dataclass(frozen=True)
class Roll:
    """A school's year groups, and its classes by year group, as its current extract has them."""

    school: School
    intake: frozenset[str]
    years: tuple[str, ...]
    classes: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, school: School, extract: Extract) -> "Roll":
        """Return the roll of an extract; rejected rows count by their readable values."""
        rows: list[Learner | Rejection] = [*extract.learners, *extract.rejections]
        years = {row.year_group for row in rows if row.year_group}
        classes = {(row.year_group or "", row.class_name) for row in rows if row.class_name}
        return cls(
            school,
            intake_years(school, extract),
            tuple(sorted(years, key=year_number)),
            tuple(sorted(classes, key=_place)),
        )

    def find(self, asked: Cohort) -> Cohort:
        """Return the cohort `asked` as the roll spells it; one that it lacks raises `KnownError`."""
        if asked.span in (Span.EVERYBODY, Span.INTAKE):
            return asked
        year = read_year_group(asked.name) if asked.span is not Span.CLASS else None
        class_name = self._class(asked.name) if asked.span is not Span.YEAR else None
        if class_name is not None:
            return Cohort(Span.CLASS, class_name)
        if year in self.years:
            return Cohort(Span.YEAR, year)
        if asked.span is Span.YEAR:
            raise self._unknown("year-group-unknown", asked.name, self.years)
        raise self._unknown("class-unknown", asked.name, dict.fromkeys(name for _, name in self.classes))

    def choices(self, chosen: Cohort) -> tuple[Cohort, ...]:
        """Return the cohorts to choose from: all year groups, and the classes of those of `chosen`."""
        years = {chosen.name} if chosen.span is Span.YEAR else set()
        if chosen.span is Span.CLASS:
            years = {year for year, name in self.classes if name == chosen.name}
        classes = dict.fromkeys(name for year, name in self.classes if year in years)
        return (
            EVERYBODY,
            INTAKE,
            *(Cohort(Span.YEAR, year) for year in self.years),
            *(Cohort(Span.CLASS, name) for name in classes),
        )

    def has(self, cohort: Cohort, person: SoughtPerson) -> bool | None:
        """Return whether `person` belongs to `cohort`; None where their rejected rows do not say."""
        if cohort.span is Span.EVERYBODY:
            return True
        if person.kind is Kind.STAFF:
            return False
        rows = [person.record] if isinstance(person.record, Learner) else person.rejections
        answers = [self._belongs(cohort, row) for row in rows]
        if True in answers:
            return True
        return None if None in answers else False

    def _belongs(self, cohort: Cohort, row: Learner | Rejection) -> bool | None:
        value = row.class_name if cohort.span is Span.CLASS else row.year_group
        if not value:
            return False if isinstance(row, Learner) else None
        return value in self.intake if cohort.span is Span.INTAKE else value == cohort.name

    def _class(self, typed: str) -> str | None:
        wanted = _folded(typed)
        return next((name for _, name in self.classes if _folded(name) == wanted), None)

    def _unknown(self, error: str, typed: str, known: Iterable[str]) -> KnownError:
        return KnownError(error, name=typed, school=self.school.name, known=", ".join(known))


_LAST = 99
"""The place of a class without a year group, after every year group's number."""


def _place(class_: tuple[str, str]) -> tuple[int, str]:
    """Return the sort key of `class_`, which is a year group, blank where unreadable, and a name."""
    year, name = class_
    return year_number(year) if year else _LAST, name


def _folded(name: str) -> str:
    return "".join(name.split()).casefold()
