"""The connected bot: features are checked once for all processes; the schedule's runs are safe."""

import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime

import pytest

from bot.alerts.monitor import AlertMonitor
from bot.service.connected import connected_bot
from bot.service.features import VERBS
from bot.services import Services
from bot.settings import Settings
from bot.slack.connection import SlackConnection
from bot.slack.socket_line import SocketLine
from provisioning.errors import KnownError
from provisioning.store import run_lifecycle
from provisioning.store.ticks import Duty
from slack_workspace import WorkspaceServer
from tests.bot.app_fixtures import Later, room
from tests.bot.slack.small_app import small_app
from tests.builders import NANT, NOW, Schools
from tests.slack_workspace.workspace_fixtures import eventually

pytestmark = pytest.mark.integration


@pytest.fixture
def server() -> Iterator[WorkspaceServer]:
    with WorkspaceServer(room(lambda: datetime.now(UTC))) as running:
        yield running


def services(provisioning: Schools) -> Services:
    return Services(Settings(), provisioning.at(NOW), lambda: VERBS)


@pytest.mark.parametrize(("heard", "alive"), [(None, False), (0.0, True), (9.9, True), (10.0, False)])
def test_a_connection_is_alive_as_long_as_slack_is_heard(
    heard: float | None, alive: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SocketLine, "heard_seconds_ago", heard)
    connection = SlackConnection(small_app([], Later()), "xapp-1")
    assert connection.alive is alive
    connection.close()


@pytest.mark.parametrize("ours", [True, False])
def test_alerts_are_evaluated_by_the_process_that_has_the_duty(
    ours: bool, provisioning: Schools, server: WorkspaceServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, evaluated = threading.Event(), threading.Event()

    def is_ours(_duty: Duty) -> bool:
        asked.set()
        return ours

    monkeypatch.setattr(Duty, "is_ours", property(is_ours))
    monkeypatch.setattr(AlertMonitor, "evaluate_if_due", lambda _monitor: evaluated.set())
    with connected_bot(
        services(provisioning),
        bot_token=server.bot_token,
        app_token=server.app_token,
        api_url=server.api_url,
    ):
        eventually(asked.is_set)
    # At its end the bot has waited for what was at work.
    assert evaluated.is_set() is ours


def test_an_attempt_to_reach_slack_that_fails_leaves_the_runs_of_the_schedule_alone(
    provisioning: Schools, server: WorkspaceServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_connection: SlackConnection) -> None:
        raise KnownError("slack-unreachable", url=server.api_url)

    monkeypatch.setattr(SlackConnection, "connect", fail)
    with provisioning.database.writing() as session:
        run_lifecycle.begin(session, NANT.number, NOW, started_by="schedule", slot=NOW)
    with (
        suppress(KnownError),
        connected_bot(
            services(provisioning),
            bot_token=server.bot_token,
            app_token=server.app_token,
            api_url=server.api_url,
        ),
    ):
        raise AssertionError("It has connected.")
    assert provisioning.statuses() == [(NANT.number, "running")]


def test_the_search_is_made_before_the_first_question_can_come(
    provisioning: Schools, server: WorkspaceServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    built, made = services(provisioning), list[bool]()

    def connect(_connection: SlackConnection) -> None:
        made.append("finder" in vars(built))
        raise KnownError("slack-unreachable", url=server.api_url)

    monkeypatch.setattr(SlackConnection, "connect", connect)
    with (
        suppress(KnownError),
        connected_bot(built, bot_token=server.bot_token, app_token=server.app_token, api_url=server.api_url),
    ):
        raise AssertionError("It has connected.")
    assert made == [True]
