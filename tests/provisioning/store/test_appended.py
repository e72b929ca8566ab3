"""What is new in a table is told once, also where it was committed late."""

from collections.abc import Iterable

import pytest

from provisioning.store import appended
from provisioning.store.appended import Appended
from provisioning.store.database import Database
from provisioning.store.tables.accounts import CorrectionRow
from tests.builders import NOW

pytestmark = pytest.mark.both_databases


def corrected(database: Database, ids: Iterable[int]) -> None:
    """Corrections with these ids; the account has the number of its correction."""
    with database.writing() as session:
        session.add_all(
            CorrectionRow(id=id_, account=id_, field="surname", before={}, after={}, by="Alys", at=NOW)
            for id_ in ids
        )


def test_each_new_row_is_told_once(database: Database) -> None:
    corrected(database, [1, 2])
    table = Appended(CorrectionRow, "account")
    with database.reading() as session:
        assert table.new(session) is None  # what was there before, it cannot tell from what is new
        assert table.new(session) == ()
    corrected(database, [4, 5])
    with database.reading() as session:
        assert table.new(session) == [4, 5]
        assert table.new(session) == ()


def test_a_row_that_was_committed_late_is_told(database: Database) -> None:
    """On PostgreSQL a transaction may get its ids first and commit last."""
    corrected(database, [1, 4])
    table = Appended(CorrectionRow, "account")
    with database.reading() as session:
        table.new(session)
    corrected(database, [3])
    with database.reading() as session:
        assert table.new(session) == [3]


def test_beyond_many_it_cannot_tell(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(appended, "_MANY", 6)
    monkeypatch.setattr(appended, "_LATE", 3)
    table = Appended(CorrectionRow, "account")
    with database.reading() as session:
        table.new(session)
    corrected(database, range(1, 10))
    with database.reading() as session:
        assert table.new(session) is None
        assert table.new(session) == ()
    corrected(database, [10])
    with database.reading() as session:
        assert table.new(session) == [10]
        assert table.new(session) == ()
