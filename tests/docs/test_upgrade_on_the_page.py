"""docs/upgrading.md, followed with databases that 0.1.0 filled: upgrade, and on PostgreSQL the way back."""

import os
import re
import shlex
import sqlite3
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from tests import postgres_server
from tests.bot.command_line import CommandLine
from tests.docs.pages import blocks
from tests.paths import REPOSITORY
from tests.postgres_server import administer

pytestmark = pytest.mark.integration
OLD, RUNS = REPOSITORY / "tests/fixtures/released", 8
"""The databases of 0.1.0, each with a summer of so many runs at least."""
EMBEDDED, FORWARD, BACK = blocks("upgrading.md")
HWB = ".venv/bin/hwb "


def runs(hwb: CommandLine) -> int:
    """Return how many runs the command line lists."""
    return len(hwb("runs --json").shape["runs"])


@pytest.fixture
def of_0_1_0(postgresql_server: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The name of a PostgreSQL database that 0.1.0 filled, to which the tools' environment leads."""
    name = f"hwb_{uuid.uuid4().hex}"
    administer(postgresql_server, f"CREATE DATABASE {name} TEMPLATE template0 STRATEGY file_copy")
    administer(postgresql_server, (OLD / "0.1.0.postgresql.sql").read_text("utf-8"), database=name)
    monkeypatch.setenv("PATH", f"{postgres_server.binaries()}:{os.environ['PATH']}")
    monkeypatch.setenv("PGHOST", str(postgresql_server))
    monkeypatch.setenv("PGUSER", postgres_server.ROLE)
    monkeypatch.setenv("PGDATABASE", name)
    monkeypatch.setenv("HWB_DATABASE_URL", postgres_server.url(postgresql_server, name))
    yield name
    for database in (name, f"{name}_newer"):
        administer(postgresql_server, f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")


def test_the_embedded_database_is_upgraded_as_the_page_says(hwb: CommandLine) -> None:
    (hwb.folder / "data").mkdir()
    with closing(sqlite3.connect(hwb.folder / "data/hwb.sqlite3")) as connection:
        connection.executescript((OLD / "0.1.0.sqlite.sql").read_text("utf-8"))
    for line in EMBEDDED.commands:
        if not line.startswith("/opt/hwb/bin/pip "):  # the new version is there already
            said = hwb("", *shlex.split(line.removeprefix(HWB)))
            assert said.status == 0, (line, said.err)
    assert runs(hwb) >= RUNS


def test_postgresql_is_upgraded_and_brought_back_as_the_page_says(hwb: CommandLine, of_0_1_0: str) -> None:
    def typed(line: str) -> None:
        if line.startswith(HWB):
            said = hwb(line.removeprefix(HWB))
            assert said.status == 0, (line, said.err)
            return
        here = re.sub(r"(DATABASE |TO |--dbname=|_owner )hwb", rf"\1{of_0_1_0}", line)
        here = here.replace("hwb_owner", postgres_server.ROLE)
        done = subprocess.run(here, shell=True, cwd=hwb.folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (line, done.stderr)

    for line in FORWARD.commands:
        typed(line)
    assert runs(hwb) >= RUNS
    for line in BACK.commands:
        typed(line)
    assert hwb("check").status == 1  # for this version; to 0.1.0 it is its own database
    with psycopg.connect("") as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("0012",)]
        (found,) = connection.execute("SELECT count(*) FROM runs").fetchall()
    assert found[0] >= RUNS
    assert (hwb.folder / "before-upgrade.dump").stat().st_mode & 0o777 == 0o600
