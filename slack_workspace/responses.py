"""``response_url``: the five answers within half an hour that Slack allows after something a person did."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.slack import limits
from slack_workspace.errors import SlackError
from slack_workspace.messages import delete, draft, edit, post
from slack_workspace.state import PostedMessage, Workspace


@dataclass
class Response:
    """One response_url: for whom, where, about which message, and what is left of it."""

    person: str
    channel: str
    origin: str | None
    until: float
    left: int = limits.RESPONSE_URL_USES


@dataclass
class Responses:
    """Every response_url that was given out."""

    workspace: Workspace
    open: dict[str, Response] = field(default_factory=dict)

    def url(self, person: str, channel: str, origin: str | None = None) -> str:
        """Give out a new address."""
        key = secrets.token_urlsafe(18)
        until = self.workspace.timing.monotonic() + self.workspace.timing.response_url
        self.open[key] = Response(person, channel, origin, until)
        return f"{self.workspace.url}/response/{key}"

    def use(self, key: str, args: Mapping[str, Any]) -> None:
        """Carry out one answer; raises ``used_url``, ``expired_url`` or what is wrong with the message."""
        response = self.open.get(key)
        if response is None:
            raise SlackError("no_such_url")
        if response.left <= 0:
            raise SlackError("used_url")
        if self.workspace.timing.monotonic() >= response.until:
            raise SlackError("expired_url")
        origin = self._origin(response)
        if args.get("delete_original"):
            response.left -= 1
            if origin is not None:
                delete(self.workspace, origin)
            return
        what = draft(args)
        response.left -= 1
        if args.get("replace_original") and origin is not None:
            edit(self.workspace, origin, what)
            return
        public = args.get("response_type") == "in_channel"
        answer(self.workspace, response.person, response.channel, args, public)

    def _origin(self, response: Response) -> PostedMessage | None:
        where = self.workspace.conversation(response.channel)
        return where.messages.get(response.origin) if response.origin else None


def answer(
    workspace: Workspace, person: str, channel: str, args: Mapping[str, Any], public: bool
) -> PostedMessage:
    """Post what an app answers to a person, for that person's eyes or (``public``) for all in the channel."""
    where = workspace.conversation(channel)
    return post(workspace, where, workspace.spec.bot.user_id, draft(args), None if public else person)
