"""The look at an embedded database's file before it is opened: of another program, or emptied."""

import sqlite3
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from provisioning.clock import system_time
from provisioning.errors import DatabaseProblem
from provisioning.store.schema import VERSION, require_ours

_BEGINNING = timedelta(minutes=1)
"""How long the file of a database may be empty, while the first start of another process makes its tables."""


def require_no_others(file: Path, shown: str) -> None:
    """Refuse another program's `file`, before its rights and its mode are set; `shown` is its name in errors.

    A database that has a write-ahead log, as ours have, or that can't be read now, is judged once it is open.
    SQLite alone opens the file: any other reader in this process would end the locks of its connections as it
    closes the file, and the next command would delete the log beneath them
    (https://sqlite.org/howtocorrupt.html, 2.2).
    """
    if not file.is_file():
        return
    address = f"{file.absolute().as_uri()}?mode=ro"
    try:
        with closing(sqlite3.connect(address, uri=True, timeout=0)) as connection:
            if connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
                require_own_tables(connection, shown)
    except sqlite3.Error as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_NOTADB:
            raise DatabaseProblem("database-none", database=shown) from None


def require_not_emptied(file: Path, shown: str) -> None:
    """Refuse an empty `file`, but one that was made just now; `shown` is its name in errors.

    SQLite would take it as a new database, and delete a write-ahead log beside it even as it only reads. A
    full disk, or a copy that broke off, leaves such a file.
    """
    with suppress(OSError):
        found = file.stat()
        age = system_time() - datetime.fromtimestamp(found.st_mtime, UTC)
        if file.is_file() and found.st_size == 0 and age > _BEGINNING:
            raise DatabaseProblem("database-empty", database=shown)


def require_own_tables(connection: sqlite3.Connection, shown: str) -> bool:
    """Refuse tables that are not ours, as every command does; return whether there are any."""
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    row = connection.execute(f"SELECT version_num FROM {VERSION}").fetchone() if VERSION in tables else None  # noqa: S608 - a name of ours
    require_ours(tables, row[0] if row else None, shown, embedded=True)
    return row is not None
