"""Fixtures of all tests: a clean environment, a database for each test, provisioned schools."""

import fcntl
import logging
import os
import shutil
import sqlite3
import subprocess
import sys
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import Connection, inspect

from knowledge.loading import Knowledge, load_knowledge
from provisioning.store.database import Database
from provisioning.store.schema import upgrade
from tests import compiled, full_scans, postgres_server
from tests.bot.command_line import CommandLine
from tests.builders import Schools
from tests.provisioning.runs import forking
from tests.quiet import OURS, identifies_a_person
from tests.tried import PROPERTY, Tried, lines

# The same examples on every machine, however busy: a test is red for what it shows, not by a clock.
settings.register_profile(
    "steady", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("steady")

compiled.share()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures that tests have measured, and what they tried: both come with the reports."""
    reports = [report for some in terminalreporter.stats.values() for report in some]
    properties = [
        each
        for report in reports
        if getattr(report, "when", None) == "call"
        for each in report.user_properties
    ]
    for name, value in properties:
        if name == "figures":
            terminalreporter.write_line(value)
    for line in lines(properties):
        terminalreporter.write_line(line)


@pytest.fixture
def tried(record_property: Callable[[str, object], None]) -> Iterator[Tried]:
    """Counts the attacks of a test by their kind, for the summary."""
    counted: Counter[str] = Counter()

    def count(kind: str, number: int) -> None:
        counted[kind] += number

    yield count
    for kind, number in counted.items():
        record_property(PROPERTY, f"{kind}: {number}")


_STATEMENTS = full_scans.Statements()
_DATABASES = {"database_url", "migrated", "postgresql_server"}
_WORKSPACES = {"by_hand", "hasty", "page", "served", "server"}
_INTEGRATION = frozenset({*_DATABASES, *_WORKSPACES, "hwb", "story"})
"""Fixtures with a database, a workspace, a browser or the command line.

A module that starts any of these without such a fixture has the mark `integration` itself.
"""


def pytest_configure() -> None:
    """Keep the folders of tests in memory, where there is room: SQLite waits for the disk at each close."""
    if postgres_server.in_memory() is not None:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(postgres_server.in_memory()))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that use a database, a workspace, a browser or a process; the slow ones come first.

    Else the last of several workers would be at a slow test while the others have none left.
    """
    for item in items:
        if isinstance(item, pytest.Function) and _INTEGRATION.intersection(item.fixturenames):
            item.add_marker("integration")
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the Slack and hwb settings of the machine from every test."""
    for name in os.environ:
        if name.startswith(("SLACK_", "HWB_")):
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def _no_full_scans() -> Iterator[None]:
    """Fail a test in which the product reads a whole table that grows, where that is not meant."""
    yield
    scans = full_scans.on_sqlite(_STATEMENTS.take("sqlite"))
    assert not scans, "\n".join(scans)


class _Listening(logging.Handler):
    """Keeps what the log says, as operators would read it were nothing masked."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(logging.Formatter().format(record))


@pytest.fixture(autouse=True)
def _quiet_log() -> Iterator[None]:
    """Fail a test whose log identifies a person, before masking."""
    listening, root = _Listening(), logging.getLogger()
    levels = {name: logging.getLogger(name).level for name in OURS}
    for name in OURS:
        logging.getLogger(name).setLevel(logging.INFO)
    root.addHandler(listening)
    yield
    root.removeHandler(listening)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    for line in listening.said:
        assert not identifies_a_person(line), line


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return load_knowledge()


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the current schema and nothing in it, made once and copied for each test."""
    path = tmp_path_factory.mktemp("migrated") / "empty.sqlite3"
    database = Database(f"sqlite:///{path}")
    database.prepare()
    database.close()
    return path


@pytest.fixture(scope="session")
def postgresql_server(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """The folder of a PostgreSQL server with an empty hwb_template, one for all workers of a session."""
    base, owner = tmp_path_factory.getbasetemp(), os.getpid()
    if hasattr(request.config, "workerinput"):  # a worker of pytest-xdist, whose parent is the session
        base, owner = base.parent, os.getppid()
    with (base / "postgresql").open("a+", encoding="utf-8") as known:
        fcntl.flock(known, fcntl.LOCK_EX)
        known.seek(0)
        folder = known.read()
        if not folder:
            folder = str(postgres_server.new_folder())
            subprocess.run([sys.executable, postgres_server.__file__, folder, str(owner)], check=True)
            postgres_server.administer(folder, "CREATE DATABASE hwb_template")
            template = Database(postgres_server.url(Path(folder), "hwb_template"))
            template.migrate()
            template.close()
            known.write(folder)
    return Path(folder)


@pytest.fixture
def sqlite_url(tmp_path: Path, migrated: Path) -> str:
    """The URL of a SQLite database that is this test's alone."""
    return f"sqlite:///{shutil.copy(migrated, tmp_path / 'hwb.sqlite3')}"


@pytest.fixture
def postgresql_url(postgresql_server: Path) -> Iterator[str]:
    """The URL of a PostgreSQL database that is this test's alone."""
    name = f"hwb_{uuid.uuid4().hex}"
    postgres_server.administer(
        postgresql_server, f"CREATE DATABASE {name} TEMPLATE hwb_template STRATEGY file_copy"
    )
    url = postgres_server.url(postgresql_server, name)
    yield url
    scans = full_scans.on_postgresql(url, _STATEMENTS.take("postgresql"))
    postgres_server.administer(postgresql_server, f"DROP DATABASE {name} WITH (FORCE)")
    assert not scans, "\n".join(scans)


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a migrated database that is this test's alone: SQLite, or the kind that is asked for."""
    url: str = request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_url")
    return url


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that is marked `both_databases` on SQLite and on PostgreSQL."""
    if metafunc.definition.get_closest_marker("both_databases") and "database_url" in metafunc.fixturenames:
        metafunc.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    database.prepare()
    yield database
    database.close()


@pytest.fixture
def provisioning(database: Database, tmp_path: Path, knowledge: Knowledge) -> Schools:
    """Three schools without extracts yet, on a database of their own."""
    return Schools(database, tmp_path / "extracts", knowledge)


@pytest.fixture(scope="session")
def _forks() -> Iterator[Callable[[str, Path], forking.Run]]:
    with forking.forks() as at_work:
        yield at_work


@pytest.fixture
def processes(
    _forks: Callable[[str, Path], forking.Run], provisioning: Schools, database_url: str
) -> forking.Run:
    """Starts real processes on a test's database, all at once."""
    return _forks(database_url, provisioning.folder)


@pytest.fixture(scope="session")
def schema(migrated: Path) -> Sequence[str]:
    """The statements that make the current schema in a SQLite database, as the migrations leave it."""
    with closing(sqlite3.connect(migrated)) as connection:
        return list(connection.iterdump())[1:-1]  # without BEGIN and COMMIT


@pytest.fixture
def hwb(
    tmp_path: Path,
    schema: Sequence[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> CommandLine:
    """The command line in an empty folder, where a new SQLite database is made without each migration."""

    def upgrade_at_once(connection: Connection) -> None:
        if connection.dialect.name != "sqlite" or inspect(connection).get_table_names():
            upgrade(connection)
            return
        for statement in schema:
            connection.exec_driver_sql(statement)

    monkeypatch.setattr("provisioning.store.database.upgrade", upgrade_at_once)
    return CommandLine(tmp_path, monkeypatch, capsys)
