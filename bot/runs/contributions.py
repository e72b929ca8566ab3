"""What runs add to other screens: buttons under a diagnosis, and a school's latest run in Home."""

from collections.abc import Sequence

from bot.commands import Command
from bot.people.permissions import Act
from bot.runs.actions import RunAction
from bot.runs.screens import reconsider_button, run_line
from bot.slack.blocks import Block, button, section
from bot.slack.context import Context
from bot.slack.contributors import SchoolAtHome
from diagnostics.verdict import Diagnosis
from diagnostics.walk import run_that_mends
from knowledge.ids import Question
from provisioning.store import runs


def diagnosis_buttons(
    context: Context, command: Command, _question: Question, found: Diagnosis
) -> Sequence[Block]:
    """Return the buttons for what mends what was found, where the caller may:
    a run, or taking back a refusal.
    """
    mends, caller, voice = run_that_mends(found), context.caller(), context.voice
    buttons = []
    if mends is not None and caller.may(Act.RUN, mends):
        key = "button.run-now" if mends.number == found.school.number else "button.run-previous"
        words = voice.plain(key, school=mends.name)
        buttons.append(button(RunAction.RUN_NOW, words, f"{mends.number} {command.line}", "primary"))
    if found.cause == "refused" and caller.may(Act.DECIDE, found.school):
        buttons.append(reconsider_button(found.school, voice))
    return buttons


def home_school_lines(context: Context, at: SchoolAtHome) -> Sequence[Block]:
    """Return a school's latest run, or that there was none."""
    with context.services.database.reading() as session:
        latest = runs.latest(session, at.school.number)
    voice = context.voice
    if latest is None:
        return [section(voice.mrkdwn("answer.never-run", school=at.school.name))]
    return [section(run_line(latest, voice))]
