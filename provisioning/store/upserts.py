"""Upserts: rows inserted or updated in one statement, safe beside concurrent inserts."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias, Union, cast

from sqlalchemy import Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session

from provisioning.store.tables.base import Base

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

Insert: TypeAlias = Union["postgresql.Insert", sqlite.Insert]


def inserting(session: Session, row: type[Base]) -> Insert:
    """Return the database's own insert, which can say what to do where a row exists already."""
    if session.get_bind().dialect.name != "postgresql":
        return sqlite.insert(row)
    from sqlalchemy.dialects import postgresql  # an embedded database has no use for it

    return postgresql.insert(row)


def keys(row: type[Base]) -> list[str]:
    """Return the names of a table's primary key."""
    return [column.name for column in cast("Table", row.__table__).primary_key]


def put(session: Session, row: type[Base], rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert `rows`, which all have equal columns; a row whose key exists gets the new values.

    Sorted by key, so that two transactions with common rows wait for each other and do not deadlock.
    """
    key = keys(row)
    wanted = {tuple(row[name] for name in key): dict(row) for row in rows}
    if not wanted:
        return
    statement = inserting(session, row)
    columns = next(iter(wanted.values()))
    renewed = {name: statement.excluded[name] for name in columns if name not in key}
    session.execute(
        statement.on_conflict_do_update(index_elements=key, set_=renewed),
        [wanted[place] for place in sorted(wanted)],
    )
