"""The baseline's way into each database: the driver alone, one statement per table."""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import psycopg

if TYPE_CHECKING:
    from benchmarks.baseline import Row, Work

_ACCOUNTS = (
    "SELECT id, school, status, upn, staff_code, year_group, class_name, surname, forename, "
    "CAST(date_of_birth AS TEXT) FROM accounts"
)
_COVERED = (
    "SELECT school, kind, identifier, joins_on, leaving_date, year_group, class_name FROM covered_records"
)
_KEY = ("school", "kind", "identifier")

UPDATE = ("year_group", "class_name", "upn")
RELEASE = ("status", "released_from", "released_at")
MATCH = ("year_group", "class_name", "school", "status", *RELEASE[1:], "arrived_from", "arrived_at")


class Raw(Protocol):
    """A database as the baseline sees it; `few` limits what is read to some schools."""

    def accounts(self, few: Sequence[str] | None) -> list["Row"]:
        """Return the fields of `_ACCOUNTS` of every account, dates as text."""
        ...

    def covered(self, few: Sequence[str] | None) -> dict["Row", "Row"]:
        """Return the covered records by school, kind and identifier, dates as text."""
        ...

    def stems(self) -> dict[str, int]:
        """Return how many usernames each stem has given out, by the stem's hash."""
        ...

    def secret(self) -> bytes:
        """Return the key of the hashes of stems."""
        ...

    def last(self, table: str) -> int:
        """Return the highest id of a table."""
        ...

    def write(self, work: "Work", stems: dict[str, int]) -> None:
        """Write everything, in one transaction."""
        ...


def raw(url: str) -> "Raw":
    """Return the database of an SQLAlchemy URL."""
    if url.startswith("sqlite:///"):
        return Sqlite(url.removeprefix("sqlite:///"))
    return Postgres(url.replace("+psycopg", ""))


class _Common:
    def _query(self, sql: str, values: Sequence[Any] = ()) -> list[Any]:
        raise NotImplementedError

    mark = "?"

    def accounts(self, few: Sequence[str] | None) -> list["Row"]:
        """See `Raw`."""
        return self._some(_ACCOUNTS, few)

    def stems(self) -> dict[str, int]:
        """See `Raw`."""
        return dict(self._query("SELECT stem, given_out FROM username_stems"))

    def secret(self) -> bytes:
        """See `Raw`."""
        return bytes.fromhex(self._query("SELECT secret FROM stem_secrets")[0][0])

    def last(self, table: str) -> int:
        """See `Raw`."""
        return int(self._query(f"SELECT coalesce(max(id), 0) FROM {table}")[0][0])

    def _some(self, sql: str, few: Sequence[str] | None) -> list[Any]:
        if few is None:
            return self._query(sql)
        return self._query(f"{sql} WHERE school IN ({', '.join([self.mark] * len(few))})", few)


class Sqlite(_Common):
    """SQLite: one `executemany` per table."""

    def __init__(self, path: str) -> None:
        self._connection = sqlite3.connect(path)
        # As ours is set.
        for name, value in (
            ("synchronous", "NORMAL"),
            ("foreign_keys", "ON"),
            ("secure_delete", "ON"),
            ("cache_size", -32 * 1024),
            ("wal_autocheckpoint", 16_000),
        ):
            self._connection.execute(f"PRAGMA {name}={value}")

    def covered(self, few: Sequence[str] | None) -> dict["Row", "Row"]:
        """See `Raw`."""
        return {row[:3]: row[3:] for row in self._some(_COVERED, few)}

    def write(self, work: "Work", stems: dict[str, int]) -> None:
        """See `Raw`."""
        from benchmarks.baseline import ACCOUNT, COVERED, JOURNAL, RUN

        with self._connection:
            self._insert("runs", RUN, work.runs)
            self._alter(RELEASE, work.release)
            self._alter(MATCH, work.match)
            self._insert("accounts", ACCOUNT, work.create)
            self._alter(UPDATE, work.update)
            self._insert("journal", JOURNAL, work.journal)
            self._insert("covered_records", COVERED, work.covered, _KEY)
            self._insert("username_stems", ("stem", "given_out"), stems.items(), ("stem",))

    def _query(self, sql: str, values: Sequence[Any] = ()) -> list[Any]:
        return self._connection.execute(sql, values).fetchall()

    def _insert(
        self, table: str, names: Sequence[str], rows: Iterable["Row"], key: Sequence[str] = ()
    ) -> None:
        marks = ", ".join("?" * len(names))
        renewed = _renewed(names, key) if key else ""
        self._connection.executemany(
            f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks}) {renewed}",
            [tuple(map(_plain, row)) for row in rows] if table in ("runs",) else rows,
        )

    def _alter(self, names: Sequence[str], rows: list["Row"]) -> None:
        sets = ", ".join(f"{name} = ?" for name in names)
        self._connection.executemany(
            f"UPDATE accounts SET {sets} WHERE id = ?", [tuple(map(_plain, r)) for r in rows]
        )


