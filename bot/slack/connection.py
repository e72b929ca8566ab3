"""The Socket Mode connection to Slack: a line in an event loop of its own thread, opened and closed."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

from slack_bolt import App

from bot.slack.client import LimitedClient
from bot.slack.intake import Intake
from bot.slack.socket_line import FAILURES, Pace, SocketLine
from bot.slack_errors import refuses
from provisioning.errors import KnownError

_HEALTHY_SECONDS = 10.0
"""How long after Slack was last heard the connection counts as alive."""
_ACKNOWLEDGING = 8
"""Threads for acknowledgements; the work has threads of its own, so that none waits for it."""


class _OpeningClient(LimitedClient):
    """A client whose only call, for an address to connect to, is given up soon and tried again."""

    seconds = 8.0


class SlackConnection:
    """A Socket Mode connection of `app`, renewed when Slack asks for that or the network fails."""

    def __init__(self, app: App, app_token: str, pace: Pace | None = None) -> None:
        self._api_url = app.client.base_url
        client = _OpeningClient(token=app_token, base_url=self._api_url, retry_handlers=[])
        self._threads = ThreadPoolExecutor(_ACKNOWLEDGING, thread_name_prefix="hwb-ack")

        def open_url() -> str:
            return str(client.apps_connections_open(app_token=app_token)["url"])

        self._line = SocketLine(open_url, Intake(app), self._threads, pace)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="hwb-line", daemon=True)

    def connect(self) -> None:
        """Connect; a refused token, or an unreachable Slack, raises `KnownError`."""
        self._thread.start()
        try:
            asyncio.run_coroutine_threadsafe(self._line.start(), self._loop).result()
        except FAILURES as error:
            if refuses(error):
                raise KnownError("slack-token", variable="SLACK_APP_TOKEN", start="xapp-") from None
            raise KnownError("slack-unreachable", url=self._api_url) from None

    @property
    def alive(self) -> bool:
        """Whether Slack was heard a short while ago."""
        ago = self.heard_seconds_ago
        return ago is not None and ago < _HEALTHY_SECONDS

    @property
    def heard_seconds_ago(self) -> float | None:
        """The seconds since a frame or pong of Slack's; None where there is no connection."""
        return self._line.heard_seconds_ago

    def close(self) -> None:
        """Close the connection for good."""
        if self._thread.is_alive():
            asyncio.run_coroutine_threadsafe(self._line.stop(), self._loop).result()
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
        self._loop.close()
        self._threads.shutdown(wait=False, cancel_futures=True)
