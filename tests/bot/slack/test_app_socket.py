"""The real app over one real Socket Mode connection: bursts, reconnects, redelivery."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.people import permissions
from bot.service.connected import connected_bot
from bot.service.features import VERBS
from bot.services import Services
from bot.settings import Settings
from knowledge.loading import Knowledge
from provisioning.store.database import Database
from slack_workspace import ActOutcome, Timing, Workspace, WorkspaceServer
from slack_workspace import payloads as slack
from tests.bot.app_fixtures import CARYS, GRANTS, HELP, JAC, SEREN, room, words
from tests.builders import GLAN, NOW, Schools
from tests.slack_workspace.workspace_fixtures import eventually

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("socket")]


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory, everything: Knowledge) -> Iterator[Services]:
    """Glan with Seren and Jac in its extract."""
    folder = tmp_path_factory.mktemp("socket")
    database = Database(f"sqlite:///{folder / 'hwb.sqlite3'}")
    database.prepare()
    provisioning = Schools(database, folder / "extracts", everything)
    provisioning.extracts(GLAN, SEREN, JAC)
    with database.writing() as session:
        permissions.add(session, GRANTS, NOW)
    yield Services(Settings(), provisioning.at(NOW), lambda: VERBS)
    database.close()


@pytest.fixture(scope="module")
def server(services: Services) -> Iterator[WorkspaceServer]:
    """The workspace with the bot at its post; Slack's second redelivery comes at once here."""
    timing = Timing(redelivery=(0.0, 0.0, 0.0))
    with WorkspaceServer(Workspace(room(lambda: NOW), timing)) as running:
        tokens = {"bot_token": running.bot_token, "app_token": running.app_token}
        with connected_bot(services, api_url=running.api_url, **tokens):
            assert running.wait_for_app()
            yield running


def test_twenty_commands_at_once_are_all_acknowledged_and_answered(server: WorkspaceServer) -> None:
    person = server.person(CARYS)
    before = len(person.messages(HELP))
    with ThreadPoolExecutor(20) as crowd:
        outcomes = list(crowd.map(lambda _: person.command(f"/hwb why-missing {SEREN.upn}", HELP), range(20)))
    assert outcomes == [ActOutcome()] * 20
    answers = eventually(lambda: person.messages(HELP)[before:][19:] and person.messages(HELP)[before:], 20)
    assert len(answers) == 20
    assert all("Glan High" in words(answer) for answer in answers)


def test_a_modal_over_the_socket_ends_in_its_answer(server: WorkspaceServer) -> None:
    person = server.person(CARYS)
    person.command("/hwb why-missing", HELP)
    eventually(person.modals)
    person.submit({"identifier": {"identifier": {"type": "plain_text_input", "value": SEREN.upn}}})
    eventually(lambda: "Can the UPN be looked up?" in words(person.modals()))
    person.close()


def test_the_bot_comes_back_when_slack_sends_it_away(server: WorkspaceServer) -> None:
    server.disconnect("refresh_requested")
    assert server.wait_for_app()
    person = server.person(CARYS)
    before = len(person.messages(HELP))
    eventually(lambda: person.command("/hwb last-run", HELP) == ActOutcome(), 15)
    eventually(lambda: any("Glan High" in words(answer) for answer in person.messages(HELP)[before:]))


def test_an_event_that_is_told_again_is_harmless(server: WorkspaceServer) -> None:
    event = slack.home_opened(server.workspace, CARYS, "home", None)
    before = len(server.calls("views.publish"))

    async def thrice() -> None:
        for attempt in range(3):
            retry = {"retry_attempt": attempt, "retry_reason": "timeout"} if attempt else None
            await server._live.socket.deliver("events_api", event, answerable=False, retry=retry)

    server.on_loop(thrice())
    eventually(lambda: len(server.calls("views.publish")) > before)
    home = server.person(CARYS).home()
    assert home is not None
    assert words(home).count("*Glan High*") == 1
    assert len(server.calls("views.publish")) == before + 1


def test_a_run_does_not_keep_questions_waiting(
    server: WorkspaceServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    going, release = threading.Event(), threading.Event()

    def slow(*_: object, **__: object) -> object:
        going.set()
        assert release.wait(20)
        raise RuntimeError("enough")

    monkeypatch.setattr("bot.runs.answers.provision", slow)
    person = server.person(CARYS)
    for _ in range(4):
        assert person.command("/hwb run", HELP) == ActOutcome()
    assert going.wait(10)
    before = len(person.messages(HELP))
    assert person.command("/hwb help", HELP) == ActOutcome()
    said = eventually(lambda: [m for m in person.messages(HELP)[before:] if "FAQ" in words(m)])
    assert said
    release.set()
    eventually(lambda: [m for m in person.messages(HELP) if "Reference" in words(m)][3:])
