"""Where an answer is shown: in an ephemeral message, or in a modal, which only its user sees."""

import logging
import time
from collections.abc import Mapping
from typing import Any, Protocol

from slack_bolt import Respond
from slack_sdk import WebClient
from slack_sdk.web import SlackResponse

from bot.slack import limits, modals
from bot.slack.blocks import Screen
from bot.slack.buttons import Manner, manner_of
from bot.slack.fit import as_message
from bot.slack.voice import Voice
from bot.slack_answers import Meaning, verdict
from bot.slack_errors import SLACK_TROUBLE, code_of, reason_of
from provisioning.errors import KnownError

log = logging.getLogger(__name__)
_RETRY_SECONDS = 0.05
_GONE = ("not_found", "view_not_found", "hash_conflict")


class NotShown(KnownError):
    """An answer that Slack showed in none of its places."""

    def __init__(self) -> None:
        super().__init__("answer-not-shown")


class Reply(Protocol):
    """Shows screens; a later screen replaces the earlier, where Slack allows it."""

    def show(self, screen: Screen, voice: Voice) -> None:
        """Show a screen to the user alone."""
        ...


class InMessage:
    """Replies by a response URL; where that refuses, such as when it is used up, by an ephemeral message."""

    def __init__(self, respond: Respond, client: WebClient, body: dict[str, Any], *, replace: bool) -> None:
        self._respond, self._client, self._replace = respond, client, replace
        self._user = _user(body)
        channel = body.get("channel_id") or (body.get("channel") or {}).get("id")
        self._channel = channel or (body.get("container") or {}).get("channel_id")

    def show(self, screen: Screen, voice: Voice) -> None:
        """Show `screen` as a message that only the user sees; raises `NotShown`."""
        for place, part in enumerate(parts(screen)):
            self._show(as_message(part, voice), replace=self._replace and place == 0)

    def _show(self, said: dict[str, Any], *, replace: bool) -> None:
        refusal = self._respond_refusal(said, replace=replace)
        if refusal is None:
            return
        try:
            self._client.chat_postEphemeral(channel=str(self._channel), user=self._user, **said)
        except SLACK_TROUBLE as error:
            log.warning("an answer could not be shown: %s, then %s", refusal, reason_of(error))
            raise NotShown from None

    def _respond_refusal(self, said: dict[str, Any], *, replace: bool) -> str | None:
        """Answer at the response URL; return why it did not take the answer, or None where it did."""
        try:
            sent = self._respond(**said, response_type="ephemeral", replace_original=replace)
        except SLACK_TROUBLE as error:
            return reason_of(error)
        found = verdict(sent.status_code, sent.headers, sent.body)
        return None if found.meaning is Meaning.DONE else found.said


class InModal:
    """Replies in the open modal `view_id`, or in a modal that the first screen opens by `trigger_id`."""

    def __init__(
        self, client: WebClient, *, view_id: str | None = None, trigger_id: str | None = None
    ) -> None:
        self._client, self._view_id, self._trigger_id = client, view_id, trigger_id

    def show(self, screen: Screen, voice: Voice) -> None:
        """Show `screen` in the modal, unless the user has closed it meanwhile."""
        self.put(modals.answer([block for part in parts(screen) for block in part.blocks], voice))

    def put(self, view: modals.View) -> None:
        """Show `view` in the modal, such as a form."""
        try:
            shown = self._put(view)
        except SLACK_TROUBLE as error:
            if code_of(error) not in _GONE:
                raise
            log.info("a modal was gone before its answer: %s", reason_of(error))
        else:
            self._view_id = shown["view"]["id"]

    def _put(self, view: modals.View) -> SlackResponse:
        if self._view_id is None:
            return self._open(view)
        return self._client.views_update(view_id=self._view_id, view=view)

    def _open(self, view: modals.View) -> SlackResponse:
        return self._client.views_open(trigger_id=str(self._trigger_id), view=view)


class OnTop(InModal):
    """Replies in a modal pushed on top of the open modal."""

    def _open(self, view: modals.View) -> SlackResponse:
        return self._client.views_push(trigger_id=str(self._trigger_id), view=view)


