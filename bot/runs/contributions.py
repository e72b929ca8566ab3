"""What runs add to other screens: buttons under a diagnosis, and a school's latest run in Home."""

from collections.abc import Mapping, Sequence

from bot.commands import Command
from bot.people.permissions import Act
from bot.runs.actions import RunAction
from bot.runs.screens import reconsider_button, run_line
from bot.slack.blocks import Block, button, section
from bot.slack.context import Context
from bot.slack.contributors import SchoolAtHome
from bot.slack.voice import Voice
from diagnostics.verdict import Diagnosis
from diagnostics.walk import run_that_mends
from knowledge.ids import Question
from provisioning.clock import today
from provisioning.records.schools import School
from provisioning.store.latest_runs import LatestRuns, latest_runs


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


def home_school_lines(context: Context, shown: Sequence[SchoolAtHome]) -> Mapping[str, Sequence[Block]]:
    """Return the latest run of each school, or that there was none."""
    with context.services.database.reading() as session:
        found = latest_runs(session, [at_home.school.number for at_home in shown])
    return {
        at_home.school.number: [section(_latest(at_home.school, found[at_home.school.number], context.voice))]
        for at_home in shown
    }


def _latest(school: School, ran: LatestRuns, voice: Voice) -> str:
    if ran.latest is None:
        return voice.mrkdwn("answer.never-run", school=school.name)
    return run_line(ran.latest, voice)
