"""What watches add to other screens: the button that begins a watch."""

from collections.abc import Sequence

from bot.commands import Command
from bot.slack.blocks import Block
from bot.slack.context import Context
from bot.watches.screens import watch_button
from bot.watches.watch import watchable
from diagnostics.verdict import Diagnosis
from knowledge.ids import Question


def diagnosis_buttons(
    context: Context, command: Command, question: Question, found: Diagnosis
) -> Sequence[Block]:
    """Return the button, if what was found leaves something to wait for."""
    return [watch_button(command.line, context.voice)] if watchable(question, found) else []
