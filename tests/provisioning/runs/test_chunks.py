"""Several schools in one transaction: each as if it had been alone, and none harmed by another."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import event, select

from provisioning.planning.proposal import Proposal
from provisioning.records.runs import RunStatus
from provisioning.runs import batches, chunks, lease
from provisioning.runs.batches import Batch, provision_batch
from provisioning.store import decisions, run_lifecycle, schools
from provisioning.store.tables.files import CoveredRow
from provisioning.store.tables.runs import NoteRow
from tests.builders import (
    BRYN,
    GLAN,
    NANT,
    NOW,
    SCHOOLS,
    Schools,
    account_of,
    extract,
    learner,
    planned,
    staff_member,
    upn,
)

pytestmark = pytest.mark.both_databases

GONE = {"admission_date": date(2020, 9, 1), "leaving_date": date(2026, 7, 17)}
THERE = {"admission_date": date(2020, 9, 1), "year_group": "6"}
EVERY = [school.number for school in SCHOOLS]


def runs(provisioning: Schools) -> Batch:
    return provision_batch(provisioning.at(), EVERY, started_by="test")


def told(batch: Batch) -> list[tuple[str, str, dict[str, int]]]:
    return [
        (run.school, run.status.value, {name: number for name, number in run.counts.items() if number})
        for run in batch.runs
    ]


@contextmanager
def commits(provisioning: Schools) -> Iterator[list[str]]:
    """What is committed meanwhile."""
    seen: list[str] = []

    def see(_connection: Any) -> None:
        seen.append("commit")

    event.listen(provisioning.database.engine, "commit", see)
    try:
        yield seen
    finally:
        event.remove(provisioning.database.engine, "commit", see)


def test_schools_that_have_nothing_to_do_with_each_other_become_true_at_once(
    provisioning: Schools,
) -> None:
    provisioning.extracts(NANT, learner(1), staff_member())
    provisioning.extracts(BRYN, learner(2), learner(3, surname=""))
    provisioning.extracts(GLAN, learner(4), staff_member())
    with commits(provisioning) as seen:
        batch = runs(provisioning)
    assert told(batch) == [
        (NANT.number, "succeeded", {"create": 2}),
        (BRYN.number, "succeeded", {"create": 1, "rejected": 1}),
        (GLAN.number, "succeeded", {"create": 2}),
    ]
    assert len(seen) == 2, "begun, and done"
    assert [[kind for kind, *_ in provisioning.journal(run)] for run in batch.runs] == [
        ["create"] * 2,
        ["create"],
        ["create"] * 2,
    ]
    with provisioning.database.reading() as session:
        covered = session.execute(select(CoveredRow.school, CoveredRow.identifier)).all()
        notes = session.scalars(select(NoteRow.run)).all()
    assert len(covered) == 5
    assert notes == [batch.runs[1].id]


def test_who_waits_for_a_school_of_the_chunk_runs_after_it(provisioning: Schools) -> None:
    """Nant and Glan are in one chunk; Glan's learner is still at Nant when both are looked at."""
    provisioning.extracts(NANT, learner(1, **THERE), learner(5, **THERE))
    provisioning.runs(NANT)
    provisioning.extracts(NANT, learner(1, **THERE | GONE), learner(5, **THERE))
    provisioning.extracts(BRYN, learner(2))
    provisioning.extracts(GLAN, learner(1), learner(3))
    assert told(runs(provisioning)) == [
        (NANT.number, "succeeded", {"release": 1, "unchanged": 1}),
        (BRYN.number, "succeeded", {"create": 1}),
        (GLAN.number, "succeeded", {"create": 1, "match": 1}),
    ]
    assert provisioning.statuses() == [(number, "succeeded") for number in (NANT.number, *EVERY)]


