"""An approval applies what was shown, and nothing else."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from provisioning.records.accounts import Status
from provisioning.records.extracts import Extract
from provisioning.records.runs import RunStatus
from provisioning.records.schools import School
from provisioning.runs.approvals import approve, reject
from provisioning.runs.undo import undo
from provisioning.sources.extract_folder import ExtractFolder
from provisioning.store import decisions
from provisioning.store.runs import Run
from provisioning.store.tables.runs import NoteRow
from tests.builders import GLAN, NOW, Schools, learner, write
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
    relaxation,
)

pytestmark = pytest.mark.both_databases


def noted(provisioning: Schools, run: Run) -> list[tuple[str, str]]:
    with provisioning.database.reading() as session:
        rows = session.scalars(select(NoteRow).where(NoteRow.run == run.id).order_by(NoteRow.id))
        return [(row.kind, row.identifier) for row in rows]


class CountingFolder(ExtractFolder):
    """Extracts that note which school's was read, as often as it was."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.read_of: list[str] = []

    def read(self, school: School, today: date) -> Extract:
        self.read_of.append(school.number)
        return super().read(school, today)


def test_an_approval_applies_what_was_shown(provisioning: Schools, held: Run) -> None:
    run = approves(provisioning, held)
    assert (run.id, run.status, run.error) == (held.id, RunStatus.SUCCEEDED, None)
    assert counts(run) == {"release": 20, "update": 1, "create": 1, "unchanged": 21}
    assert (run.decision, run.decided_by, run.finished_at) == ("approved", "Alys", LATER)
    assert active(provisioning) == {pupil.upn for pupil in (*PUPILS[20:], NEW)}
    gone = provisioning.account(PUPILS[0])
    assert (gone.status, gone.released_from, gone.released_at) == (Status.INACTIVE, GLAN.number, LATER)
    assert [kind for kind, *_ in provisioning.journal(run)] == ["create", "update", *["release"] * 20]
    assert counts(provisioning.runs(GLAN, at=LATER)) == {"unchanged": 21}


def test_an_approved_run_is_the_last_that_had_the_extract(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, *PUPILS)
    provisioning.runs(GLAN)
    provisioning.extracts(GLAN, *PUPILS[:20])
    approves(provisioning, provisioning.runs(GLAN))
    run = provisioning.runs(GLAN, at=LATER)
    assert (run.status, counts(run)) == (RunStatus.SUCCEEDED, {"unchanged": 20, "vanished": 20})


def test_an_approved_run_has_the_notes_of_the_day_of_approval(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, *PUPILS)
    provisioning.runs(GLAN)
    provisioning.extracts(GLAN, *left(PUPILS[:20]), *PUPILS[20:39])  # the last of them is not in the file
    held = provisioning.runs(GLAN)
    assert noted(provisioning, held) == [("vanished", PUPILS[39].upn)]
    provisioning.extracts(
        GLAN, *left(PUPILS[:20]), *PUPILS[20:38], PUPILS[39]
    )  # now it is another one who is not
    run = approves(provisioning, held)
    assert (run.status, run.counts["vanished"]) == (RunStatus.SUCCEEDED, 1)
    assert noted(provisioning, run) == [("vanished", PUPILS[38].upn)]


def test_an_approval_reads_the_extract_once(provisioning: Schools, held: Run) -> None:
    extract_folder = CountingFolder(provisioning.folder)
    run = approve(replace(provisioning.at(LATER), extract_folder=extract_folder), held.known_id, by="Alys")
    assert (run.status, extract_folder.read_of) == (RunStatus.SUCCEEDED, [GLAN.number])


def test_another_extract_since_then_is_held_again_and_says_what_differs(
    provisioning: Schools, held: Run
) -> None:
    before = provisioning.accounts()
    provisioning.extracts(GLAN, *left(PUPILS[:18]), *PUPILS[18:36], *left(PUPILS[36:]), NEW)
    run = approves(provisioning, held)
    assert (run.id, run.status) == (held.id, RunStatus.HELD)
    assert run.counts["held"] == 22
    assert run.error is not None
    assert (run.error.key, run.error.values) == ("run.differs", {"more": 4, "fewer": 2})
    assert provisioning.accounts() == before
    assert approves(provisioning, run).counts["release"] == 22


def test_an_extract_that_asks_for_none_of_it_any_more_ends_the_hold(provisioning: Schools, held: Run) -> None:
    provisioning.extracts(GLAN, *PUPILS, NEW)
    run = approves(provisioning, held)
    assert (run.status, run.error and run.error.values) == (RunStatus.SUCCEEDED, {"more": 0, "fewer": 20})
    assert active(provisioning) == {pupil.upn for pupil in (*PUPILS, NEW)}
    assert refused(lambda: approves(provisioning, held)) == "error.run-not-held"


