"""Servers that letters go to may be slow, endless or strange: an attempt ends in time, in little memory."""

import time
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.client import HTTPException
from typing import Any

import pytest
from pydantic import SecretStr
from slack_sdk.errors import SlackClientError

from bot.limited_http import LimitedConnection
from bot.network import Limit, LimitExceeded
from bot.outbox.transports import email, webhook
from bot.outbox.transports.email import ByEmail, as_email
from bot.outbox.transports.external import ExternalMessage, NotTaken
from bot.outbox.transports.webhook import ByWebhook
from bot.settings_tables import EmailHandOver
from bot.slack import client as slack_client
from bot.slack.client import LimitedClient
from tests.hostile.net_attacks import Attack, dripping, endless, hanging, hostile_server, silent

pytestmark = pytest.mark.integration

SECONDS = 0.6
"""The limit in these tests; an attempt may take twice as long on a busy machine."""
MEGABYTE = 1024 * 1024
MESSAGE = ExternalMessage("handing-1-1", datetime(2026, 9, 7, tzinfo=UTC), "Case 1", "Words", "case", {})
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"


@pytest.fixture(autouse=True)
def short_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (email, webhook):
        monkeypatch.setattr(module, "_SECONDS", SECONDS)
    monkeypatch.setattr(LimitedClient, "seconds", SECONDS)


@pytest.fixture
def spent() -> Iterator[Callable[[], tuple[float, int]]]:
    """The seconds and the most bytes of memory since the test began."""
    tracemalloc.start()
    begun = time.monotonic()
    yield lambda: (time.monotonic() - begun, tracemalloc.get_traced_memory()[1])
    tracemalloc.stop()


def by_webhook(port: int) -> ByWebhook:
    return ByWebhook(f"http://127.0.0.1:{port}/hwb", SecretStr("whsec_" + "QUJD" * 10))


def by_email(port: int, **fields: Any) -> ByEmail:
    given = {"by": "email", "to": "a@b.wales", "sender": "c@d.wales", "host": "127.0.0.1", "port": port}
    return ByEmail(EmailHandOver(**{**given, "security": "none", **fields}), None)  # type: ignore[arg-type]


HOSTILE_WEB: dict[str, Attack] = {
    "says nothing": silent,
    "drips its first line": dripping(b"HTTP/1.1 2"),
    "drips a header": dripping(HEAD + b"x-a: "),
    "has headers without end": endless(b"x-a: b\r\n", HEAD),
    "has a header without end": endless(b"x", HEAD + b"x-a: "),
    "says without end that it will go on": endless(
        b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 100 \r\n\r\n"
    ),
}


@pytest.mark.parametrize("attack", HOSTILE_WEB.values(), ids=HOSTILE_WEB.keys())
def test_a_webhook_that_never_answers_is_given_up_in_time(
    attack: Attack, spent: Callable[[], tuple[float, int]]
) -> None:
    with hostile_server(attack) as port, pytest.raises(NotTaken) as refused:
        by_webhook(port).take(MESSAGE)
    seconds, memory = spent()
    assert not refused.value.for_good
    assert seconds < SECONDS * 3
    assert memory < MEGABYTE


@pytest.mark.parametrize(
    "attack",
    [
        endless(b"x" * 1_000, HEAD + b"content-length: 1073741824\r\n\r\n"),
        endless(b"5\r\nabcde\r\n", HEAD + b"transfer-encoding: chunked\r\n\r\n"),
        dripping(HEAD + b"content-length: 1000\r\n\r\n"),
    ],
    ids=["a gigabyte", "chunks without end", "dripping"],
)
def test_the_body_of_an_answer_is_never_waited_for(
    attack: Attack, spent: Callable[[], tuple[float, int]]
) -> None:
    with hostile_server(attack) as port:
        by_webhook(port).take(MESSAGE)
    seconds, memory = spent()
    assert seconds < SECONDS
    assert memory < MEGABYTE


def test_a_redirection_is_not_followed() -> None:
    with hostile_server(silent) as elsewhere:
        to = f"HTTP/1.1 307 Elsewhere\r\nlocation: http://127.0.0.1:{elsewhere}/\r\n\r\n".encode()
        with hostile_server(hanging(to)) as port, pytest.raises(NotTaken, match="http-307"):
            by_webhook(port).take(MESSAGE)


HELLO, EHLO, OK = b"220 mail\r\n", b"250 mail\r\n", b"250 OK\r\n"
HOSTILE_MAIL: dict[str, Attack] = {
    "says nothing": silent,
    "drips its banner": dripping(b"220 "),
    "has a banner without end": endless(b"220-welcome\r\n", b"220-mail\r\n"),
    "has a line without end": endless(b"x", b"220 "),
    "hangs at the greeting": hanging(HELLO),
    "drips its answer to the greeting": dripping(HELLO, b"250-"),
    "can do things without end": endless(b"250-X\r\n", HELLO, b"250-mail\r\n"),
    "hangs at the sender": hanging(HELLO, EHLO),
    "hangs at the receiver": hanging(HELLO, EHLO, OK),
    "hangs at the data": hanging(HELLO, EHLO, OK, OK),
    "hangs at the end": hanging(HELLO, EHLO, OK, OK, b"354 go on\r\n"),
    "drips its last answer": dripping(HELLO, EHLO, OK, OK, b"354 go on\r\n", b"250-"),
}


