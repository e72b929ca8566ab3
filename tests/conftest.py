"""What every test may ask for: a clean environment, a database of its own, a house."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.loading import Knowledge, load_knowledge
from provisioning.store.database import Database
from tests.builders import House


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody's own Slack or hwb settings reach a test."""
    for name in os.environ:
        if name.startswith(("SLACK_", "HWB_")):
            monkeypatch.delenv(name)


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


@pytest.fixture
def database_url(tmp_path: Path, migrated: Path) -> str:
    """The URL of a migrated database that is this test's alone; other kinds of database join here."""
    return f"sqlite:///{shutil.copy(migrated, tmp_path / 'hwb.sqlite3')}"


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    database.prepare()
    yield database
    database.close()


@pytest.fixture
def house(database: Database, tmp_path: Path, knowledge: Knowledge) -> House:
    """Three schools without extracts yet, on a database of their own."""
    return House(database, tmp_path / "extracts", knowledge)
