"""A database that another program keeps locked is waited for once in a batch, not once for each school."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import event

from provisioning.errors import DatabaseProblem
from provisioning.runs.batches import provision_batch
from provisioning.runs.dependencies import Provisioning
from provisioning.store.database import Database
from provisioning.store.runs import Run
from tests.builders import NOW, SCHOOLS, Schools, learner
from tests.portal_builders import PortalSchools, seen

pytestmark = pytest.mark.integration

EVERY = [school.number for school in SCHOOLS]


@pytest.fixture
def database(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """A SQLite file whose lock is waited for no longer than a moment."""
    monkeypatch.setattr("provisioning.store.database.BUSY_SECONDS", 0.05)
    database = Database(sqlite_url)
    yield database
    database.close()


@pytest.fixture
def three(provisioning: Schools) -> Schools:
    """Three schools with a learner each."""
    for number, school in enumerate(SCHOOLS, start=1):
        provisioning.extracts(school, learner(number))
    return provisioning


@pytest.fixture
def portals(three: Schools, tmp_path: Path) -> PortalSchools:
    """The three with accounts in the portal, an export for each."""
    made = PortalSchools(three, tmp_path / "portal", "{school}.csv")
    for number, school in enumerate(SCHOOLS, start=1):
        made.lists(seen(learner(number), school), school=school)
    return made


def times_waited(provisioning: Provisioning, sqlite_url: str, *, after: int = 0) -> int:
    """How often a batch waits for a lock that another program takes after so many runs, and keeps."""
    waited: list[str] = []
    ran: list[Run] = []

    @event.listens_for(provisioning.database.engine, "handle_error")
    def _count(context: object) -> None:
        waited.append(str(context))

    file = sqlite_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(file, check_same_thread=False)) as browser:

        def lock(run: Run) -> None:
            ran.append(run)
            if len(ran) == after:
                browser.execute("BEGIN IMMEDIATE")

        if not after:
            browser.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseProblem) as raised:
            provision_batch(provisioning, EVERY, started_by="test", slot=NOW, done=lock)
    assert (raised.value.name, len(ran)) == ("database-locked", after)
    return len(waited)


def test_schools_that_would_run_together(three: Schools, sqlite_url: str) -> None:
    assert times_waited(three.at(), sqlite_url) == 1
    assert [run.school for run in provision_batch(three.at(), EVERY, started_by="test").runs] == EVERY


@pytest.mark.parametrize("after", [0, 1])
def test_schools_that_run_singly(portals: PortalSchools, sqlite_url: str, after: int) -> None:
    assert times_waited(portals.at(), sqlite_url, after=after) == 1
    assert len(portals.client_ran_for) == after
    assert len(provision_batch(portals.at(), EVERY, started_by="test").runs) == 3