@pytest.mark.parametrize("attack", HOSTILE_MAIL.values(), ids=HOSTILE_MAIL.keys())
def test_a_mail_server_that_never_answers_is_given_up_in_time(
    attack: Attack, spent: Callable[[], tuple[float, int]]
) -> None:
    with hostile_server(attack) as port, pytest.raises(NotTaken):
        by_email(port).take(MESSAGE)
    seconds, memory = spent()
    assert seconds < SECONDS * 3
    assert memory < MEGABYTE


@pytest.mark.parametrize(
    ("attack", "security"),
    [
        (silent, "tls"),
        (dripping(b"\x16"), "tls"),
        (hanging(HELLO, b"250-mail\r\n250 STARTTLS\r\n", b"220 go on\r\n"), "starttls"),
        (dripping(HELLO, b"250-mail\r\n250 STARTTLS\r\n", b"220 go on\r\n"), "starttls"),
    ],
    ids=["silent", "dripping", "hangs after STARTTLS", "drips after STARTTLS"],
)
def test_a_handshake_that_never_ends_is_given_up_in_time(
    attack: Attack, security: str, spent: Callable[[], tuple[float, int]]
) -> None:
    with hostile_server(attack) as port, pytest.raises(NotTaken):
        by_email(port, security=security).take(MESSAGE)
    assert spent()[0] < SECONDS * 3


@pytest.mark.parametrize("attack", HOSTILE_WEB.values(), ids=HOSTILE_WEB.keys())
def test_a_call_to_slack_ends_in_time(attack: Attack, spent: Callable[[], tuple[float, int]]) -> None:
    with hostile_server(attack) as port:
        client = LimitedClient("xoxb-1", base_url=f"http://127.0.0.1:{port}/api/", retry_handlers=[])
        with pytest.raises((OSError, HTTPException, SlackClientError)):
            client.chat_postMessage(channel="C0", text="x")
    assert spent()[0] < SECONDS * 3


@pytest.mark.parametrize("status", [b"200 OK", b"500 Trouble"])
def test_an_answer_of_slack_without_end_is_not_kept(
    status: bytes, monkeypatch: pytest.MonkeyPatch, spent: Callable[[], tuple[float, int]]
) -> None:
    monkeypatch.setattr(slack_client, "_SIZE", MEGABYTE)
    endless_body = endless(b"x" * 1_000, b"HTTP/1.1 %s\r\ncontent-length: 1073741824\r\n\r\n" % status)
    with hostile_server(endless_body) as port:
        client = LimitedClient("xoxb-1", base_url=f"http://127.0.0.1:{port}/api/", retry_handlers=[])
        with pytest.raises(LimitExceeded):
            client.chat_postMessage(channel="C0", text="x")
    assert spent()[1] < 4 * MEGABYTE


def test_slacks_token_follows_no_redirection() -> None:
    with hostile_server(silent) as elsewhere:
        to = f"HTTP/1.1 302 Elsewhere\r\nlocation: http://127.0.0.1:{elsewhere}/\r\ncontent-length: 0\r\n\r\n"
        with hostile_server(hanging(to.encode())) as port:
            client = LimitedClient("xoxb-1", base_url=f"http://127.0.0.1:{port}/api/", retry_handlers=[])
            with pytest.raises(SlackClientError):
                client.chat_postMessage(channel="C0", text="x")


def test_a_limit_is_one_of_all_steps_together() -> None:
    now = [0.0]
    limit = Limit(10, 100, lambda: now[0])
    now[0] = 7.0
    assert limit.seconds_left() == 3.0
    limit.take(100)
    with pytest.raises(LimitExceeded):
        limit.take(1)
    now[0] = 10.0
    with pytest.raises(LimitExceeded):
        limit.seconds_left()
    with pytest.raises(LimitExceeded):
        LimitedConnection("127.0.0.1:9", limit).connect()


def test_a_line_break_in_a_subject_makes_no_header() -> None:
    message = ExternalMessage("a-1", MESSAGE.at, "Case 1: Glan\r\nBcc: x@y\n", "Words", "case", {})
    settings = EmailHandOver(by="email", to="a@b.wales", sender="c@d.wales", host="localhost")
    made = as_email(message, settings)
    assert made["Subject"].split() == ["Case", "1:", "Glan", "Bcc:", "x@y"]
    assert made["Subject"].isprintable()
    assert made["Bcc"] is None
