"""Two `hwb work` on one PostgreSQL share a county's batch, and one is killed: the other makes it whole.

`make test` kills one, `make campaign` 50; a finding names its seed. In every second of those the two are on
nodes of different names, as on two machines: then only its lease tells that a run's process is gone.
"""

import os
import random
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from bot.service.features import VERBS
from bot.service.sweeping import due_jobs, run_due
from bot.services import Services
from bot.settings import Settings
from knowledge.loading import Knowledge
from provisioning.jobs.queue import QueueEngine
from provisioning.jobs.values import FollowUpJob
from provisioning.store.database import Database
from provisioning.store.run_interruptions import is_any_running
from tests.bot.command_line import Served
from tests.bot.service.engines import jobs_in
from tests.campaign.county_in_september import COUNTY, SEPTEMBER, County
from tests.slack_workspace.workspace_fixtures import eventually
from tests.tried import Tried

KILLS = int(os.environ.get("KILLED_WORKERS", "1"))
WHOLE_WITHIN_SECONDS = 120
pytestmark = [pytest.mark.slow, pytest.mark.integration]

Directory = list[tuple[str, str, str, str]]


def services(county: County) -> Services:
    return Services(Settings(), county.at(SEPTEMBER), lambda: VERBS)


def directory(county: County) -> Directory:
    """Every account without its username, whose number depends on which worker was first."""
    return sorted(
        (a.upn or a.identifier or "", a.school, a.status.value, a.year_group or "") for a in county.accounts()
    )


@pytest.fixture
def county(postgresql_url: str, tmp_path: Path, knowledge: Knowledge) -> Iterator[County]:
    database = Database(postgresql_url)
    yield County(database, tmp_path / "extracts", knowledge)
    database.close()


@pytest.fixture
def expected(database: Database, tmp_path: Path, knowledge: Knowledge) -> Directory:
    """The directory that one process makes, which is not killed, on a database of its own."""
    control = County(database, tmp_path / "control", knowledge)
    run_due(services(control))
    return directory(control)


@contextmanager
def held_up(url: str) -> Iterator[None]:
    """Let no run write into the journal while the block lasts: runs that have begun stay in the middle."""
    with psycopg.connect(url.replace("postgresql+psycopg", "postgresql")) as connection:
        connection.execute("LOCK TABLE journal IN EXCLUSIVE MODE")
        yield


def working(county: County, node: str | None) -> Served:
    """A worker on the morning in September."""
    more = {"HWB_NODE": node} if node else {}
    return Served(
        ["work", "--at", SEPTEMBER.isoformat()],
        county.folder.parent,
        HWB_DATABASE_URL=county.database.url.render_as_string(hide_password=False),
        HWB_EXTRACTS=str(county.folder),
        **more,
    )


def runs_of(county: County, worker: Served) -> int:
    """How many runs a worker has under way."""
    query = text("SELECT count(*) FROM runs WHERE status = 'running' AND holder LIKE :its")
    with county.database.reading() as session:
        return int(session.execute(query, {"its": f"%/{worker.pid}/%"}).scalar_one())


def is_whole(county: County) -> bool:
    """Whether nothing is due or under way, in the queue or in the store."""
    if jobs_in(county.database):
        return False
    with county.database.reading() as session:
        under_way = is_any_running(session)
    return not under_way and not due_jobs(services(county))


@pytest.mark.parametrize("seed", range(KILLS))
def test_a_batch_of_two_workers_is_whole_although_one_is_killed(
    seed: int, county: County, expected: Directory, tried: Tried
) -> None:
    tried("killed workers", 1)
    chance = random.Random(seed)
    nodes = ("one", "two") if seed % 2 else (None, None)
    with working(county, nodes[0]) as killed, working(county, nodes[1]) as other:
        with held_up(county.database.url.render_as_string(hide_password=False)):
            other.until("Runs schools")
            eventually(lambda: runs_of(county, killed) and runs_of(county, other), 60)
            if seed == 0:
                killed.kill()
        if seed:
            time.sleep(chance.random())
            killed.kill()
        began = time.monotonic()
        eventually(lambda: is_whole(county), WHOLE_WITHIN_SECONDS)
        took = time.monotonic() - began
        other.terminate()
        assert other.ended().status == 0
    print(f"seed {seed}: whole after {took:.0f} s")
    require_all_once(county, expected)


@pytest.mark.skipif(KILLS == 1, reason="it takes two minutes: `make campaign`")
def test_a_worker_that_slept_is_refused_what_another_has_done_and_works_on(
    county: County, expected: Directory
) -> None:
    """It is stopped in the middle of its runs, wakes when all is whole, and then takes the next job."""
    url = county.database.url.render_as_string(hide_password=False)
    with working(county, None) as asleep, working(county, None) as other:
        with held_up(url):
            eventually(lambda: runs_of(county, asleep) and runs_of(county, other), 60)
            os.kill(asleep.pid, signal.SIGSTOP)
        began = time.monotonic()
        try:
            eventually(lambda: is_whole(county), WHOLE_WITHIN_SECONDS)
        finally:
            os.kill(asleep.pid, signal.SIGCONT)
        print(f"whole after {time.monotonic() - began:.0f} s beside a worker that slept")
        other.terminate()
        assert other.ended().status == 0
        require_all_once(county, expected)
        QueueEngine(county.database).put([FollowUpJob(COUNTY[0].number)])
        eventually(lambda: not jobs_in(county.database), 60)
        asleep.terminate()
        assert asleep.ended().status == 0
    require_all_once(county, expected)


def require_all_once(county: County, expected: Directory) -> None:
    """Require that each school has had its slot once, that nothing waits, and that the directory is right."""
    assert directory(county) == expected
    had = [school for school, status in county.statuses()[len(COUNTY) :] if status == "succeeded"]
    assert {school.number for school in COUNTY} <= set(had)
    with county.database.reading() as session:
        twice = "SELECT slot FROM runs WHERE slot IS NOT NULL GROUP BY slot, school HAVING count(*) > 1"
        assert session.execute(text(twice)).all() == []
        assert session.execute(text("SELECT count(*) FROM follow_ups")).scalar_one() == 0
