"""Scopes and events: what the manifest has not asked for, the workspace refuses and does not send."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from slack_workspace import Channel, Manifest, WorkspaceError, WorkspaceServer
from tests.slack_workspace.api.api_calls import error_of
from tests.slack_workspace.workspace_fixtures import ANN, BOT, GENERAL, RawApp, client_of, demo_spec

pytestmark = pytest.mark.integration

CLOSED = "C0CLOSED"
MANIFEST = """
oauth_config:
  scopes:
    bot: [channels:read, chat:write, im:history, im:write, users:read]
settings:
  event_subscriptions:
    bot_events: [app_home_opened, message.im, message.channels]
"""


@pytest.fixture(scope="module")
def server() -> Iterator[WorkspaceServer]:
    """A workspace with a private channel, whose app has asked for a few scopes and events."""
    spec = demo_spec()
    closed = Channel(CLOSED, "closed", "By invitation", (ANN, BOT.user_id), private=True)
    spec = replace(spec, manifest=Manifest.read(MANIFEST), channels=(*spec.channels, closed))
    with WorkspaceServer(spec) as running:
        yield running


@pytest.mark.parametrize(
    ("call", "needed"),
    [
        (lambda client: client.usergroups_list(), "usergroups:read"),
        (lambda client: client.users_lookupByEmail(email="ann@example.org"), "users:read.email"),
        (lambda client: client.conversations_history(channel=GENERAL), "channels:history"),
        (lambda client: client.conversations_info(channel=CLOSED), "groups:read"),
        (lambda client: client.conversations_list(types="public_channel,im"), "im:read"),
        (lambda client: client.files_getUploadURLExternal(filename="a.txt", length=1), "files:write"),
    ],
)
def test_a_method_without_its_scope_says_which(
    client: WebClient, call: Callable[[WebClient], Any], needed: str
) -> None:
    with pytest.raises(SlackApiError) as caught:
        call(client)
    said = caught.value.response
    assert (said["error"], said["needed"]) == ("missing_scope", needed)
    assert said["provided"] == "channels:read,chat:write,im:history,im:write,users:read"


def test_a_method_with_its_scope_is_carried_out(server: WorkspaceServer, client: WebClient) -> None:
    assert client.conversations_info(channel=GENERAL)["channel"]["name"] == "general"
    assert client.conversations_history(channel=server.person(ANN).dm)["ok"]
    assert client.auth_test().headers["x-oauth-scopes"].startswith("channels:read,chat:write,")
    accepted = client.users_info(user=ANN).headers["x-accepted-oauth-scopes"]
    assert accepted == "users:read"
    assert error_of(lambda: client.conversations_info(channel="C0NOWHERE")) == "channel_not_found"


def test_an_address_is_shown_to_an_app_with_the_scope_for_it(client: WebClient) -> None:
    assert "email" not in client.users_info(user=ANN)["user"]["profile"]
    with WorkspaceServer(demo_spec()) as every_scope:
        shown = client_of(every_scope).users_info(user=ANN)["user"]["profile"]
        assert shown["email"] == "ann@example.org"


def test_events_that_are_not_subscribed_to_or_have_no_scope_are_not_sent(server: WorkspaceServer) -> None:
    with RawApp(server) as app:
        server.person(ANN).say(
            f"<@{BOT.user_id}> hello", GENERAL
        )  # app_mention; message.channels without scope
        server.person(ANN).choose_language("cy-GB")  # user_change
        server.person(ANN).say("hello")  # message.im
        envelope = app.receive()
        app.ack(envelope)
        event = envelope["payload"]["event"]
        assert (event["type"], event["channel_type"]) == ("message", "im")


@pytest.mark.parametrize(
    "text", ["", "a: [", "oauth_config: {scopes: {bot: [chat:write]}}", "oauth_config: 1"]
)
def test_a_manifest_without_its_lists_is_refused(text: str) -> None:
    with pytest.raises(WorkspaceError, match="manifest can't be read"):
        Manifest.read(text)
