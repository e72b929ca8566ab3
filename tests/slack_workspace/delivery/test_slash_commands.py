"""Slash commands: what the app is sent, its acknowledgement, response_url."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from slack_sdk.webhook import WebhookClient

from slack_workspace import ActOutcome, WorkspaceServer
from tests.slack_workspace.delivery.raw_delivery import command
from tests.slack_workspace.workspace_fixtures import (
    ANN,
    BOB,
    BOT,
    GENERAL,
    RawApp,
    answer_blocks,
)

# Commands


def test_command_says_what_slack_says(
    server: WorkspaceServer, app: RawApp, meanwhile: ThreadPoolExecutor
) -> None:
    asked = command(meanwhile, server, "/ask salt & <vinegar>", GENERAL)
    envelope = app.receive()
    app.ack(envelope)
    assert asked.result() == ActOutcome()
    assert (envelope["type"], envelope["accepts_response_payload"]) == ("slash_commands", True)
    payload = envelope["payload"]
    assert payload.pop("response_url").startswith(server.url)
    assert payload.pop("trigger_id")
    assert payload.pop("token")
    assert payload == {
        "team_id": "T0TRIAL",
        "team_domain": "trial",
        "channel_id": GENERAL,
        "channel_name": "general",
        "user_id": ANN,
        "user_name": "ann",
        "command": "/ask",
        "text": "salt &amp; &lt;vinegar&gt;",
        "api_app_id": BOT.app_id,
        "is_enterprise_install": "false",
    }


def test_command_in_a_direct_message(
    server: WorkspaceServer, app: RawApp, meanwhile: ThreadPoolExecutor
) -> None:
    asked = meanwhile.submit(server.person(ANN).command, "/ask")
    envelope = app.receive()
    app.ack(envelope)
    asked.result()
    assert envelope["payload"]["channel_name"] == "directmessage"


@pytest.mark.parametrize(
    ("payload", "text", "ephemeral"),
    [
        ("just text", "just text", True),
        ({"text": "hidden"}, "hidden", True),
        ({"text": "open", "response_type": "in_channel"}, "open", False),
    ],
)
def test_answer_in_the_ack(
    server: WorkspaceServer,
    app: RawApp,
    meanwhile: ThreadPoolExecutor,
    payload: Any,
    text: str,
    ephemeral: bool,
) -> None:
    asked = command(meanwhile, server, "/ask", GENERAL)
    app.ack(app.receive(), payload)
    assert asked.result() == ActOutcome()
    message = server.person(ANN).messages(GENERAL)[-1]
    assert (message["text"], message["ephemeral"]) == (text, ephemeral)
    assert bool(server.person(BOB).messages(GENERAL)) is not ephemeral


def test_no_app_connected(server: WorkspaceServer) -> None:
    assert server.person(ANN).command("/ask", GENERAL) == ActOutcome(error="dispatch_failed")
    (message,) = server.person(ANN).messages(GENERAL)
    assert (message["text"], message["ephemeral"]) == ('/ask failed with the error "dispatch_failed"', True)


def test_no_ack_in_time(hasty: WorkspaceServer) -> None:
    with RawApp(hasty):
        assert hasty.person(ANN).command("/ask", GENERAL) == ActOutcome(error="operation_timeout")
    assert hasty.person(ANN).messages(GENERAL)[-1]["text"] == '/ask failed with the error "operation_timeout"'
    assert hasty.person(BOB).messages(GENERAL) == []


def test_late_ack_is_of_no_use(hasty: WorkspaceServer) -> None:
    with RawApp(hasty) as app:
        hasty.person(ANN).command("/ask", GENERAL)
        app.ack(app.receive(), {"text": "too late"})
        app.send({"type": "ping", "id": 1})
        app.receive()  # the late ack was read before this
        assert "too late" not in [message["text"] for message in hasty.person(ANN).messages(GENERAL)]


def test_unknown_command(server: WorkspaceServer) -> None:
    assert server.person(ANN).command("/dance", GENERAL) == ActOutcome(error="unknown_command")
    assert server.person(ANN).messages(GENERAL)[-1]["text"] == "`/dance` is not a valid command."


# response_url


def test_response_url_replaces_and_deletes_an_ephemeral_message(
    server: WorkspaceServer, app: RawApp, meanwhile: ThreadPoolExecutor
) -> None:
    asked = command(meanwhile, server, "/ask", GENERAL)
    envelope = app.receive()
    app.ack(envelope)
    asked.result()
    WebhookClient(envelope["payload"]["response_url"]).send(text="An answer", blocks=answer_blocks("why?"))
    pressed = meanwhile.submit(server.person(ANN).press, "thanks", GENERAL)
    envelope = app.receive()
    app.ack(envelope)
    pressed.result()
    assert "message" not in envelope["payload"]  # as in Slack, for ephemeral messages
    webhook = WebhookClient(envelope["payload"]["response_url"])
    webhook.send(text="replaced", replace_original=True)
    assert [message["text"] for message in server.person(ANN).messages(GENERAL)] == ["replaced"]
    webhook.send_dict({"delete_original": True})
    assert server.person(ANN).messages(GENERAL) == []


def test_response_url_refuses_bad_blocks(
    server: WorkspaceServer, app: RawApp, meanwhile: ThreadPoolExecutor
) -> None:
    asked = command(meanwhile, server, "/ask", GENERAL)
    envelope = app.receive()
    app.ack(envelope)
    asked.result()
    answer = WebhookClient(envelope["payload"]["response_url"]).send(text="x", blocks=[{"type": "chapter"}])
    assert answer.status_code == 400
    assert "invalid_blocks" in answer.body


def test_command_answered_with_blocks_that_slack_refuses(
    server: WorkspaceServer, app: RawApp, meanwhile: ThreadPoolExecutor
) -> None:
    asked = command(meanwhile, server, "/ask", GENERAL)
    app.ack(app.receive(), {"text": "x", "blocks": [{"type": "chapter"}]})
    assert asked.result() == ActOutcome(error="invalid_blocks")
