"""The health check: an address on this machine that says whether the bot is alive."""

import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from bot.service.web_server import WebServer, listen
from provisioning.errors import KnownError

HOST = "127.0.0.1"
Parts = Mapping[str, Callable[[], bool]]
Ages = Mapping[str, Callable[[], float | None]]


class Health:
    """Serves `/healthz`: whether each part is alive, with status 200 if all are, otherwise 503.

    `ages` are told beside it, in seconds, or null where there is none. A port that is in use raises
    `KnownError`.
    """

    def __init__(self, port: int, parts: Parts, ages: Ages) -> None:
        self._parts, self._ages = parts, ages
        listener = _listen(port)
        app = Starlette(routes=[Route("/healthz", self._answer)])
        self._server = WebServer(listener, app, "hwb-health")

    def start(self) -> None:
        """Begin to answer."""
        self._server.start()

    def stop(self) -> None:
        """Stop answering."""
        self._server.stop()

    def _answer(self, _request: Request) -> JSONResponse:
        # Not a coroutine: a part may wait for its database, in a thread of its own.
        alive = {name: part() for name, part in self._parts.items()}
        ages = {name: None if (age := told()) is None else round(age, 1) for name, told in self._ages.items()}
        return JSONResponse({**alive, **ages}, status_code=200 if all(alive.values()) else 503)


def require_free(port: int | None) -> None:
    """Refuse a port that another program uses, before anything that takes long; raises `KnownError`."""
    if port is not None:
        _listen(port).close()


def _listen(port: int) -> socket.socket:
    return listen(HOST, port, lambda _why: KnownError("health-port-taken", port=port))


@contextmanager
def serving_health(port: int | None, parts: Parts, ages: Ages | None = None) -> Iterator[None]:
    """Serve the health of `parts`, and their `ages`, while the block lasts; without a `port`, not at all."""
    if port is None:
        yield
        return
    health = Health(port, parts, ages or {})
    health.start()
    try:
        yield
    finally:
        health.stop()
