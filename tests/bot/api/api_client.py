"""The API served on this machine, asked as another system asks it."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from bot.api.app import Api
from bot.service.api_server import listen_for_api
from bot.service.web_server import WebServer
from bot.services import Services


@dataclass(frozen=True)
class Answer:
    """What came back: the status, the headers by small letters, and the body."""

    status: int
    headers: Mapping[str, str]
    body: str

    @property
    def shape(self) -> Any:
        return json.loads(self.body)

    @property
    def error(self) -> tuple[int, str]:
        """The status and the error that it tells."""
        return self.status, self.shape["error"]


@dataclass(frozen=True)
class ApiClient:
    """Another system, which asks at `url`."""

    url: str

    def get(self, path: str, token: str = "", method: str = "GET", forwarded: str = "") -> Answer:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        headers |= {"X-Forwarded-For": forwarded} if forwarded else {}
        request = urllib.request.Request(self.url + path, headers=headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return self._answer(answer)
        except urllib.error.HTTPError as error:
            with error:
                return self._answer(error)

    @staticmethod
    def _answer(given: Any) -> Answer:
        named = {name.lower(): value for name, value in given.headers.items()}
        return Answer(given.status, named, given.read().decode())


@contextmanager
def served(services: Services) -> Iterator[ApiClient]:
    """The API at a port of its own."""
    listener = listen_for_api("127.0.0.1", 0)
    port = listener.getsockname()[1]
    server = WebServer(listener, Api(services).app, "hwb-api-test")
    server.start()
    try:
        yield ApiClient(f"http://127.0.0.1:{port}")
    finally:
        server.stop()
