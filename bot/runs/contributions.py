"""What runs add to other screens: "Run now" under a diagnosis, and a school's latest run in Home."""

from collections.abc import Sequence

from bot.commands import Command
from bot.people.permissions import Act
from bot.runs.actions import RunAction
from bot.runs.screens import run_line
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
    """The button for the run that mends what was found, if the caller may start that run."""
    mends = run_that_mends(found)
    if mends is None or not context.caller().may(Act.RUN, mends):
        return []
    key = "button.run-now" if mends.number == found.school.number else "button.run-previous"
    words = context.voice.plain(key, school=mends.name)
    return [button(RunAction.RUN_NOW, words, f"{mends.number} {command.line}", "primary")]


def home_school_lines(context: Context, at: SchoolAtHome) -> Sequence[Block]:
    """A school's latest run, or that there was none."""
    with context.services.database.reading() as session:
        latest = runs.latest(session, at.school.number)
    voice = context.voice
    if latest is None:
        return [section(voice.mrkdwn("answer.never-run", school=at.school.name))]
    return [section(run_line(latest, voice))]
