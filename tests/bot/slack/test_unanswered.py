"""A request is answered, or its user told why not, whatever Slack and the network do."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from slack_bolt import Respond
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.people import permissions
from bot.people.permissions import EVERYWHERE, Grant, Role
from bot.slack.blocks import Screen, section
from bot.slack.replies import InMessage, NotShown
from bot.slack.voice import Voice
from bot.slack_errors import code_of, reason_of, refuses, trace_of
from tests.bot.app_fixtures import CARYS, HELP, OFFICERS, PRIVATE, QUIET, SEREN, Json, Room, words
from tests.builders import NOW

PAGE = "<html><body>Blocked by the web filter of Sir Enghraifft</body></html>"


def an_error(said: object, status: int = 200) -> SlackApiError:
    """What slack_sdk raises where Slack, or what stands before it, answers."""

    class Answer:
        data, status_code = said, status

    return SlackApiError("The request to the Slack API failed.", Answer())


# Whose words an error has


@pytest.mark.parametrize(
    ("said", "status", "reason", "refused"),
    [
        ({"ok": False, "error": "invalid_auth"}, 200, "invalid_auth", True),
        ({"ok": False, "error": "ratelimited"}, 429, "ratelimited", False),
        ({"ok": False, "error": "internal_error"}, 200, "internal_error", False),
        ({"ok": False, "error": f"Received a response in a non-JSON format: {PAGE}"}, 200, None, False),
        (PAGE.encode(), 200, None, False),
        ({"ok": False, "error": "Something went wrong"}, 503, None, False),
    ],
)
def test_only_codes_are_slacks_words(said: object, status: int, reason: str | None, refused: bool) -> None:
    error = an_error(said, status)
    assert code_of(error) == reason
    assert reason_of(error).startswith(reason or "an answer that is not Slack's (HTTP ")
    assert refuses(error) is refused
    assert "web filter" not in trace_of(error) + reason_of(error)


def test_an_error_on_the_way_is_named_by_its_kind() -> None:
    assert reason_of(TimeoutError("the read of https://... timed out")) == "TimeoutError"


# Who asks


@pytest.mark.parametrize("method", ["users.info", "usergroups.users.list", "auth.test"])
@pytest.mark.parametrize("status", [200, 500])
def test_where_slack_does_not_say_who_asks_the_answer_comes_all_the_same(
    method: str, status: int, glan: Room
) -> None:
    with glan.services.database.writing() as session:
        permissions.add(session, [Grant(OFFICERS, Role.SERVICE_DESK, EVERYWHERE)], NOW)
    glan.server.fail_next(method, times=9, status=status)
    assert "people on roll at Glan High" in words(glan.answer(CARYS, "missing"))


@pytest.mark.parametrize(
    "look_up",
    [
        "bot.people.profiles.Profiles.language_in_slack",
        "bot.people.profiles.Profiles.is_outsider",
        "bot.slack.request.asker",
    ],
)
def test_a_look_up_that_breaks_is_told_by_a_reference(
    look_up: str, glan: Room, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def burst(*_: object) -> object:
        raise RuntimeError("the ground opened")

    monkeypatch.setattr(look_up, burst)
    reference = words(glan.answer(CARYS, "missing")).partition("Reference ")[2][:8]
    assert f"reference {reference}" in caplog.text


def test_a_form_is_acknowledged_where_the_language_cannot_be_read(
    glan: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> object:
        raise RuntimeError("the database is away")

    glan.run(CARYS, "why-missing")
    monkeypatch.setattr("bot.people.profiles.Profiles.language_at_once", away)
    glan.submit(CARYS, SEREN.upn)
    assert "Can the UPN be looked up?" in words(glan.modal(CARYS))


def test_a_page_in_place_of_slacks_answer_is_told_and_quoted_nowhere(
    glan: Room, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def filtered(*_: object) -> object:
        raise an_error({"ok": False, "error": PAGE})

    monkeypatch.setattr("bot.missing.answers.missing", filtered)
    said = words(glan.answer(CARYS, "missing"))
    assert "Slack did not answer what had to be asked for this. Reference " in said
    assert "web filter" not in caplog.text + said


# Where the answer is shown


def test_a_used_up_response_address_is_followed_by_a_message_for_the_user_alone(
    glan: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    spend(glan, monkeypatch)
    assert "people on roll at Glan High" in words(glan.answer(CARYS, "missing"))


@pytest.mark.parametrize("line", ["missing", f"why-missing {SEREN.upn}", "faq astrology"])
def test_where_that_is_refused_too_a_direct_message_says_so_and_tells_nothing_about_people(
    line: str, glan: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    spend(glan, monkeypatch)
    direct = len(glan.server.person(CARYS).messages())
    assert glan.run(CARYS, line, QUIET) == []  # the bot is no member there
    (told,) = glan.server.person(CARYS).messages()[direct:]
    assert "Slack did not let the answer be shown where you asked for it." in words(told)
    assert not any(name in str(told) for name in (*PRIVATE, "Glan", "astrology"))


def test_an_unforeseen_error_keeps_its_reference_in_the_direct_message(
    glan: Room, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def burst(*_: object) -> object:
        raise RuntimeError("the ground opened")

    monkeypatch.setattr("bot.missing.answers.missing", burst)
    spend(glan, monkeypatch)
    glan.run(CARYS, "missing", QUIET)
    reference = words(glan.server.person(CARYS).messages()[-1]).partition("Reference ")[2][:8]
    assert f"reference {reference}" in caplog.text


def spend(glan: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until the test ends, no response address takes an answer."""

    class UsedUp(dict[str, object]):
        def get(self, key: str, default: object = None) -> object:
            if (response := super().get(key)) is not None:
                response.left = 0  # type: ignore[attr-defined]
            return response

    monkeypatch.setattr(glan.live.responses, "open", UsedUp(glan.live.responses.open))


