"""A web application served in a thread of its own."""

import socket
import threading
from collections.abc import Callable

import uvicorn
from starlette.types import ASGIApp

from provisioning.errors import KnownError

_AT_ONCE = 200
"""Connections beyond which requests are refused with status 503."""


class WebServer:
    """Serves `app` at `listener`; `name` is that of its thread."""

    def __init__(self, listener: socket.socket, app: ASGIApp, name: str) -> None:
        self._listener = listener
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
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
