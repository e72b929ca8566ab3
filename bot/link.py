"""The link to Slack: Socket Mode connected, watched and closed."""

from urllib.error import URLError

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk.errors import SlackApiError

from provisioning.errors import KnownError


class Link:
    """A Socket Mode connection; slack_sdk reconnects it by itself when Slack asks or the line drops."""

    def __init__(self, app: App, app_token: str) -> None:
        self._handler = SocketModeHandler(app, app_token)

    def connect(self) -> None:
        """Connect, or raise `KnownError` where the token or the way to Slack is what is wrong."""
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
        self._handler.close()  # type: ignore[no-untyped-call]
