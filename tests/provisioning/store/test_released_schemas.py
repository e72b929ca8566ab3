"""The upgrade from every released version, from a database that this version itself has filled."""

import re
import sqlite3
import tomllib
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import inspect, text

from bot.people import audit_chain
from provisioning.store.database import Database
from provisioning.store.schema import VERSION, revisions
from tests import postgres_server
from tests.bot.command_line import CommandLine
from tests.paths import REPOSITORY
from tests.postgres_server import administer

pytestmark = pytest.mark.integration

FOLDER = REPOSITORY / "tests/fixtures/released"
RELEASES = tomllib.loads((FOLDER / "releases.toml").read_text("utf-8"))
CHANGES = (REPOSITORY / "CHANGELOG.md").read_text("utf-8")
LEARNER = "H660200115003"


@pytest.fixture(params=[(kind, version) for version in RELEASES for kind in ("sqlite", "postgresql")])
def released(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """The URL of a released version's database, and the revision of its schema."""
    kind, version = request.param
    statements = (FOLDER / f"{version}.{kind}.sql").read_text("utf-8")
    schema = RELEASES[version]["schema"]
    if kind == "sqlite":
        file = tmp_path / "old.sqlite3"
        with closing(sqlite3.connect(file)) as connection:
            connection.executescript(statements)
        yield f"sqlite:///{file}", schema
        return
    server, name = request.getfixturevalue("postgresql_server"), f"hwb_{uuid.uuid4().hex}"
    administer(server, f"CREATE DATABASE {name} TEMPLATE template0 STRATEGY file_copy")
    with psycopg.connect(host=str(server), user=postgres_server.ROLE, dbname=name) as connection:
        connection.execute(statements.encode())
    yield postgres_server.url(server, name), schema
    administer(server, f"DROP DATABASE {name} WITH (FORCE)")


def counts(database: Database) -> dict[str, int]:
    """The number of rows of every table."""
    with database.engine.connect() as connection:
        tables = set(inspect(connection).get_table_names()) - {VERSION}
        return {
            table: connection.execute(text(f'SELECT count(*) FROM "{table}"')).scalar_one()
            for table in sorted(tables)
        }


def columns(database: Database) -> dict[str, set[tuple[str, str, bool]]]:
    """The columns of every table: name, type, whether it may be empty."""
    looked = inspect(database.engine)
    return {
        table: {
            (each["name"], str(each["type"]), bool(each["nullable"])) for each in looked.get_columns(table)
        }
        for table in looked.get_table_names()
    }


def test_every_version_of_the_changelog_has_its_databases() -> None:
    assert re.findall(r"^## (\d.*?) \(", CHANGES, re.MULTILINE) == list(reversed(RELEASES))


@pytest.mark.parametrize("version", RELEASES)
def test_the_changelog_says_what_an_operator_must_do(version: str) -> None:
    assert f"\n### Before you install {version}\n" in CHANGES


def test_what_a_released_version_kept_is_there_after_the_upgrade(
    released: tuple[str, str],
    request: pytest.FixtureRequest,
    hwb: CommandLine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    url, schema = released
    monkeypatch.setenv("HWB_DATABASE_URL", url)
    database = Database(url)
    with database.engine.connect() as connection:
        assert connection.execute(text(f"SELECT version_num FROM {VERSION}")).scalar() == schema
    before = counts(database)
    assert hwb("migrate").status == 0

    after = counts(database)
    assert {table: after.get(table) for table in before} == before
    fresh = Database(request.getfixturevalue("postgresql_url" if "postgresql" in url else "sqlite_url"))
    assert columns(database) == columns(fresh)
    with database.reading() as session:
        assert session.execute(text(f"SELECT version_num FROM {VERSION}")).scalar() == max(revisions())
    audit_chain.seal_all(database)
    with database.reading() as session:
        found = audit_chain.verify(session, None)
    assert (found.checked, found.unsealed, found.broken) == (before["audit"], 0, None)
    works(hwb, before)
    database.close()
    fresh.close()


def works(hwb: CommandLine, before: dict[str, int]) -> None:
    """See this version answer from what the earlier one kept: accounts, runs, decisions, roles, a case."""
    assert len(listed(hwb, "accounts")) == before["accounts"]
    runs = listed(hwb, "runs")
    assert len(runs) == before["runs"]
    assert runs[-1]["status"] == "succeeded"
    assert len(listed(hwb, "grants list --json")) == before["grants"]
    (case,) = listed(hwb, "cases")
    assert case["school"] == "6604002"
    assert hwb("check").status == 0
    held = hwb(f"subject-access {LEARNER} --json").shape
    assert LEARNER in str(held)


def listed(hwb: CommandLine, line: str) -> list[Any]:
    """The one list that a command prints as JSON."""
    said = hwb(line if "--json" in line else f"{line} --json --at 2026-08-26T10:00")
    assert said.status == 0, said.err
    (found,) = said.shape.values()
    assert isinstance(found, list)
    return found