class InWaitingModal(InModal):
    """Replies in the waiting modal that the acknowledgement of a form puts in the form's place.

    The acknowledgement takes another way than the reply and may arrive later; it would then replace the
    reply. So the reply is addressed to the external id `name`, which exists only after the acknowledgement.
    """

    def __init__(self, client: WebClient, name: str) -> None:
        super().__init__(client)
        self._name = name

    def _put(self, view: modals.View) -> SlackResponse:
        return self._update_by_name(view) if self._view_id is None else super()._put(view)

    def _update_by_name(self, view: modals.View) -> SlackResponse:
        until = time.monotonic() + limits.ACK_SECONDS
        while True:
            try:
                return self._client.views_update(external_id=self._name, view=view)
            except SLACK_TROUBLE as error:
                if code_of(error) != "not_found" or time.monotonic() > until:
                    raise
            time.sleep(_RETRY_SECONDS)


def waiting_modal_name(body: dict[str, Any]) -> str:
    """Return the external id of the waiting modal that replaces the form in `body`."""
    return f"{body['view']['id']}-{body['view']['hash']}"


class NoReply:
    """Shows nothing, for events that are no questions; their errors are in the log."""

    def show(self, screen: Screen, voice: Voice) -> None:
        """Show nothing."""


class EphemeralInChannel:
    """Replies to a message in a channel, where only the writer of that message sees the reply."""

    def __init__(self, client: WebClient, event: dict[str, Any]) -> None:
        self._client = client
        self._place = {"channel": event["channel"], "user": event["user"]}
        if "thread_ts" in event:
            self._place["thread_ts"] = event["thread_ts"]

    def show(self, screen: Screen, voice: Voice) -> None:
        """Show `screen` to the writer alone."""
        for part in parts(screen):
            self._client.chat_postEphemeral(**self._place, **as_message(part, voice))


class InDirectMessage:
    """Replies to a direct message by a message, which stays, so it must not tell anything about a person."""

    def __init__(self, client: WebClient, event: dict[str, Any]) -> None:
        self._client, self._channel = client, event["channel"]

    def show(self, screen: Screen, voice: Voice) -> None:
        """Show `screen` in the conversation."""
        for part in parts(screen):
            self._client.chat_postMessage(
                channel=self._channel, unfurl_links=False, unfurl_media=False, **as_message(part, voice)
            )


def tell_directly(client: WebClient, user: str, screen: Screen, voice: Voice) -> None:
    """Show `screen` to a `user` in a message of their own conversation with the bot.

    The message stays, so it must not tell anything about a person.
    """
    client.chat_postMessage(channel=user, **as_message(screen, voice))


def reply_to(
    body: dict[str, Any], client: WebClient, respond: Respond, manners: Mapping[str, Manner]
) -> Reply:
    """Return the reply for a request, by its origin and the manner of the pressed button."""
    if "event" in body:
        return _to_event(body["event"], client)
    manner = _manner(body, manners)
    view, trigger = body.get("view"), body.get("trigger_id")
    if view is None:
        if manner is Manner.ASIDE and trigger is not None:
            return InModal(client, trigger_id=trigger)
        return InMessage(respond, client, body, replace=manner is Manner.INSTEAD)
    if view["type"] == "home":
        return InModal(client, trigger_id=trigger)
    if manner is Manner.BESIDE:
        return OnTop(client, trigger_id=trigger)
    if body["type"] == "view_submission":
        return InWaitingModal(client, waiting_modal_name(body))
    return InModal(client, view_id=view["id"])


def _manner(body: dict[str, Any], manners: Mapping[str, Manner]) -> Manner | None:
    """Return the manner of the used button or menu; None for a command, a form or a shortcut."""
    pressed = body.get("actions", [])
    return manner_of(pressed[0]["action_id"], manners) if pressed else None


def _to_event(event: dict[str, Any], client: WebClient) -> Reply:
    if event["type"] == "app_mention":
        return EphemeralInChannel(client, event)
    return InDirectMessage(client, event) if event["type"] == "message" else NoReply()


def aside_of(body: dict[str, Any], client: WebClient) -> Reply | None:
    """Return a reply in a modal to a button in a message, which stays as it is; None for other requests."""
    in_message = "view" not in body and "trigger_id" in body
    return InModal(client, trigger_id=body["trigger_id"]) if in_message else None


def parts(screen: Screen) -> tuple[Screen, ...]:
    """Return the messages of `screen`: most are one."""
    return screen, *screen.more


def _user(body: dict[str, Any]) -> str:
    return str(body.get("user_id") or body["user"]["id"])
