"""What is served on this machine is not kept from others by connections that say nothing."""

import socket
from collections.abc import Iterator
from urllib.request import urlopen

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bot.service import web_server
from bot.service.web_server import WebServer, listen
from provisioning.errors import KnownError

HALF = b"GET / HTTP/1.1\r\nhost: here\r\n"


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The port of an application that answers, and waits a second for a header."""
    monkeypatch.setattr(web_server, "_HEADER_SECONDS", 1.0)
    listener = listen("127.0.0.1", 0, lambda why: KnownError("api-not-listening", why=why))
    app = Starlette(routes=[Route("/", lambda _request: PlainTextResponse("here"))])
    server = WebServer(listener, app, "hwb-test")
    server.start()
    try:
        yield listener.getsockname()[1]
    finally:
        server.stop()


def connected(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=10)


def test_two_hundred_half_requests_keep_no_other_from_being_answered(port: int) -> None:
    idle = [connected(port) for _ in range(web_server._AT_ONCE)]
    for each in idle:
        each.sendall(HALF)
    assert [each.recv(1) for each in idle] == [b""] * len(idle)
    with urlopen(f"http://127.0.0.1:{port}/", timeout=10) as answer:
        assert answer.read() == b"here"
    for each in idle:
        each.close()


def test_nor_does_half_a_request_after_a_whole_one(port: int) -> None:
    with connected(port) as line:
        line.sendall(HALF + b"\r\n")
        answer = b""
        while not answer.endswith(b"here"):
            answer += line.recv(4096)
        line.sendall(HALF)
        assert line.recv(1) == b""
