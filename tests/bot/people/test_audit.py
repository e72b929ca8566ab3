"""The audit: rows are added and read by filters, and nothing alters one."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot.people import audit
from bot.people.audit import AuditFilter, AuditRecord
from provisioning.clock import system_time
from provisioning.store.database import Database
from tests.builders import GLAN, NANT, NOW, upn
from tests.costs import GROWS_AT_MOST, cost

pytestmark = pytest.mark.both_databases

CARYS = AuditRecord(NOW, "U0CARYS", "slack", "why-missing", GLAN.number, upn(1), "not-in-mis")
ROOT = AuditRecord(NOW + timedelta(hours=1), "cli:root", "cli", "missing", NANT.number, None, audit.OK)
CLOCK = AuditRecord(NOW + timedelta(hours=2), "schedule", "schedule", "run", GLAN.number, None, "succeeded")


@pytest.fixture
def written(database: Database) -> Database:
    audit.keep(database, CARYS, ROOT, CLOCK)
    return database


def found(database: Database, wanted: AuditFilter, last: int | None = None) -> list[AuditRecord]:
    with database.reading() as session:
        return audit.read(session, wanted, last)


def test_it_is_read_newest_first(written: Database) -> None:
    assert found(written, AuditFilter()) == [CLOCK, ROOT, CARYS]
    assert found(written, AuditFilter(), last=1) == [CLOCK]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (AuditFilter(who="cli:root"), [ROOT]),
        (AuditFilter(entry_point="slack"), [CARYS]),
        (AuditFilter(action="run"), [CLOCK]),
        (AuditFilter(school=GLAN.number), [CLOCK, CARYS]),
        (AuditFilter(subject=f" {upn(1).lower()} "), [CARYS]),
        (AuditFilter(school=GLAN.number, entry_point="cli"), []),
    ],
)
def test_filters_go_together(wanted: AuditFilter, expected: list[AuditRecord], written: Database) -> None:
    assert found(written, wanted) == expected


def test_a_time_is_asked_for_as_it_was_whatever_the_clock_in_use_said(written: Database) -> None:
    before = system_time() - timedelta(minutes=1)
    assert found(written, AuditFilter(since=before)) == [CLOCK, ROOT, CARYS]
    assert found(written, AuditFilter(until=before)) == []
    told = [record.recorded_at for record in found(written, AuditFilter())]
    assert all(at is not None and before < at <= system_time() for at in told)


def test_a_record_is_part_of_what_it_records(database: Database) -> None:
    def work(session: Session) -> None:
        audit.record(session, CARYS)
        session.execute(text("SELECT * FROM nowhere"))

    with pytest.raises(DBAPIError):
        database.write(work)
    assert found(database, AuditFilter()) == []


def test_whatever_was_typed_finds_room(database: Database) -> None:
    audit.keep(
        database, replace(CARYS, school="6" * 900, subject="x" * 900, outcome="y" * 900, who="z" * 900)
    )
    (row,) = found(database, AuditFilter())
    assert (row.school, row.subject) == ("6" * 7, "X" * 80)


def test_what_is_blank_is_nothing(database: Database) -> None:
    audit.keep(database, replace(CARYS, subject="  ", school=""))
    (row,) = found(database, AuditFilter())
    assert (row.school, row.subject) == (None, None)


def test_what_a_user_did_lately_costs_the_same_however_much_others_have_done(written: Database) -> None:
    deeds, since = [CARYS.action], system_time() - timedelta(days=7)

    def of_carys() -> list[AuditRecord]:
        with written.reading() as session:
            return audit.done_by(session, CARYS.who, deeds, since)

    before = cost(written, of_carys).steps
    audit.keep(written, *(replace(CARYS, who=f"U{number}") for number in range(300)))
    assert of_carys() == [CARYS]
    assert cost(written, of_carys).steps <= before * GROWS_AT_MOST
