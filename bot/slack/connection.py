"""The Socket Mode connection to Slack: opened, watched and closed."""

import threading
from urllib.error import URLError

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk.errors import SlackApiError

from provisioning.errors import KnownError

_RETRY_SECONDS = 0.1


class SlackConnection:
    """A Socket Mode connection; slack_sdk reconnects it when Slack asks for that or the network fails."""

    def __init__(self, app: App, app_token: str) -> None:
        self._handler = SocketModeHandler(app, app_token)

    def connect(self) -> None:
        """Connect; a refused token, or an unreachable Slack, raises `KnownError`."""
        try:
            self._handler.connect()  # type: ignore[no-untyped-call]
        except SlackApiError:
            raise KnownError("slack-token", variable="SLACK_APP_TOKEN", start="xapp-") from None
        except (URLError, OSError):
            raise KnownError("slack-unreachable", url=self._handler.app.client.base_url) from None

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
