"""App Home of a user with twenty schools of a nation: how many statements it asks of the database."""

from pathlib import Path

import pytest

from bot.home.listeners import home_of
from bot.people import permissions
from bot.people.permissions import Act, Grant, Role
from bot.people.slack_user import SlackUser
from bot.service.bootstrap import services
from bot.service.features import FEATURES
from bot.settings import load_settings
from bot.slack.context import Context
from bot.slack.voice import Voice
from knowledge.loading import Knowledge
from provisioning.store.database import Database
from tests.costs import SEPTEMBER, Nation, cost

WITH_TWENTY = SlackUser("U20")


@pytest.fixture
def nation(database: Database, tmp_path: Path, knowledge: Knowledge) -> Nation:
    made = Nation.made(tmp_path / "nation", database, knowledge, 28)
    grants = [Grant(WITH_TWENTY, Role.DIGITAL_CHAMPION, number) for number in made.numbers[:20]]
    with database.writing() as session:
        permissions.add(session, grants, SEPTEMBER)
    return made


def test_twenty_schools(nation: Nation) -> None:
    given = {
        "database_url": nation.database.url.render_as_string(),
        "extracts": nation.folder / "september",
        "at": SEPTEMBER,
    }
    with services(load_settings(given)) as opened:

        def home() -> None:
            context = Context(opened, WITH_TWENTY, Voice(opened.catalogue, "en"), features=FEATURES)
            assert "Ysgol" not in str(home_of(context, context.schools(Act.DIAGNOSE)))

        assert cost(opened.database, home).statements <= 100
