"""The line to Slack by HTTP: its signed requests come to an address, and the responses acknowledge them.

https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

import asyncio
import json
import logging
import socket
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from slack_bolt import App
from slack_bolt.adapter.starlette.handler import to_starlette_response
from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot import meters
from bot.service.web_server import WebServer, listen
from bot.slack.intake import Intake
from provisioning.errors import KnownError

log = logging.getLogger(__name__)
PATH = "/slack/events"
"""The path of all requests: commands, buttons and forms, events."""
_LARGEST = 1024 * 1024
"""Bytes of a request; Slack's are far smaller."""
_BODY_SECONDS = 10.0
"""The time in which a request must have come in whole."""
_ACKNOWLEDGING = 8
"""Threads for acknowledgements; the work has threads of its own, so that none waits for it."""
_QUIET_SECONDS = 60.0
_RETRY = ("x-slack-retry-num", "x-slack-retry-reason")


@dataclass(frozen=True)
class HttpAddress:
    """Where Slack's requests are taken, and the app's signing secret."""

    host: str
    port: int
    secret: bytes = field(repr=False)

    @property
    def url(self) -> str:
        """The address in full, on this machine."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}{PATH}"


def listen_at(host: str, port: int) -> socket.socket:
    """Return a socket that listens at `host` and `port`; raises `KnownError` where that can't be."""
    return listen(host, port, lambda why: KnownError("http-not-listening", host=host, port=port, why=why))


class HttpLine:
    """Takes Slack's requests for `app`; a request without Slack's signature, or an old one, is refused.

    `pages` are further routes, for browsers.
    """

    def __init__(self, app: App, at: HttpAddress, pages: Sequence[Route] = ()) -> None:
        self._at, self._intake, self._pages = at, Intake(app), pages
        self._verifier = SignatureVerifier(at.secret.decode("ascii", "replace"))
        self._threads = ThreadPoolExecutor(_ACKNOWLEDGING, thread_name_prefix="hwb-ack")
        self._server: WebServer | None = None
        self._heard_at: float | None = None
        self._quiet_until = 0.0

    def connect(self) -> None:
        """Begin to listen; where that can't be, raise `KnownError`."""
        listener = listen_at(self._at.host, self._at.port)
        app = Starlette(routes=[Route(PATH, self._answer, methods=["POST"]), *self._pages])
        self._server = WebServer(listener, app, "hwb-http")
        self._server.start()

    @property
    def alive(self) -> bool:
        """Whether requests are taken."""
        return self._server is not None and self._server.alive

    @property
    def heard_seconds_ago(self) -> float | None:
        """The seconds since a request of Slack's; None where there was none yet."""
        return None if self._heard_at is None else time.monotonic() - self._heard_at

    def close(self) -> None:
        """Stop listening, after what came has been acknowledged."""
        if self._server is not None:
            self._server.stop()
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _answer(self, request: Request) -> Response:
        body = await _body(request)
        if body is None:
            return Response(status_code=413)
        if not is_signed(self._verifier, body, request.headers):
            self._warn_of_refused()
            return Response(status_code=401)
        self._heard_at = arrived = time.monotonic()
        payload = payload_of(body)
        if payload.get("type") == "url_verification":
            return JSONResponse({"challenge": payload.get("challenge")})
        if "ssl_check" in payload:
            return Response()
        retry = {name: value for name in _RETRY if (value := request.headers.get(name)) is not None}
        loop = asyncio.get_running_loop()
        taken = await loop.run_in_executor(self._threads, self._intake.take, payload, retry)
        response = to_starlette_response(taken.response)

        async def begin() -> None:
            meters.ACKS.observe(time.monotonic() - arrived)
            taken.begin()

        response.background = BackgroundTask(begin)  # after the response is out
        return response

    def _warn_of_refused(self) -> None:
        """Log that a request was refused, once a minute at most: any program could ask."""
        now = time.monotonic()
        if now >= self._quiet_until:
            self._quiet_until = now + _QUIET_SECONDS
            log.warning("requests without Slack's signature, or old ones, are refused")


async def _body(request: Request) -> bytes | None:
    """Return the body of a request; None where it is too large, or does not come."""
    body = bytearray()
    try:
        async with asyncio.timeout(_BODY_SECONDS):
            async for part in request.stream():
                body += part
                if len(body) > _LARGEST:
                    return None
    except (TimeoutError, ClientDisconnect):
        return None
    return bytes(body)


def is_signed(verifier: SignatureVerifier, body: bytes, headers: Mapping[str, str]) -> bool:
    """Return whether `headers` have Slack's signature of `body`, made within the last five minutes."""
    at, signature = headers.get("x-slack-request-timestamp", ""), headers.get("x-slack-signature", "")
    if not (at.isascii() and at.isdecimal() and len(at) <= 12 and signature.isascii()):
        return False
    try:
        return verifier.is_valid(body, at, signature)
    except UnicodeDecodeError:
        return False


def payload_of(body: bytes) -> dict[str, Any]:
    """Return what a request says: JSON, a form with a `payload` of JSON, or a form; else nothing."""
    text = body.decode("utf-8", "replace")
    if not text.lstrip().startswith("{"):
        form = dict(parse_qsl(text, keep_blank_values=True))
        if "payload" not in form:
            return dict(form)
        text = form["payload"]
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}
