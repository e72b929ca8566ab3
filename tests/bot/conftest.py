"""A room with the real app for every test of Slack that asks for one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.service.bootstrap import knowledge as load_everything
from bot.service.features import VERBS
from bot.services import Services
from bot.settings import Settings
from knowledge.loading import Knowledge
from provisioning.store.database import Database
from slack_workspace import WorkspaceServer
from tests.bot.app_fixtures import GRANTS, JAC, SEREN, Room, opened, room, swept
from tests.builders import GLAN, NOW, Schools


@pytest.fixture(scope="session")
def everything() -> Knowledge:
    """The guide with the bot's own texts."""
    return load_everything()


@pytest.fixture(scope="session")
def served() -> Iterator[WorkspaceServer]:
    """A workspace, started once: starting and stopping takes longer than most tests."""
    with WorkspaceServer(room(lambda: NOW)) as server:
        yield server


@pytest.fixture
def here(database: Database, tmp_path: Path, everything: Knowledge, served: WorkspaceServer) -> Room:
    """The room: three schools without extracts, and people with the grants of GRANTS."""
    provisioning = Schools(database, tmp_path / "extracts", everything)
    services = Services(
        Settings(database_url=str(database.url), extracts=provisioning.folder),
        provisioning.at(NOW),
        lambda: VERBS,
    )
    found = opened(services, provisioning, swept(served))
    found.grant(*GRANTS)
    return found


@pytest.fixture
def glan(here: Room) -> Room:
    """The same, with Seren and Jac in Glan's extract; its client has not run yet."""
    here.provisioning.extracts(GLAN, SEREN, JAC)
    return here
