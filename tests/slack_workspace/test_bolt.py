"""An unchanged Bolt app over a real Socket Mode connection; one for all, since it takes 3 s to close."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from slack_workspace import ActOutcome, WorkspaceServer
from tests.slack_workspace.workspace_fixtures import (
    ANN,
    BOB,
    CERI,
    GENERAL,
    STAFF,
    Heard,
    connected,
    demo_spec,
    eventually,
)


@pytest.fixture(scope="module")
def heard() -> Heard:
    return Heard()


@pytest.fixture(scope="module")
def server(heard: Heard) -> Iterator[WorkspaceServer]:
    with WorkspaceServer(demo_spec()) as running, connected(running, heard):
        yield running


@pytest.fixture
def word() -> str:
    """Something that only this test says."""
    return uuid4().hex


def test_command_is_answered_for_one_person(server: WorkspaceServer, word: str) -> None:
    assert server.person(ANN).command(f"/ask {word}", GENERAL) == ActOutcome()
    (answer,) = eventually(
        lambda: [message for message in server.person(ANN).messages(GENERAL) if word in str(message)]
    )
    assert answer["ephemeral"]
    assert word not in str(server.person(BOB).messages(GENERAL))


def test_button_replaces_the_answer(server: WorkspaceServer, word: str) -> None:
    ann = server.person(ANN)
    ann.command(f"/ask {word}", STAFF)
    (answer,) = eventually(lambda: [message for message in ann.messages(STAFF) if word in str(message)])
    assert ann.press("thanks", STAFF, answer["ts"]) == ActOutcome()
    eventually(
        lambda: [
            message
            for message in ann.messages(STAFF)
            if message["ts"] == answer["ts"] and "welcome" in message["text"]
        ]
    )


def test_form_is_opened_refused_and_filed(server: WorkspaceServer, word: str) -> None:
    bob = server.person(BOB)
    assert bob.command("/form") == ActOutcome()
    eventually(bob.modals)
    assert [choice["value"] for choice in bob.suggest("place", "b")["options"]] == ["Bala", "Brynmawr"]
    assert bob.submit({}) == ActOutcome(faults={"name": "required"})
    nobody = {"name": {"value": {"type": "plain_text_input", "value": "nobody"}}}
    assert bob.submit(nobody) == ActOutcome(errors={"name": "There is nobody of that name."})
    somebody = {"name": {"value": {"type": "plain_text_input", "value": word}}}
    assert bob.submit(somebody) == ActOutcome()
    assert bob.modals() == []
    eventually(lambda: [message for message in bob.messages() if word in message["text"]])


def test_home(server: WorkspaceServer) -> None:
    ceri = server.person(CERI)
    ceri.open_home()
    assert eventually(ceri.home)["blocks"][0]["text"]["text"] == "Welcome home"


def test_mention_is_answered_in_a_thread(server: WorkspaceServer, word: str) -> None:
    ts = server.person(ANN).say(f"@Helper {word}", GENERAL)
    (reply,) = eventually(
        lambda: [
            message for message in server.person(ANN).messages(GENERAL) if message.get("thread_ts") == ts
        ]
    )
    assert reply["text"] == f"You called, <@{ANN}>?"


def test_direct_message(server: WorkspaceServer, word: str) -> None:
    server.person(CERI).say(word)
    eventually(
        lambda: [
            message for message in server.person(CERI).messages() if message["text"] == f"You said: {word}"
        ]
    )


def test_message_shortcut(server: WorkspaceServer, word: str) -> None:
    ts = server.person(ANN).say(word, STAFF)
    assert server.person(ANN).shortcut("note_it", STAFF, ts) == ActOutcome()
    eventually(
        lambda: [
            message for message in server.person(ANN).messages(STAFF) if message["text"] == f"Noted: {word}"
        ]
    )


def test_app_comes_back_after_it_was_sent_away(server: WorkspaceServer, word: str) -> None:
    server.disconnect()
    assert server.wait_for_app()
    # for three seconds Slack's builtin client for Python hears nothing
    eventually(lambda: server.person(ANN).command(f"/ask {word}", GENERAL) == ActOutcome(), 15)
    eventually(lambda: [message for message in server.person(ANN).messages(GENERAL) if word in str(message)])
