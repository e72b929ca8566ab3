"""Two workspaces for every test of several."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.service.features import VERBS
from bot.services import Services
from bot.settings import Settings
from knowledge.loading import Knowledge
from provisioning.store.database import Database
from slack_workspace import WorkspaceServer
from tests.bot.app_fixtures import HELP, JAC, SEREN, room
from tests.bot.several.two_workspaces import CLIENT_ID, FIRST, SECOND, Gateway, Two, gateway, opened_in_two
from tests.builders import BRYN, GLAN, NOW, Schools, learner


@pytest.fixture(scope="session")
def second_served() -> Iterator[WorkspaceServer]:
    """A second workspace, started once."""
    with WorkspaceServer(replace(room(lambda: NOW), team_id=SECOND, team_name="Second")) as server:
        yield server


@pytest.fixture(scope="session")
def in_front(served: WorkspaceServer, second_served: WorkspaceServer) -> Iterator[Gateway]:
    """The Web API in front of both."""
    with gateway(served, second_served) as found:
        yield found


@pytest.fixture
def two(
    database: Database,
    tmp_path: Path,
    everything: Knowledge,
    served: WorkspaceServer,
    second_served: WorkspaceServer,
    in_front: Gateway,
) -> Two:
    """Both workspaces; Seren and Jac are in Glan's extract, another Seren in Bryn's."""
    provisioning = Schools(database, tmp_path / "extracts", everything)
    settings = Settings(
        database_url=str(database.url),
        extracts=provisioning.folder,
        slack_client_id=CLIENT_ID,
        slack_client_secret="s" * 32,  # type: ignore[arg-type]
        slack_api_url=in_front.url,
        desk_channel=f"{FIRST}/{HELP}",
        operators_channel=f"{FIRST}/{HELP}",
    )
    services = Services(settings, provisioning.at(NOW), lambda: VERBS)
    found = opened_in_two(services, provisioning, (served, second_served), in_front)
    provisioning.extracts(GLAN, SEREN, JAC)
    provisioning.extracts(BRYN, learner(7, surname="Tegid", forename="Seren"))
    return found
