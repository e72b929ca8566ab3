"""Statements of the product that read a whole table which grows with the nation or with its years.

Each text that the tests issue is explained once, on an empty database: no index is passed over there because
a table is small, for SQLite counts no rows, and PostgreSQL is told to read no table in order.
"""

import re
import sqlite3
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError

from provisioning.store.every_table import METADATA
from tests.costs import nodes
from tests.paths import REPOSITORY

WATCHED = ("accounts", "runs", "journal", "audit", "covered_records", "outbox")
_PAST = "retention, once a night: finds in portions and without a lock what is past its time"
_PERSON = "subject access and erasure: every column is searched, in portions"
MEANT = {
    "bot/api/run_events.py:newest_over": "once, from the newest on, to the first that is over",
    "bot/people/audit_chain.py:verify": "`hwb audit --verify`: every record and its link",
    "bot/people/audit.py:read": "`hwb audit` without a person: the newest first, printed as they are read",
    "provisioning/store/accounts.py:each": "`hwb accounts` without a school: all, printed as they are read",
    "provisioning/store/accounts.py:listed": "the portal's whole export beside all accounts",
    "provisioning/store/accounts.py:for_plans": "of up to 12 schools: most of a small database on PostgreSQL",
    "provisioning/store/accounts.py:any_at_all": "one row, whichever comes first",
    "provisioning/store/condition.py:row_counts": "`hwb doctor`: how many rows there are of each table",
    "provisioning/store/retention.py:count": "`hwb retention --dry-run`: counts what is past its time",
    "provisioning/store/retention.py:find": _PAST,
    "provisioning/store/run_listing.py:newest": "so many runs as are asked for, from the newest on",
    "provisioning/store/subject.py:rows_about": _PERSON,
}
"""The functions that may read a whole table, each with the reason."""

_OURS = tuple(f"{REPOSITORY}/{package}/" for package in ("bot", "diagnostics", "provisioning", "tests"))
_NOT_THE_PRODUCT = ("tests/", "provisioning/store/migrations/")
_EXPLAINED = ("SELECT", "WITH", "UPDATE", "DELETE")
_MARKS = re.compile(r"(?:\?|%\(\w+\)s(?:::\w+)?)(?:, (?:\?|%\(\w+\)s(?:::\w+)?))+")
_ALIAS = re.compile(rf"\b({'|'.join(WATCHED)}) (?:AS )?(\w+)")
_SCAN = re.compile(r"SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?")
_LOCK = "2s"


@dataclass(frozen=True)
class Issued:
    """A statement with the parameters of its first time, and the function that issued it."""

    text: str
    parameters: Any
    function: str


class Statements:
    """The statements that all engines of the process are given: those not yet explained, each text once."""

    def __init__(self) -> None:
        self._known: set[str] = set()
        self._new: dict[str, list[Issued]] = {"sqlite": [], "postgresql": []}
        event.listen(Engine, "before_cursor_execute", self._note)

    def take(self, dialect: str) -> list[Issued]:
        """Return what a database of this kind was given since the last time."""
        taken, self._new[dialect] = self._new[dialect], []
        return taken

    def _note(self, on: Any, _cursor: Any, text: str, parameters: Any, _context: Any, many: bool) -> None:
        if text in self._known:
            return
        self._known.add(text)
        shape = _MARKS.sub("...", text)  # a list of another length is no other statement
        if not text.startswith(_EXPLAINED) or (shape != text and shape in self._known):
            return
        function = _issuing()
        if function is not None:
            self._known.add(shape)
            issued = Issued(text, parameters[0] if many else parameters, function)
            self._new[on.dialect.name].append(issued)


