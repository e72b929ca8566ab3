"""`hwb compact`: the file made small, and refused where it can't be; what is free is given back by itself."""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import text

from provisioning.store.database import Database
from provisioning.store.file_upkeep import give_back
from tests.bot.command_line import CommandLine

FULL = 3_000
"""Letters of two kilobytes each that were deleted."""


def fill(database: Database, count: int = FULL) -> None:
    """Let the file hold much that has been deleted, and something that has not."""
    with database.writing() as session:
        session.execute(text("CREATE TABLE letters (id INTEGER PRIMARY KEY, told TEXT)"))
        for _ in range(count):
            session.execute(text("INSERT INTO letters (told) VALUES (hex(zeroblob(1000)))"))
    with database.writing() as session:
        session.execute(text("DELETE FROM letters WHERE id > 5"))
    database.checkpoint()


def file_of(hwb: CommandLine) -> Path:
    return hwb.folder / "data" / "hwb.sqlite3"


@pytest.fixture
def full(hwb: CommandLine) -> Iterator[Database]:
    """A database of an earlier version, whose file has grown and does not shrink."""
    file_of(hwb).parent.mkdir()
    with closing(sqlite3.connect(file_of(hwb))) as earlier:
        earlier.execute("PRAGMA auto_vacuum = NONE")
        earlier.execute("PRAGMA user_version = 1")  # so that something stands in the file
    database = Database(f"sqlite:///{file_of(hwb)}")
    database.prepare()
    fill(database)
    yield database
    database.close()


def free_pages(database: Database) -> int:
    with database.reading() as session:
        return int(session.execute(text("PRAGMA freelist_count")).scalar_one())


def test_a_file_that_has_grown_is_made_small_and_shrinks_by_itself_from_then_on(
    hwb: CommandLine, full: Database
) -> None:
    assert give_back(full.engine, spare=0) == 0
    full.close()
    before = file_of(hwb).stat().st_size
    told = json.loads(hwb("compact --json").out)
    assert (told["bytes_before"], told["bytes_after"]) == (before, told["bytes_after"])
    assert told["bytes_after"] < before / 4
    assert json.loads(hwb("audit --deed compact --json").out)["audit"][0]["outcome"] == "begun"
    with full.writing() as session:
        assert session.execute(text("SELECT count(*) FROM letters")).scalar() == 5
        session.execute(text("DROP TABLE letters"))
    fill(full)
    assert give_back(full.engine, spare=0) > FULL / 4
    assert free_pages(full) == 0


def test_it_is_refused_while_another_program_has_the_database_open(hwb: CommandLine, full: Database) -> None:
    before = file_of(hwb).read_bytes()
    with full.reading() as session:
        session.execute(text("SELECT 1")).all()
        refused = hwb("compact")
    assert refused.status == 1
    assert "is open in another program" in refused.err
    assert len(file_of(hwb).read_bytes()) == len(before)


def test_it_is_refused_where_the_disk_is_short(
    hwb: CommandLine, full: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    full.close()
    before = file_of(hwb).stat().st_size
    monkeypatch.setattr(shutil, "disk_usage", lambda _place: SimpleNamespace(free=before - 1))
    refused = hwb("compact")
    assert (refused.status, f"has {before - 1} bytes free" in refused.err) == (1, True)
    assert file_of(hwb).stat().st_size == before


def test_a_new_database_gives_back_what_is_free_but_for_a_little(database: Database) -> None:
    fill(database)
    free = free_pages(database)
    assert give_back(database.engine, spare=100) == free - 100
    assert free_pages(database) == 100


def test_the_log_is_emptied_after_a_batch_and_waits_for_no_reader(database: Database) -> None:
    fill(database, 100)
    assert database.file is not None
    log = Path(f"{database.file}-wal")
    assert log.stat().st_size == 0
    with database.reading() as session:
        session.execute(text("SELECT count(*) FROM letters")).all()
        with database.writing() as other:
            other.execute(text("DELETE FROM letters"))
        database.checkpoint()
        assert log.stat().st_size > 0
    database.checkpoint()
    assert log.stat().st_size == 0


def test_what_is_deleted_is_overwritten(database: Database) -> None:
    with database.reading() as session:
        assert session.execute(text("PRAGMA secure_delete")).scalar() == 1
