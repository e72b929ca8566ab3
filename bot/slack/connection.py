"""The Socket Mode connection to Slack: opened, watched and closed."""

import logging
import re
import threading
import time
from collections.abc import Mapping, Sequence
from http.client import HTTPException
from urllib.error import URLError

from slack_bolt import App, BoltRequest, BoltResponse
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.adapter.socket_mode.internals import build_headers, send_response
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.socket_mode.builtin import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.slack import payloads
from provisioning.errors import KnownError

log = logging.getLogger(__name__)
_RETRY_SECONDS = 0.1
_CODE = re.compile(r"[a-z_]{1,64}")
_TROUBLE = frozenset(
    {"fatal_error", "internal_error", "ratelimited", "request_timeout", "service_unavailable"}
)


def refuses(error: SlackApiError) -> bool:
    """Return whether Slack itself has refused what was asked, such as a token.

    A limit (429), a fault of Slack's (5xx), or an answer that is not Slack's JSON is no refusal.
    """
    data = error.response.data if hasattr(error.response, "data") else {}
    code = str(data.get("error", "")) if isinstance(data, dict) else ""
    answered = getattr(error.response, "status_code", 0) == 200
    return answered and bool(_CODE.fullmatch(code)) and code not in _TROUBLE


def taken(
    app: App, payload: object, headers: Mapping[str, str | Sequence[str]] | None = None
) -> BoltResponse:
    """Hand a payload of Slack's to `app`, and return the acknowledgement.

    A payload that can't be read is refused; where it says nothing to answer to, it is only acknowledged.
    """
    body = payloads.read(payload)
    if body is None:
        log.warning("a request was refused: it is none of Slack's, and says nothing to answer to")
        return BoltResponse(status=200)
    return app.dispatch(BoltRequest(mode="socket_mode", body=body, headers=dict(headers or {})))


class _Handler(SocketModeHandler):
    """Bolt's handler, which reads each payload before Bolt does."""

    def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        """Take a request, and acknowledge it."""
        start = time.time()
        send_response(client, req, taken(self.app, req.payload, build_headers(req)), start)


class SlackConnection:
    """A Socket Mode connection; slack_sdk reconnects it when Slack asks for that or the network fails."""

    def __init__(self, app: App, app_token: str) -> None:
        self._handler = _Handler(app, app_token)

    def connect(self) -> None:
        """Connect; a refused token, or an unreachable Slack, raises `KnownError`."""
        try:
            self._handler.connect()  # type: ignore[no-untyped-call]
        except SlackApiError as error:
            if refuses(error):
                raise KnownError("slack-token", variable="SLACK_APP_TOKEN", start="xapp-") from None
            raise self._unreachable() from None
        except (SlackClientError, URLError, OSError, HTTPException, ValueError):
            raise self._unreachable() from None

    def _unreachable(self) -> KnownError:
        return KnownError("slack-unreachable", url=self._handler.app.client.base_url)

    @property
    def alive(self) -> bool:
        """Whether the connection is up."""
        return bool(self._handler.client.is_connected())

    def close(self) -> None:
        """Close the connection for good."""
        closing = threading.Thread(target=self._handler.close, name="hwb-link-close", daemon=True)
        closing.start()
        while closing.is_alive():
            # slack_sdk's receiver overwrites this flag if it is set while the receiver starts: set it again.
            self._handler.client.current_session_state.terminated = True
            closing.join(_RETRY_SECONDS)