def test_other_accounts_since_then_are_held_again(provisioning: Schools, held: Run) -> None:
    """One of those who leave has been released already, by a run that was let pass."""
    with provisioning.database.writing() as session:
        decisions.relax(session, relaxation(), NOW)
    provisioning.extracts(GLAN, *left(PUPILS[:1]), *PUPILS[1:], NEW)
    provisioning.runs(GLAN)
    provisioning.extracts(GLAN, *left(PUPILS[:20]), *PUPILS[20:], NEW)
    assert refused(lambda: approves(provisioning, held)) == "error.run-not-held"


def test_what_nothing_holds_back_goes_along_with_an_approval(provisioning: Schools, held: Run) -> None:
    provisioning.extracts(GLAN, *left(PUPILS[:20]), *PUPILS[20:], NEW, learner(91))
    run = approves(provisioning, held)
    assert (run.status, run.counts["release"], run.counts["create"]) == (RunStatus.SUCCEEDED, 20, 2)
    assert provisioning.account(learner(91)).active


def test_what_has_not_been_shown_is_not_approved_along(provisioning: Schools, held: Run) -> None:
    jump = [replace(pupil, year_group="13") for pupil in PUPILS[20:]]
    provisioning.extracts(GLAN, *left(PUPILS[:20]), *jump, NEW)
    run = approves(provisioning, held)
    assert (run.status, run.held_by) == (RunStatus.HELD, ("year-jump",))
    assert (run.counts["release"], run.counts["held"]) == (20, 20)
    assert {provisioning.account(pupil).year_group for pupil in PUPILS} == {"9"}
    done = approves(provisioning, run)
    assert (done.status, done.counts["held"]) == (RunStatus.SUCCEEDED, 0)
    assert {provisioning.account(pupil).year_group for pupil in PUPILS[20:]} == {"13"}


def test_the_older_of_two_that_hold_the_same_decides_on_the_newer(provisioning: Schools, held: Run) -> None:
    newer = provisioning.runs(GLAN, at=LATER)
    run = approves(provisioning, held)
    assert (run.id, run.status, run.counts["release"]) == (newer.id, RunStatus.SUCCEEDED, 20)
    assert refused(lambda: approves(provisioning, held)) == "error.run-not-held"
    assert refused(lambda: approves(provisioning, newer)) == "error.run-not-held"


def test_the_older_of_two_that_hold_something_else_is_over(provisioning: Schools, held: Run) -> None:
    provisioning.extracts(GLAN, *left(PUPILS[:25]), *PUPILS[25:], NEW)
    newer = provisioning.runs(GLAN)
    for act in (approves, rejects):
        assert refused(lambda act=act: act(provisioning, held)) == "error.run-not-held"  # type: ignore[misc]
    assert approves(provisioning, newer).counts["release"] == 25


def test_a_file_that_could_not_be_read_meanwhile_takes_no_held_runs_place(
    provisioning: Schools, held: Run
) -> None:
    write(provisioning.folder / GLAN.number / "learners.csv", [])
    assert provisioning.runs(GLAN).status is RunStatus.FAILED
    before = provisioning.accounts()
    assert refused(lambda: approves(provisioning, held)) == "error.extract-empty"
    assert provisioning.statuses()[-2:] == [(GLAN.number, "held"), (GLAN.number, "failed")]
    assert provisioning.accounts() == before
    provisioning.extracts(GLAN, *left(PUPILS[:20]), *PUPILS[20:], NEW)
    assert approves(provisioning, held).status is RunStatus.SUCCEEDED


def test_an_approval_that_breaks_leaves_the_run_held(
    provisioning: Schools, held: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = provisioning.accounts()
    with monkeypatch.context() as broken:
        broken.setattr("provisioning.store.account_changes.apply", lambda *_args: 1 / 0)
        run = approves(provisioning, held)
    assert (run.status, run.error and run.error.key) == (RunStatus.HELD, "error.run-unexpected")
    assert run.counts == held.counts
    assert provisioning.accounts() == before
    assert approves(provisioning, held).status is RunStatus.SUCCEEDED


@pytest.mark.parametrize("number", [0, -1, 99, 2**31, 2**63, 10**30])
def test_a_run_that_is_not_there(provisioning: Schools, number: int) -> None:
    for act in (approve, reject, undo):
        assert refused(lambda act=act: act(provisioning.at(), number, by="Alys")) == "error.run-unknown"  # type: ignore[misc]


def test_a_run_that_holds_nothing(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, *PUPILS)
    run = provisioning.runs(GLAN)
    assert refused(lambda: approves(provisioning, run)) == "error.run-not-held"
    assert refused(lambda: rejects(provisioning, run)) == "error.run-not-held"
    assert provisioning.statuses() == [(GLAN.number, "succeeded")]
