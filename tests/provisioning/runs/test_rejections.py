"""A rejected run stays undone until it is reconsidered."""

import pytest

from provisioning.records import RunStatus
from provisioning.store import decisions
from provisioning.store.runs import Run
from tests.builders import GLAN, NANT, Schools, learner, write
from tests.provisioning.runs.decision_builders import (
    LATER,
    NEW,
    PUPILS,
    active,
    approves,
    counts,
    left,
    refused,
    rejects,
)

pytestmark = pytest.mark.both_databases


def test_rejected_it_stays_undone_and_is_not_asked_again(provisioning: Schools, held: Run) -> None:
    run = rejects(provisioning, held)
    assert (run.id, run.status, run.decision, run.decided_by) == (
        held.id,
        RunStatus.SUCCEEDED,
        "rejected",
        "Alys",
    )
    again = provisioning.runs(GLAN, at=LATER)
    assert (again.status, again.held_by, counts(again)) == (RunStatus.SUCCEEDED, (), {"unchanged": 21})
    assert active(provisioning) == {one.upn for one in (*PUPILS, NEW)}
    for act in (approves, rejects):
        assert refused(lambda act=act: act(provisioning, held)) == "error.run-not-held"  # type: ignore[misc]


def test_what_comes_on_top_of_the_rejected_is_asked(provisioning: Schools, held: Run) -> None:
    rejects(provisioning, held)
    provisioning.extracts(GLAN, *left(PUPILS[:32]), *PUPILS[32:], NEW)
    run = provisioning.runs(GLAN, at=LATER)
    assert (run.status, run.counts["held"]) == (RunStatus.HELD, 12)
    assert approves(provisioning, run).counts["release"] == 12
    assert active(provisioning) == {one.upn for one in (*PUPILS[:20], *PUPILS[32:], NEW)}


def test_a_few_more_on_top_of_the_rejected_are_done(provisioning: Schools, held: Run) -> None:
    rejects(provisioning, held)
    provisioning.extracts(GLAN, *left(PUPILS[:23]), *PUPILS[23:], NEW)
    assert provisioning.runs(GLAN, at=LATER).counts["release"] == 3


def test_a_rejected_extract_is_refused_as_a_whole_and_another_is_not(
    provisioning: Schools,
) -> None:
    provisioning.extracts(GLAN, *PUPILS)
    provisioning.runs(GLAN)
    provisioning.extracts(GLAN, *PUPILS[:20], NEW)
    rejects(provisioning, provisioning.runs(GLAN))
    again = provisioning.runs(GLAN)
    assert (again.status, counts(again)) == (RunStatus.SUCCEEDED, {"unchanged": 20, "vanished": 20})
    assert provisioning.journal(again) == []
    provisioning.extracts(GLAN, *PUPILS[:20], NEW, learner(91))
    asked = provisioning.runs(GLAN)
    assert (asked.status, asked.held_by) == (RunStatus.HELD, ("extract-shrunk",))


def test_reconsidered_the_next_run_asks_again(provisioning: Schools, held: Run) -> None:
    rejects(provisioning, held)
    with provisioning.database.writing() as session:
        assert decisions.reconsider(session, NANT.number) == 0
        assert decisions.reconsider(session, GLAN.number) == 20
    run = provisioning.runs(GLAN)
    assert (run.status, run.counts["held"]) == (RunStatus.HELD, 20)
    assert approves(provisioning, run).counts["release"] == 20


def test_a_decision_does_not_wait_for_the_extract_to_be_readable(provisioning: Schools, held: Run) -> None:
    write(provisioning.folder / GLAN.number / "learners.csv", [])
    assert rejects(provisioning, held).decision == "rejected"
