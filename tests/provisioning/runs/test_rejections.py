"""A rejected run stays undone until it is reconsidered."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from provisioning.records.people import Learner
from provisioning.records.runs import RunStatus
from provisioning.runs.school_run import dry_run
from provisioning.store import decisions
from provisioning.store.runs import Run
from tests.builders import GLAN, NANT, Schools, learner, staff_member, write
from tests.provisioning.runs.decision_builders import (
    LATER,
    LEFT,
    LONG_AGO,
    NEW,
    PUPILS,
    active,
    approves,
    counts,
    left,
    refused,
    rejects,
    undoes,
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
    assert (again.status, again.held_by, counts(again)) == (
        RunStatus.SUCCEEDED,
        (),
        {"refused": 20, "unchanged": 21},
    )
    assert active(provisioning) == {pupil.upn for pupil in (*PUPILS, NEW)}
    for act in (approves, rejects):
        assert refused(lambda act=act: act(provisioning, held)) == "error.run-not-held"  # type: ignore[misc]


def test_what_comes_on_top_of_the_rejected_is_asked(provisioning: Schools, held: Run) -> None:
    rejects(provisioning, held)
    provisioning.extracts(GLAN, *left(PUPILS[:32]), *PUPILS[32:], NEW)
    run = provisioning.runs(GLAN, at=LATER)
    assert (run.status, run.counts["held"]) == (RunStatus.HELD, 12)
    assert approves(provisioning, run).counts["release"] == 12
    assert active(provisioning) == {pupil.upn for pupil in (*PUPILS[:20], *PUPILS[32:], NEW)}


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
    assert (again.status, counts(again)) == (
        RunStatus.SUCCEEDED,
        {"refused": 1, "unchanged": 20, "vanished": 20},
    )
    assert provisioning.journal(again) == []
    provisioning.extracts(GLAN, *PUPILS[:20], NEW, learner(91))
    asked = provisioning.runs(GLAN)
    assert (asked.status, asked.held_by) == (RunStatus.HELD, ("extract-shrunk",))


def a_year_later(people: list[Learner]) -> list[Learner]:
    return [replace(pupil, leaving_date=date(2027, 7, 16)) for pupil in people]


def refusals(provisioning: Schools) -> int:
    with provisioning.database.reading() as session:
        return len(decisions.refused(session, GLAN.number))


def test_a_release_in_another_year_is_another_change(provisioning: Schools) -> None:
    """A slip is undone; the same person really leaves a year later, by a row that was never mended."""
    provisioning.extracts(GLAN, *PUPILS)
    provisioning.runs(GLAN)
    provisioning.extracts(GLAN, *left(PUPILS[:1]), *PUPILS[1:])
    undoes(provisioning, provisioning.runs(GLAN))
    assert counts(provisioning.runs(GLAN, at=LATER)) == {"refused": 1, "unchanged": 39}
    assert refusals(provisioning) == 1
    provisioning.extracts(GLAN, *a_year_later(PUPILS[:1]), *PUPILS[1:])
    run = provisioning.runs(GLAN, at=datetime(2027, 7, 20, 9, 0, tzinfo=UTC))
    assert counts(run) == {"release": 1, "unchanged": 39}
    assert refusals(provisioning) == 0


def test_a_refusal_is_forgotten_when_the_slip_is_mended(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, *PUPILS)
    provisioning.runs(GLAN)
    provisioning.extracts(GLAN, *left(PUPILS[:1]), *PUPILS[1:])
    undoes(provisioning, provisioning.runs(GLAN))
    provisioning.extracts(GLAN, *PUPILS, at=LATER)
    assert counts(provisioning.runs(GLAN, at=LATER)) == {"unchanged": 40}
    assert refusals(provisioning) == 0
    provisioning.extracts(GLAN, *left(PUPILS[:1]), *PUPILS[1:], at=LATER)
    assert provisioning.runs(GLAN, at=LATER).counts["release"] == 1


@pytest.mark.parametrize("meanwhile", ["shrunk", "rejected row", "unreadable"])
def test_a_refusal_outlives_an_extract_that_can_not_be_gone_by(provisioning: Schools, meanwhile: str) -> None:
    provisioning.extracts(GLAN, *PUPILS)
    provisioning.runs(GLAN)
    gone = (*left(PUPILS[:1]), *PUPILS[1:])
    provisioning.extracts(GLAN, *gone)
    undoes(provisioning, provisioning.runs(GLAN))
    if meanwhile == "shrunk":
        provisioning.extracts(GLAN, *PUPILS[20:])
    elif meanwhile == "rejected row":
        provisioning.extracts(GLAN, replace(PUPILS[0], year_group="Left"), *PUPILS[1:])
    else:
        write(provisioning.folder / GLAN.number / "learners.csv", [])
    provisioning.runs(GLAN, at=LATER)
    provisioning.extracts(GLAN, *gone)
    assert counts(provisioning.runs(GLAN, at=LATER)) == {"refused": 1, "unchanged": 39}
    assert refusals(provisioning) == 1


def test_a_refused_extract_is_forgotten_though_another_row_has_no_upn(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, *PUPILS)
    provisioning.runs(GLAN)
    provisioning.extracts(GLAN, *PUPILS[:20])
    rejects(provisioning, provisioning.runs(GLAN))
    assert refusals(provisioning) == 1
    provisioning.extracts(GLAN, *PUPILS, replace(NEW, upn=""), at=LATER)
    run = provisioning.runs(GLAN, at=LATER)
    assert (run.status, run.counts["rejected"]) == (RunStatus.SUCCEEDED, 1)
    assert refusals(provisioning) == 0


def test_a_refusal_stays_while_the_row_is_rejected_under_a_staff_code_in_another_case(
    provisioning: Schools,
) -> None:
    jane = staff_member("JEV", start_date=LONG_AGO)
    gone = replace(jane, leaving_date=LEFT)
    provisioning.extracts(GLAN, jane)
    provisioning.runs(GLAN)
    provisioning.extracts(GLAN, gone)
    undoes(provisioning, provisioning.runs(GLAN))
    provisioning.extracts(GLAN, replace(gone, staff_code="jev", surname=""), at=LATER)
    assert provisioning.runs(GLAN, at=LATER).counts["rejected"] == 1
    assert refusals(provisioning) == 1


def test_a_refused_account_stays_refused_where_the_staff_code_has_another_case(provisioning: Schools) -> None:
    jane = staff_member("AB1", start_date=LONG_AGO)
    provisioning.extracts(GLAN, jane)
    undoes(provisioning, provisioning.runs(GLAN))
    provisioning.extracts(GLAN, replace(jane, staff_code="ab1"), at=LATER)
    assert counts(provisioning.runs(GLAN, at=LATER)) == {"refused": 1}
    assert refusals(provisioning) == 1


def test_a_refusal_with_the_staff_code_as_it_was_written_still_stands(provisioning: Schools) -> None:
    jane, jac = staff_member("ab1", start_date=LONG_AGO), staff_member("JEV", start_date=LONG_AGO)
    provisioning.extracts(GLAN, jac)
    provisioning.runs(GLAN)
    provisioning.extracts(GLAN, jac, jane)
    _, proposal = dry_run(provisioning.at(), GLAN.number)
    assert proposal is not None
    (change,) = proposal.plan.changes
    (as_written,) = change.fingerprints - {change.fingerprint, change.undated_fingerprint}
    old = decisions.StoredChange(as_written, "create", change.record.kind, "ab1")
    with provisioning.database.writing() as session:
        decisions.refuse(session, GLAN.number, 1, [old])
    assert counts(provisioning.runs(GLAN)) == {"refused": 1, "unchanged": 1}


def test_a_refusal_from_before_changes_had_dates_still_stands(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, *PUPILS)
    provisioning.runs(GLAN)
    provisioning.extracts(GLAN, *left(PUPILS[:1]), *PUPILS[1:])
    run, proposal = dry_run(provisioning.at(), GLAN.number)
    assert run.counts["release"] == 1
    assert proposal is not None
    (change,) = proposal.plan.changes
    old = decisions.StoredChange(change.undated_fingerprint, "release", change.record.kind, PUPILS[0].upn)
    with provisioning.database.writing() as session:
        decisions.refuse(session, GLAN.number, 1, [old])
    assert counts(provisioning.runs(GLAN)) == {"refused": 1, "unchanged": 39}
    assert refusals(provisioning) == 1


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
