"""Who may knock: the page's own addresses, from this machine's own page, with its token."""

import json
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from slack_workspace import WorkspaceServer
from tests.slack_workspace.workspace_fixtures import (
    ANN,
    BOB,
    CERI,
    GENERAL,
    STAFF,
    Clock,
    client_of,
    demo_spec,
)


@pytest.fixture(scope="module")
def server() -> Iterator[WorkspaceServer]:
    with WorkspaceServer(demo_spec(Clock())) as running:
        yield running


@pytest.fixture(scope="module")
def token(server: WorkspaceServer) -> str:
    page = ask(f"{server.url}/")[1]
    found = re.search(r'name="page-token" content="([^"]+)"', page)
    assert found is not None
    return found[1]


def ask(url: str, body: Any = None, **headers: str) -> tuple[int, str, Any]:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(
        url, data, {name.replace("_", "-"): value for name, value in headers.items()}
    )
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.read().decode(errors="replace"), answer.headers
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode(), error.headers


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "evil.example"}, 403),
        ({"Host": "evil.example:80"}, 403),
        ({"Host": "127.0.0.1.evil.example"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://127.0.0.1:1"}, 403),
    ],
)
def test_page_and_state_answer_only_this_machine(
    server: WorkspaceServer, token: str, headers: dict[str, str], status: int
) -> None:
    assert ask(f"{server.url}/", **headers)[0] == status
    assert ask(f"{server.url}/page/state", X_Page_Token=token, **headers)[0] == status


def test_slacks_origin_reaches_what_the_app_calls_and_not_the_page(
    server: WorkspaceServer, token: str
) -> None:
    slack = {"Origin": "https://api.slack.com"}
    bearer = {"Authorization": f"Bearer {server.bot_token}"}
    assert json.loads(ask(f"{server.url}/api/auth.test", {}, **slack, **bearer)[1])["ok"]
    assert json.loads(ask(f"{server.url}/api/auth.test", {}, **slack)[1])["error"] == "not_authed"
    for path in ("/", f"/page/state?as={ANN}", "/static/app.js"):
        assert ask(f"{server.url}{path}", X_Page_Token=token, **slack)[0] == 403


def test_own_origin_is_fine(server: WorkspaceServer, token: str) -> None:
    port = server.url.rpartition(":")[2]
    for origin in (server.url, f"http://localhost:{port}"):
        said = {"as": ANN, "channel": GENERAL}
        assert ask(f"{server.url}/page/read", said, X_Page_Token=token, Origin=origin)[0] == 200


@pytest.mark.parametrize("given", ["", "wrong", "é"])
def test_nothing_without_the_page_token(server: WorkspaceServer, given: str) -> None:
    assert ask(f"{server.url}/page/state", X_Page_Token=given)[0] == 403
    assert ask(f"{server.url}/page/say", {"as": ANN}, X_Page_Token=given)[0] == 403


def test_page_loads_nothing_from_elsewhere(server: WorkspaceServer) -> None:
    _, page, headers = ask(f"{server.url}/")
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert re.findall(r'(?:src|href)="(?!/static/|#)[^"]*"', page) == []


@pytest.mark.parametrize("name", ["../page.py", "..%2Fpage.py", "nothing.js", ".hidden", "index.txt"])
def test_only_files_of_the_page_are_handed_out(server: WorkspaceServer, name: str) -> None:
    assert ask(f"{server.url}/static/{name}")[0] == 404


def test_every_file_that_the_page_names_is_there(server: WorkspaceServer) -> None:
    seen, todo = set(), {"index.html"}
    while todo:
        name = todo.pop()
        seen.add(name)
        status, text, _ = ask(f"{server.url}/" if name == "index.html" else f"{server.url}/static/{name}")
        assert status == 200, name
        todo |= set(re.findall(r'(?:/static/|from "\./)([\w-]+\.\w+)', text)) - seen
    assert "composer.js" in seen


def test_both_languages_have_every_text(server: WorkspaceServer) -> None:
    source = ask(f"{server.url}/static/texts.js")[1]
    english, welsh = source.split("const CY")
    names = [re.findall(r"^  (\w+):", part.partition("export")[0], re.MULTILINE) for part in (english, welsh)]
    assert names[0] == names[1]
    assert len(names[0]) > 60


