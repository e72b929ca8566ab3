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
    """Return the buttons that ask about similar identifiers, ask again, and show the guide's entry."""
    voice = context.voice
    suggested = [
        button(
            DiagnosisAction.SUGGESTED,
            voice.plain("button.suggested", identifier=near),
            Command(command.verb, near, found.school.number).line,
            which=place,
        )
        for place, near in enumerate(found.near)
    ]
    return [
        *suggested,
        button(DiagnosisAction.AGAIN, voice.plain("button.check-again"), command.line),
        button(DiagnosisAction.FAQ, voice.plain("button.show-faq"), f"faq {found.entry}"),
    ]
