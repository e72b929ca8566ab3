"""The listener of changed user groups: who has joined or left has or loses the group's roles at once."""

from typing import Any

from slack_bolt import App
from slack_sdk import WebClient

from bot.slack.request import Bot, acknowledge


def register(app: App, bot: Bot) -> None:
    """Register the event of changed members: Slack is asked for all of them anew.

    The event says only who came and went, and events may come in another order than they happened.
    """

    def handle(event: dict[str, Any], client: WebClient) -> None:
        bot.groups.changed(client, event["subteam_id"])

    app.event("subteam_members_changed")(ack=acknowledge, lazy=[handle])
