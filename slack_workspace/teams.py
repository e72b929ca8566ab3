"""The workspaces of one server, and the app's tokens in them."""

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from slack_workspace import payloads
from slack_workspace.errors import SlackError
from slack_workspace.live import Live
from slack_workspace.state import Json, WorkspaceNote


@dataclass
class Teams:
    """Workspaces, the first of which is meant where none is named; ``app_token`` counts in all of them.

    A bot token counts in the workspace in which the app is installed by it.
    """

    lives: Sequence[Live]
    app_token: str
    tokens: dict[str, Live] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)

    @property
    def first(self) -> Live:
        """The workspace in which the page opens."""
        return self.lives[0]

    def named(self, id_: str) -> Live:
        """Return the workspace with an id, the first for the empty string; else ``team_not_found``."""
        for live in self.lives:
            if id_ in ("", live.workspace.spec.team_id):
                return live
        raise SlackError("team_not_found")

    def responding(self, key: str) -> Live:
        """Return the workspace that gave out a response address; the first where none has."""
        return next((live for live in self.lives if key in live.responses.open), self.first)

    def storing(self, key: str) -> Live:
        """Return the workspace that gave out an address for an upload; the first where none has."""
        for live in self.lives:
            if any(secrets.compare_digest(file.key, key) for file in live.workspace.files.values()):
                return live
        return self.first

    def install(self, live: Live) -> str:
        """Install the app in a workspace, and return its bot token; installed again, that stays as it is."""
        token = self.token(live) or f"xoxb-{secrets.token_hex(16)}"
        self.tokens[token] = live
        _say_installed(live, installed=True)
        return token

    def token(self, live: Live) -> str:
        """Return the bot token in a workspace; nothing where the app is not installed there."""
        return next((token for token, found in self.tokens.items() if found is live), "")

    def remove(self, live: Live) -> None:
        """Take the app away in a workspace: it is told so, and its tokens and its Home end there."""
        for inner in (
            {"type": "tokens_revoked", "tokens": {"bot": [live.workspace.spec.bot.user_id]}},
            {"type": "app_uninstalled"},
        ):
            said: Json = inner | {"event_ts": payloads.action_ts()}
            at = {"event_time": int(time.time())}  # by the time of Slack's servers, as installations are kept
            live.tell_app(payloads.event(live.workspace, said) | at)
        token = self.token(live)
        self.tokens.pop(token, None)
        self.ended.add(token)
        live.views.homes.clear()
        live.views.stacks.clear()
        _say_installed(live, installed=False)


def _say_installed(live: Live, *, installed: bool) -> None:
    live.workspace.installed = installed
    live.workspace.tell(WorkspaceNote("app", {}))
