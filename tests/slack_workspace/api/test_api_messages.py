"""Messages over the Web API: posted, changed, deleted, ephemeral, refused."""

import json
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from slack_workspace import WorkspaceServer
from tests.slack_workspace.api.api_calls import error_of
from tests.slack_workspace.workspace_fixtures import (
    ANN,
    BOB,
    BOT,
    CERI,
    GENERAL,
    OLD,
    QUIET,
    STAFF,
    answer_blocks,
)


def test_post_message_with_blocks(server: WorkspaceServer, client: WebClient) -> None:
    posted = client.chat_postMessage(channel=GENERAL, text="An answer", blocks=answer_blocks("why?"))
    message = server.person(CERI).messages(GENERAL)[-1]
    assert posted["ts"] == message["ts"] == posted["message"]["ts"]
    assert posted["message"]["bot_id"] == BOT.bot_id
    assert all(block["block_id"] for block in message["blocks"])


def test_ts_never_repeats_and_only_grows(client: WebClient) -> None:
    stamps = [client.chat_postMessage(channel=GENERAL, text="x")["ts"] for _ in range(20)]
    assert all(stamp < next_ for stamp, next_ in pairwise(stamps))


def test_message_to_a_person_is_a_direct_message(server: WorkspaceServer, client: WebClient) -> None:
    assert client.chat_postMessage(channel=BOB, text="Hello Bob")["channel"] == server.person(BOB).dm


def test_message_to_a_channel_by_name(client: WebClient) -> None:
    assert client.chat_postMessage(channel="#staff", text="Hello")["channel"] == STAFF


def test_update_and_delete(server: WorkspaceServer, client: WebClient) -> None:
    ts = client.chat_postMessage(channel=STAFF, text="before")["ts"]
    client.chat_update(channel=STAFF, ts=ts, text="after")
    (message,) = [message for message in server.person(ANN).messages(STAFF) if message["ts"] == ts]
    assert (message["text"], message["edited"]["user"]) == ("after", BOT.user_id)
    client.chat_delete(channel=STAFF, ts=ts)
    assert ts not in [message["ts"] for message in server.person(ANN).messages(STAFF)]


def test_update_with_text_takes_the_blocks_away_and_with_neither_keeps_them(
    server: WorkspaceServer, client: WebClient
) -> None:
    ts = client.chat_postMessage(channel=STAFF, text="x", blocks=answer_blocks("why?"))["ts"]
    kept = client.api_call("chat.update", json={"channel": STAFF, "ts": ts})
    assert len(kept["message"]["blocks"]) == 4
    assert "edited" not in kept["message"]
    assert "blocks" not in client.chat_update(channel=STAFF, ts=ts, text="plain")["message"]


def test_ephemeral_message_is_for_one_person(server: WorkspaceServer, client: WebClient) -> None:
    ts = client.chat_postEphemeral(channel=GENERAL, user=ANN, text="psst")["message_ts"]
    assert ts in [message["ts"] for message in server.person(ANN).messages(GENERAL)]
    assert ts not in [message["ts"] for message in server.person(BOB).messages(GENERAL)]
    assert ts not in [message["ts"] for message in client.conversations_history(channel=GENERAL)["messages"]]
    assert error_of(lambda: client.chat_update(channel=GENERAL, ts=ts, text="x")) == "message_not_found"


def test_message_of_a_person_cannot_be_changed(server: WorkspaceServer, client: WebClient) -> None:
    ts = server.person(ANN).say("mine", GENERAL)
    assert error_of(lambda: client.chat_update(channel=GENERAL, ts=ts, text="x")) == "cant_update_message"
    assert error_of(lambda: client.chat_delete(channel=GENERAL, ts=ts)) == "cant_delete_message"


