"""A person's name and UPN in every place of a database that can hold a text."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Date, DateTime, Float, String, Table

from bot.service.every_table import METADATA
from bot.service.personal_data import TABLES
from provisioning.clock import system_time

_STAYS = {"alembic_version", "stem_secrets"}
"""Tables without which the database is not opened; they have no row of ours besides."""
_LEFT = {"schools", "local_dates"}
"""Tables whose rows other code reads by their words: only what may name a person there is marked."""


def mark_everywhere(file: Path, mark: str, words: str) -> int:
    """Put `words` into every column of people, and a row of `words` into every table; return the tables.

    `mark` begins every key. What a table forbids, such as to change the audit, is lifted before.
    """
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA ignore_check_constraints = ON")
        triggers = database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in triggers:
            database.execute(f'DROP TRIGGER "{name}"')
        tables = [table for table in METADATA.sorted_tables if table.name not in _STAYS]
        for table in tables:
            for column in TABLES[table.name].people:
                database.execute(
                    f'UPDATE OR IGNORE "{table.name}" SET "{column}" = ?', [_value(table.c[column], words)]
                )
            if table.name not in _LEFT:
                columns = ", ".join(f'"{column.name}"' for column in table.c)
                marks = ", ".join("?" * len(table.c))
                row = list(_row(table, f"{words} {words}"))  # another, where a column takes each text once
                database.execute(f'INSERT INTO "{table.name}" ({columns}) VALUES ({marks})', row)
        database.execute("UPDATE audit SET outcome = ? WHERE id % 2 = 1", [f"error:{mark}"])
        database.commit()
    return len(tables)


def _row(table: Table, words: str) -> Iterator[Any]:
    yield from (_value(column, words) for column in table.c)


def _value(column: Column[Any], words: str) -> Any:
    now = system_time().replace(tzinfo=None) - timedelta(hours=1)
    match getattr(column.type, "impl", column.type):
        case JSON():
            return json.dumps({"key": f"error.{words}", "values": {"who": words}, words: [words]})
        case DateTime():
            return now.isoformat(" ", "microseconds")
        case Date():
            return now.date().isoformat()
        case Boolean():
            return 0
        case Float():
            return 0.5
        case String():
            return words
        case _:
            return 900_000
