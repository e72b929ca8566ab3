"""The listener of changed Slack profiles: a new language, or a user who is no person here any more."""

from typing import Any

from slack_bolt import App
from slack_sdk import WebClient

from bot.slack.request import Bot


def register(app: App, bot: Bot) -> None:
    """Register the event of a changed user: their profile is read anew; an outsider's roles end."""

    def handle(event: dict[str, Any], client: WebClient) -> None:
        bot.leavers.changed(client, event["user"])

    app.event("user_change")(ack=bot.profiles.forget, lazy=[handle])