@pytest.fixture
def strange() -> Iterator[HTTPServer]:
    """A server at a response address, which answers with its `status` and `page`."""

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            status, page = self.server.answer  # type: ignore[attr-defined]
            if status:
                self.send_response(status)
                self.end_headers()
                self.wfile.write(page.encode())

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Answering) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


@pytest.mark.parametrize(
    ("status", "page", "again"),
    [
        (200, "ok", False),
        (200, '{"ok":true}', False),
        (200, '{"ok": false, "error": "expired_url"}', True),
        (200, PAGE, True),
        (404, '{"ok":false,"error":"used_url"}', True),
        (500, "", True),
        (0, "", True),  # the connection is closed without an answer
    ],
)
def test_what_a_response_address_answers(
    status: int, page: str, again: bool, glan: Room, strange: HTTPServer
) -> None:
    strange.answer = (status, page)  # type: ignore[attr-defined]
    client = WebClient(token=glan.server.bot_token, base_url=glan.server.api_url)
    respond = Respond(response_url=f"http://127.0.0.1:{strange.server_port}/")
    body: Json = {"user_id": CARYS, "channel_id": HELP}
    before = len(glan.server.calls("chat.postEphemeral"))
    reply = InMessage(respond, client, body, replace=False)
    reply.show(Screen("An answer", [section("An answer")]), Voice(glan.services.catalogue, "en"))
    assert len(glan.server.calls("chat.postEphemeral")) - before == again


def test_an_answer_that_is_shown_nowhere_says_so(glan: Room, strange: HTTPServer) -> None:
    strange.answer = (500, "")  # type: ignore[attr-defined]
    client = WebClient(token=glan.server.bot_token, base_url=glan.server.api_url)
    respond = Respond(response_url=f"http://127.0.0.1:{strange.server_port}/")
    reply = InMessage(respond, client, {"user_id": CARYS, "channel_id": QUIET}, replace=False)
    with pytest.raises(NotShown):
        reply.show(Screen("An answer", [section("An answer")]), Voice(glan.services.catalogue, "en"))
