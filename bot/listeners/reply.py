"""Where an answer goes: an ephemeral message, or a modal that only its user sees."""

import logging
from typing import Any, Protocol

from slack_bolt import Respond
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.presenters import modals
from bot.presenters.blocks import Screen
from bot.presenters.fit import fit
from bot.presenters.voice import Voice

log = logging.getLogger(__name__)
_GONE = ("not_found", "view_not_found", "hash_conflict", "expired_trigger_id")


class Reply(Protocol):
    """Shows screens, the later one in the place of the earlier where that can be."""

    def show(self, screen: Screen, voice: Voice) -> None:
        """Show a screen to the user, and to nobody else."""
        ...


class InMessage:
    """Answers by a response URL; when that is used up, by an ephemeral message in the channel."""

    def __init__(self, respond: Respond, client: WebClient, body: dict[str, Any], *, replace: bool) -> None:
        self._respond, self._client, self._replace = respond, client, replace
        self._user = _user(body)
        channel = body.get("channel_id") or body.get("channel", {}).get("id")
        self._channel = channel or body.get("container", {}).get("channel_id")

    def show(self, screen: Screen, voice: Voice) -> None:
        """Show a screen as a message that only the user sees."""
        fitted = fit(screen, voice.mrkdwn("answer.cut"))
        sent = self._respond(
            text=fitted.text,
            blocks=list(fitted.blocks),
            response_type="ephemeral",
            replace_original=self._replace,
        )
        if sent.status_code != 200 and self._channel is not None:
            self._client.chat_postEphemeral(
                channel=self._channel, user=self._user, text=fitted.text, blocks=list(fitted.blocks)
            )


class InModal:
    """Answers in a modal: one that is open, or one that the first screen opens."""

    def __init__(
        self, client: WebClient, *, view_id: str | None = None, trigger_id: str | None = None
    ) -> None:
        self._client, self._view_id, self._trigger_id = client, view_id, trigger_id

    def show(self, screen: Screen, voice: Voice) -> None:
        """Show a screen in the modal; one that the user has closed meanwhile is let be."""
        view = modals.answer(screen.blocks, voice)
        try:
            if self._view_id is None:
                opened = self._client.views_open(trigger_id=str(self._trigger_id), view=view)
                self._view_id = opened["view"]["id"]
            else:
                self._client.views_update(view_id=self._view_id, view=view)
        except SlackApiError as error:
            if error.response["error"] not in _GONE:
                raise
            log.info("a modal was gone before its answer: %s", error.response["error"])


class Nowhere:
    """Answers nobody: an event is no question, and what goes wrong with it is in the log."""

    def show(self, screen: Screen, voice: Voice) -> None:
        """Show nothing."""


def reply_to(body: dict[str, Any], client: WebClient, respond: Respond) -> Reply:
    """Where to answer a request, by where it came from."""
    if "event" in body:
        return Nowhere()
    view = body.get("view")
    if view is None:
        return InMessage(respond, client, body, replace="actions" in body)
    if view["type"] == "home":
        return InModal(client, trigger_id=body["trigger_id"])
    return InModal(client, view_id=view["id"])


def aside_of(body: dict[str, Any], client: WebClient) -> Reply | None:
    """A modal beside a message with buttons, which stays as it is."""
    beside = "view" not in body and "trigger_id" in body
    return InModal(client, trigger_id=body["trigger_id"]) if beside else None


def _user(body: dict[str, Any]) -> str:
    return str(body.get("user_id") or body["user"]["id"])
