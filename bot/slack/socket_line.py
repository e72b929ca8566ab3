"""The line to Slack by Socket Mode: a WebSocket that is watched, and renewed before the old one ends.

Slack asks for a new connection every few hours, and sends over the old one until the new one is there. So
both are read for a while, and each envelope is acknowledged on the connection that it came by.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.request import SocketModeRequest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from bot import meters
from bot.slack import envelopes, limits
from bot.slack.intake import Intake
from bot.slack_errors import SLACK_TROUBLE, code_of, reason_of, refuses

log = logging.getLogger(__name__)
FAILURES = (*SLACK_TROUBLE, WebSocketException)
"""What opening a connection raises."""
_SHORT_LIVED = 10.0
"""Seconds: a connection that Slack ends sooner counts as a failed attempt."""
_LARGEST = 8 * 1024 * 1024
"""Bytes of a frame; Slack's are far smaller."""
_WHY = {
    "link_disabled": "Socket Mode is switched off for the app at Slack",
    "too_many_websockets": "more connections than Slack allows: is another process using the token?",
}


def proxy_for(url: str) -> str | None:
    """Return the proxy for a WebSocket's `url`: that of Slack's other calls, which know none of SOCKS."""
    address = urlsplit(url)
    if proxy_bypass(address.hostname or ""):
        return None
    return getproxies().get("https" if address.scheme == "wss" else "http")


@dataclass(frozen=True)
class Pace:
    """How fast a connection is watched and renewed, in seconds.

    `ping`: between two pings. `silent`: without a frame or pong, a connection is given up. `opening`: the
    longest that opening takes. `old`: for how long a replaced connection is still read. `waits`: before the
    attempts after one, two, ... failed ones. `refused`: after a refusal by Slack, which passes by no waiting.
    """

    ping: float = 2.0
    silent: float = 5.0
    opening: float = 10.0
    old: float = 10.0
    waits: tuple[float, ...] = (0.2, 0.5, 1.0, 2.0, 4.0)
    refused: float = 30.0


@dataclass(eq=False)
class _Connection:
    """A WebSocket; `leaving` is set when another must take its place.

    `greeted` is set when Slack has said hello, or will not any more, because the connection has ended.
    """

    socket: ClientConnection
    opened_at: float = field(default_factory=time.monotonic)
    heard_at: float = field(default_factory=time.monotonic)
    leaving: asyncio.Event = field(default_factory=asyncio.Event)
    greeted: asyncio.Event = field(default_factory=asyncio.Event)

    def heard(self) -> None:
        """Note that Slack was heard now."""
        self.heard_at = time.monotonic()


