"""How far a school is with its rollover, stage by stage, and who acts next. No person is in it. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from diagnostics.rollover import Newcomer
from diagnostics.stages import run_helps
from diagnostics.verdict import Next, Outcome, Verdict, nothing_missing
from provisioning.records.schools import School

_OPEN = (Outcome.FAILS, Outcome.UNKNOWN)
_WAITS_FOR_A_RUN = frozenset({"never-run", "not-run-since-record", "not-run-since-release"})
"""The causes of missing accounts that the school's next run ends."""


@dataclass(frozen=True)
class SchoolStages:
    """A school's stages, in the order in which they happen.

    `moves` has who acts, by open stage; `mending` the stages that the school's next run may put right, if it
    runs by itself; `failed_run` what a failed latest run leaves to do, as the detail of the stage
    `client-ran`, and a blank where it did not fail.
    """

    school: School
    stages: tuple[Verdict, ...]
    moves: Mapping[str, Next] = field(default_factory=dict, kw_only=True)
    mending: frozenset[str] = field(default=frozenset(), kw_only=True)
    failed_run: str = field(default="", kw_only=True)

    @property
    def ready(self) -> bool:
        """Whether every applicable stage holds."""
        return all(stage.outcome in (Outcome.HOLDS, Outcome.NOT_APPLICABLE) for stage in self.stages)

    @property
    def open(self) -> tuple[Verdict, ...]:
        """The stages that fail or are unknown."""
        return tuple(stage for stage in self.stages if is_open(stage))

    @property
    def pressing(self) -> Verdict | None:
        """The first stage that fails, otherwise the first unknown one."""
        fails_first = sorted(self.open, key=lambda stage: stage.outcome is not Outcome.FAILS)
        return fails_first[0] if fails_first else None

    @property
    def next(self) -> Next | None:
        """Who acts next, at the pressing stage."""
        return self.moves.get(self.pressing.step) if self.pressing else None

    def without_people(self) -> "SchoolStages":
        """Return the stages alone, without what else a school's readiness has."""
        return SchoolStages(
            self.school, self.stages, moves=self.moves, mending=self.mending, failed_run=self.failed_run
        )


Found = TypeVar("Found", bound=SchoolStages)


def is_open(stage: Verdict) -> bool:
    """Return whether a `stage` fails or is unknown."""
    return stage.outcome in _OPEN


def worst_first(found: Iterable[Found]) -> list[Found]:
    """Sort schools by the number of open stages, most first, then by how early these stages are."""

    def place(school: SchoolStages) -> tuple[int, list[int], str]:
        places = [number for number, stage in enumerate(school.stages) if is_open(stage)]
        return -len(places), places, school.school.number

    return sorted(found, key=place)


def mended_by_a_run(
    stages: Sequence[Verdict], moves: Mapping[str, Next], intake: Sequence[Newcomer], *, held_up: bool
) -> frozenset[str]:
    """Return those of the failing `stages` for which only the next run of the school's client is wanting.

    None where something is known that would keep the run from its work: the latest run failed or is held
    (`held_up`), or the extract can't be read.
    """
    outcomes = {stage.step: stage.outcome for stage in stages}
    if held_up or outcomes.get("extract-current") is Outcome.UNKNOWN:
        return frozenset()
    ended = {
        stage.step
        for stage in stages
        if stage.step in moves and run_helps(stage.detail) and moves[stage.step].who == "provisioning-manager"
    }
    absent = [newcomer for newcomer in intake if not nothing_missing(newcomer.cause)]
    if absent and all(newcomer.cause in _WAITS_FOR_A_RUN and not newcomer.of_previous for newcomer in absent):
        ended.add("intake-matched")
    return frozenset(stage for stage in ended if outcomes.get(stage) is Outcome.FAILS)
