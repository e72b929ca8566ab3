"""The files of an embedded database: its log emptied, what is free given back, and the file made anew.

Nothing here keeps another writer waiting for longer than a few milliseconds, but `make_anew`.
"""

import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from sqlalchemy import Engine

from provisioning.store.database_problems import BUSY_SECONDS
from provisioning.store.pacing import rested

log = logging.getLogger(__name__)

INCREMENTAL = "PRAGMA auto_vacuum = INCREMENTAL"
"""Free pages can be given back little by little: for a database without tables, else once it is made anew."""
_PAGES_AT_ONCE = 100
"""Pages that are given back in a transaction."""
_LOTS_TO_A_CHECKPOINT = 20
"""Portions after which the log is emptied."""
SPARE_PAGES = 1_000
"""Free pages that are left, for the rows of the next days (4 MB)."""


def empty_log(engine: Engine) -> bool:
    """Bring the write-ahead log into the file and empty it; return False where others were at work.

    Then most of it is in the file nevertheless. What goes wrong is logged, as nothing is lost.
    """
    try:
        with _opened(engine) as cursor:
            # This first step stops no writer. The second does while it lasts, so it waits for nothing.
            cursor.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            try:
                cursor.execute("PRAGMA busy_timeout = 0")
                busy, *_ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            finally:
                cursor.execute(f"PRAGMA busy_timeout = {int(BUSY_SECONDS * 1000)}")
            return not busy
    except sqlite3.OperationalError as error:
        if (error.sqlite_errorcode & 0xFF) == sqlite3.SQLITE_BUSY:
            return False
        log.warning("the write-ahead log was not brought into the file: %s", type(error).__name__)
    except sqlite3.Error as error:
        log.warning("the write-ahead log was not brought into the file: %s", type(error).__name__)
    return True


def give_back(engine: Engine, spare: int = SPARE_PAGES) -> int:
    """Give free pages back to the disk, in small portions, down to `spare`; return how many.

    A database of an earlier version keeps its free pages until it is made anew.
    """
    given = 0
    try:
        with _opened(engine) as cursor:
            while some := _give_some_back(cursor, spare):
                given += some
                empty_log(engine)  # else another writer's commit would have to do it
    except sqlite3.Error as error:
        log.warning("what is free in the file was not given back: %s", type(error).__name__)
    return given


def _give_some_back(cursor: sqlite3.Cursor, spare: int) -> int:
    """Give some portions of the free pages back, down to `spare`; return how many pages."""
    before = left = _free_pages(cursor)
    for _ in range(_LOTS_TO_A_CHECKPOINT):
        at_once = min(_PAGES_AT_ONCE, left - spare)
        if at_once <= 0:
            break
        rested(partial(_all_rows, cursor, f"PRAGMA incremental_vacuum({at_once})"))
        left = _free_pages(cursor)
    return before - left


def _free_pages(cursor: sqlite3.Cursor) -> int:
    (number,) = cursor.execute("PRAGMA freelist_count").fetchone()
    return int(number)


def make_anew(execute: Callable[[str], object]) -> None:
    """Make the file anew by `execute`, as small as it can be, and so that free pages can be given back."""
    execute(INCREMENTAL)
    execute("VACUUM")


@contextmanager
def _opened(engine: Engine) -> Iterator[sqlite3.Cursor]:
    connection = engine.raw_connection()
    try:
        yield connection.cursor()  # type: ignore[misc]
    finally:
        connection.close()


def _all_rows(cursor: sqlite3.Cursor, statement: str) -> None:
    """Execute a `statement` to its end, which SQLite does only as its rows are read."""
    cursor.execute(statement).fetchall()
