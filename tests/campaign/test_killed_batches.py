"""Processes killed in the middle of a county's batch: every school has its run, and the directory is right.

`make test` kills a few, `make campaign` 200; a finding names its seed.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from knowledge.loading import Knowledge
from provisioning.store.database import Database
from tests.builders import Schools
from tests.campaign.county_in_september import COUNTY, County, provisioning_at
from tests.paths import REPOSITORY

KILLS = int(os.environ.get("KILLED_BATCHES", "3"))
WHOLE_WITHIN_SECONDS = 120
pytestmark = pytest.mark.slow

State = tuple[list[tuple[object, ...]], set[tuple[str, str]]]


@contextmanager
def sweeper(url: str, folder: Path, node: str = "") -> Iterator["subprocess.Popen[str]"]:
    """A process that sweeps once it is told to; it is ended with the block."""
    command = [sys.executable, "-m", "tests.campaign.sweeping", url, str(folder), *([node] if node else [])]
    with subprocess.Popen(
        command, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
        process.kill()


def begin(process: "subprocess.Popen[str]") -> None:
    """Tell a process to sweep."""
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def whole(process: "subprocess.Popen[str]") -> None:
    """Wait until a process has seen that nothing is due."""
    assert process.stdout is not None
    assert process.stdout.readline() == "whole\n"


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


def state(url: str, folder: Path, knowledge: Knowledge) -> State:
    """Every account, and the runs for the slot that were not interrupted, by school."""
    behind = provisioning_at(url, folder, knowledge)
    county = Schools.__new__(Schools)
    county.database = behind.database
    accounts = sorted(
        (a.username, a.school, a.upn or "", a.status.value, a.year_group or "") for a in county.accounts()
    )
    ran = [(school, status) for school, status in county.statuses() if status != "interrupted"]
    behind.database.close()
    july = len(COUNTY)
    return list(accounts), set(ran[july:])


@pytest.mark.parametrize("seed", range(KILLS))
def test_a_batch_whose_process_is_killed_is_whole_after_the_next_start(
    seed: int, july: Path, control: tuple[State, float], tmp_path: Path, knowledge: Knowledge
) -> None:
    """One to three processes are killed one after another, at any instant; the last is let be."""
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
