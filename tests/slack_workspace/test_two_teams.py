"""Two workspaces of one server: equal ids, one app, installed in each at the pages of OAuth."""

import json
import re
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from http.client import HTTPMessage
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from slack_workspace import Credentials, Manifest, WorkspaceServer
from tests.slack_workspace.workspace_fixtures import ANN, GENERAL, RawApp, demo_spec

NORTH, SOUTH = "T0NORTH", "T0SOUTH"
APP = Credentials("1.2", "s3cret", "http://127.0.0.1:9/back")
MANIFEST = Manifest(
    ("chat:write", "commands", "im:history"), ("app_uninstalled", "message.im", "tokens_revoked")
)
NORTHERN = replace(demo_spec(), team_id=NORTH, team_name="North", manifest=MANIFEST)
SOUTHERN = replace(demo_spec(), team_id=SOUTH, team_name="South & Co", manifest=MANIFEST)


class _Staying(urllib.request.HTTPRedirectHandler):
    """A browser that stays where it is, so that one sees where it was sent."""

    def redirect_request(self, *_: Any) -> None:
        return None


_BROWSER = urllib.request.build_opener(_Staying)


@pytest.fixture
def server() -> Iterator[WorkspaceServer]:
    """Both workspaces, in neither of which the app is installed yet."""
    with WorkspaceServer(NORTHERN, SOUTHERN, credentials=APP) as running:
        yield running


def get(url: str) -> tuple[int, str, HTTPMessage]:
    try:
        with _BROWSER.open(url) as answer:
            return answer.status, answer.read().decode(), answer.headers
    except HTTPError as error:
        with error:
            return error.code, error.read().decode(), error.headers


def asked(server: WorkspaceServer, **also: str) -> str:
    """The page that asks whether the app may be installed."""
    query = urlencode({"client_id": APP.client_id, "scope": "commands,chat:write", "state": "st8"} | also)
    status, page, _ = get(f"{server.url}/oauth/v2/authorize?{query}")
    assert status == 200
    return page


def sent_back(server: WorkspaceServer, link: str) -> dict[str, list[str]]:
    """What the browser brings to the app after it has followed a link of the page."""
    target = re.search(f'href="([^"]+)">{re.escape(link)}<', asked(server))
    assert target is not None
    status, _, headers = get(urljoin(server.url, unescape(target[1])))
    assert status == 302
    assert headers["location"].startswith(f"{APP.redirect_url}?")
    return parse_qs(urlsplit(headers["location"]).query)


def installed(server: WorkspaceServer, team: str) -> WebClient:
    """Install the app in a workspace; its client there."""
    code = sent_back(server, f"Allow in {team}")["code"][0]
    said = WebClient(base_url=server.api_url).oauth_v2_access(
        client_id=APP.client_id, client_secret=APP.client_secret, code=code
    )
    return WebClient(token=said["access_token"], base_url=server.api_url)


def page_state(server: WorkspaceServer, team: str) -> dict[str, Any]:
    """What the page shows of a workspace."""
    token = re.search(r'name="page-token" content="([^"]+)"', get(f"{server.url}/")[1])
    assert token is not None
    request = urllib.request.Request(
        f"{server.url}/page/state?team={team}", headers={"X-Page-Token": token[1]}
    )
    with urllib.request.urlopen(request) as answer:
        found: dict[str, Any] = json.load(answer)
        return found


def refused(client: WebClient, method: str = "auth.test", **args: Any) -> str:
    with pytest.raises(SlackApiError) as raised:
        client.api_call(method, params=args)
    return str(raised.value.response["error"])


def test_page_asks_in_both_languages_and_for_each_workspace(server: WorkspaceServer) -> None:
    page = asked(server, scope="<script>,commands")
    assert "Allow in South &amp; Co" in page
    assert 'lang="cy"' in page
    assert "<script>" not in page


def test_browser_goes_back_with_the_state_and_a_code_or_the_refusal(server: WorkspaceServer) -> None:
    assert sent_back(server, "Allow in North")["state"] == ["st8"]
    assert sent_back(server, "Do not allow") == {"error": ["access_denied"], "state": ["st8"]}


