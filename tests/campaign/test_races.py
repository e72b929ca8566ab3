"""People, schedules and lists that want equal things at one moment: nothing is doubled, lost or half done.

Each story is of up to ten mornings on one database. In each, eight commands and a process with threads begin
within 0.15 seconds, about equal schools and runs. `make test` tries a few, `make campaign` 300 on each
database; a finding names its seed and morning.
"""

import os
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from knowledge.loading import Knowledge
from provisioning.store.database import Database
from tests.bot.command_line import Said
from tests.builders import NOW, SCHOOLS, Schools
from tests.campaign.command_forks import Job, Race, races
from tests.campaign.invariants import Memory, require
from tests.campaign.racing import jobs, lists, people, run_some, waiting, write_extracts

ROUNDS = int(os.environ.get("RACES", "2"))
MORNINGS = min(ROUNDS, 10)
BY_THREADS = "threads"
pytestmark = [pytest.mark.slow, pytest.mark.both_databases]


@pytest.fixture(scope="module")
def race() -> Iterator[Race]:
    with races() as at_work:
        yield at_work


@contextmanager
def watching(database: Database) -> Iterator[list[int]]:
    """Look all the time how many runs a school has under way at most."""
    found, over = [0], threading.Event()
    query = text("SELECT count(*) FROM runs WHERE status = 'running' GROUP BY school")

    def look() -> None:
        while not over.wait(0.01):
            with database.reading() as session:
                found.extend(session.execute(query).scalars())

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield found
    finally:
        over.set()
        watcher.join()


def require_spoken(job: Job, said: Said) -> None:
    """Require that a process ended as `hwb` does, and that what it printed is for people."""
    printed = said.out + said.err
    assert said.status in ((0,) if job.threads else (0, 1, 3)), f"{job}: {said}"
    for word in ("Traceback", "locked", "foresaw", "sqlite3.", "psycopg."):
        assert word not in printed, f"{job}: {said}"
    if said.status == 1:
        assert said.err.strip().splitlines()[-1].startswith("Hint: "), f"{job}: {said}"


def require_decided_once(tried: list[Job], ended: list[Said]) -> None:
    """Require that of those who approved and rejected one run, and undid one, at most one succeeded."""
    done: Counter[str] = Counter()
    for job, said in zip(tried, ended, strict=True):
        for act, run in _decisions(job, said):
            done[("undone" if act == "undo" else "decided") + run] += 1
    assert set(done.values()) <= {1}, done


def _decisions(job: Job, said: Said) -> Iterator[tuple[str, str]]:
    if job.threads:
        lines = (line.split() for line in said.out.splitlines())
        yield from ((act, of) for act, of, *how in lines if how == ["succeeded"] and act != "provision")
    elif job.words[0] in ("approve", "reject", "undo") and said.status == 0:
        yield job.words[0], job.words[1]


@pytest.mark.parametrize("seed", range(-(-ROUNDS // MORNINGS)))
def test_whatever_begins_at_one_moment_leaves_a_directory_that_the_journal_tells(
    seed: int,
    race: Race,
    database: Database,
    tmp_path: Path,
    knowledge: Knowledge,
    record_property: Callable[[str, object], None],
) -> None:
    schools, memory = Schools(database, tmp_path / "extracts", knowledge), Memory()
    chance, outcomes = random.Random(seed), Counter[str]()
    for school in SCHOOLS:
        schools.extracts(school, *people(school), at=NOW)
        assert schools.runs(school).status == "succeeded"
    lists(tmp_path)
    for morning in range(1, MORNINGS + 1):
        at = NOW + timedelta(days=morning)
        write_extracts(schools, at, chance)
        run_some(schools, at, chance)
        tried = jobs(waiting(schools), chance)
        settings = {
            "HWB_DATABASE_URL": database.url.render_as_string(hide_password=False),
            "HWB_EXTRACTS": str(tmp_path / "extracts"),
            "HWB_AT": at.isoformat(),
            "HWB_LANG": "en",
        }
        with watching(database) as at_work:
            ended = race(tmp_path, settings, *tried)
        assert max(at_work) <= 1
        for job, said in zip(tried, ended, strict=True):
            require_spoken(job, said)
            outcomes[f"{job.words[0] if job.words else BY_THREADS} {said.status}"] += 1
            outcomes.update(" ".join((act, "succeeded")) for act, _ in _decisions(job, said))
        require_decided_once(tried, ended)
        require(schools, memory)
    kind = "SQLite" if database.embedded else "PostgreSQL"
    record_property("figures", f"races on {kind}, seed {seed}: {dict(sorted(outcomes.items()))}")
