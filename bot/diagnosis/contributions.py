"""The buttons of a diagnosis that are not another feature's."""

from collections.abc import Sequence

from bot.commands import Command
from bot.diagnosis.actions import DiagnosisAction
from bot.slack.blocks import Block, button
from bot.slack.context import Context
from diagnostics.verdict import Diagnosis
from knowledge.ids import Question


def diagnosis_buttons(
    context: Context, command: Command, _question: Question, found: Diagnosis
) -> Sequence[Block]:
    """Return the buttons that ask the question again, and that show the guide's entry."""
    voice = context.voice
    return [
        button(DiagnosisAction.AGAIN, voice.plain("button.check-again"), command.line),
        button(DiagnosisAction.FAQ, voice.plain("button.show-faq"), f"faq {found.entry}"),
    ]
