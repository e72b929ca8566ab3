"""How schools and stages are counted, everywhere: digests, the board, its picture and file, Home. Pure.

A stage that fails is open, one that can't be judged is not known, one before its day is waiting. A school
counts once: as open while a stage is, else as not known, else as waiting, else as ready.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from diagnostics.school_stages import SchoolStages
from diagnostics.verdict import Outcome
from knowledge.texts import Text


class SchoolState(StrEnum):
    """How a school counts; the first of these that applies."""

    OPEN = "open"
    UNKNOWN = "unknown"
    WAITING = "waiting"
    READY = "ready"


@dataclass(frozen=True)
class Standing:
    """How the school with the number `school` stands: the ids of its stages by how they count.

    `mending` are those of the `open` stages that the school's next scheduled run may put right by itself.
    """

    school: str
    open: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    mending: frozenset[str] = frozenset()

    @property
    def state(self) -> SchoolState:
        """How the school counts."""
        if self.open:
            return SchoolState.OPEN
        if self.unknown:
            return SchoolState.UNKNOWN
        return SchoolState.WAITING if self.waiting else SchoolState.READY

    @property
    def may_mend(self) -> bool:
        """Whether the school's next scheduled run may put right all that is open."""
        return bool(self.open) and self.mending.issuperset(self.open)

    def without(self, stages: Collection[str]) -> "Standing":
        """Return the standing as it would be if none of `stages` were open."""
        return replace(
            self,
            open=tuple(stage for stage in self.open if stage not in stages),
            mending=self.mending.difference(stages),
        )


@dataclass(frozen=True)
class Tally:
    """How many of `schools` are in each state; `mending` of those `open` may mend themselves."""

    schools: int = 0
    open: int = 0
    unknown: int = 0
    waiting: int = 0
    ready: int = 0
    mending: int = 0

    def values(self) -> dict[str, Any]:
        """Return the numbers by name, as the texts `tally.*` take them."""
        return {
            "count": self.schools,
            "open": self.open,
            "unknown": self.unknown,
            "waiting": self.waiting,
            "ready": self.ready,
            "mending": self.mending,
        }

    @property
    def said(self) -> Text:
        """How many schools are ready, and how many are not, by their state."""
        return Text("tally.said", self.values())

    @property
    def rest(self) -> Text:
        """How many schools are not ready, by their state; blank where there are none."""
        return Text("tally.rest", self.values())


def standing(found: SchoolStages, scheduled: Collection[str]) -> Standing:
    """Return how the school of `found` stands; `scheduled` are the numbers of the schools run on schedule."""
    stages = {
        outcome: tuple(stage.step for stage in found.stages if stage.outcome is outcome)
        for outcome in (Outcome.FAILS, Outcome.UNKNOWN, Outcome.NOT_REACHED)
    }
    return Standing(
        found.school.number,
        open=stages[Outcome.FAILS],
        unknown=stages[Outcome.UNKNOWN],
        waiting=stages[Outcome.NOT_REACHED],
        mending=found.mending if found.school.number in scheduled else frozenset(),
    )


def tally(standings: Iterable[Standing]) -> Tally:
    """Return how many schools of `standings` are in each state."""
    found = list(standings)
    states = Counter(school.state for school in found)
    return Tally(
        schools=len(found),
        open=states[SchoolState.OPEN],
        unknown=states[SchoolState.UNKNOWN],
        waiting=states[SchoolState.WAITING],
        ready=states[SchoolState.READY],
        mending=sum(school.may_mend for school in found),
    )
