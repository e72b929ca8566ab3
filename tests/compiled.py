"""Statements compiled once in a test process, not anew for the database of each test.

SQLAlchemy keeps compiled statements by the dialect of an engine; the product has one engine for as long as it
runs, and the tests thousands.
"""

from typing import Any

from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

from provisioning.store import engines

_STATEMENTS = 2_000
"""How many compiled statements are kept in memory."""


def share() -> None:
    """Let all engines of the product that speak to one kind of database share what they have compiled."""
    shared = {"compiled_cache": LRUCache[Any, Any](_STATEMENTS)}
    create = engines.create_engine
    engines.create_engine = lambda url, **options: create(url, execution_options=shared, **options)
    for dialect in (SQLiteDialect_pysqlite, PGDialect_psycopg):
        dialect.__eq__ = lambda self, other: type(self) is type(other)
        dialect.__hash__ = lambda self: hash(type(self))
