"""The figures of a rollover: counts, days and times, and of no person. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Generic, TypeVar

from provisioning.records.schools import School

T = TypeVar("T")
SLOW_DECISION = timedelta(days=2)
"""From so long on a decision on what a run held was slow."""
LEVELS = 4
"""The levels of alerts: the school, its authority or manager, and on to the service desk."""


def period(year: int) -> tuple[date, date]:
    """Return the first and last day of what counts to the rollover of `year`: July to October.

    The intake is admitted from 1 July on, and what is late has been put right by the autumn half-term.
    """
    return date(year, 7, 1), date(year, 10, 31)


class StageState(StrEnum):
    """How a stage of a school has ended."""

    IN_TIME = "in-time"
    LATE = "late"
    OPEN = "open"
    """It is not done, and its day is past."""
    NOT_DUE = "not-due"
    """It is not done, or not known to be, and its day is still to come."""
    NOT_HERE = "not-here"
    """It does not apply to the school, such as the intake of a school that has none."""
    UNKNOWN = "unknown"


TO_DO = (StageState.IN_TIME, StageState.LATE, StageState.OPEN, StageState.NOT_DUE)
"""How a stage stands that a school is known to have, or to have still before it."""


@dataclass(frozen=True)
class Closing:
    """When a stage of a school closed, and the day by which it was due, as it stood on the day `on`.

    `known` is False where nothing was kept, `applies` where the school has no such stage, `closed_on` is
    None while it is open.
    """

    stage: str
    due: date
    on: date
    known: bool = False
    applies: bool = True
    closed_on: date | None = None

    @property
    def state(self) -> StageState:
        """How the stage has ended, as far as that can be told on the day `on`."""
        if self.known and not self.applies:
            return StageState.NOT_HERE
        if self.closed_on is None and self.on <= self.due:
            return StageState.NOT_DUE
        if not self.known:
            return StageState.UNKNOWN
        if self.closed_on is None:
            return StageState.OPEN
        return StageState.LATE if self.closed_on > self.due else StageState.IN_TIME

    @property
    def late(self) -> int:
        """How many days after its due day it closed; 0 where it was in time, or is open."""
        return max(0, (self.closed_on - self.due).days) if self.closed_on else 0


@dataclass(frozen=True)
class SchoolFigures:
    """The stages of a school in a rollover, by id, in the order in which they happen."""

    school: School
    stages: Mapping[str, Closing]

    def of(self, state: StageState) -> list[Closing]:
        """Return the stages that have ended in `state`."""
        return [closing for closing in self.stages.values() if closing.state is state]


@dataclass(frozen=True)
class StageFigures:
    """How many schools closed a stage in time, late, or not; `days` is the median of those that were late."""

    stage: str
    schools: Mapping[StageState, int]
    days: int | None
    due: date | None
    """The day by which it was due; None where that is not one day for all schools."""

    @property
    def known(self) -> int:
        """How many schools have the stage, as far as that is known."""
        return sum(self.schools[state] for state in TO_DO)


@dataclass(frozen=True)
class CauseFigures:
    """How often a cause was an alert, a case or a request, and the median days until those that ended did.

    `cause` is the id of a cause of the guide or, of alerts, of a stage.
    """

    cause: str | None
    alerts: int
    cases: int
    requests: int
    days: int | None

    @property
    def asked(self) -> int:
        """How often people asked about it."""
        return self.cases + self.requests

    @property
    def count(self) -> int:
        """How often it was any of these."""
        return self.alerts + self.asked


@dataclass(frozen=True)
class AlertFigures:
    """Alerts by the level that they reached, those still open, and the median days of those that ended."""

    levels: tuple[int, ...]
    open: int
    days: int | None

    @property
    def count(self) -> int:
        """How many alerts there were."""
        return sum(self.levels)


@dataclass(frozen=True)
class HoldFigures:
    """What became of what runs held, and the median time until people decided.

    `overdue` are those of the `waiting` that have waited for two days or more.
    """

    approved: int = 0
    rejected: int = 0
    undone: int = 0
    replaced: int = 0
    waiting: int = 0
    overdue: int = 0
    to_decision: timedelta | None = None

    @property
    def count(self) -> int:
        """How many holds there were."""
        return self.approved + self.rejected + self.undone + self.replaced + self.waiting


@dataclass(frozen=True)
class DeskFigures:
    """The service desk's cases, and the median times until they were answered and resolved."""

    opened: int
    resolved: int
    to_answer: timedelta | None
    to_resolution: timedelta | None


@dataclass(frozen=True)
class Known(Generic[T]):
    """Figures as far as their records are still kept: `since` a day; None where they begin in time.

    Without records there are no `figures`: they are not known, which is not nought.
    """

    figures: T | None
    since: date | None = None


@dataclass(frozen=True)
class YearFigures:
    """The figures of the rollover of `year` at several schools, as they stood on the day `on`."""

    year: int
    on: date
    schools: tuple[SchoolFigures, ...]
    stages: tuple[StageFigures, ...]
    causes: Known[tuple[CauseFigures, ...]]
    alerts: Known[AlertFigures]
    holds: Known[HoldFigures]
    desk: Known[DeskFigures]

    @property
    def over(self) -> bool:
        """Whether the day of every stage at every school is past."""
        return all(closing.due < self.on for school in self.schools for closing in school.stages.values())

    @property
    def uncounted(self) -> bool:
        """Whether neither alerts nor requests, holds or cases of the year are there to be counted."""
        counted = (self.causes, self.alerts, self.holds, self.desk)
        return all(known.figures is None for known in counted)

    @property
    def unknown(self) -> bool:
        """Whether nothing at all was kept of the year."""
        return self.uncounted and all(
            closing.state is StageState.UNKNOWN
            for school in self.schools
            for closing in school.stages.values()
        )
