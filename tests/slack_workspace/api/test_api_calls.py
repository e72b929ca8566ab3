"""Calls of the Web API: tokens, forms, refusals, rehearsed failures."""

import json
import urllib.error
import urllib.request
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from slack_workspace import WorkspaceServer
from tests.slack_workspace.api.api_calls import error_of, post
from tests.slack_workspace.workspace_fixtures import (
    ANN,
    BOB,
    BOT,
    GENERAL,
)

# Who may call


def test_auth_test(client: WebClient) -> None:
    who = client.auth_test()
    assert (who["user_id"], who["bot_id"], who["team"]) == (BOT.user_id, BOT.bot_id, "Sir Enghraifft")


@pytest.mark.parametrize(
    ("token", "error"),
    [("xoxb-wrong", "invalid_auth"), ("", "not_authed")],
)
def test_wrong_token(server: WorkspaceServer, token: str, error: str) -> None:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    assert json.loads(post(f"{server.api_url}auth.test", b"{}", **headers)[1]) == {
        "ok": False,
        "error": error,
    }


def test_app_token_where_a_bot_token_is_needed(server: WorkspaceServer) -> None:
    client = WebClient(server.app_token, base_url=server.api_url)
    assert error_of(client.auth_test) == "not_allowed_token_type"


def test_bot_token_where_an_app_token_is_needed(server: WorkspaceServer, client: WebClient) -> None:
    call = lambda: client.apps_connections_open(app_token=server.bot_token)  # noqa: E731
    assert error_of(call) == "not_allowed_token_type"


def test_token_in_a_form(server: WorkspaceServer) -> None:
    answer = post(f"{server.api_url}auth.test", f"token={server.bot_token}".encode())[1]
    assert json.loads(answer)["ok"]


def test_get_for_a_read_method(server: WorkspaceServer) -> None:
    with urllib.request.urlopen(f"{server.api_url}users.info?user={ANN}&token={server.bot_token}") as answer:
        assert json.load(answer)["user"]["real_name"] == "Ann Prys"


def test_unknown_method(client: WebClient) -> None:
    assert error_of(lambda: client.api_call("chat.sing")) == "unknown_method"


def test_body_that_is_no_json(server: WorkspaceServer) -> None:
    answer = post(f"{server.api_url}auth.test", b"{", Authorization=f"Bearer {server.bot_token}")[1]
    assert json.loads(answer)["error"] == "invalid_json"


def test_api_test_says_back_and_fails_on_request(client: WebClient) -> None:
    assert client.api_test(foo="bar")["args"]["foo"] == "bar"
    assert error_of(lambda: client.api_test(error="my_error")) == "my_error"


# Rehearsed failures


def test_rate_limit_on_request(server: WorkspaceServer, client: WebClient) -> None:
    server.fail_next("users.info", times=1, retry_after=7)
    with pytest.raises(SlackApiError) as caught:
        client.users_info(user=ANN)
    assert (caught.value.response.status_code, caught.value.response.headers["Retry-After"]) == (429, "7")
    assert client.users_info(user=ANN)["ok"]


def test_server_error_on_request(server: WorkspaceServer) -> None:
    server.fail_next("bots.info", status=503)
    assert post(f"{server.api_url}bots.info", b"{}")[0] == 503


def test_calls_are_kept_for_tests(server: WorkspaceServer, client: WebClient) -> None:
    client.chat_postMessage(channel=GENERAL, text="to be found again")
    assert server.calls("chat.postMessage")[-1]["text"] == "to be found again"


# Odd bodies


def test_form_in_parts(server: WorkspaceServer) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="user"\r\n\r\n' + ANN.encode() + b"\r\n--x--\r\n"
    answer = post(
        f"{server.api_url}users.info",
        body,
        Authorization=f"Bearer {server.bot_token}",
        Content_Type="multipart/form-data; boundary=x",
    )[1]
    assert json.loads(answer)["user"]["id"] == ANN


def test_upload_in_a_form(client: WebClient) -> None:
    told = client.files_getUploadURLExternal(filename="x.txt", length=3)
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="x.txt"\r\n\r\nabc\r\n--x--\r\n'
    answer = post(told["upload_url"], body, Content_Type="multipart/form-data; boundary=x")
    assert answer == (200, "OK - 3")
    assert client.files_completeUploadExternal(files=[{"id": told["file_id"], "title": "X"}])["ok"]


@pytest.mark.parametrize(
    ("method", "args", "error"),
    [
        ("views.open", {"trigger_id": "x", "view": "{"}, "invalid_arguments"),
        ("chat.postMessage", {"channel": GENERAL, "text": "x", "blocks": "{}"}, "invalid_blocks_format"),
        ("chat.postMessage", {"channel": GENERAL, "text": "x", "blocks": "["}, "invalid_blocks_format"),
        ("files.completeUploadExternal", {"files": [{"id": "F0"}]}, "file_not_found"),
        ("files.completeUploadExternal", {}, "invalid_arguments"),
        ("files.getUploadURLExternal", {"filename": "x", "length": "long"}, "invalid_arguments"),
        ("conversations.open", {"users": f"{ANN},{BOB}"}, "not_enabled"),
        ("conversations.replies", {"channel": GENERAL, "ts": "1.0"}, "thread_not_found"),
        ("chat.getPermalink", {"channel": GENERAL, "message_ts": "1.0"}, "message_not_found"),
        ("reactions.add", {"channel": GENERAL, "timestamp": "1.0", "name": "x"}, "message_not_found"),
        ("bots.info", {"bot": "B0OTHER"}, "bot_not_found"),
    ],
)
def test_refused(client: WebClient, method: str, args: dict[str, Any], error: str) -> None:
    assert error_of(lambda: client.api_call(method, json=args)) == error