def _issuing() -> str | None:
    """Return the function of the product that issues a statement; None where a test does, or a migration.

    A private function is told by the public one that calls it.
    """
    frame, nearest = sys._getframe(2), None
    while frame is not None:
        file, name = frame.f_code.co_filename, frame.f_code.co_name
        if file.startswith(_OURS):
            place = file.removeprefix(f"{REPOSITORY}/")
            if place.startswith(_NOT_THE_PRODUCT):
                return nearest
            nearest = nearest or f"{place}:{name}"
            if not name.startswith(("_", "<")):
                return f"{place}:{name}"
        frame = frame.f_back
    return nearest


@cache
def _empty() -> sqlite3.Connection:
    """Return an empty SQLite database in memory with all tables."""
    import bot.service.every_table  # noqa: F401 - adds the features' tables; tests of pure code need none

    connection = sqlite3.connect(":memory:")
    METADATA.create_all(create_engine("sqlite://", creator=lambda: connection))
    return connection


@cache
def _partial() -> frozenset[str]:
    """Return the indexes of some rows alone: all of those are few."""
    indexes = (index for table in METADATA.tables.values() for index in table.indexes)
    return frozenset(
        str(each.name) for each in indexes if each.dialect_options["sqlite"]["where"] is not None
    )


def on_sqlite(statements: Iterable[Issued]) -> list[str]:
    """Return a sentence for each of `statements` that reads a watched table as a whole, though not meant."""
    return [_told(each, table) for each in statements for table in _scanned_on_sqlite(each)]


def _scanned_on_sqlite(issued: Issued) -> Iterator[str]:
    try:
        steps = _empty().execute(f"EXPLAIN QUERY PLAN {issued.text}", issued.parameters).fetchall()
    except sqlite3.Error:  # of a table that the test has made for itself
        return
    aliases = {alias: table for table, alias in _ALIAS.findall(issued.text)}
    for *_, detail in steps:
        found = _SCAN.match(detail)
        if found and found[2] not in _partial():
            table = aliases.get(found[1], found[1])
            if table in WATCHED and issued.function not in MEANT:
                yield table


def on_postgresql(url: str, statements: Sequence[Issued]) -> list[str]:
    """Return such sentences for a PostgreSQL database: nested loops are preferred, for they seek."""
    if not statements:
        return []
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for what in ("seqscan", "hashjoin", "mergejoin"):
            connection.exec_driver_sql(f"SET enable_{what} = off")
        for what in ("seq", "random"):  # only rows count: some tests have filled their tables
            connection.exec_driver_sql(f"SET {what}_page_cost = 0")
        for what in ("cpu_tuple", "cpu_index_tuple"):  # and each row more than putting a few in order
            connection.exec_driver_sql(f"SET {what}_cost = 10")
        connection.exec_driver_sql(f"SET lock_timeout = '{_LOCK}'")
        found = [
            _told(each, table) for each in statements for table in _scanned_on_postgresql(connection, each)
        ]
    engine.dispose()
    return found


def _scanned_on_postgresql(connection: Connection, issued: Issued) -> Iterator[str]:
    try:
        explained = f"EXPLAIN (FORMAT JSON) {issued.text}"
        plan = connection.exec_driver_sql(explained, issued.parameters).scalar_one()
    except DBAPIError:  # of a table that the test has made for itself, or locked by it
        return
    above = plan[0]["Plan"]
    for node in nodes(above):
        whole = node["Node Type"] == "Seq Scan" or (
            node["Node Type"] in ("Index Scan", "Index Only Scan")
            and "Index Cond" not in node
            and node["Index Name"] not in _partial()
            and ("Filter" in node or above["Node Type"] != "Limit")  # the first rows of an order are a seek
        )
        above = node
        if whole and node["Relation Name"] in WATCHED and issued.function not in MEANT:
            yield node["Relation Name"]


def _told(issued: Issued, table: str) -> str:
    text = " ".join(issued.text.split())
    return (
        f"{issued.function} reads all of {table}; a seek in an index was expected. Give it an index or a "
        f"narrower condition, or say in MEANT of tests/full_scans.py why it may: {text}"
    )