@pytest.mark.parametrize(("given", "person"), [("wrong", ANN), (None, "U0NOBODY")])
def test_feed_needs_token_and_person(
    server: WorkspaceServer, token: str, given: str | None, person: str
) -> None:
    with pytest.raises(InvalidStatus), connect(feed(server, given or token, person), proxy=None):
        pass


def test_feed_refuses_another_origin(server: WorkspaceServer, token: str) -> None:
    url = feed(server, token, ANN)
    with pytest.raises(InvalidStatus), connect(url, proxy=None, origin="https://evil.example"):  # type: ignore[arg-type]
        pass


def test_feed_tells_each_person_only_what_is_theirs(server: WorkspaceServer, token: str) -> None:
    client = client_of(server)
    with (
        connect(feed(server, token, ANN), proxy=None) as ann,
        connect(feed(server, token, BOB), proxy=None) as bob,
        connect(feed(server, token, CERI), proxy=None) as ceri,
    ):
        client.chat_postEphemeral(channel=GENERAL, user=ANN, text="for Ann")
        client.chat_postMessage(channel=STAFF, text="for Ann and Bob")
        client.chat_postMessage(channel=GENERAL, text="for all")
        heard = {
            name: [json.loads(socket.recv(timeout=5)) for _ in range(3)]
            for name, socket in {"ann": ann, "bob": bob, "ceri": ceri}.items()
        }
    texts = {
        name: [news["message"]["text"] for news in all_ if "message" in news] for name, all_ in heard.items()
    }
    assert texts == {
        "ann": ["for Ann", "for Ann and Bob", "for all"],
        "bob": ["for Ann and Bob", "for all"],
        "ceri": ["for all"],
    }
    assert "for Ann" not in json.dumps(heard["ceri"][:2])


def test_state_shows_what_one_person_may_see(server: WorkspaceServer, token: str) -> None:
    client_of(server).chat_postEphemeral(channel=GENERAL, user=ANN, text="for Ann's eyes")
    assert "for Ann's eyes" in ask(f"{server.url}/page/state?as={ANN}", X_Page_Token=token)[1]
    assert "for Ann's eyes" not in ask(f"{server.url}/page/state?as={BOB}", X_Page_Token=token)[1]
    assert ask(f"{server.url}/page/state?as=U0NOBODY", X_Page_Token=token)[0] == 404


@pytest.mark.parametrize(
    ("act", "said", "error"),
    [
        ("say", {"as": CERI, "channel": STAFF, "text": "x"}, "channel_not_found"),
        ("say", {"as": "U0NOBODY", "channel": STAFF, "text": "x"}, "user_not_found"),
        ("say", {"as": ANN}, "invalid_arguments"),
        (
            "press",
            {
                "as": ANN,
                "target": {"view": "V0"},
                "action": {"block_id": "b", "action_id": "a"},
                "values": {},
            },
            "not_found",
        ),
        ("control", {"as": ANN, "control": "rain"}, "unknown_control"),
        ("trouble", {"as": ANN, "troubles": ["snow"]}, "invalid_arguments"),
        ("dance", {"as": ANN}, "unknown_act"),
    ],
)
def test_acts_that_cannot_be(server: WorkspaceServer, token: str, act: str, said: Any, error: str) -> None:
    assert json.loads(ask(f"{server.url}/page/{act}", said, X_Page_Token=token)[1])["error"] == error


def test_control_runs_and_its_words_come_back() -> None:
    clock = Clock()
    with WorkspaceServer(demo_spec(clock)) as server:
        found = re.search(r'page-token" content="([^"]+)"', ask(f"{server.url}/")[1])
        assert found is not None
        said = {"as": ANN, "control": "next_morning"}
        answer = json.loads(ask(f"{server.url}/page/control", said, X_Page_Token=found[1])[1])
    assert answer["text"] == {"en": "It is six in the morning.", "cy": "Mae'n chwech y bore."}
    assert (clock.now.day, clock.now.hour) == (27, 6)


def feed(server: WorkspaceServer, token: str, person: str) -> str:
    return f"{server.url.replace('http', 'ws', 1)}/page/feed?token={token}&as={person}"
