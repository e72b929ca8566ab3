"""Copies of an embedded database: taken while it is in use, checked, and put in its place.

All by SQLite's online backup: a copy of the file alone would lack what stands in the write-ahead log.
"""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from provisioning.errors import KnownError
from provisioning.store.database import Database
from provisioning.store.database_problems import sqlite_problem
from provisioning.store.first_look import require_own_tables

T = TypeVar("T")

_OURS_ALONE = 0o600
_PATIENCE_SECONDS = 2.0
"""How long a restore waits for a command that is about to end."""
_UNREADABLE = frozenset({sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT})
BESIDE = ("", "-wal", "-shm")
"""The endings of a database's files: itself, its write-ahead log, and the index of that."""


def require_embedded(database: Database) -> Path:
    """Return the place of the file of `database`; refuse one on a server, which has tools of its own."""
    if database.file is None:
        raise KnownError("backup-server")
    return database.file


def back_up(database: Database, to: Path) -> int:
    """Copy `database` as it is at this moment into the new file `to`, for its owner only; return its bytes.

    Others may read and write meanwhile. A file that is there already raises `KnownError`.
    """
    require_embedded(database)
    source = database.engine.raw_connection()
    try:
        with new_file(to), closing(sqlite3.connect(to)) as target:
            _copy(source.driver_connection, target)  # type: ignore[arg-type]
    except sqlite3.Error as error:
        raise sqlite_problem(error, str(to)) or error from None
    finally:
        source.close()
    return to.stat().st_size


@contextmanager
def checked_copy(of: Path, beside: Path) -> Iterator[sqlite3.Connection]:
    """Open a private copy of the backup `of` in a folder within `beside`, until the block ends.

    A backup that is no whole database of this program raises `KnownError` with the reason.
    """
    with tempfile.TemporaryDirectory(prefix=".hwb-restore-", dir=beside) as folder:
        try:
            for ending in BESIDE[:2]:  # a plain copy may have its log beside it
                if not ending or Path(f"{of}{ending}").exists():
                    shutil.copyfile(f"{of}{ending}", Path(folder, f"copy{ending}"))
        except OSError as error:
            raise KnownError("file-not-opened", file=str(of), why=error.strerror) from None
        with closing(sqlite3.connect(Path(folder, "copy"))) as copy:
            _require_whole(copy, of)
            yield copy


def restore(
    copy: sqlite3.Connection,
    file: Path,
    kept: Path,
    compare: Callable[[sqlite3.Connection], T],
) -> tuple[Path | None, T | None]:
    """Put `copy` in the place of the database `file`, which is kept as `kept`.

    Returns where the replaced database is kept, None where there was none, and what `compare` says of it,
    None where it can't be read. Raises `KnownError` where another process has it open, or where it is
    another program's.
    """
    kept = _free(kept)
    said: T | None = None
    try:
        with alone(file) as current:
            if current is not None:
                said = compare(current)
                with new_file(kept), closing(sqlite3.connect(kept)) as target:
                    _copy(current, target)
                copy.backup(current)
                return kept, said
    except sqlite3.DatabaseError as error:
        if (error.sqlite_errorcode & 0xFF) not in _UNREADABLE:
            raise sqlite_problem(error, str(file)) or error from None
    # There is none, or what there is can't be read: its files are kept as they are.
    was_there = file.exists()
    for ending in BESIDE:
        with suppress(FileNotFoundError):
            Path(f"{file}{ending}").rename(f"{kept}{ending}")
    with new_file(file), closing(sqlite3.connect(file)) as target:
        copy.backup(target)
    return (kept if was_there else None), None


@contextmanager
def alone(file: Path) -> Iterator[sqlite3.Connection | None]:
    """Open the database `file` so that no other connection can, until the block ends; None without one."""
    if not file.exists() or not file.stat().st_size:
        yield None
        return
    with closing(sqlite3.connect(file, timeout=_PATIENCE_SECONDS, isolation_level=None)) as connection:
        # A connection to a database with a write-ahead log holds a lock on it even while it is idle: SQLite
        # leaves that mode only for the one connection that there is. Log and index are brought in and gone.
        try:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("PRAGMA journal_mode = DELETE").fetchone()
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("COMMIT")  # the lock stays, by the mode
        except sqlite3.OperationalError as error:
            if (error.sqlite_errorcode & 0xFF) == sqlite3.SQLITE_BUSY:
                raise KnownError("database-in-use", database=str(file)) from None
            raise
        require_own_tables(connection, str(file))
        yield connection


def _require_whole(copy: sqlite3.Connection, of: Path) -> None:
    """Refuse a backup that is damaged, or not a database of this program with its version row."""
    why = KnownError("database-none", database=str(of))
    try:
        if copy.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",):
            why = KnownError("database-damaged", database=str(of))
        elif require_own_tables(copy, str(of)):
            return
    except sqlite3.DatabaseError as error:
        why = sqlite_problem(error, str(of)) or why
    except KnownError as problem:
        why = problem
    raise KnownError("backup-unusable", file=str(of), why=why.said)


def _copy(source: sqlite3.Connection, target: sqlite3.Connection) -> None:
    source.backup(target)
    target.execute("PRAGMA journal_mode = DELETE")  # so that the copy is one file, whole in itself


@contextmanager
def new_file(path: Path) -> Iterator[None]:
    """Make the new file `path`, for its owner only; take it away again if the block raises."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _OURS_ALONE))
    except FileExistsError:
        raise KnownError("backup-there", file=str(path)) from None
    except OSError as error:
        raise KnownError("file-not-written", file=str(path), why=error.strerror) from None
    try:
        yield
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _free(wanted: Path) -> Path:
    """Return the first of `wanted`, `wanted-2`, `wanted-3` and so on that is not there."""
    path, number = wanted, 1
    while path.exists():
        number += 1
        path = wanted.with_name(f"{wanted.name}-{number}")
    return path
