"""The listener of the slash command."""

from slack_bolt import App

from bot.slack.blocks import unescape
from bot.slack.request import Bot, SlackRequest, acknowledge, answering


def register(app: App, bot: Bot) -> None:
    """Register `/hwb`."""
    app.command("/hwb")(ack=acknowledge, lazy=[answering(bot, _handle)])


def _handle(request: SlackRequest) -> None:
    request.ask(unescape(request.body.get("text") or ""))
