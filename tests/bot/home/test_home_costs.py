"""App Home of a user with twenty schools of a nation: how many statements it asks of the database."""

from pathlib import Path

import pytest

from knowledge.loading import Knowledge
from provisioning.store.database import Database
from tests.bot.home.home_of_twenty import give_twenty, home_of_twenty
from tests.costs import Nation, cost


@pytest.fixture
def nation(database: Database, tmp_path: Path, knowledge: Knowledge) -> Nation:
    made = Nation.made(tmp_path / "nation", database, knowledge, 28)
    give_twenty(made)
    return made


def test_twenty_schools(nation: Nation) -> None:
    with home_of_twenty(nation) as (database, home):
        assert cost(database, home).statements <= 100
