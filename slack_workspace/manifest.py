"""What an app's manifest allows it: the scopes of its bot token, and the events that it has subscribed to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

import yaml

from slack_workspace.errors import WorkspaceError

EVENT_SCOPES: Final[Mapping[str, str]] = {
    "app_home_opened": "",
    "app_mention": "app_mentions:read",
    "app_uninstalled": "",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "message.mpim": "mpim:history",
    "subteam_members_changed": "usergroups:read",
    "team_access_revoked": "",
    "tokens_revoked": "",
    "user_change": "users:read",
}
"""The scope without which Slack sends an event to no app; the empty string where it asks for none."""


@dataclass(frozen=True)
class Manifest:
    """The scopes and the bot events of an app, in the manifest's order."""

    scopes: tuple[str, ...]
    events: tuple[str, ...]

    @classmethod
    def read(cls, text: str) -> Self:
        """Return what the manifest `text`, in YAML or JSON, allows; raise WorkspaceError where it is none."""
        try:
            said = yaml.safe_load(text)
        except yaml.YAMLError:
            said = None
        scopes = _names(said, "oauth_config", "scopes", "bot")
        events = _names(said, "settings", "event_subscriptions", "bot_events")
        if scopes is None or events is None:
            raise WorkspaceError(
                "The app's manifest can't be read: it has no list of bot scopes and of bot events.",
                "Give it oauth_config.scopes.bot and settings.event_subscriptions.bot_events, each a list.",
            )
        return cls(scopes, events)

    def hears(self, event: str) -> bool:
        """Return whether the app is sent an `event`: it has subscribed to it, and has its scope."""
        scope = EVENT_SCOPES.get(event)
        return event in self.events and (not scope or scope in self.scopes)


def _names(said: Any, *path: str) -> tuple[str, ...] | None:
    for name in path:
        said = said.get(name) if isinstance(said, Mapping) else None
    return tuple(map(str, said)) if isinstance(said, list) else None
