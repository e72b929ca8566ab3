"""Requests that no listener takes, or whose acknowledgement fails: they are acknowledged, in words."""

import logging
from typing import Any

from slack_bolt import App, BoltResponse
from slack_bolt.error import BoltUnhandledRequestError

from bot.slack import modals, notices
from bot.slack.payloads import Unreadable
from bot.slack.request import Bot

log = logging.getLogger(__name__)


def register(app: App, bot: Bot) -> None:
    """Register what happens to such a request, in place of Bolt's own log of its content."""

    def handle(error: Exception, body: dict[str, Any]) -> BoltResponse:
        if not isinstance(error, BoltUnhandledRequestError | Unreadable):
            log.error("a request could not be acknowledged", exc_info=error)
            return BoltResponse(status=500)
        kind = body.get("type")
        if kind == "block_suggestion":
            return BoltResponse(status=200, body={"options": []})
        user = (body.get("user") or {}).get("id")
        if kind == "view_submission" and user is not None:
            voice = bot.voice_at_once(user)
            view = modals.answer(notices.sentence("answer.retired", voice).blocks, voice)
            return BoltResponse(status=200, body={"response_action": "update", "view": view})
        return BoltResponse(status=200)

    app.error(handle)
