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
from provisioning.clock import today
from provisioning.store import runs


def diagnosis_buttons(
    context: Context, command: Command, _question: Question, found: Diagnosis
) -> Sequence[Block]:
    """Return the buttons that mend what was found, if the caller may: a run, or taking back a refusal."""
    school = run_that_mends(found, today(context.services.clock))
    caller, voice = context.caller(), context.voice
    buttons = []
    if school is not None and caller.may(Act.RUN, school):
        key = "button.run-now" if school.number == found.school.number else "button.run-previous"
        words = voice.plain(key, school=school.name)
        buttons.append(button(RunAction.RUN_NOW, words, f"{school.number} {command.line}", "primary"))
    if found.cause == "refused" and caller.may(Act.DECIDE, found.school):
        buttons.append(reconsider_button(found.school, voice))
    return buttons


def home_school_lines(context: Context, at_home: SchoolAtHome) -> Sequence[Block]:
    """Return a school's latest run, or that there was none."""
    with context.services.database.reading() as session:
        latest = runs.latest(session, at_home.school.number)
    voice = context.voice
    if latest is None:
        return [section(voice.mrkdwn("answer.never-run", school=at_home.school.name))]
    return [section(run_line(latest, voice))]
