"""The audit: rows are added and read by filters, and nothing alters one."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot.people import audit
from bot.people.audit import Looked, Wanted
from provisioning.store.database import Database
from tests.builders import GLAN, NANT, NOW, upn

CARYS = Looked(NOW, "U0CARYS", "slack", "why-missing", GLAN.number, upn(1), "not-in-mis")
ROOT = Looked(NOW + timedelta(hours=1), "cli:root", "cli", "missing", NANT.number, None, audit.OK)
CLOCK = Looked(NOW + timedelta(hours=2), "schedule", "schedule", "run", GLAN.number, None, "succeeded")


@pytest.fixture
def written(database: Database) -> Database:
    audit.keep(database, CARYS, ROOT, CLOCK)
    return database


def found(database: Database, wanted: Wanted, last: int | None = None) -> list[Looked]:
    with database.reading() as session:
        return audit.read(session, wanted, last)


def test_it_is_read_newest_first(written: Database) -> None:
    assert found(written, Wanted()) == [CLOCK, ROOT, CARYS]
    assert found(written, Wanted(), last=1) == [CLOCK]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Wanted(who="cli:root"), [ROOT]),
        (Wanted(door="slack"), [CARYS]),
        (Wanted(deed="run"), [CLOCK]),
        (Wanted(school=GLAN.number), [CLOCK, CARYS]),
        (Wanted(subject=f" {upn(1).lower()} "), [CARYS]),
        (Wanted(since=ROOT.at), [CLOCK, ROOT]),
        (Wanted(until=ROOT.at), [CARYS]),
        (Wanted(school=GLAN.number, door="cli"), []),
    ],
)
def test_filters_go_together(wanted: Wanted, expected: list[Looked], written: Database) -> None:
    assert found(written, wanted) == expected


def test_the_database_refuses_to_alter_a_row(written: Database) -> None:
    with pytest.raises(DBAPIError, match="stays as it is"), written.writing() as session:
        session.execute(text("UPDATE audit SET who = 'nobody'"))
    assert found(written, Wanted()) == [CLOCK, ROOT, CARYS]


def test_a_record_is_part_of_what_it_records(database: Database) -> None:
    def work(session: Session) -> None:
        audit.record(session, CARYS)
        session.execute(text("SELECT * FROM nowhere"))

    with pytest.raises(DBAPIError):
        database.write(work)
    assert found(database, Wanted()) == []


def test_whatever_was_typed_finds_room(database: Database) -> None:
    audit.keep(
        database, replace(CARYS, school="6" * 900, subject="x" * 900, outcome="y" * 900, who="z" * 900)
    )
    (row,) = found(database, Wanted())
    assert (row.school, row.subject) == ("6" * 7, "X" * 80)


def test_what_is_blank_is_nothing(database: Database) -> None:
    audit.keep(database, replace(CARYS, subject="  ", school=""))
    (row,) = found(database, Wanted())
    assert (row.school, row.subject) == (None, None)
