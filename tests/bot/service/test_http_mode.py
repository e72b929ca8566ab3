"""The bot in HTTP mode: the workspace sends signed requests in place of envelopes, and all is as it was."""

import json
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from slack_sdk.signature import SignatureVerifier

from bot import meters
from bot.people import permissions
from bot.people.keys import signing_secret
from bot.service.connected import connected_bot
from bot.service.features import VERBS
from bot.service.http_line import HttpAddress, is_signed, payload_of
from bot.services import Services
from bot.settings import Settings
from knowledge.loading import Knowledge
from provisioning.errors import KnownError
from provisioning.store.database import Database
from slack_workspace import ActOutcome, Timing, Workspace, WorkspaceServer
from slack_workspace import payloads as slack
from slack_workspace.requests import RequestUrl
from tests.bot.app_fixtures import CARYS, GRANTS, HELP, JAC, SEREN, room, words
from tests.bot.command_line import CommandLine, Served
from tests.bot.service.test_serve import installed, port  # noqa: F401 - fixtures
from tests.builders import GLAN, NOW, Schools
from tests.slack_workspace.workspace_fixtures import eventually

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("socket")]
SECRET = "0123456789abcdef0123456789abcdef"


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory, everything: Knowledge) -> Iterator[Services]:
    """Glan with Seren and Jac in its extract."""
    folder = tmp_path_factory.mktemp("http")
    database = Database(f"sqlite:///{folder / 'hwb.sqlite3'}")
    database.prepare()
    provisioning = Schools(database, folder / "extracts", everything)
    provisioning.extracts(GLAN, SEREN, JAC)
    with database.writing() as session:
        permissions.add(session, GRANTS, NOW)
    yield Services(Settings(), provisioning.at(NOW), lambda: VERBS)
    database.close()


@pytest.fixture(scope="module")
def at() -> HttpAddress:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return HttpAddress("127.0.0.1", free.getsockname()[1], SECRET.encode())


@pytest.fixture(scope="module")
def server(services: Services, at: HttpAddress) -> Iterator[WorkspaceServer]:
    """The workspace, and the bot that takes its requests by HTTP."""
    with WorkspaceServer(Workspace(room(lambda: NOW), Timing(redelivery=(0.0, 0.0)))) as running:
        running.deliver_by_http(at.url, SECRET)
        with connected_bot(services, bot_token=running.bot_token, api_url=running.api_url, http=at):
            yield running


