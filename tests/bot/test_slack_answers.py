"""What an answer to a call of Slack's means, and that foreign words get no further."""

from datetime import timedelta
from http.client import BadStatusLine, IncompleteRead, RemoteDisconnected
from io import BytesIO
from json import JSONDecodeError
from socket import gaierror
from urllib.error import HTTPError, URLError

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web import SlackResponse

from bot.slack_answers import CODES, ForeignAnswer, Meaning, judge, verdict

PAGE = "<html>Blocked: the category Chat of Bryn Meillion</html>"


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        ("channel_not_found", Meaning.GONE),
        ("is_archived", Meaning.GONE),
        ("invalid_blocks", Meaning.REFUSED),
        ("ratelimited", Meaning.WAIT),
        ("invalid_auth", Meaning.LOCKED_OUT),
        ("token_revoked", Meaning.LOCKED_OUT),
        ("token_expired", Meaning.LOCKED_OUT),
        ("account_inactive", Meaning.LOCKED_OUT),
        ("not_authed", Meaning.LOCKED_OUT),
        ("missing_scope", Meaning.LOCKED_OUT),
        ("internal_error", Meaning.UNSURE),
        ("a_code_of_next_year", Meaning.UNKNOWN),
    ],
)
def test_a_code_of_slacks_means_what_the_table_says(code: str, meaning: Meaning) -> None:
    found = verdict(200, {}, {"ok": False, "error": code})
    assert (found.meaning, found.code, found.said) == (meaning, code, code)
    assert found.is_final is (meaning in (Meaning.GONE, Meaning.REFUSED))


def test_each_code_of_the_table_has_slacks_shape_and_a_reason() -> None:
    for code, (meaning, why) in CODES.items():
        assert verdict(200, {}, {"ok": False, "error": code}).meaning is meaning
        assert len(why) > 8


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, PAGE),
        (403, PAGE),
        (503, PAGE),
        (200, '{"ok":false,"error":"channel_not'),
        (200, ""),
        (200, "null"),
        (200, '["channel_not_found"]'),
        (200, '"channel_not_found"'),
        (200, "[" * 100_000),
        (200, '{"error":"channel_not_found"}'),
        (200, '{"ok":"false","error":"channel_not_found"}'),
        (200, '{"ok":false,"error":"channel_not_found\\n"}'),
        (200, '{"ok":false,"error":"Access denied by Bryn Meillion"}'),
        (200, '{"ok":false,"error":["is_archived"]}'),
        (500, '{"ok":false,"error":"is_archived"}'),
        (302, '{"ok":true}'),
        (429, PAGE),
        (200, {"ok": False, "error": f"Received a response in a non-JSON format: {PAGE}"}),
        (200, b"\xff\xfe"),
    ],
)
def test_anything_else_leaves_open_whether_it_was_carried_out_and_none_of_its_words_are_kept(
    status: int, body: object
) -> None:
    found = verdict(status, {}, body)
    assert (found.meaning, found.code) == (Meaning.UNSURE, None)
    assert "Bryn" not in found.said
    assert f"HTTP {status}" in found.said


@pytest.mark.parametrize("body", ['{"ok":true}', "ok", {"ok": True, "ts": "1.2"}])
def test_slack_has_carried_it_out(body: object) -> None:
    assert verdict(200, {}, body).meaning is Meaning.DONE


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7), (["7"], 7), ("", 30), ("soon", 30), ("-1", 30), ("²", 30), ("9" * 4_000, 3_600)],
)
def test_a_limit_is_waited_for_as_slack_says_but_an_hour_at_most(header: object, seconds: int) -> None:
    found = verdict(429, {"retry-after": header}, {"ok": False, "error": "ratelimited"})
    assert (found.meaning, found.wait) == (Meaning.WAIT, timedelta(seconds=seconds))


def test_a_gateways_429_with_a_wait_is_waited_for_too() -> None:
    assert verdict(429, {"Retry-After": "5"}, PAGE).wait == timedelta(seconds=5)


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        (URLError(ConnectionRefusedError(111, "refused")), Meaning.NOT_SENT),
        (URLError(gaierror(-2, "no such name")), Meaning.NOT_SENT),
        (URLError(TimeoutError(PAGE)), Meaning.UNSURE),
        (ConnectionResetError(PAGE), Meaning.UNSURE),
        (RemoteDisconnected(PAGE), Meaning.UNSURE),
        (IncompleteRead(PAGE.encode()), Meaning.UNSURE),
        (BadStatusLine(PAGE), Meaning.UNSURE),
        (JSONDecodeError(PAGE, PAGE, 0), Meaning.UNSURE),
        (SlackRequestError(f"Failed to upload a file (status: 200, body: {PAGE})"), Meaning.UNSURE),
        (ForeignAnswer(200, 512), Meaning.UNSURE),
        (HTTPError("", 502, PAGE, None, BytesIO()), Meaning.UNSURE),  # type: ignore[arg-type]
    ],
)
def test_a_failure_on_the_way_is_told_by_its_kind_without_its_words(
    error: Exception, meaning: Meaning
) -> None:
    found = judge(error)
    assert found.meaning is meaning
    assert found.said
    assert "Bryn" not in found.said


def test_an_error_of_slacks_client_is_judged_by_the_answer_in_it() -> None:
    def answered(status: int, data: dict[str, object]) -> SlackApiError:
        response = SlackResponse(
            client=WebClient(),
            http_verb="POST",
            api_url="",
            req_args={},
            data=data,
            headers={},
            status_code=status,
        )
        return SlackApiError("failed", response)

    assert judge(answered(200, {"ok": False, "error": "is_archived"})).is_final
    assert judge(answered(200, {"ok": False, "error": PAGE})).meaning is Meaning.UNSURE
    assert judge(answered(200, {"ok": False, "error": "invalid_auth"})).is_refusal
    assert not judge(answered(429, {"ok": False, "error": "ratelimited"})).is_refusal
