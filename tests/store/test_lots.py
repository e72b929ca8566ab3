"""Several schools in one transaction: each as if it had been alone, and none harmed by another."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select, update

from provisioning.planning.proposal import Draft
from provisioning.records import RunStatus
from provisioning.runs import chunks
from provisioning.runs.batches import Batch, provision_batch
from provisioning.store import decisions, run_lifecycle
from provisioning.store.tables import CoveredRow, NoteRow, RunRow
from tests.builders import (
    BRYN,
    GLAN,
    NANT,
    NOW,
    SCHOOLS,
    House,
    account_of,
    extract,
    learner,
    planned,
    staff_member,
    upn,
)

GONE = {"admission_date": date(2020, 9, 1), "leaving_date": date(2026, 7, 17)}
THERE = {"admission_date": date(2020, 9, 1), "year_group": "6"}
EVERY = [school.number for school in SCHOOLS]


def runs(house: House) -> Batch:
    return provision_batch(house.at(), EVERY, started_by="test")


def told(batch: Batch) -> list[tuple[str, str, dict[str, int]]]:
    return [
        (run.school, run.status.value, {name: number for name, number in run.counts.items() if number})
        for run in batch.runs
    ]


@contextmanager
def commits(house: House) -> Iterator[list[str]]:
    """What is committed meanwhile."""
    seen: list[str] = []

    def see(_connection: Any) -> None:
        seen.append("commit")

    event.listen(house.database.engine, "commit", see)
    try:
        yield seen
    finally:
        event.remove(house.database.engine, "commit", see)


def test_schools_that_have_nothing_to_do_with_each_other_become_true_at_once(house: House) -> None:
    house.extracts(NANT, learner(1), staff_member())
    house.extracts(BRYN, learner(2), learner(3, surname=""))
    house.extracts(GLAN, learner(4), staff_member())
    with commits(house) as seen:
        batch = runs(house)
    assert told(batch) == [
        (NANT.number, "succeeded", {"create": 2}),
        (BRYN.number, "succeeded", {"create": 1, "rejected": 1}),
        (GLAN.number, "succeeded", {"create": 2}),
    ]
    assert len(seen) == 2, "begun, and done"
    assert [[kind for kind, *_ in house.journal(run)] for run in batch.runs] == [
        ["create"] * 2,
        ["create"],
        ["create"] * 2,
    ]
    with house.database.reading() as session:
        covered = session.execute(select(CoveredRow.school, CoveredRow.identifier)).all()
        notes = session.scalars(select(NoteRow.run)).all()
    assert len(covered) == 5
    assert notes == [batch.runs[1].id]


def test_who_waits_for_a_school_of_the_lot_runs_after_it(house: House) -> None:
    """Nant and Glan are in one lot; Glan's learner is still at Nant when both are looked at."""
    house.extracts(NANT, learner(1, **THERE), learner(5, **THERE))
    house.runs(NANT)
    house.extracts(NANT, learner(1, **THERE | GONE), learner(5, **THERE))
    house.extracts(BRYN, learner(2))
    house.extracts(GLAN, learner(1), learner(3))
    assert told(runs(house)) == [
        (NANT.number, "succeeded", {"release": 1, "unchanged": 1}),
        (BRYN.number, "succeeded", {"create": 1}),
        (GLAN.number, "succeeded", {"create": 1, "match": 1}),
    ]
    assert house.statuses() == [(number, "succeeded") for number in (NANT.number, *EVERY)]


def test_two_schools_of_a_lot_with_the_same_new_learner(house: House) -> None:
    house.extracts(NANT, learner(1), learner(2))
    house.extracts(BRYN, learner(3))
    house.extracts(GLAN, learner(1), learner(4))
    assert told(runs(house)) == [
        (NANT.number, "succeeded", {"create": 2}),
        (BRYN.number, "succeeded", {"create": 1}),
        (GLAN.number, "succeeded", {"blocked": 1, "create": 1}),
    ]


def test_two_schools_of_a_lot_that_want_the_same_released_learner(house: House) -> None:
    house.extracts(GLAN, learner(1, **THERE))
    house.runs(GLAN)
    house.extracts(GLAN, learner(1, **THERE | GONE))
    house.runs(GLAN)
    house.extracts(NANT, learner(1))
    house.extracts(BRYN, learner(1))
    assert told(provision_batch(house.at(), EVERY[:2], started_by="test")) == [
        (NANT.number, "succeeded", {"match": 1}),
        (BRYN.number, "succeeded", {"blocked": 1}),
    ]


