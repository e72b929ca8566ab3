"""Bulk inserts, updates and deletes, by the fastest way of the database in use.

Rows are tuples that only the database checks. Values are as the tables declare them, except that JSON comes
encoded and an enumeration as its value.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import JSON, Column, Connection, Table
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Session

Row = tuple[Any, ...]


class Bulk:
    """Bulk writes on any database: the driver executes one prepared statement for all rows."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def insert(self, table: Table, names: Sequence[str], rows: Iterable[Row]) -> None:
        """Insert rows that have these columns."""
        marks = ", ".join("?" * len(names))
        statement = f"INSERT INTO {table.name} ({self._list(names)}) VALUES ({marks})"  # noqa: S608 - our names
        self._many(statement, table, names, list(rows))

    def update(self, table: Table, key: Sequence[str], names: Sequence[str], rows: Sequence[Row]) -> None:
        """Set columns where the key is; a row has the columns' values, then the key's."""
        sets = ", ".join(f"{self._quote(name)} = ?" for name in names)
        statement = f"UPDATE {table.name} SET {sets} WHERE {self._equal(key)}"  # noqa: S608 - names of ours
        self._many(statement, table, (*names, *key), rows)

    def put(self, table: Table, key: Sequence[str], names: Sequence[str], rows: Sequence[Row]) -> None:
        """Insert rows, or set columns where the key is; a row has the key's values, then the columns'."""
        marks = ", ".join("?" * len((*key, *names)))
        statement = f"INSERT INTO {table.name} ({self._list((*key, *names))}) VALUES ({marks})"  # noqa: S608 - our names
        self._many(f"{statement} {self._or_set(key, names)}", table, (*key, *names), rows)

    def _or_set(self, key: Sequence[str], names: Sequence[str]) -> str:
        sets = ", ".join(f"{self._quote(name)} = excluded.{self._quote(name)}" for name in names)
        return f"ON CONFLICT ({self._list(key)}) DO UPDATE SET {sets}"

    def delete(self, table: Table, key: Sequence[str], rows: Sequence[Row]) -> None:
        """Delete the rows with these keys."""
        self._many(f"DELETE FROM {table.name} WHERE {self._equal(key)}", table, key, rows)  # noqa: S608

    def new_ids(self, table: Table, count: int, known_by: Iterable[Column[Any]] = ()) -> Iterable[int]:
        """Reserve `count` ids for new rows: on SQLite the next ones, for it has one writer at a time.

        `known_by` are indexed columns of other tables that may still have ids of rows deleted since.
        """
        named = ((column.name, column.table) for column in (table.c.id, *known_by))
        highest = " UNION ALL ".join(f"SELECT max({name}) AS id FROM {at}" for name, at in named)  # noqa: S608
        statement = f"SELECT coalesce(max(id), 0) FROM ({highest})"  # noqa: S608 - names of ours
        last = self._connection.exec_driver_sql(statement).scalar_one()
        return range(last + 1, last + 1 + count)

    def count_up(self, table: Table, key: str, column: str, more: Mapping[str, int]) -> dict[str, int]:
        """Add `more` to the counts by key, new keys from 0, and return the sums; atomic."""
        rows = "SELECT key, value FROM json_each(?) WHERE true"
        return self._counted(table, key, column, rows, (json.dumps(more),)) if more else {}

    def _counted(
        self, table: Table, key: str, column: str, rows: str, values: tuple[Any, ...]
    ) -> dict[str, int]:
        counted, both = self._quote(column), self._list((key, column))
        statement = (
            f"INSERT INTO {table.name} ({both}) {rows} ON CONFLICT ({self._quote(key)}) "
            f"DO UPDATE SET {counted} = {table.name}.{counted} + excluded.{counted} RETURNING {both}"
        )
        return {row[0]: row[1] for row in self._connection.exec_driver_sql(statement, values)}

    def _many(self, statement: str, table: Table, names: Sequence[str], rows: Sequence[Row]) -> None:
        if rows:
            self._connection.exec_driver_sql(statement, self._bound(table, names, rows))

    def _bound(self, table: Table, names: Sequence[str], rows: Sequence[Row]) -> list[Row]:
        """Return `rows` with each value converted for the driver."""
        binders = [_binder(table, name, self._connection.dialect) for name in names]
        if not any(binders):
            return list(rows)
        columns: list[Iterable[Any]] = list(zip(*rows, strict=True))
        bound = (map(bind, column) if bind else column for bind, column in zip(binders, columns, strict=True))
        return list(zip(*bound, strict=True))

    def _quote(self, name: str) -> str:
        return self._connection.dialect.identifier_preparer.quote(name)

    def _list(self, names: Sequence[str]) -> str:
        return ", ".join(map(self._quote, names))

    def _equal(self, key: Sequence[str]) -> str:
        return " AND ".join(f"{self._quote(name)} = ?" for name in key)


def bulk(session: Session) -> Bulk:
    """Return the bulk writer for the database of `session`."""
    session.flush()
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        from provisioning.store.copying import Copying  # psycopg is there only where it is used

        return Copying(connection)
    return Bulk(connection)


@lru_cache
def _binder(table: Table, name: str, dialect: Dialect) -> Callable[[Any], Any] | None:
    """Return the converter from a column's values to the driver's; None where none is needed.

    It caches, because few values differ (dates).
    """
    kind = table.c[name].type
    if isinstance(kind, JSON):
        return None
    bind = kind.dialect_impl(dialect).bind_processor(dialect)
    return lru_cache(maxsize=4_096)(bind) if bind else None
