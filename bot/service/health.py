"""Health and metrics: addresses that say whether the process lives and works, and what Prometheus reads."""

import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot import meters
from bot.service.store_metrics import StoreMetrics
from bot.service.web_server import WebServer, listen
from bot.service.work import Work
from bot.services import Services
from bot.settings import Settings
from bot.version import VERSION
from provisioning.errors import KnownError

HOST = "127.0.0.1"
_TICKS_WITHIN = 120.0
"""Seconds without a tick after which a process is not ready; the slowest work at an interval has 60."""
_LIVES_WITHIN = 600.0
"""Seconds without a tick after which a process does not live: only a new start helps."""
Parts = Mapping[str, Callable[[], bool]]
Ages = Mapping[str, Callable[[], float | None]]


@dataclass(frozen=True)
class Probe:
    """What an address asks: status 200 if each of `parts` says yes, otherwise 503.

    `ages` are told beside it, in seconds, or null where there is none, and the `version` of the program.
    """

    parts: Parts
    ages: Ages = field(default_factory=dict)

    def answer(self, _request: Request) -> JSONResponse:
        """Return the answer. Not a coroutine: a part may wait for its database, in a thread of its own."""
        alive = {name: part() for name, part in self.parts.items()}
        ages = {name: None if (age := ago()) is None else round(age, 1) for name, ago in self.ages.items()}
        told = {**alive, **ages, "version": VERSION}
        return JSONResponse(told, status_code=200 if all(alive.values()) else 503)


def probes(
    services: Services, work: Work, parts: Parts | None = None, ages: Ages | None = None
) -> dict[str, Probe]:
    """Return the probes of a process that does `work`, by their paths.

    `parts` and `ages` are those of its line to Slack; a worker has none.
    """
    parts, ages, database = parts or {}, ages or {}, services.database
    ready = {
        **parts,
        "database": lambda: database.alive,
        "schema": lambda: database.at_head,
        "ticked": lambda: work.ticked_seconds_ago < _TICKS_WITHIN,
        **work.parts,
    }
    return {
        "/healthz": Probe({**parts, **work.parts}, ages),
        "/livez": Probe({"ticked": lambda: work.ticked_seconds_ago < _LIVES_WITHIN}),
        "/readyz": Probe(ready, {**ages, "ticked_seconds_ago": lambda: work.ticked_seconds_ago}),
    }


def metrics_of(services: Services) -> Callable[[Request], Response]:
    """Return what answers Prometheus: this process's counts and times, and what the store shows."""
    store = CollectorRegistry()
    store.register(StoreMetrics(services))
    ProcessCollector(registry=store)

    def answer(_request: Request) -> Response:
        text = generate_latest(meters.REGISTRY) + generate_latest(store)
        return Response(text, headers={"content-type": CONTENT_TYPE_PLAIN_0_0_4})

    return answer


def require_free(settings: Settings) -> None:
    """Refuse an address at which it can't listen, before anything that takes long; raises `KnownError`."""
    if settings.health_port is not None:
        _listen(settings.health_host, settings.health_port).close()


def _listen(host: str, port: int) -> socket.socket:
    return listen(host, port, lambda why: KnownError("health-not-listening", host=host, port=port, why=why))


@contextmanager
def serving_health(services: Services, asked: Mapping[str, Probe]) -> Iterator[None]:
    """Serve the probes `asked`, by path, and `/metrics` while the block lasts; without `health_port`, not.

    An address at which it can't listen raises `KnownError`.
    """
    settings = services.settings
    if settings.health_port is None:
        yield
        return
    listener = _listen(settings.health_host, settings.health_port)
    routes = [Route(path, probe.answer) for path, probe in asked.items()]
    app = Starlette(routes=[*routes, Route("/metrics", metrics_of(services))])
    server = WebServer(listener, app, "hwb-health")
    server.start()
    try:
        yield
    finally:
        server.stop()