def test_a_new_upn_that_another_school_of_the_lot_asks_for_as_well(house: House) -> None:
    """By its former UPN Nant's account gets the UPN under which Glan would make one."""
    house.extracts(NANT, learner(1, **THERE))
    house.runs(NANT)
    house.extracts(NANT, learner(2, former_upn=upn(1), **THERE))
    house.extracts(GLAN, learner(2))
    assert told(provision_batch(house.at(), EVERY, started_by="test"))[:2] == [
        (NANT.number, "succeeded", {"update": 1}),
        (GLAN.number, "succeeded", {"blocked": 1}),
    ]


def test_a_hold_in_a_lot_holds_that_school_alone(house: House) -> None:
    people = [learner(number, **THERE | {"year_group": "3"}) for number in range(1, 31)]
    house.extracts(NANT, *people)
    house.runs(NANT)
    house.extracts(NANT, *(replace(one, **GONE) for one in people[:20]), *people[20:], learner(40))
    house.extracts(GLAN, learner(50))
    batch = provision_batch(house.at(), [NANT.number, GLAN.number], started_by="test")
    assert told(batch) == [
        (NANT.number, "held", {"create": 1, "held": 20, "unchanged": 10}),
        (GLAN.number, "succeeded", {"create": 1}),
    ]
    with house.database.reading() as session:
        assert len(decisions.held(session, batch.runs[0].known_id)) == 20


@pytest.mark.parametrize("table", ["accounts", "journal", "covered_records"])
def test_a_lot_that_breaks_in_the_middle_harms_only_the_school_that_breaks(
    house: House, table: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Something of one school's that the database will not take: the others run all the same."""
    house.extracts(NANT, learner(1))
    house.extracts(BRYN, learner(2), learner(3))
    house.extracts(GLAN, learner(4))
    broken = {"seen": 0}

    def refuse(_connection: Any, _cursor: Any, sql: str, *_rest: Any) -> None:
        if sql.startswith((f"INSERT INTO {table} ", f"COPY {table} ")):
            broken["seen"] += 1
            if broken["seen"] in (1, 3):  # the lot's, then the second school's own
                raise OSError("the disk is full")

    event.listen(house.database.engine, "before_cursor_execute", refuse)
    batch = runs(house)
    event.remove(house.database.engine, "before_cursor_execute", refuse)
    assert [(school, status) for school, status, _ in told(batch)] == [
        (NANT.number, "succeeded"),
        (GLAN.number, "failed"),
        (BRYN.number, "succeeded"),
    ]
    assert {account.upn for account in house.accounts()} == {upn(1), upn(2), upn(3)}
    assert house.statuses() == [(one.school, one.status.value) for one in batch.runs]
    assert "3 schools could not run together (OSError)" in caplog.text


def test_a_school_that_runs_already_keeps_no_lot_from_running(house: House) -> None:
    for number, school in enumerate(SCHOOLS):
        house.extracts(school, learner(number))
    with house.database.writing() as session:
        run_lifecycle.begin(session, NANT.number, NOW, started_by="somebody", slot=None)
    batch = runs(house)
    assert [one.school for one in batch.runs] == [BRYN.number, GLAN.number]
    assert [(school, error.said.key) for school, error in batch.refused] == [
        (NANT.number, "error.run-under-way")
    ]


def test_a_run_that_was_interrupted_is_named_though_its_school_would_be_in_a_lot(house: House) -> None:
    for number, school in enumerate(SCHOOLS):
        house.extracts(school, learner(number))
    with house.database.writing() as session:
        run_lifecycle.begin(session, NANT.number, NOW, started_by="somebody", slot=None)
        session.execute(update(RunRow).values(lease_until=NOW - timedelta(days=400)))
    assert {run.status for run in runs(house).runs} == {RunStatus.SUCCEEDED}
    assert house.statuses()[0] == (NANT.number, "interrupted")


def test_a_school_too_large_for_a_lot_runs_by_itself(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "RECORDS", 3)
    house.extracts(NANT, learner(1))
    house.extracts(BRYN, *(learner(number) for number in range(2, 6)))
    house.extracts(GLAN, learner(6))
    assert [(school, counts) for school, _, counts in told(runs(house))] == [
        (NANT.number, {"create": 1}),
        (GLAN.number, {"create": 1}),
        (BRYN.number, {"create": 4}),
    ]


def test_whose_accounts_a_school_before_it_changes_is_left_out() -> None:
    """Even where no rule of today's would make anything of it: Glan has the learner as one who has left."""
    leaver = learner(1, **THERE | GONE)
    account = account_of(leaver, NANT)
    drafted = {
        number: Draft(of, [account], planned(of, account, today=NOW.date()))
        for number, of in enumerate([extract(leaver, school=NANT), extract(leaver, school=GLAN)])
    }
    assert [len(one.plan.changes) for one in drafted.values()] == [1, 0]
    assert list(chunks.ready(drafted, ahead=())) == [0]
    assert list(chunks.ready({1: drafted[1]}, ahead=EVERY)) == [1]