def test_only_the_page_itself_agrees(server: WorkspaceServer) -> None:
    assert get(f"{server.url}/oauth/v2/authorize?client_id=9.9")[0] == 400
    assert get(f"{server.url}/oauth/v2/authorize/allow?team={NORTH}&state=st8&token=guessed")[0] == 403


def test_code_is_good_once_and_for_the_app_alone(server: WorkspaceServer) -> None:
    code = sent_back(server, "Allow in North")["code"][0]
    nobody = WebClient(base_url=server.api_url)
    right = {"client_id": APP.client_id, "client_secret": APP.client_secret, "code": code}
    for wrong, why in (
        ({"client_id": "9.9"}, "invalid_client_id"),
        ({"client_secret": "guessed"}, "bad_client_secret"),
        ({"code": "guessed"}, "invalid_code"),
    ):
        with pytest.raises(SlackApiError, match=why):
            nobody.oauth_v2_access(**(right | wrong))  # type: ignore[arg-type]
    said = nobody.oauth_v2_access(**right)  # type: ignore[arg-type]
    assert said["team"] == {"id": NORTH, "name": "North"}
    with pytest.raises(SlackApiError, match="invalid_code"):
        nobody.oauth_v2_access(**right)  # type: ignore[arg-type]


def test_token_counts_in_its_own_workspace(server: WorkspaceServer) -> None:
    north, south = installed(server, "North"), installed(server, "South &amp; Co")
    assert (north.auth_test()["team_id"], south.auth_test()["team_id"]) == (NORTH, SOUTH)
    south.chat_postMessage(channel=GENERAL, text="Only in the south")
    assert [said["text"] for said in server.person(ANN, SOUTH).messages(GENERAL)] == ["Only in the south"]
    assert server.person(ANN, NORTH).messages(GENERAL) == []
    shown = page_state(server, NORTH)
    assert "Only in the south" not in json.dumps(shown)
    assert shown["teams"] == [{"id": NORTH, "name": "North"}, {"id": SOUTH, "name": "South & Co"}]
    assert page_state(server, SOUTH)["messages"][GENERAL][0]["text"] == "Only in the south"


def test_page_knows_no_other_workspace(server: WorkspaceServer) -> None:
    with pytest.raises(HTTPError, match="404"):
        page_state(server, "T0ELSEWHERE")


def test_installed_again_the_token_stays(server: WorkspaceServer) -> None:
    assert installed(server, "North").token == installed(server, "North").token


def test_app_that_was_taken_away_is_told_so_and_can_do_nothing_there(server: WorkspaceServer) -> None:
    north, south = installed(server, "North"), installed(server, "South &amp; Co")
    with RawApp(server) as app:
        server.uninstall(SOUTH)
        told = [app.receive() for _ in range(2)]
        assert {(each["payload"]["team_id"], each["payload"]["event"]["type"]) for each in told} == {
            (SOUTH, "tokens_revoked"),
            (SOUTH, "app_uninstalled"),
        }
        server.person(ANN, SOUTH).say("Is anybody there?")
        server.person(ANN, NORTH).say("Hello")
        heard = app.receive()["payload"]
        assert (heard["team_id"], heard["event"]["text"]) == (NORTH, "Hello")
    assert refused(south) == "account_inactive"
    assert north.auth_test()["ok"]
    assert server.person(ANN, SOUTH).command("/ask why").error == "unknown_command"
    assert page_state(server, SOUTH)["commands"] == []
    assert page_state(server, NORTH)["commands"] != []


def test_button_of_an_app_that_was_taken_away_does_nothing(server: WorkspaceServer) -> None:
    button = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}
    blocks = [{"type": "actions", "elements": [button]}]
    installed(server, "North").chat_postMessage(channel=GENERAL, text="Go?", blocks=blocks)
    with RawApp(server):
        server.uninstall(NORTH)
        assert server.person(ANN, NORTH).press("go", GENERAL).error == "dispatch_failed"