def test_in_a_larger_batch_a_chunk_has_schools_of_a_single_final_year(
    provisioning: Schools, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nant and Glan would fill a chunk, with Bryn left over; Glan's learner comes from Nant."""
    monkeypatch.setattr(batches, "SCHOOLS_IN_A_CHUNK", 2)
    with provisioning.database.writing() as session:
        schools.put(session, [replace(BRYN, final_year="13")])
    provisioning.extracts(NANT, learner(1, **THERE), learner(5, **THERE))
    provisioning.runs(NANT)
    provisioning.extracts(NANT, learner(1, **THERE | GONE), learner(5, **THERE))
    provisioning.extracts(BRYN, learner(2))
    provisioning.extracts(GLAN, learner(1), learner(3))
    with commits(provisioning) as seen:
        batch = runs(provisioning)
    assert told(batch) == [
        (NANT.number, "succeeded", {"release": 1, "unchanged": 1}),
        (GLAN.number, "succeeded", {"create": 1, "match": 1}),
        (BRYN.number, "succeeded", {"create": 1}),
    ]
    assert len(seen) == 4, "Nant begun and done, then Glan and Bryn together"


def test_two_schools_of_a_chunk_with_the_same_new_learner(provisioning: Schools) -> None:
    provisioning.extracts(NANT, learner(1), learner(2))
    provisioning.extracts(BRYN, learner(3))
    provisioning.extracts(GLAN, learner(1), learner(4))
    assert told(runs(provisioning)) == [
        (NANT.number, "succeeded", {"create": 2}),
        (BRYN.number, "succeeded", {"create": 1}),
        (GLAN.number, "succeeded", {"blocked": 1, "create": 1}),
    ]


def test_two_schools_of_a_chunk_that_want_the_same_released_learner(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, learner(1, **THERE))
    provisioning.runs(GLAN)
    provisioning.extracts(GLAN, learner(1, **THERE | GONE))
    provisioning.runs(GLAN)
    provisioning.extracts(NANT, learner(1))
    provisioning.extracts(BRYN, learner(1))
    assert told(provision_batch(provisioning.at(), EVERY[:2], started_by="test")) == [
        (NANT.number, "succeeded", {"match": 1}),
        (BRYN.number, "succeeded", {"blocked": 1}),
    ]


def test_a_new_upn_that_another_school_of_the_chunk_asks_for_as_well(
    provisioning: Schools,
) -> None:
    """By its former UPN Nant's account gets the UPN under which Glan would make one."""
    provisioning.extracts(NANT, learner(1, **THERE))
    provisioning.runs(NANT)
    provisioning.extracts(NANT, learner(2, former_upn=upn(1), **THERE))
    provisioning.extracts(GLAN, learner(2))
    provisioning.extracts(BRYN)
    assert told(provision_batch(provisioning.at(), EVERY, started_by="test")) == [
        (NANT.number, "succeeded", {"update": 1}),
        (BRYN.number, "succeeded", {}),
        (GLAN.number, "succeeded", {"blocked": 1}),
    ]


def test_a_hold_in_a_chunk_holds_that_school_alone(provisioning: Schools) -> None:
    people = [learner(number, **THERE | {"year_group": "3"}) for number in range(1, 31)]
    provisioning.extracts(NANT, *people)
    provisioning.runs(NANT)
    provisioning.extracts(
        NANT, *(replace(person, **GONE) for person in people[:20]), *people[20:], learner(40)
    )
    provisioning.extracts(GLAN, learner(50))
    batch = provision_batch(provisioning.at(), [NANT.number, GLAN.number], started_by="test")
    assert told(batch) == [
        (NANT.number, "held", {"create": 1, "held": 20, "unchanged": 10}),
        (GLAN.number, "succeeded", {"create": 1}),
    ]
    with provisioning.database.reading() as session:
        assert len(decisions.held(session, batch.runs[0].known_id)) == 20


@pytest.mark.parametrize("table", ["accounts", "journal", "covered_records"])
def test_a_chunk_that_breaks_in_the_middle_harms_only_the_school_that_breaks(
    provisioning: Schools, table: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Something of one school's that the database will not take: the others run all the same."""
    provisioning.extracts(NANT, learner(1))
    provisioning.extracts(BRYN, learner(2), learner(3))
    provisioning.extracts(GLAN, learner(4))
    broken = {"seen": 0}

    def refuse(_connection: Any, _cursor: Any, sql: str, *_rest: Any) -> None:
        if sql.startswith((f"INSERT INTO {table} ", f"COPY {table} ")):
            broken["seen"] += 1
            if broken["seen"] in (1, 3):  # the chunk's, then the second school's own
                raise OSError("the disk is full")

    event.listen(provisioning.database.engine, "before_cursor_execute", refuse)
    batch = runs(provisioning)
    event.remove(provisioning.database.engine, "before_cursor_execute", refuse)
    assert [(school, status) for school, status, _ in told(batch)] == [
        (NANT.number, "succeeded"),
        (BRYN.number, "failed"),
        (GLAN.number, "succeeded"),
    ]
    assert {account.upn for account in provisioning.accounts()} == {upn(1), upn(4)}
    assert provisioning.statuses() == [(run.school, run.status.value) for run in batch.runs]
    assert "3 schools could not run together (OSError)" in caplog.text


def test_a_school_that_runs_already_keeps_no_chunk_from_running(provisioning: Schools) -> None:
    for number, school in enumerate(SCHOOLS):
        provisioning.extracts(school, learner(number))
    with provisioning.database.writing() as session:
        run_lifecycle.begin(session, NANT.number, NOW, started_by="somebody", slot=None)
    batch = runs(provisioning)
    assert [run.school for run in batch.runs] == [BRYN.number, GLAN.number]
    assert (batch.elsewhere, batch.refused) == ((NANT.number,), ())


def test_a_run_that_was_interrupted_is_named_though_its_school_would_be_in_a_chunk(
    provisioning: Schools,
) -> None:
    for number, school in enumerate(SCHOOLS):
        provisioning.extracts(school, learner(number))
    with provisioning.database.writing() as session:
        run = run_lifecycle.begin(session, NANT.number, NOW, started_by="somebody", slot=None)
    lease.THIS_PROCESS.ended([run])
    assert {run.status for run in runs(provisioning).runs} == {RunStatus.SUCCEEDED}
    assert provisioning.statuses()[0] == (NANT.number, "interrupted")


def test_a_school_too_large_for_a_chunk_runs_by_itself(
    provisioning: Schools, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunks, "RECORDS_IN_A_CHUNK", 3)
    provisioning.extracts(NANT, learner(1))
    provisioning.extracts(BRYN, *(learner(number) for number in range(2, 6)))
    provisioning.extracts(GLAN, learner(6))
    assert [(school, counts) for school, _, counts in told(runs(provisioning))] == [
        (NANT.number, {"create": 1}),
        (BRYN.number, {"create": 4}),
        (GLAN.number, {"create": 1}),
    ]


def test_whose_accounts_a_school_before_it_changes_is_left_out() -> None:
    """Even where no rule of today's would make anything of it: Glan has the learner as one who has left."""
    leaver = learner(1, **THERE | GONE)
    account = account_of(leaver, NANT)
    proposed = {
        number: Proposal(of, [account], planned(of, account, today=NOW.date()))
        for number, of in enumerate([extract(leaver, school=NANT), extract(leaver, school=GLAN)])
    }
    assert [len(proposal.plan.changes) for proposal in proposed.values()] == [1, 0]
    assert list(chunks.ready(proposed, ahead=())) == [0]
    assert list(chunks.ready({1: proposed[1]}, ahead=EVERY)) == [1]
