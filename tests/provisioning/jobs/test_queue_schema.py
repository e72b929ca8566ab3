"""The tables of the queue: our migrations make what the installed Procrastinate works with."""

import hashlib
import uuid
from collections.abc import Iterator
from pathlib import Path

import procrastinate
import psycopg
import pytest
from procrastinate.schema import SchemaManager

from tests import postgres_server

pytestmark = pytest.mark.integration

KNOWN = "c70ec4b400a60ad9592787653aae5ae7"
"""The digest of the schema that the migrations up to now lead to."""

WHAT_TO_DO = f"""
Procrastinate {procrastinate.__version__} ships another schema than our migrations lead to. Look in its folder
sql/migrations for the files that are newer than the last that was taken over, put their statements into a
migration of ours (PostgreSQL only, as 0022 does), raise the least version in pyproject.toml, and write the
digest {{digest}} into KNOWN.
"""

WHAT_IS_THERE = """
SELECT 'column ' || table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' '
    || coalesce(column_default, '')
    FROM information_schema.columns WHERE table_name LIKE 'procrastinate%'
UNION ALL SELECT pg_get_functiondef(oid) FROM pg_proc WHERE proname LIKE 'procrastinate%'
UNION ALL SELECT indexdef FROM pg_indexes WHERE tablename LIKE 'procrastinate%'
UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname LIKE 'procrastinate%'
UNION ALL SELECT conname || ' ' || pg_get_constraintdef(oid)
    FROM pg_constraint WHERE conrelid::regclass::text LIKE 'procrastinate%'
UNION ALL SELECT typname || ' ' || enumlabel
    FROM pg_enum JOIN pg_type ON enumtypid = pg_type.oid WHERE typname LIKE 'procrastinate%'
UNION ALL SELECT 'type ' || attrelid::regclass || '.' || attname || ' ' || format_type(atttypid, atttypmod)
    FROM pg_attribute WHERE attrelid::regclass::text = 'procrastinate_job_to_defer_v1'
"""


def said(connection: "psycopg.Connection[tuple[str]]") -> set[str]:
    """What a database says of the tables, functions and triggers of the queue."""
    return {what for (what,) in connection.execute(WHAT_IS_THERE)}


@pytest.fixture
def made_by_procrastinate(postgresql_server: Path) -> Iterator["psycopg.Connection[tuple[str]]"]:
    """A database with the schema that the installed Procrastinate ships, and nothing of ours."""
    name = f"queue_{uuid.uuid4().hex}"
    with psycopg.connect(
        host=str(postgresql_server), user=postgres_server.ROLE, dbname="postgres", autocommit=True
    ) as server:
        server.execute(f"CREATE DATABASE {name}".encode())
        with psycopg.connect(
            host=str(postgresql_server), user=postgres_server.ROLE, dbname=name
        ) as connection:
            connection.execute(SchemaManager.get_schema())
            yield connection
        server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def test_a_newer_schema_of_procrastinate_is_noticed() -> None:
    digest = hashlib.sha256(SchemaManager.get_schema().encode()).hexdigest()[:32]
    assert digest == KNOWN, WHAT_TO_DO.format(digest=digest)


def test_our_migrations_lead_to_what_procrastinate_ships(
    postgresql_url: str, made_by_procrastinate: "psycopg.Connection[tuple[str]]"
) -> None:
    with psycopg.connect(postgresql_url.replace("postgresql+psycopg", "postgresql")) as ours:
        there = said(ours)
    assert len(there) > 50
    assert there == said(made_by_procrastinate)