@pytest.mark.parametrize(
    ("channel", "text", "error"),
    [
        ("C0NOWHERE", "x", "channel_not_found"),
        (QUIET, "x", "not_in_channel"),
        (OLD, "x", "is_archived"),
        (GENERAL, "", "no_text"),
        (GENERAL, "x" * 40_001, "msg_too_long"),
    ],
)
def test_message_refused(client: WebClient, channel: str, text: str, error: str) -> None:
    said = {"channel": channel, "text": text}
    assert error_of(lambda: client.api_call("chat.postMessage", json=said)) == error


def test_bad_blocks_are_explained_in_slacks_words(client: WebClient) -> None:
    bad = [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}]
    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel=GENERAL, text="x", blocks=bad)
    assert caught.value.response["error"] == "invalid_blocks"
    assert caught.value.response["response_metadata"]["messages"] == [
        "[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]"
    ]


def test_missing_argument(client: WebClient) -> None:
    assert error_of(lambda: client.api_call("chat.postMessage", json={"text": "x"})) == "invalid_arguments"


def test_ephemeral_to_a_person_who_is_not_there(client: WebClient) -> None:
    say = client.chat_postEphemeral
    assert error_of(lambda: say(channel=STAFF, user=CERI, text="x")) == "user_not_in_channel"
    assert error_of(lambda: say(channel=STAFF, user="U0NOBODY", text="x")) == "user_not_found"


def test_thread_and_reaction(client: WebClient) -> None:
    ts = client.chat_postMessage(channel=STAFF, text="question")["ts"]
    client.chat_postMessage(channel=STAFF, text="reply", thread_ts=ts)
    client.reactions_add(channel=STAFF, timestamp=ts, name="eyes")
    first, reply = client.conversations_replies(channel=STAFF, ts=ts)["messages"]
    assert (first["reactions"][0]["name"], reply["text"]) == ("eyes", "reply")
    assert (
        error_of(lambda: client.reactions_add(channel=STAFF, timestamp=ts, name="eyes")) == "already_reacted"
    )


def test_reply_to_a_message_that_is_not_there(client: WebClient) -> None:
    reply = lambda: client.chat_postMessage(channel=STAFF, text="x", thread_ts="1700000000.000100")  # noqa: E731
    assert error_of(reply) == "thread_not_found"


METADATA = {"event_type": "letter", "event_payload": {"number": 7}}


@pytest.mark.parametrize("as_form", [True, False])
def test_metadata_comes_back_however_it_was_sent(client: WebClient, as_form: bool) -> None:
    said = {"channel": STAFF, "text": "x"}
    if as_form:
        posted = client.api_call("chat.postMessage", data={**said, "metadata": json.dumps(METADATA)})
    else:
        posted = client.api_call("chat.postMessage", json={**said, "metadata": METADATA})
    (message,) = client.conversations_history(channel=STAFF, limit=1, include_all_metadata=True)["messages"]
    assert message["metadata"] == posted["message"]["metadata"] == METADATA


@pytest.mark.parametrize("metadata", ["{", "[]", "{}", {"event_type": "letter", "event_payload": 7}])
def test_metadata_that_slack_refuses(client: WebClient, metadata: Any) -> None:
    said = {"channel": STAFF, "text": "x", "metadata": metadata}
    assert error_of(lambda: client.api_call("chat.postMessage", json=said)) == "invalid_metadata_format"


def test_a_message_of_a_person_has_the_id_of_their_client_and_the_apps_has_none(
    server: WorkspaceServer, client: WebClient
) -> None:
    server.person(ANN).say("mine", GENERAL)
    client.chat_postMessage(channel=GENERAL, text="the app's")
    ours, hers = client.conversations_history(channel=GENERAL, limit=2)["messages"]
    assert UUID(hers["client_msg_id"]).version == 4
    assert "client_msg_id" not in ours


def test_permalink(server: WorkspaceServer, client: WebClient) -> None:
    ts = client.chat_postMessage(channel=STAFF, text="x")["ts"]
    link = client.chat_getPermalink(channel=STAFF, message_ts=ts)["permalink"]
    assert link == f"{server.url}/archives/{STAFF}/p{ts.replace('.', '')}"
