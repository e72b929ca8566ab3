"""The local Slack refuses bodies that are too large and JSON that is too deep, and goes on answering."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest

from slack_workspace import WorkspaceServer
from slack_workspace.reading import MAX_BODY, MAX_DEPTH, read_json
from tests.slack_workspace.workspace_fixtures import GENERAL, client_of, demo_spec
from tests.tried import Tried

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def server() -> Iterator[WorkspaceServer]:
    with WorkspaceServer(demo_spec()) as running:
        yield running


def post(server: WorkspaceServer, body: bytes, kind: str = "application/json") -> tuple[int, str]:
    headers = {"content-type": kind, "authorization": f"Bearer {server.bot_token}"}
    asked = urllib.request.Request(f"{server.api_url}chat.postMessage", body, headers)
    try:
        with urllib.request.urlopen(asked, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


def still_answers(server: WorkspaceServer) -> bool:
    return bool(client_of(server).chat_postMessage(channel=GENERAL, text="all is well")["ok"])


def test_a_body_without_end_is_refused(server: WorkspaceServer, tried: Tried) -> None:
    assert post(server, b"x" * (MAX_BODY + 1)) == (413, '{"ok":false,"error":"request_too_large"}')
    assert still_answers(server)
    tried("floods of the local Slack", 1)


@pytest.mark.parametrize("deep", ["[" * 100_000, '{"a":' * 100_000, "[" * 5_000 + "]" * 5_000])
@pytest.mark.parametrize("field", [None, "blocks", "metadata", "attachments"])
def test_deep_json_is_refused(server: WorkspaceServer, deep: str, field: str | None, tried: Tried) -> None:
    body = f'{{"x":{deep}}}' if field is None else json.dumps({"channel": GENERAL, "text": "x", field: deep})
    status, said = post(server, body.encode())
    assert status == 200
    if field in (None, "blocks"):
        assert json.loads(said)["ok"] is False
    assert still_answers(server)
    tried("floods of the local Slack", 1)


def test_json_as_deep_as_slack_has_it_is_read() -> None:
    assert read_json("[" * MAX_DEPTH + "]" * MAX_DEPTH)
    with pytest.raises(ValueError, match="deep"):
        read_json("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1))