def _renewed(names: Sequence[str], key: Sequence[str]) -> str:
    """Return what an insert does about a row that is there."""
    sets = ", ".join(f"{name} = excluded.{name}" for name in names if name not in key)
    return f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {sets}"


def _plain(value: Any) -> Any:
    """Return a moment as SQLite keeps it."""
    return value.strftime("%Y-%m-%d %H:%M:%S.%f") if hasattr(value, "hour") else value


class Postgres(_Common):
    """PostgreSQL: one COPY per table, into a temporary one where rows are changed."""

    mark = "%s"

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url)

    def covered(self, few: Sequence[str] | None) -> dict["Row", "Row"]:
        """See `Raw`."""
        text = _COVERED.replace("joins_on, leaving_date", "joins_on::text, leaving_date::text")
        return {row[:3]: row[3:] for row in self._some(text, few)}

    def write(self, work: "Work", stems: dict[str, int]) -> None:
        """See `Raw`."""
        from benchmarks.baseline import ACCOUNT, COVERED, JOURNAL, RUN

        self._copy("runs", RUN, work.runs)
        self._alter(RELEASE, work.release)
        self._alter(MATCH, work.match)
        self._copy("accounts", ACCOUNT, work.create)
        self._alter(UPDATE, work.update)
        self._copy("journal", JOURNAL, work.journal)
        self._merge("covered_records", COVERED, _KEY, work.covered)
        self._merge("username_stems", ("stem", "given_out"), ("stem",), stems.items())
        for table in ("accounts", "runs"):
            last = f"(SELECT max(id) FROM {table})"
            self._query(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), greatest(1, {last}))")
        self._connection.commit()

    def _query(self, sql: str, values: Sequence[Any] = ()) -> list[Any]:
        return self._connection.execute(sql.encode(), values).fetchall()

    def _copy(self, table: str, names: Sequence[str], rows: Iterable["Row"]) -> None:
        with (
            self._connection.cursor() as cursor,
            cursor.copy(f"COPY {table} ({', '.join(names)}) FROM STDIN".encode()) as copy,
        ):
            for row in rows:
                copy.write_row(row)

    def _beside(self, table: str, names: Sequence[str], rows: Iterable["Row"]) -> None:
        """Put the rows into a temporary table with the columns of another."""
        columns = ", ".join(names)
        self._connection.execute(f"CREATE TEMP TABLE fresh AS SELECT {columns} FROM {table} LIMIT 0".encode())
        self._copy("fresh", names, rows)
        self._connection.execute("ANALYZE fresh")

    def _alter(self, names: Sequence[str], rows: list["Row"]) -> None:
        if rows:
            self._beside("accounts", (*names, "id"), rows)
            sets = ", ".join(f"{name} = fresh.{name}" for name in names)
            self._connection.execute(
                f"UPDATE accounts SET {sets} FROM fresh WHERE accounts.id = fresh.id".encode()
            )
            self._connection.execute("DROP TABLE fresh")

    def _merge(self, table: str, names: Sequence[str], key: Sequence[str], rows: Iterable["Row"]) -> None:
        columns = ", ".join(names)
        self._beside(table, names, rows)
        self._connection.execute(
            f"INSERT INTO {table} ({columns}) SELECT {columns} FROM fresh {_renewed(names, key)}".encode()
        )
        self._connection.execute("DROP TABLE fresh")
