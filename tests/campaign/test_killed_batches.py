"""Processes killed in the middle of a county's batch: every school has its run, and the directory is right.

`make test` kills a few, `make campaign` 200; a finding names its seed.
"""

import os
import random
import shutil
import signal
import time
from pathlib import Path

import pytest

from knowledge.loading import Knowledge
from provisioning.store.database import Database
from tests.campaign.county_in_september import COUNTY, County
from tests.campaign.sweeper import State, begin, state, sweeper, whole
from tests.tried import Tried

KILLS = int(os.environ.get("KILLED_BATCHES", "2"))
WHOLE_WITHIN_SECONDS = 120
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def july(tmp_path_factory: pytest.TempPathFactory, migrated: Path, knowledge: Knowledge) -> Path:
    """The county's database and extracts on that morning, before any run."""
    folder = tmp_path_factory.mktemp("county")
    url = f"sqlite:///{shutil.copy(migrated, folder / 'hwb.sqlite3')}"
    county = County(Database(url), folder / "extracts", knowledge)
    county.database.close()
    return folder


@pytest.fixture(scope="module")
def control(
    july: Path, tmp_path_factory: pytest.TempPathFactory, knowledge: Knowledge
) -> tuple[State, float]:
    """The directory that an unkilled process makes, and the seconds that it takes."""
    url = copied(july, tmp_path_factory.mktemp("control"))
    with sweeper(url, july / "extracts") as process:
        started = time.monotonic()
        begin(process)
        whole(process)
        took = time.monotonic() - started
    return state(url, july / "extracts", knowledge), took


def copied(july: Path, to: Path) -> str:
    """The URL of a copy of the county's database."""
    return f"sqlite:///{shutil.copy(july / 'hwb.sqlite3', to / 'hwb.sqlite3')}"


@pytest.mark.parametrize("seed", range(KILLS))
def test_a_batch_whose_process_is_killed_is_whole_after_the_next_start(
    seed: int, july: Path, control: tuple[State, float], tmp_path: Path, knowledge: Knowledge, tried: Tried
) -> None:
    """One to three processes are killed one after another, at any instant; the last is let be."""
    tried("killed batches", 1)
    (expected, takes), chance = control, random.Random(seed)
    url = copied(july, tmp_path)
    for _ in range(chance.randint(1, 3)):
        with sweeper(url, july / "extracts") as process:
            begin(process)
            time.sleep(chance.random() * takes)
            process.send_signal(signal.SIGKILL)
    restarted = time.monotonic()
    with sweeper(url, july / "extracts") as process:
        begin(process)
        whole(process)
    assert time.monotonic() - restarted < WHOLE_WITHIN_SECONDS
    assert state(url, july / "extracts", knowledge) == expected
    assert {(school.number, "succeeded") for school in COUNTY} <= expected[1]