class SocketLine:
    """Keeps a connection to Slack; all but `heard_seconds_ago` is for the event loop that it lives in.

    `open_url` asks Slack for an address to connect to. `threads` carries out acknowledgements and that.
    """

    def __init__(
        self, open_url: Callable[[], str], intake: Intake, threads: Executor, pace: Pace | None = None
    ) -> None:
        self._open_url, self._intake, self._threads = open_url, intake, threads
        self._pace = pace or Pace()
        self._connections: list[_Connection] = []
        self._answers: set[asyncio.Task[None]] = set()
        self._others: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Open a connection, and keep one from then on; raises `FAILURES`."""
        _begin(self._others, self._keep(await self._open()))

    async def stop(self) -> None:
        """Close all connections for good, after what came has been acknowledged."""
        if self._answers:
            await asyncio.wait(self._answers, timeout=limits.ACK_SECONDS)
        for task in tuple(self._others | self._answers):
            task.cancel()
        closing = [connection.socket.close() for connection in self._connections]
        await asyncio.gather(*closing, *self._others, *self._answers, return_exceptions=True)

    @property
    def heard_seconds_ago(self) -> float | None:
        """The seconds since Slack was last heard on an open connection; None where there is none."""
        heard = [connection.heard_at for connection in tuple(self._connections)]
        return time.monotonic() - max(heard) if heard else None

    async def _keep(self, current: _Connection) -> None:
        """Put another connection in the place of the `current` one whenever that is about to end, or has."""
        failed = 0
        while True:
            await current.leaving.wait()
            lasted = time.monotonic() - current.opened_at >= _SHORT_LIVED
            failed = 0 if lasted else failed + 1
            old, current = current, await self._open_again(failed)
            _begin(self._others, self._retire(old))

    async def _open_again(self, failed: int) -> _Connection:
        """Open a connection, at the first attempt that succeeds; `failed` counts those that did not."""
        while True:
            # The first time a connection ends early it is replaced at once too.
            await asyncio.sleep(0 if failed < 2 else self._pace.waits[: failed - 1][-1])
            try:
                opened = await self._open()
                meters.RECONNECTS.inc()
                return opened
            except Exception as error:  # also an address that is none: without a line no user is answered
                meters.FAILED_CONNECTIONS.inc()
                log.warning("Slack could not be reached again: %s", reason_of(error))
                await asyncio.sleep(self._pause_after(error))
            failed = max(failed + 1, 2)

    def _pause_after(self, error: BaseException) -> float:
        """Return the seconds for which Slack itself does not want another attempt."""
        if isinstance(error, SlackApiError) and code_of(error) == "ratelimited":
            said = str(error.response.headers.get("Retry-After", ""))
            return min(float(said), self._pace.refused) if said.isdecimal() else 1.0
        return self._pace.refused if refuses(error) else 0.0

    async def _open(self) -> _Connection:
        """Open a connection, and wait until Slack has said hello on it; raises `FAILURES`."""
        async with asyncio.timeout(self._pace.opening):
            url = await asyncio.get_running_loop().run_in_executor(self._threads, self._open_url)
            # Pings are our own: the library's does not tell when Slack was last heard.
            socket = await connect(
                url,
                ping_interval=None,
                open_timeout=None,
                close_timeout=1,
                max_size=_LARGEST,
                proxy=proxy_for(url),
            )
            connection = _Connection(socket)
            _begin(self._others, self._read(connection))
            try:
                await connection.greeted.wait()
                if connection not in self._connections:
                    raise ConnectionResetError("the connection ended before Slack had said hello")
            except BaseException:
                socket.transport.abort()
                raise
            return connection

    async def _read(self, connection: _Connection) -> None:
        """Take every frame of a connection until it ends."""
        self._connections.append(connection)
        watching = asyncio.create_task(self._watch(connection))
        try:
            async for frame in connection.socket:
                connection.heard()
                self._take(connection, envelopes.read(frame))
        except ConnectionClosed as error:
            log.info("a connection to Slack has ended: %s", type(error).__name__)
        finally:
            watching.cancel()
            self._connections.remove(connection)
            connection.leaving.set()
            connection.greeted.set()

    async def _watch(self, connection: _Connection) -> None:
        """Ping a connection, and end it where nothing is heard on it."""

        def ponged(pong: "asyncio.Future[float]") -> None:
            if not pong.cancelled() and pong.exception() is None:
                connection.heard()

        while time.monotonic() - connection.heard_at < self._pace.silent:
            with suppress(TimeoutError, ConnectionClosed):
                async with asyncio.timeout(self._pace.ping):
                    pong = await connection.socket.ping()
                    asyncio.ensure_future(pong).add_done_callback(ponged)
            await asyncio.sleep(self._pace.ping)
        log.warning("a connection to Slack was silent for %.0f seconds", self._pace.silent)
        connection.socket.transport.abort()

    async def _retire(self, old: _Connection) -> None:
        """Close a replaced connection, by which nothing more comes after a while."""
        await asyncio.sleep(self._pace.old)
        await old.socket.close()

    def _take(self, connection: _Connection, said: dict[str, Any]) -> None:
        """Take what a frame says: a greeting, a wish for another connection, or an envelope."""
        if said.get("type") == "hello":
            connection.greeted.set()
        elif said.get("type") == "disconnect":
            reason = said.get("reason")
            log.log(*_notice(reason))
            connection.leaving.set()
        elif (request := envelopes.envelope(said)) is not None:
            _begin(self._answers, self._answer(connection, request))

    async def _answer(self, connection: _Connection, request: SocketModeRequest) -> None:
        """Acknowledge an envelope, on another connection where its own has ended; then begin the work."""
        loop, arrived = asyncio.get_running_loop(), time.monotonic()
        taken = await loop.run_in_executor(
            self._threads, self._intake.take, request.payload, envelopes.headers(request)
        )
        frame = envelopes.acknowledgement(request.envelope_id, taken.response)
        try:
            if frame is not None:
                await self._send(frame, connection)
                meters.ACKS.observe(time.monotonic() - arrived)
        finally:
            taken.begin()

    async def _send(self, frame: str, first: _Connection) -> None:
        """Send a frame by the connection `first`, or where that has ended by the newest that is open."""
        for connection in (first, *reversed(self._connections)):
            with suppress(ConnectionClosed):
                await connection.socket.send(frame)
                return


def _begin(kept: set[asyncio.Task[None]], work: Coroutine[Any, Any, None]) -> None:
    """Begin `work`, and keep it until its end; an error is logged, because no caller waits for it."""

    def ended(task: asyncio.Task[None]) -> None:
        kept.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("the line to Slack: %s", type(error).__name__, exc_info=error)

    task = asyncio.get_running_loop().create_task(work)
    kept.add(task)
    task.add_done_callback(ended)


def _notice(reason: object) -> tuple[int, str]:
    """Return what is logged of a frame `disconnect`, and how loudly."""
    why = _WHY.get(str(reason))
    return (logging.ERROR, why) if why else (logging.INFO, "Slack asks for a new connection")
