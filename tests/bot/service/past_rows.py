"""Rows that are long past their time, made without the program: as many as a test wants."""

import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import timedelta
from typing import Any

from provisioning.clock import system_time
from provisioning.store.database import Database
from provisioning.store.runs import COUNTS
from tests.builders import SCHOOLS

TABLES = ("runs", "journal", "audit", "covered_records")
"""The tables that get the rows; `audit_links` goes with `audit`."""


def write_past_rows(database: Database, of_each: int) -> None:
    """Put so many rows into each of the tables, written over a year ago; runs rest on every seventh."""
    began = (system_time() - timedelta(days=500)).replace(tzinfo=None)
    counts = json.dumps(dict.fromkeys(COUNTS, 0))

    def at(row: int) -> str:
        return (began + timedelta(seconds=row)).isoformat(" ", "microseconds")

    def put(table: str, columns: str, rows: Iterable[tuple[Any, ...]]) -> None:
        marks = ", ".join("?" * len(columns.split()))
        names = ", ".join(columns.split())
        file.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)

    ids = range(1, of_each + 1)
    with closing(sqlite3.connect(str(database.file))) as file:
        file.execute("PRAGMA synchronous = OFF")
        put(
            "runs",
            "id school status started_by started_at finished_at recorded_at counts holds rests_on",
            (
                (row, SCHOOLS[row % 3].number, "succeeded", "U1", at(row), at(row), at(row), counts, "[]", on)
                for row in ids
                for on in (None if row % 7 == 1 else row - (row - 1) % 7,)
            ),
        )
        put(
            "journal",
            "run account kind person identifier fingerprint after",
            ((1 + row // 5, row, "create", "learner", f"A{row:012}", "f" * 64, "{}") for row in ids),
        )
        put(
            "audit",
            "id at recorded_at who door deed outcome",
            ((row, at(row), at(row), "U1", "slack", "missing", "ok") for row in ids),
        )
        put(
            "audit_links",
            "number audit previous hash key",
            ((row, row, "p" * 64, "h" * 64, "") for row in ids),
        )
        put(
            "covered_records",
            "school kind identifier joins_on leaving_date",
            ((SCHOOLS[row % 3].number, "learner", f"A{row:012}", "2015-09-01", "2020-09-01") for row in ids),
        )
        file.commit()
