"""Socket Mode: the app's connections, the envelopes sent over them and the answers that come back.

Frames follow docs.slack.dev/apis/events-api/using-socket-mode: ``hello`` first, then envelopes, each
acknowledged.
"""

import asyncio
import json
import secrets
from collections.abc import Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import uuid4

from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.slack import limits
from slack_workspace.reading import read_json
from slack_workspace.requests import NotTaken, RequestUrl
from slack_workspace.state import Json, Timing

WARNING = "warning"
"""The reason of a disconnect message that only announces the end of a connection."""


class Undelivered(StrEnum):
    """Why an envelope failed, in Slack's words to the person."""

    NO_ACK = "operation_timeout"
    NOT_CONNECTED = "dispatch_failed"


class DeliveryError(Exception):
    """An envelope was not acknowledged; ``why`` tells whether the app was connected."""

    def __init__(self, why: Undelivered) -> None:
        super().__init__(why)
        self.why = why


@dataclass
class Connection:
    """A socket of the app; after a disconnect message it gets no new envelopes."""

    socket: WebSocket
    leaving: bool = False


@dataclass
class SocketMode:
    """All connections of the app, and the envelopes still waiting for their answer."""

    app_id: str
    timing: Timing
    tickets: set[str] = field(default_factory=set)
    connections: list[Connection] = field(default_factory=list)
    waiting: dict[str, asyncio.Future[Json]] = field(default_factory=dict)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    request_url: RequestUrl | None = None
    """Where the app takes requests by HTTP, in place of a connection."""
    _turn: int = 0
    _unsettling: asyncio.Task[None] | None = None

    def ticket(self) -> str:
        """Make a one-time ticket for a connection."""
        ticket = str(uuid4())
        self.tickets.add(ticket)
        return ticket

    async def serve(self, socket: WebSocket) -> None:
        """Keep one connection until either side ends it."""
        ticket = socket.query_params.get("ticket", "")
        if ticket not in self.tickets or len(self.connections) >= limits.SOCKET_CONNECTIONS:
            await socket.close(code=4401)
            return
        self.tickets.discard(ticket)
        await socket.accept()
        connection = Connection(socket)
        self.connections.append(connection)
        try:
            await _send(socket, self._hello())
            self.arrived.set()
            while True:
                await self._take(socket, await socket.receive_text())
        except WebSocketDisconnect:
            pass
        finally:
            self.connections.remove(connection)
            if not self._live():
                self.arrived.clear()

    async def deliver(self, kind: str, payload: Json, answerable: bool, retry: Json | None = None) -> Json:
        """Send one envelope to one connection and give the payload of its ack; raises DeliveryError."""
        if self.request_url is not None:
            return await self._deliver_by_http(self.request_url, kind, payload, retry)
        live = self._live() or self.connections
        if not live:
            raise DeliveryError(Undelivered.NOT_CONNECTED)
        self._turn += 1
        connection = live[self._turn % len(live)]
        id_ = str(uuid4())
        future: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self.waiting[id_] = future
        envelope = {
            "envelope_id": id_,
            "type": kind,
            "payload": payload,
            "accepts_response_payload": answerable,
        }
        try:
            await _send(connection.socket, envelope | (retry or {}))
            async with asyncio.timeout(self.timing.ack):
                return await future
        except TimeoutError:
            raise DeliveryError(Undelivered.NO_ACK) from None
        except (WebSocketDisconnect, RuntimeError):  # the app went away just now
            raise DeliveryError(Undelivered.NOT_CONNECTED) from None
        finally:
            self.waiting.pop(id_, None)

    async def _deliver_by_http(self, url: RequestUrl, kind: str, payload: Json, retry: Json | None) -> Json:
        try:
            return await url.deliver(kind, payload, self.timing.ack, retry)
        except NotTaken as error:
            raise DeliveryError(Undelivered.NO_ACK if error.late else Undelivered.NOT_CONNECTED) from None

    def send_event(self, payload: Json) -> None:
        """Send an event in the background, again and again as Slack does until it is acknowledged."""
        self._begin(self._deliver_event(payload))

    async def disconnect(self, reason: str) -> None:
        """Send every connection a disconnect message, as Slack does before it restarts a server.

        It closes none: that is the app's to do. After a ``warning`` a connection still gets envelopes.
        """
        for connection in self._live():
            connection.leaving = reason != WARNING
            host = {"host": "trial-workspace"}
            with suppress(WebSocketDisconnect, RuntimeError):
                await _send(connection.socket, {"type": "disconnect", "reason": reason, "debug_info": host})
        if not self._live():
            self.arrived.clear()

    def unsettle(self, reasons: Sequence[str]) -> None:
        """Send disconnect messages of these ``reasons`` now and time and again, in place of those before."""
        if self._unsettling is not None:
            self._unsettling.cancel()
        self._unsettling = self._begin(self._unsettle(reasons)) if reasons else None

    async def stop(self) -> None:
        """End all connections and background tasks."""
        for task in tuple(self.tasks):
            task.cancel()
        for connection in tuple(self.connections):
            connection.leaving = True

    def _begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return task

    async def _unsettle(self, reasons: Sequence[str]) -> None:
        while True:
            for reason in reasons:
                await self.disconnect(reason)
            await asyncio.sleep(self.timing.unsettle)

    async def _deliver_event(self, payload: Json) -> None:
        retry: Json = {"retry_attempt": 0, "retry_reason": ""}
        for attempt, pause in enumerate((None, *self.timing.redelivery)):
            if pause is not None:
                await asyncio.sleep(pause)
                retry["retry_attempt"] = attempt
            try:
                await self.deliver("events_api", payload, answerable=False, retry=retry)
                return
            except DeliveryError as error:
                retry["retry_reason"] = "timeout" if error.why is Undelivered.NO_ACK else "connection_failed"

    async def _take(self, socket: WebSocket, frame: str) -> None:
        try:
            said: Any = read_json(frame)
        except ValueError:
            return  # Slack ignores what it cannot read
        if not isinstance(said, dict):
            return
        if said.get("type") == "ping":
            await _send(socket, {"type": "pong", "reply_to": said.get("id")})
            return
        future = self.waiting.get(str(said.get("envelope_id")))
        if future is not None and not future.done():
            payload = said.get("payload")
            future.set_result(payload if isinstance(payload, dict) else _as_payload(payload))

    def _live(self) -> list[Connection]:
        return [connection for connection in self.connections if not connection.leaving]

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self._live()),
            "connection_info": {"app_id": self.app_id},
            "debug_info": {
                "host": f"trial-{secrets.token_hex(4)}",
                "build_number": 1,
                "approximate_connection_time": 18_060,
            },
        }


def _as_payload(payload: Any) -> Json:
    """Return an ack's payload that is no object as one: Bolt answers a command with a bare string."""
    return {"text": payload} if isinstance(payload, str) and payload else {}


async def _send(socket: WebSocket, frame: Mapping[str, Any]) -> None:
    await socket.send_text(json.dumps(frame, ensure_ascii=False))
