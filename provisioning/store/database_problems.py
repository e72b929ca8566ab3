"""What a database's own error means to an operator: a known error with a sentence for each."""

import re
import sqlite3

from sqlalchemy.exc import DBAPIError

from provisioning.errors import DatabaseProblem

BUSY_SECONDS = 30
"""How long SQLite waits for another's lock."""
_UNREACHABLE = "database-unreachable"
_SQLITE = {
    sqlite3.SQLITE_BUSY: "database-locked",
    sqlite3.SQLITE_LOCKED: "database-locked",
    sqlite3.SQLITE_FULL: "database-full",
    sqlite3.SQLITE_READONLY: "database-read-only",
    sqlite3.SQLITE_PERM: "database-read-only",
    sqlite3.SQLITE_CANTOPEN: "database-folder",
    sqlite3.SQLITE_IOERR: "database-disk",
    sqlite3.SQLITE_CORRUPT: "database-damaged",
    sqlite3.SQLITE_NOTADB: "database-none",
    sqlite3.SQLITE_IOERR_SHMSIZE: "database-full",
}
"""By SQLite's result codes: the primary ones, and that of a disk without room for the file beside a WAL."""
_POSTGRESQL = {
    "42501": "database-right",
    "28000": "database-refused",
    "28P01": "database-refused",
    "3D000": "database-refused",
    "53300": "database-connections",
    "53100": "database-full",
    "25006": "database-read-only",
    "42P07": "database-foreign",
    "57P01": _UNREACHABLE,
    "57P02": _UNREACHABLE,
    "57P03": _UNREACHABLE,
}
"""By PostgreSQL's states: missing rights, the log-in, limits, a server that goes down or comes up."""
_FATAL = re.compile(r"(?:FATAL: +|failed: \w+:  )(.+)")
"""What a server says as it refuses a connection; the word before it is in the server's language too."""
_LIMIT = re.compile(r"too many (clients|connections)|connection slots are reserved")
_PASSING = re.compile(r"(starting up|shutting down|recovery)")


def problem_of(error: DBAPIError, shown: str) -> DatabaseProblem | None:
    """Return what `error` tells about the database named `shown`; None where it is about one statement."""
    told = error.orig
    if isinstance(told, sqlite3.Error):
        return sqlite_problem(told, shown)
    state = getattr(told, "sqlstate", None)
    if state is None and error.statement is None:
        return _refused(str(told), shown)
    name = _POSTGRESQL.get(state or "")
    if name is None:
        return None
    said = told.diag.message_primary or str(told)  # type: ignore[union-attr]
    return DatabaseProblem(name, database=shown, said=said)


def sqlite_problem(told: sqlite3.Error, shown: str) -> DatabaseProblem | None:
    """Return what SQLite tells about the database named `shown`; None where it is about one statement."""
    code = getattr(told, "sqlite_errorcode", 0)
    name = _SQLITE.get(code) or _SQLITE.get(code & 0xFF)
    return DatabaseProblem(name, database=shown, seconds=BUSY_SECONDS) if name else None


def _refused(told: str, shown: str) -> DatabaseProblem | None:
    """Return why the server refused a connection, where the driver has its sentence alone, and no state.

    A server that speaks another language than English is quoted too; which limit it names can't be told.
    """
    said = _FATAL.findall(told)
    if not said or _PASSING.search(said[-1]):
        return None
    name = "database-connections" if _LIMIT.search(said[-1]) else "database-refused"
    return DatabaseProblem(name, database=shown, said=said[-1])
