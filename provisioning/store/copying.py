"""Bulk writes on PostgreSQL: COPY for new rows, a join with arrays for existing ones."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any, cast

import psycopg
from sqlalchemy import Column, Table
from sqlalchemy.exc import DBAPIError

from provisioning.store.bulk import Bulk, Row


class Copying(Bulk):
    """Bulk writes on PostgreSQL: one statement for all rows."""

    def insert(self, table: Table, names: Sequence[str], rows: Iterable[Row]) -> None:
        """Insert rows that have these columns; the server takes them in while later ones are made."""
        coming = iter(rows)
        some = list(islice(coming, _AT_ONCE))
        if not some:
            return
        statement = f"COPY {table.name} ({self._list(names)}) FROM STDIN"
        driver = cast("psycopg.Connection", self._connection.connection.driver_connection)
        try:
            with driver.cursor() as cursor:
                # SQLAlchemy's statement listeners would not see a COPY, which bypasses its execution.
                for notice in self._connection.dispatch.before_cursor_execute:
                    notice(self._connection, cursor, statement, (), None, True)
                with cursor.copy(statement) as copy:
                    while some:
                        for row in self._bound(table, names, some):
                            copy.write_row(row)
                        some = list(islice(coming, _AT_ONCE))
        except psycopg.Error as error:
            # Raised like any other statement's error; PostgreSQL's own message would quote the row.
            error.args = (error.sqlstate or "COPY failed",)
            raise DBAPIError.instance(
                statement,
                None,
                error,
                psycopg.Error,
                hide_parameters=True,
                connection_invalidated=driver.closed,
                dialect=self._connection.dialect,
            ) from None

    def update(self, table: Table, key: Sequence[str], names: Sequence[str], rows: Sequence[Row]) -> None:
        """Set columns where the key is; a row has the columns' values, then the key's."""
        sets = ", ".join(f"{self._quote(name)} = fresh.{self._quote(name)}" for name in names)
        self._joined(f"UPDATE {table.name} SET {sets} FROM", table, (*names, *key), key, rows)  # noqa: S608

    def delete(self, table: Table, key: Sequence[str], rows: Sequence[Row]) -> None:
        """Delete the rows with these keys."""
        self._joined(f"DELETE FROM {table.name} USING", table, key, key, rows)  # noqa: S608

    def new_ids(self, table: Table, count: int, known_by: Iterable[Column[Any]] = ()) -> Iterable[int]:
        """Reserve `count` ids for new rows, from the table's own sequence, which gives each out once."""
        drawn = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
        return list(self._connection.exec_driver_sql(drawn, (table.name, count)).scalars())

    def count_up(self, table: Table, key: str, column: str, more: Mapping[str, int]) -> dict[str, int]:
        """Add `more` to the counts by key, new keys from 0, and return the sums; atomic."""
        # Sorted, so that two transactions with common keys wait for each other and do not deadlock.
        keys = sorted(more)
        rows = "SELECT * FROM unnest(%s::VARCHAR[], %s::INTEGER[])"
        return self._counted(table, key, column, rows, (keys, [more[name] for name in keys])) if more else {}

    def put(self, table: Table, key: Sequence[str], names: Sequence[str], rows: Sequence[Row]) -> None:
        """Insert rows, or set columns where the key is; a row has the key's values, then the columns'."""
        if not rows:
            return
        columns = self._list((*key, *names))
        fresh, values = self._fresh(table, (*key, *names), rows)
        statement = f"INSERT INTO {table.name} ({columns}) SELECT * FROM {fresh}"  # noqa: S608 - names of ours
        self._connection.exec_driver_sql(f"{statement} {self._or_set(key, names)}", values)

    def _joined(
        self, verb: str, table: Table, names: Sequence[str], key: Sequence[str], rows: Sequence[Row]
    ) -> None:
        """Execute a statement over `table` joined with `rows`."""
        if not rows:
            return
        fresh, values = self._fresh(table, names, rows)
        same = " AND ".join(f"{table.name}.{self._quote(name)} = fresh.{self._quote(name)}" for name in key)
        self._connection.exec_driver_sql(f"{verb} {fresh} WHERE {same}", values)

    def _fresh(self, table: Table, names: Sequence[str], rows: Sequence[Row]) -> tuple[str, tuple[Any, ...]]:
        """Return `rows` as a table `fresh` in SQL, with one array per column, and these arrays' values."""
        kinds = [table.c[name].type.compile(self._connection.dialect).partition("(")[0] for name in names]
        sent = list(map(_array, zip(*self._bound(table, names, rows), strict=True)))
        arrays = ", ".join(f"{array}::{kind}[]" for (array, _), kind in zip(sent, kinds, strict=True))
        return f"unnest({arrays}) AS fresh ({self._list(names)})", tuple(values for _, values in sent)


_AT_ONCE = 500
"""Rows that are sent together."""
_BETWEEN, _NULL = "\x1f", "\x1e"
"""What stands between the values of an array that is sent as a text, and what stands for NULL."""


def _array(column: tuple[Any, ...]) -> tuple[str, Any]:
    """Return an array of a column's values, as SQL with a place for one value, and that value.

    It is one text, which the driver sends ten times as fast as a list, but where that would be ambiguous.
    """
    text = _BETWEEN.join([_NULL if value is None else str(value) for value in column])
    if text and text.count(_BETWEEN) < len(column) and text.count(_NULL) == column.count(None):
        return r"string_to_array(%s, E'\x1f', E'\x1e')", text
    return "%s", list(column)
