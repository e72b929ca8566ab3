"""The API served beside the bot, at a port of its own."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from bot.api.app import Api
from bot.service.web_server import WebServer, listen
from bot.services import Services
from provisioning.errors import KnownError


def listen_for_api(host: str, port: int) -> socket.socket:
    """Return a socket that listens at `host` and `port`; raises `KnownError` where that can't be."""
    return listen(host, port, lambda why: KnownError("api-not-listening", host=host, port=port, why=why))


@contextmanager
def serving_api(services: Services, port: int) -> Iterator[str]:
    """Serve the API at `port` while the block lasts; yield its address in full."""
    host = services.settings.api_host
    server = WebServer(listen_for_api(host, port), Api(services).app, "hwb-api")
    server.start()
    try:
        yield f"http://{f'[{host}]' if ':' in host else host}:{port}"
    finally:
        server.stop()
