"""Slack's own clients for Node find in the workspace what they find in Slack.

An app of Bolt for JavaScript and the bare client for Socket Mode run as programs of their own; the tests look
at what the workspace saw.
"""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from slack_workspace import ActOutcome, Manifest, Timing, Workspace, WorkspaceServer
from slack_workspace.troubles import Troubles, read
from tests.slack_workspace.node.node_processes import NodeProcess, require_clients, running
from tests.slack_workspace.workspace_fixtures import ANN, BOB, CERI, GENERAL, STAFF, demo_spec, eventually

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("node")]

MANIFEST = Manifest(
    scopes=("app_mentions:read", "chat:write", "commands", "files:write", "im:history", "users:read"),
    events=("app_home_opened", "app_mention", "message.im", "user_change"),
)


@pytest.fixture(scope="module")
def server() -> Iterator[WorkspaceServer]:
    require_clients()
    workspace = Workspace(replace(demo_spec(), manifest=MANIFEST), Timing(linger=0.2))
    with WorkspaceServer(workspace) as opened:
        yield opened


@pytest.fixture(scope="module")
def bolt(server: WorkspaceServer) -> Iterator[NodeProcess]:
    with running("bolt_app.cjs", server) as app:
        yield app


@pytest.mark.usefixtures("bolt")
def test_a_command_is_answered_and_its_button_replaces_the_answer(server: WorkspaceServer) -> None:
    ann = server.person(ANN)
    assert ann.command("/ask salt & pepper", GENERAL) == ActOutcome()
    (answer,) = eventually(lambda: ann.messages(GENERAL))
    assert (answer["text"], answer["ephemeral"]) == ("You asked: salt &amp; pepper", True)
    assert ann.press("thanks", GENERAL) == ActOutcome()
    eventually(lambda: [message["text"] for message in ann.messages(GENERAL)] == ["Thanks for 42"])


@pytest.mark.usefixtures("bolt")
def test_a_modal_shows_the_apps_errors_and_is_then_filed(server: WorkspaceServer) -> None:
    bob = server.person(BOB)
    assert bob.command("/form") == ActOutcome()
    eventually(bob.modals)

    def submit(name: str) -> ActOutcome:
        return bob.submit({"name": {"value": {"type": "plain_text_input", "value": name}}})

    assert submit("nobody") == ActOutcome(errors={"name": "There is nobody of that name."})
    assert submit("Ceri") == ActOutcome()
    assert bob.modals() == []
    eventually(lambda: [message["text"] for message in bob.messages()] == ["Filed for Ceri"])


@pytest.mark.usefixtures("bolt")
def test_home_is_published_when_it_is_opened(server: WorkspaceServer) -> None:
    server.person(CERI).open_home()
    home = eventually(server.person(CERI).home)
    assert home["blocks"][0]["text"]["text"] == f"You are <@{CERI}>"


def test_events_arrive_that_are_subscribed_to(server: WorkspaceServer, bolt: NodeProcess) -> None:
    ts = server.person(ANN).say("@Helper, are you there?", STAFF)
    (reply,) = eventually(
        lambda: [message for message in server.person(ANN).messages(STAFF) if message.get("thread_ts") == ts]
    )
    assert reply["text"] == "You called?"
    server.person(ANN).choose_language("cy-GB")
    assert bolt.tells() == {"event": "user_change", "locale": "cy-GB"}


def test_a_file_is_uploaded_and_shared(server: WorkspaceServer, bolt: NodeProcess) -> None:
    ann = server.person(ANN)
    ann.say("file")
    assert bolt.tells()["asked"] == "file"
    (shared,) = [message for message in ann.messages() if message.get("files")]
    (file,) = shared["files"]
    assert shared["text"] == "Here it is"
    assert (file["name"], file["title"], file["mimetype"], file["size"]) == (
        "missing.csv",
        "Missing",
        "text/csv",
        7,
    )


def test_people_come_in_pages(server: WorkspaceServer, bolt: NodeProcess) -> None:
    server.person(ANN).say("people")
    assert bolt.tells()["names"] == [["ann", "bob"], ["ceri", "helper"], ["slackbot"]]


def test_refusals_are_slacks_and_the_client_knows_them(server: WorkspaceServer, bolt: NodeProcess) -> None:
    ann = server.person(ANN)
    ann.say("scope")
    told = bolt.tells()
    assert told["code"] == "slack_webapi_platform_error"
    assert (told["data"]["error"], told["data"]["needed"]) == ("missing_scope", "users:read.email")
    assert told["data"]["provided"] == ",".join(MANIFEST.scopes)
    ann.say("cursor")
    assert bolt.tells()["data"]["error"] == "invalid_cursor"


def test_a_second_post_within_a_second_is_refused_when_asked_to(
    server: WorkspaceServer, bolt: NodeProcess
) -> None:
    server.trouble(Troubles(read(["rate"])))
    server.person(CERI).say("twice")
    told = bolt.tells()
    server.trouble(Troubles())
    assert (told["code"], told["retryAfter"]) == ("slack_webapi_rate_limited_error", 1)
    assert [message["text"] for message in server.person(CERI).messages()] == ["twice", "once"]


@pytest.mark.usefixtures("bolt")
def test_the_app_comes_back_after_a_refresh(server: WorkspaceServer) -> None:
    server.disconnect("refresh_requested")
    assert server.wait_for_app(), "the client waits for the end of the old line"
    before = len(server.person(BOB).messages(STAFF))
    eventually(lambda: server.person(BOB).command("/ask are you back?", STAFF) == ActOutcome(), 10)
    eventually(lambda: server.person(BOB).messages(STAFF)[before:])


def test_the_bare_client_for_socket_mode_acknowledges_with_an_answer() -> None:
    require_clients()
    with WorkspaceServer(demo_spec()) as server, running("plain_client.cjs", server):
        ann = server.person(ANN)
        assert ann.command("/ask anything?", GENERAL) == ActOutcome()
        assert ann.messages(GENERAL)[-1]["text"] == "Heard: anything?"
        ann.say("A & B")
        eventually(lambda: ann.messages()[-1]["text"] == "Read: A & B")
