"""Slack tells that a person has changed: perhaps their language, perhaps they have left."""

from typing import Any

from slack_bolt import App

from bot.people.user_groups import is_outsider
from bot.slack.request import Bot


def register(app: App, bot: Bot) -> None:
    """Listen to people's being changed."""

    def handle(event: dict[str, Any]) -> None:
        if is_outsider(event["user"]):
            bot.leavers.end_roles(event["user"]["id"])

    app.event("user_change")(ack=bot.people.forget, lazy=[handle])
