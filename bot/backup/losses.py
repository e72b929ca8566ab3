"""What a database has that a backup of it has not, and when the backup was taken."""

import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime

_COUNTED: Mapping[str, tuple[str, ...]] = {
    "runs": ("SELECT id, school, started_at FROM runs",),
    "grants": ('SELECT id, "user", role, scope, granted_at FROM grants',),
    "decisions": (
        "SELECT id, decision, decided_at FROM runs WHERE decided_at IS NOT NULL",
        "SELECT id, decided, at FROM identity_decisions WHERE decided IS NOT NULL",
        "SELECT id, safeguard, at FROM relaxations",
        "SELECT id, deed, at FROM reviews",
    ),
}
"""The rows that are counted; those of decisions are on held runs, accounts in doubt, safeguards, reviews."""


def losses(current: sqlite3.Connection, backup: sqlite3.Connection) -> dict[str, int] | None:
    """Return how many runs, grants and decisions `current` has that `backup` has not.

    None where `current` can't be read. Both are databases of ours, at whatever revision.
    """
    try:
        return {
            name: sum(len(_rows(current, query) - _rows(backup, query)) for query in queries)
            for name, queries in _COUNTED.items()
        }
    except sqlite3.DatabaseError:
        return None


def taken_at(backup: sqlite3.Connection) -> datetime | None:
    """Return the time of the last audit record in `backup`; `hwb backup` records itself before it copies.

    It is the time as it was; a backup of an earlier version has that of the clock in use alone.
    """
    last = _last(backup, "recorded_at") or _last(backup, "at")
    return datetime.fromisoformat(last).replace(tzinfo=UTC) if last else None


def _last(backup: sqlite3.Connection, column: str) -> str | None:
    query = f"SELECT {column} FROM audit ORDER BY id DESC LIMIT 1"  # noqa: S608 - a name of ours
    return next((str(value) for (value,) in _rows(backup, query)), None)


def _rows(database: sqlite3.Connection, query: str) -> set[tuple[object, ...]]:
    try:
        return set(database.execute(query))
    except sqlite3.OperationalError as error:
        if "no such" in str(error):  # a table or column that an earlier revision had not
            return set()
        raise
