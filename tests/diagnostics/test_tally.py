"""How schools are counted by their stages: open, not known, waiting or ready, and what mends itself."""

from collections.abc import Mapping

import pytest

from diagnostics.rollover import Newcomer
from diagnostics.school_stages import SchoolStages, mended_by_a_run
from diagnostics.tally import Standing, Tally, standing, tally
from diagnostics.verdict import Next, Outcome, Verdict
from knowledge.texts import Bilingual, Text
from tests.builders import GLAN, NANT

FAILS, UNKNOWN, WAITS, HOLDS = Outcome.FAILS, Outcome.UNKNOWN, Outcome.NOT_REACHED, Outcome.HOLDS
RUN_HERE, RUN_ELSEWHERE = "provisioning-manager", "previous-provisioning-manager"


def school(
    stages: Mapping[str, Outcome], who: str = RUN_HERE, *, scheduled: bool = True, held_up: bool = False
) -> Standing:
    """How Glan stands with these stages, where `who` acts at those that are open."""
    move = Next(who, Text("alert.gone"), Bilingual("", ""))
    verdicts = tuple(
        Verdict(stage, outcome, Text(f"step.{stage}.of-a-case")) for stage, outcome in stages.items()
    )
    moves = {stage: move for stage, outcome in stages.items() if outcome in (FAILS, UNKNOWN)}
    mending = mended_by_a_run(verdicts, moves, (), held_up=held_up)
    found = SchoolStages(GLAN, verdicts, moves=moves, mending=mending)
    return standing(found, {GLAN.number} if scheduled else ())


def test_a_school_counts_once_as_what_is_most_urgent_there() -> None:
    stages = {"client-ran": FAILS, "staff-complete": UNKNOWN, "intake-matched": WAITS, "leavers-ended": HOLDS}
    states = []
    for settled in ("", *stages):
        stages |= {settled: HOLDS} if settled else {}
        states.append(school(stages).state)
    assert states == ["open", "unknown", "waiting", "ready", "ready"]


def test_what_the_next_scheduled_run_ends_may_mend_itself() -> None:
    assert school({"client-ran": FAILS, "classes-current": FAILS}).may_mend


@pytest.mark.parametrize(
    ("newcomers", "mends"),
    [
        ([Newcomer("A", "not-run-since-record", None), Newcomer("B", "present", None)], True),
        ([Newcomer("A", "not-run-since-release", NANT), Newcomer("B", "never-run", None)], True),
        ([Newcomer("A", "not-run-since-record", None), Newcomer("B", "row-rejected", None)], False),
        ([Newcomer("A", "never-run", NANT, of_previous=True)], False),
    ],
    ids=[
        "no run since",
        "no run since the release",
        "a record is rejected",
        "the previous school has not run",
    ],
)
def test_an_intake_that_waits_for_the_schools_own_run_alone_may_mend_itself(
    newcomers: list[Newcomer], mends: bool
) -> None:
    stage = Verdict("intake-matched", FAILS, Text("alert.gone"))
    mending = mended_by_a_run([stage], {}, newcomers, held_up=False)
    assert standing(SchoolStages(GLAN, (stage,), mending=mending), {GLAN.number}).may_mend is mends


@pytest.mark.parametrize(
    "found",
    [
        school({"client-ran": FAILS}, scheduled=False),
        school({"client-ran": FAILS}, held_up=True),
        school({"ran-after-previous-schools": FAILS}, RUN_ELSEWHERE),
        school({"intake-matched": FAILS}),
        school({"client-ran": FAILS, "mis-end-of-year": FAILS}),
        school({"client-ran": UNKNOWN}),
        school({"client-ran": FAILS, "extract-current": UNKNOWN}),
    ],
    ids=[
        "no schedule",
        "latest run held",
        "another school's",
        "no run ends it",
        "more is open",
        "not known",
        "extract can't be read",
    ],
)
def test_what_wants_a_person_does_not_mend_itself(found: Standing) -> None:
    assert not found.may_mend


def test_the_states_add_up_to_the_schools() -> None:
    found = tally(
        [
            school({"client-ran": FAILS}),
            school({"mis-end-of-year": FAILS}),
            school({"mis-end-of-year": UNKNOWN}),
            school({"mis-end-of-year": WAITS}),
            school({"mis-end-of-year": HOLDS}),
        ]
    )
    assert found == Tally(schools=5, open=2, unknown=1, waiting=1, ready=1, mending=1)


def test_a_stage_that_is_taken_as_done_counts_no_more() -> None:
    left = school({"client-ran": FAILS, "mis-end-of-year": FAILS}).without({"client-ran"})
    assert left == school({"mis-end-of-year": FAILS})
