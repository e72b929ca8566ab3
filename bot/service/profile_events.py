"""The listener of changed Slack profiles: a new language, or a user who has left."""

from typing import Any

from slack_bolt import App

from bot.people.leavers import is_outsider
from bot.slack.request import Bot


def register(app: App, bot: Bot) -> None:
    """Register the event of a changed user: their profile is read anew; an outsider's roles end."""

    def handle(event: dict[str, Any]) -> None:
        if is_outsider(event["user"]):
            bot.leavers.end_roles(event["user"]["id"])

    app.event("user_change")(ack=bot.profiles.forget, lazy=[handle])
