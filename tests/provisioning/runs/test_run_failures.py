"""A run is done as a whole or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from provisioning.records.runs import RunStatus
from provisioning.runs.batches import provision_batch
from provisioning.store import run_listing
from provisioning.store.database import Database
from provisioning.store.tables.accounts import JournalRow
from provisioning.store.tables.files import CoveredRow
from provisioning.store.tables.runs import NoteRow
from tests.builders import GLAN, NANT, Schools, learner, staff_member, upn, write
from tests.provisioning.runs.run_builders import SEREN, counts

pytestmark = pytest.mark.both_databases


@contextmanager
def breaking(database: Database, table: str) -> Iterator[None]:
    """The database breaks off when rows come into a table."""

    def break_off(_connection: Any, _cursor: Any, sql: str, *_rest: Any) -> None:
        if sql.startswith((f"INSERT INTO {table}", f"COPY {table}")):
            raise OSError("the disk is full")

    event.listen(database.engine, "before_cursor_execute", break_off)
    try:
        yield
    finally:
        event.remove(database.engine, "before_cursor_execute", break_off)


@pytest.mark.parametrize("table", ["accounts", "journal", "run_notes", "covered_records"])
def test_a_run_that_breaks_in_the_middle_changes_nothing(provisioning: Schools, table: str) -> None:
    provisioning.extracts(GLAN, learner(1), learner(2))
    provisioning.runs(GLAN)
    before = provisioning.accounts()
    provisioning.extracts(
        GLAN, learner(1, class_name="7B"), learner(3, forename="Mali"), learner(4, surname=""), staff_member()
    )
    with breaking(provisioning.database, table):
        run = provisioning.runs(GLAN)
    assert (run.status, counts(run)) == (RunStatus.FAILED, {})
    assert run.error is not None
    assert run.error.key == "error.run-unexpected"
    assert provisioning.accounts() == before
    with provisioning.database.reading() as session:
        assert {row.run for row in session.scalars(select(JournalRow))} == {1}
        assert session.scalars(select(NoteRow)).all() == []
        assert sorted(session.scalars(select(CoveredRow.identifier))) == sorted([upn(1), upn(2)])
    assert counts(provisioning.runs(GLAN)) == {"update": 1, "create": 2, "rejected": 1, "vanished": 1}


def test_a_run_whose_commit_was_not_acknowledged_is_what_the_store_says(provisioning: Schools) -> None:
    """The connection is lost after the run's transaction is committed, before the answer has come."""
    provisioning.extracts(GLAN, learner(1))
    lost: list[RunStatus] = []

    def lose(_session: Session) -> None:
        with provisioning.database.reading() as session:
            (run,) = run_listing.newest(session)
        if run.status is not RunStatus.RUNNING and not lost:
            lost.append(run.status)
            raise OSError("the connection is lost")

    event.listen(Session, "after_commit", lose)
    try:
        run = provisioning.runs(GLAN)
    finally:
        event.remove(Session, "after_commit", lose)
    assert (lost, run.status, run.error) == ([RunStatus.SUCCEEDED], RunStatus.SUCCEEDED, None)
    assert len(provisioning.accounts()) == 1


def test_a_file_problem_fails_the_run_and_changes_nothing(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, SEREN)
    provisioning.runs(GLAN)
    before = provisioning.accounts()
    write(provisioning.folder / GLAN.number / "staff.csv", [])
    run = provisioning.runs(GLAN)
    assert (run.status, counts(run)) == (RunStatus.FAILED, {})
    assert run.error is not None
    assert run.error.values["file"] == "staff.csv"
    assert provisioning.accounts() == before


def test_a_school_without_an_extract_fails_alone(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, SEREN)
    batch = provision_batch(provisioning.at(), [NANT.number, GLAN.number], started_by="test")
    assert {run.school: run.status for run in batch.runs} == {
        NANT.number: RunStatus.FAILED,
        GLAN.number: RunStatus.SUCCEEDED,
    }
