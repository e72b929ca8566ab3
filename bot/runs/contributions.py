"""What runs add to other screens: buttons under a diagnosis, and a school's latest run in Home."""

from collections.abc import Callable, Mapping, Sequence

from bot.commands import Command
from bot.people.permissions import Act
from bot.runs.actions import RunAction
from bot.runs.screens import reconsider_button, run_line
from bot.runs.some_people import button_of
from bot.slack import limits
from bot.slack.blocks import Block, button, section
from bot.slack.context import Context
from bot.slack.contributors import SchoolAtHome
from bot.slack.own_moves import Group, may_start
from bot.slack.tasks import Stand, Task
from bot.slack.voice import Voice
from bot.undecided import Undecided, held_runs
from diagnostics.missing import Missing
from diagnostics.still_active import StillActive
from diagnostics.verdict import Diagnosis
from knowledge.ids import Question
from knowledge.texts import Text
from provisioning.records.schools import School
from provisioning.store.latest_runs import LatestRuns, latest_runs


def diagnosis_buttons(
    context: Context, command: Command, _question: Question, found: Diagnosis
) -> Sequence[Block]:
    """Return the buttons that mend what was found, if the caller may: a run, or taking back a refusal."""
    caller, voice = context.caller(), context.voice
    buttons = _run_buttons(context, found.runs, found.school, command.line)
    buttons += button_of(context, command, found)
    if found.cause == "refused" and caller.may(Act.DECIDE, found.school):
        buttons.append(reconsider_button(found.school, voice))
    return buttons


def group_buttons(
    context: Context, found: Missing, line: Callable[[str], str]
) -> Mapping[str, Sequence[Block]]:
    """Return the button that runs what mends each group's cause, if the caller may; all groups follow."""
    return _buttons_of_groups(context, found.groups, found.school, line(""))


def ending_buttons(
    context: Context, found: StillActive, line: Callable[[str], str]
) -> Mapping[str, Sequence[Block]]:
    """Return what `group_buttons` returns for the accounts that should have ended."""
    return _buttons_of_groups(context, found.groups, found.school, line(""))


def _buttons_of_groups(
    context: Context, groups: Sequence[Group], own: School, line: str
) -> Mapping[str, Sequence[Block]]:
    """Return the button of each of `groups` at `own`, by cause: none where its people want different ones."""
    wanted = {group.cause: [runs for runs in group.runs if runs] for group in groups}
    return {
        group.cause: _run_buttons(
            context, wanted[group.cause][0], own, line, context.voice.plain(group.headline)
        )
        for group in groups
        if len(wanted[group.cause]) == 1
    }


def _run_buttons(
    context: Context, runs: Sequence[School], own: School, line: str, about: str = ""
) -> list[Block]:
    """Return the button that starts the `runs` that mend what was found at `own`, and then answers `line`.

    Where the first is the previous school's, the `own` one follows, if that can succeed and the caller may
    run both.
    """
    caller, voice = context.caller(), context.voice
    if not may_start(runs, context):
        return []
    school = runs[0]
    if school.number == own.number:
        words, value, action = voice.plain("button.run-now"), f"{own.number} {line}", RunAction.RUN_NOW
    elif own in runs and caller.may(Act.RUN, own) and not context.frozen([own]):
        words = voice.plain("button.run-both", previous=school.name, school=own.name)
        words = words if len(words) <= limits.BUTTON_TEXT else voice.plain("button.run-both-short")
        value, action = f"{school.number} {own.number} {line}", RunAction.RUN_BOTH
    else:
        words = voice.plain("button.run-previous", school=school.name)
        value, action = f"{school.number} {line}", RunAction.RUN_NOW
    return [button(action, words, value, "primary", about=about)]


def home_school_lines(context: Context, shown: Sequence[SchoolAtHome]) -> Mapping[str, Sequence[Block]]:
    """Return the latest run of each school, or that there was none."""
    caller, schools = context.caller(), [at_home.school for at_home in shown]
    with context.services.database.reading() as session:
        found = latest_runs(session, [school.number for school in schools])
    return {
        school.number: [section(_latest(school, found[school.number], context.voice.to(caller, school)))]
        for school in schools
    }


def home_school_words(context: Context, shown: Sequence[SchoolAtHome]) -> Mapping[str, str]:
    """Return when each school's client ran last, and how that ended, in a few words."""
    with context.services.database.reading() as session:
        found = latest_runs(session, [at_home.school.number for at_home in shown])
    return {number: _in_words(ran, context.voice) for number, ran in found.items()}


def _in_words(ran: LatestRuns, voice: Voice) -> str:
    if ran.latest is None:
        return voice.mrkdwn("home.never-run")
    when, status = ran.latest.finished_at or ran.latest.started_at, Text(f"run-status.{ran.latest.status}")
    return voice.mrkdwn("home.ran", when=when, status=status)


def _latest(school: School, ran: LatestRuns, voice: Voice) -> str:
    if ran.latest is None:
        return voice.mrkdwn("answer.never-run", school=school.name)
    return run_line(ran.latest, voice)


def tasks(context: Context) -> Sequence[Task]:
    """Return the held runs on which the user may decide."""
    allowed: dict[str, School] = {school.number: school for school in context.schools(Act.DECIDE)}
    if not allowed:
        return []
    with context.services.database.reading() as session:
        held = [run for run in held_runs(session) if run.school in allowed]
    return [_held(run, allowed[run.school], context.voice) for run in held]


def _held(run: Undecided, school: School, voice: Voice) -> Task:
    words, name = voice.plain("button.open"), school.name.in_(voice.language)
    about = f"{name}, {voice.plain(run.said)}"
    opens = button(RunAction.LAST_RUN, words, f"last-run {school.number}", about=about)
    return Task(Stand.YOURS, run.said, school, run.since, opens, act=Act.DECIDE)
