"""Slack's entry points, thin: acknowledge, find out who asks, have it answered, show the answer."""

from slack_bolt import App

from bot.listeners import (
    actions,
    alerts,
    asking,
    commands,
    desk,
    desk_forms,
    desk_triage,
    grants,
    held,
    home,
    leaving,
    requests,
    reviews,
    views,
    watching,
)
from bot.listeners.turn import Bot

_PARTS = (
    leaving,
    commands,
    asking,
    desk,
    desk_forms,
    desk_triage,
    grants,
    held,
    reviews,
    alerts,
    requests,
    watching,
    actions,
    views,
    home,
)
"""`actions` takes the buttons and `home` the events that nobody else does: what is special goes first."""


def register(app: App, bot: Bot) -> None:
    """Hang every listener on an app."""
    for part in _PARTS:
        part.register(app, bot)
