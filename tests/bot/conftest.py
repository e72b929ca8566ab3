"""A room with the real app for every test of Slack that asks for one."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.outbox.transports import slack as slack_transport
from bot.service.features import VERBS
from bot.services import Services
from bot.settings import Settings
from bot.slack import fit
from bot.slack.blocks import Block
from knowledge.loading import Knowledge
from provisioning.store.database import Database
from slack_workspace import WorkspaceServer
from tests.bot.app_fixtures import GRANTS, JAC, SEREN, Room, opened, room, sounding_alike, swept
from tests.bot.prepared import Prepared
from tests.builders import GLAN, NOW, Schools
from tests.everything import knowledge as load_everything
from tests.quiet import identifies_a_person


@pytest.fixture(scope="session")
def everything() -> Knowledge:
    """The guide with the bot's own texts."""
    return load_everything()


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """Folders of the command line that several tests begin with."""
    return Prepared(tmp_path_factory.mktemp("prepared"))


@pytest.fixture(scope="session")
def served() -> Iterator[WorkspaceServer]:
    """A workspace, started once: starting and stopping takes longer than most tests."""
    with WorkspaceServer(room(lambda: NOW)) as server:
        yield server


@pytest.fixture(autouse=True)
def labelled_buttons(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail a test that shows a screen on which two buttons sound alike to a screen reader."""
    alike, fitting = list[str](), fit._fit_blocks

    def watched(*screen: Any) -> list[Block]:
        fitted = fitting(*screen)
        alike.extend(sounding_alike(fitted))
        return fitted

    monkeypatch.setattr(fit, "_fit_blocks", watched)
    yield
    assert not alike


@pytest.fixture(autouse=True)
def bare_notifications(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail a test that sends a letter whose text for notifications identifies a person."""
    told, worded = list[str](), slack_transport.as_message

    def watched(*screen: Any, bare: bool) -> dict[str, Any]:
        message = worded(*screen, bare=bare)
        told.append(message["text"])
        return message

    monkeypatch.setattr(slack_transport, "as_message", watched)
    yield
    assert not [text for text in told if identifies_a_person(text)]


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
