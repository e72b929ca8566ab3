"""A small Slack that speaks Socket Mode, and does to its connections what a test says."""

import asyncio
import json
import socket
import struct
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any

from websockets.asyncio.server import Request, Response, ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from bot.slack.intake import Intake
from bot.slack.socket_line import Pace, SocketLine
from tests.bot.app_fixtures import Later
from tests.bot.slack.small_app import COMMAND, small_app

QUICK = Pace(ping=0.05, silent=0.2, old=0.3, waits=(0.01,), refused=0.01)
"""A pace for tests."""


class SmallSlack:
    """A server of WebSockets; `greets` says whether it greets, `lets_in` whether it takes connections.

    The next `breaks_off` connections are broken off before it greets.
    """

    def __init__(self) -> None:
        self.connections: list[ServerConnection] = []
        self.acknowledged: dict[str, asyncio.Event] = {}
        self.greets, self.lets_in, self.asked = asyncio.Event(), True, 0
        self.greets.set()
        self.breaks_off = 0
        self.url = ""

    @asynccontextmanager
    async def serving(self) -> AsyncIterator["SmallSlack"]:
        """Serve for a block."""
        async with serve(
            self._serve, "127.0.0.1", 0, process_request=self._let_in, ping_interval=None, close_timeout=0.1
        ) as server:
            self.url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/link"
            yield self
            for connection in self.connections:
                connection.transport.abort()

    def address(self) -> str:
        """What Slack answers where the bot asks for an address."""
        self.asked += 1
        return self.url

    def _let_in(self, connection: ServerConnection, _request: Request) -> Response | None:
        return None if self.lets_in else connection.respond(HTTPStatus.SERVICE_UNAVAILABLE, "away")

    async def _serve(self, connection: ServerConnection) -> None:
        if self.breaks_off:
            self.breaks_off -= 1
            reset(connection)
            return
        await self.greets.wait()
        await connection.send(json.dumps({"type": "hello", "num_connections": 1}))
        self.connections.append(connection)
        try:
            async for frame in connection:
                self.acknowledged[json.loads(frame)["envelope_id"]].set()
        except ConnectionClosed:
            pass

    async def until(self, count: int) -> ServerConnection:
        """Wait for the connection number `count`, and give it."""
        await eventually(lambda: len(self.connections) >= count)
        return self.connections[count - 1]

    async def command(self, connection: ServerConnection) -> float:
        """Send a command over a connection; the seconds until it is acknowledged, on whichever."""
        id_ = f"e{len(self.acknowledged)}"
        self.acknowledged[id_] = asyncio.Event()
        begun = time.monotonic()
        envelope = {"envelope_id": id_, "type": "slash_commands", "payload": COMMAND}
        await connection.send(json.dumps(envelope | {"accepts_response_payload": True}))
        async with asyncio.timeout(3):
            await self.acknowledged[id_].wait()
        return time.monotonic() - begun

    async def soonest(self, connection: ServerConnection) -> float:
        """The shortest of three commands: the machine may be busy with others."""
        return min([await self.command(connection) for _ in range(3)])


async def send_away(connection: ServerConnection, reason: str) -> None:
    """Ask for another connection, as Slack does; this one stays open."""
    await connection.send(json.dumps({"type": "disconnect", "reason": reason}))


def reset(connection: ServerConnection) -> None:
    """Break a connection off without a word."""
    plain = connection.transport.get_extra_info("socket")
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.transport.abort()


def fall_silent(connection: ServerConnection) -> None:
    """Say no more over a connection that stays open: pings are not even read."""
    connection.transport.pause_reading()


async def eventually(look: Callable[[], Any], seconds: float = 5.0) -> Any:
    """What `look` gives once it gives something; all is in one event loop."""
    async with asyncio.timeout(seconds):
        while not (found := look()):
            await asyncio.sleep(0.002)
    return found


@asynccontextmanager
async def a_line(
    slack: SmallSlack, pace: Pace = QUICK, before_ack: Callable[[], object] = lambda: None
) -> AsyncIterator[SocketLine]:
    """The bot's line to a small Slack."""
    with ThreadPoolExecutor(4) as threads:
        app = small_app([], Later(), before_ack=before_ack)
        line = SocketLine(slack.address, Intake(app), threads, pace)
        await line.start()
        try:
            yield line
        finally:
            await line.stop()
