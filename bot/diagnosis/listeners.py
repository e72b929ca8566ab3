"""The listener of the shortcut "Why is it missing?", which opens from anywhere in Slack."""

from slack_bolt import App

from bot.commands import Command
from bot.slack.replies import InModal
from bot.slack.request import Bot, SlackRequest, acknowledge, answering
from knowledge.ids import Question

SHORTCUT = Question.WHY_MISSING.value


def register(app: App, bot: Bot) -> None:
    """Register the shortcut: it belongs to no channel, so everything that answers it is a modal."""
    app.shortcut(SHORTCUT)(
        ack=acknowledge,
        lazy=[answering(bot, _ask, lambda body, client: InModal(client, trigger_id=body["trigger_id"]))],
    )


def _ask(request: SlackRequest) -> None:
    """Open the form of the verb; it is sent, checked and answered like that of the command."""
    request.ask(Command(request.bot.services.verbs.asking(Question.WHY_MISSING)))
