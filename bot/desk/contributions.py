"""What the service desk adds to other screens: its button under a diagnosis, and its queue in App Home."""

from collections.abc import Sequence

from bot.commands import Command
from bot.desk.screens import ask_button
from bot.desk.view import DeskView
from bot.slack.blocks import Block
from bot.slack.context import Context
from diagnostics.verdict import Diagnosis, is_nonsense, nothing_missing
from knowledge.ids import Question


def diagnosis_buttons(
    context: Context, command: Command, _question: Question, found: Diagnosis
) -> Sequence[Block]:
    """Return the button that asks the service desk, unless nothing is missing or no person is meant."""
    if nothing_missing(found.cause) or is_nonsense(found.identifier, found.cause):
        return []
    return [ask_button(command.line, context.voice)]


def home_section(context: Context) -> Sequence[Block]:
    """Return the caller's queue; nothing for a caller without a right to work on cases."""
    return DeskView(context.services, context.voice, context.caller()).home_section()
