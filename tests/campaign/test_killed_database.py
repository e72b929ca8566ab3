"""PostgreSQL is killed in the middle of a county's batch and started again: the batch goes on by itself.

`make test` kills it once, `make campaign` ten times; a finding names its seed.
"""

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from knowledge.loading import Knowledge
from provisioning.store.database import Database
from tests import postgres_server
from tests.campaign.county_in_september import COUNTY, County
from tests.campaign.sweeper import begin, state, sweeper, whole
from tests.tried import Tried

KILLS = int(os.environ.get("KILLED_DATABASES", "1"))
WHOLE_WITHIN_SECONDS = 60
pytestmark = pytest.mark.slow


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Path]:
    """The folder of a server that this test alone uses, with an empty database."""
    folder = postgres_server.new_folder()
    command = [sys.executable, postgres_server.__file__, str(folder), str(os.getpid())]
    subprocess.run(command, check=True)
    with psycopg.connect(host=str(folder), user=postgres_server.ROLE, dbname="postgres") as connection:
        connection.autocommit = True
        connection.execute("CREATE DATABASE county")
    yield folder
    postgres_server.stop(folder)


@pytest.mark.parametrize("seed", range(KILLS))
def test_a_batch_goes_on_once_its_database_is_back(
    seed: int, server: Path, database: Database, tmp_path: Path, knowledge: Knowledge, tried: Tried
) -> None:
    tried("killed databases", 1)
    control = County(database, tmp_path / "control", knowledge)
    with sweeper(database.url.render_as_string(hide_password=False), control.folder) as process:
        began = time.monotonic()
        begin(process)
        whole(process)
        takes = time.monotonic() - began
    url = postgres_server.url(server, "county")
    mine = Database(url)
    mine.migrate()
    folder = County(mine, tmp_path / "extracts", knowledge).folder
    mine.close()
    with sweeper(url, folder) as process:
        begin(process)
        time.sleep(random.Random(seed).random() * takes)
        postgres_server.kill(server)
        postgres_server.begin_again(server)
        back = time.monotonic()
        whole(process)
        assert time.monotonic() - back < WHOLE_WITHIN_SECONDS
    found = state(url, folder, knowledge)
    assert found == state(database.url.render_as_string(hide_password=False), control.folder, knowledge)
    assert {(school.number, "succeeded") for school in COUNTY} <= found[1]