def sent(at: HttpAddress, body: bytes, **headers: str) -> tuple[int, bytes]:
    """The status and body of what the bot answers to a request."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        with urllib.request.urlopen(urllib.request.Request(at.url, body, named), timeout=5) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def signed(body: bytes, secret: str = SECRET, ago: int = 0) -> dict[str, str]:
    return RequestUrl("", secret).signature(body, int(time.time()) - ago)


def test_a_command_is_acknowledged_and_answered(server: WorkspaceServer) -> None:
    person = server.person(CARYS)
    assert person.command("/hwb last-run", HELP) == ActOutcome()
    (answer,) = eventually(lambda: person.messages(HELP))
    assert "Glan High" in words(answer)
    assert meters.REGISTRY.get_sample_value("hwb_ack_seconds_count")


def test_a_form_with_a_fault_is_told_so_and_a_right_one_ends_in_its_answer(server: WorkspaceServer) -> None:
    person = server.person(CARYS)
    assert person.command("/hwb why-missing", HELP) == ActOutcome()
    eventually(person.modals)
    assert person.submit(identifier("H80120000100")).errors
    assert person.submit(identifier(SEREN.upn)) == ActOutcome()
    eventually(lambda: "Can the UPN be looked up?" in words(person.modals()))
    person.close()


def identifier(typed: str) -> dict[str, object]:
    return {"identifier": {"identifier": {"type": "plain_text_input", "value": typed}}}


def test_an_event_that_is_sent_again_is_acknowledged_and_handled_once(
    server: WorkspaceServer, at: HttpAddress
) -> None:
    before = len(server.calls("views.publish"))
    event = slack.home_opened(server.workspace, CARYS, "home", None)
    url = RequestUrl(at.url, SECRET)
    for attempt in range(3):
        again = {"retry_attempt": attempt, "retry_reason": "timeout"}
        assert server.on_loop(url.deliver("events_api", event, 3.0, again)) == {}
    eventually(lambda: len(server.calls("views.publish")) > before)
    server.person(CARYS).open_home()  # another event
    eventually(lambda: len(server.calls("views.publish")) > before + 1)
    assert len(server.calls("views.publish")) == before + 2


def test_slacks_question_whether_the_address_is_ours(server: WorkspaceServer, at: HttpAddress) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "3eZbrw1aB"}).encode()
    status, said = sent(at, body, **signed(body))
    assert (status, json.loads(said)) == (200, {"challenge": "3eZbrw1aB"})


@pytest.mark.parametrize(
    "headers",
    [
        dict,
        lambda: signed(b"{}", secret="f" * 32),
        lambda: signed(b"{ }"),
        lambda: signed(b"{}", ago=400),
        lambda: signed(b"{}", ago=-400),
        lambda: {**signed(b"{}"), "X-Slack-Request-Timestamp": "yesterday"},
        lambda: {**signed(b"{}"), "X-Slack-Signature": "v0=\u00e9"},
    ],
)
def test_what_slack_has_not_signed_or_long_ago_is_refused(
    headers: Callable[[], dict[str, str]], server: WorkspaceServer, at: HttpAddress
) -> None:
    assert sent(at, b"{}", **headers()) == (401, b"")


@pytest.mark.parametrize("body", [b"not json", b"{", b"[1]", b"payload=%7B", b"{" * 5_000, b""])
def test_what_says_nothing_is_acknowledged_and_no_more(
    body: bytes, server: WorkspaceServer, at: HttpAddress
) -> None:
    assert sent(at, body, **signed(body)) == (200, b"")


def test_a_body_that_is_no_text_is_refused() -> None:
    assert not is_signed(SignatureVerifier(SECRET), b"\xff", signed(b"\xff"))


def test_what_is_too_large_is_refused(server: WorkspaceServer, at: HttpAddress) -> None:
    assert sent(at, b"x" * 1_100_000)[0] == 413


def test_other_paths_and_methods_are_none(server: WorkspaceServer, at: HttpAddress) -> None:
    with pytest.raises(urllib.error.HTTPError, match="405"):
        urllib.request.urlopen(at.url, timeout=5)
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(at.url.replace("events", "install"), timeout=5)


def test_the_forms_of_slacks_requests() -> None:
    said = {"type": "block_actions", "user": {"id": "U1"}}
    assert payload_of(json.dumps(said).encode()) == said
    assert payload_of(urlencode({"payload": json.dumps(said)}).encode()) == said
    assert payload_of(b"command=%2Fhwb&text=&user_id=U1") == {"command": "/hwb", "text": "", "user_id": "U1"}


def test_hwb_serve_takes_requests_by_http_and_needs_no_app_token(
    installed: CommandLine,  # noqa: F811
    port: int,  # noqa: F811
) -> None:
    secret = installed.write("signing-secret", SECRET + "\n")
    secret.chmod(0o600)
    with (
        WorkspaceServer(room(lambda: NOW)) as workspace,
        Served(
            ["serve", "--http", str(port)],
            installed.folder,
            SLACK_BOT_TOKEN=workspace.bot_token,
            HWB_SLACK_API_URL=workspace.api_url,
            HWB_SLACK_SIGNING_SECRET_FILE=str(secret),
        ) as process,
    ):
        process.until(rf"Takes Slack's requests at http://127\.0\.0\.1:{port}/slack/events")
        workspace.deliver_by_http(f"http://127.0.0.1:{port}/slack/events", SECRET)
        person = workspace.person(CARYS)
        assert person.command("/hwb help", HELP) == ActOutcome()
        eventually(lambda: person.messages(HELP))
        process.terminate()
        ended = process.ended()
    assert ended.status == 0
    assert "Traceback" not in ended.err


@pytest.mark.parametrize(
    ("secret", "told"), [(None, "SLACK_SIGNING_SECRET is not set"), ("short", "32 characters or more")]
)
def test_a_signing_secret_that_is_not_right(
    secret: str | None,
    told: str,
    hwb: CommandLine,
    port: int,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    if secret is not None:
        monkeypatch.setenv("SLACK_SIGNING_SECRET", secret)
    assert hwb(f"serve --http {port}").explains(told)


def test_an_address_at_which_the_bot_cannot_listen(
    hwb: CommandLine, server: WorkspaceServer, at: HttpAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", server.bot_token)
    monkeypatch.setenv("SLACK_SIGNING_SECRET", SECRET)
    monkeypatch.setenv("HWB_SLACK_API_URL", server.api_url)
    assert hwb(f"serve --http {at.port}").explains(f"127.0.0.1, port {at.port}", "--http-host")
    assert not list(hwb.folder.rglob("*.sqlite3"))  # it is told before anything is made


def test_a_secret_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    secret = tmp_path / "signing-secret"
    secret.write_text(SECRET)
    secret.chmod(0o644)
    with pytest.raises(KnownError) as refused:
        signing_secret(Settings(slack_signing_secret_file=secret))
    assert (refused.value.name, refused.value.said.values["file"]) == ("secret-file-open", str(secret))
