"""The made-up county on its Wednesday: to look at, and to change."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.trial.county import seed
from provisioning.clock import Clock
from provisioning.runs.dependencies import Provisioning
from tests.bot.trial.county_builders import COUNTY, Open, opened


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the county as it stands on that Wednesday; no test changes it."""
    folder = tmp_path_factory.mktemp("county")
    database, provisioning = opened(folder)

    def provisioning_at(clock: Clock) -> Provisioning:
        return replace(provisioning, clock=clock)

    assert seed(provisioning_at) == COUNTY
    database.close()
    return folder


@pytest.fixture(scope="module")
def wednesday(seeded: Path) -> Iterator[Open]:
    """The county to look at."""
    database, provisioning = opened(seeded)
    yield Open(provisioning)
    database.close()


@pytest.fixture
def mine(seeded: Path, tmp_path: Path) -> Iterator[Open]:
    """A county of one's own, to change."""
    shutil.copytree(seeded, tmp_path / "county")
    database, provisioning = opened(tmp_path / "county")
    yield Open(provisioning)
    database.close()
