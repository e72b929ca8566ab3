"""A web application served in a thread of its own."""

import asyncio
import socket
import threading
from collections.abc import Callable

import h11
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from provisioning.errors import KnownError

_AT_ONCE = 200
"""Connections beyond which requests are refused with status 503."""
_HEADER_SECONDS = 10.0
"""The time in which the header of a request must have come in whole."""


class PromptProtocol(H11Protocol):
    """HTTP that closes a connection whose next header is not there in time.

    Otherwise connections on which half a header was sent would take the places of all others for good.
    """

    _awaited: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as the library has it
        """Begin to wait for the first header."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Take what came; wait on where it is no whole header."""
        super().data_received(data)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        super().connection_lost(exc)
        self._stop_waiting()

    def _wait(self) -> None:
        if self.conn.their_state is not h11.IDLE:
            self._stop_waiting()
        elif self._awaited is None:
            self._awaited = self.loop.call_later(_HEADER_SECONDS, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._awaited is not None:
            self._awaited.cancel()
            self._awaited = None


class WebServer:
    """Serves `app` at `listener`; `name` is that of its thread."""

    def __init__(self, listener: socket.socket, app: ASGIApp, name: str) -> None:
        self._listener = listener
        config = uvicorn.Config(
            app,
            http=PromptProtocol,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,  # else a client on this machine would name another address
            lifespan="off",
            limit_concurrency=_AT_ONCE,
            timeout_graceful_shutdown=3,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._serve, name=name, daemon=True)

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Whether requests are answered."""
        return self._thread.is_alive() and not self._server.should_exit

    def stop(self) -> None:
        """Stop answering, after the requests at work; one that was not begun is only closed."""
        self._server.should_exit = True
        if self._thread.is_alive():
            self._thread.join()
        self._listener.close()

    def _serve(self) -> None:
        self._server.run(sockets=[self._listener])


def listen(host: str, port: int, taken: Callable[[str], KnownError]) -> socket.socket:
    """Return a socket that listens at `host` and `port`; raises what `taken` makes of the system's reason."""
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise taken(error.strerror or type(error).__name__) from None
