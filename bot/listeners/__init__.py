"""Slack's entry points, thin: acknowledge, find out who asks, have it answered, show the answer."""

from slack_bolt import App

from bot.listeners import (
    actions,
    alerts,
    commands,
    desk,
    held,
    home,
    leaving,
    requests,
    reviews,
    views,
    watching,
)
from bot.listeners.turn import Bot


def register(app: App, bot: Bot) -> None:
    """Hang every listener on an app."""
    for part in (leaving, commands, desk, held, reviews, alerts, requests, watching, actions, views, home):
        part.register(app, bot)
