"""Listeners of questions in plain words: mentions in a channel, direct messages, and the modal."""

import re
from dataclasses import replace
from typing import Any

from slack_bolt import App

from bot.commands import LONGEST_QUESTION, Command, Takes
from bot.questions import screens
from bot.questions.answers import answer_question
from bot.questions.plain_words import upns
from bot.slack import modals
from bot.slack.blocks import unescape
from bot.slack.request import Bot, SlackRequest, acknowledge, acknowledge_with_waiting, answering

_NEW_MESSAGES = frozenset({None, "file_share", "thread_broadcast"})
"""The subtypes of newly written messages; others are edits, joins and the like."""
_REFERENCE = re.compile(r"<[@!#][^<>]*>")
_LABELLED = re.compile(r"<[^<>|]*\|([^<>]*)>")
_LINK = re.compile(r"<([^<>]*)>")


def register(app: App, bot: Bot) -> None:
    """Register mentions, direct messages and the modal; Home's listener acknowledges other messages."""
    app.event("app_mention", matchers=[_is_question])(ack=acknowledge, lazy=[answering(bot, _mentioned)])
    app.event("message", matchers=[_is_question, _is_direct])(
        ack=acknowledge, lazy=[answering(bot, _written)]
    )
    app.view(modals.ASK_IN_WORDS)(ack=acknowledge_with_waiting(bot), lazy=[answering(bot, _sent)])


def _is_question(event: dict[str, Any]) -> bool:
    """Return whether `event` is a newly written message of a person, not of a bot, an edit or a deletion."""
    return bool(event.get("user")) and "bot_id" not in event and event.get("subtype") in _NEW_MESSAGES


def _is_direct(event: dict[str, Any]) -> bool:
    return event.get("channel_type") == "im"


def _mentioned(request: SlackRequest) -> None:
    """Answer a mention in its channel, visible to its writer alone."""
    words = _words(request)
    found = answer_question(request.context, words)
    if upns(words):
        found = replace(found, screen=screens.in_channel(found.screen, request.voice))
    request.give(found)


def _written(request: SlackRequest) -> None:
    """Answer a direct message by a message, which stays, so that it may tell nothing about a person."""
    request.give(answer_question(request.context, _words(request), kept=True))


def _sent(request: SlackRequest) -> None:
    typed = request.body["view"]["state"]["values"][modals.QUESTION][modals.QUESTION]["value"] or ""
    request.ask(
        Command(
            request.bot.services.verbs.taking(Takes.WORDS), " ".join(typed.split())[:LONGEST_QUESTION] or "?"
        )
    )


def _words(request: SlackRequest) -> str:
    """Return the text of a message without mentions of users and channels."""
    return words_of_message(str(request.body["event"].get("text") or ""))


def words_of_message(said: str) -> str:
    """Return what the text of a message says, without Slack's markup."""
    text = _REFERENCE.sub(" ", said)
    return unescape(_LINK.sub(r"\1", _LABELLED.sub(r"\1", text))).strip()
