"""Runs as answers: how the last one ended, what the next would do, and running now."""

from bot.people import audit
from bot.people.permissions import Act
from bot.runs import screens as run_screens
from bot.runs.actions import RunAction
from bot.slack import notices
from bot.slack.blocks import Screen, button
from bot.slack.context import Answer, Context
from provisioning.errors import KnownError
from provisioning.planning.forecast import forecast
from provisioning.records import RunStatus, School
from provisioning.runs.school_run import dry_run, provision
from provisioning.store import runs


def last_run(context: Context, school: School) -> Answer:
    """How a school's client ran last, with the decisions that whoever asks may take."""
    with context.services.database.reading() as session:
        last, latest = runs.last_success(session, school.number), runs.latest(session, school.number)
    buttons = []
    caller, voice = context.caller(), context.voice
    if caller.may(Act.RUN, school):
        buttons.append(button(RunAction.RUN, voice.plain("button.run-now"), f"run {school.number}"))
        buttons.append(
            button(RunAction.FORECAST, voice.plain("button.forecast"), f"forecast {school.number}")
        )
    if latest is not None and latest.status is RunStatus.HELD and caller.may(Act.DECIDE, school):
        buttons += run_screens.deciding_buttons(school, latest, voice)
    ours = context.services.provisioning.external_directory is None
    if ours and latest is not None and latest.undoable and caller.may(Act.UNDO, school):
        buttons.append(run_screens.undo_button(school, latest, voice))
    return Answer(run_screens.last_run(school, last, latest, context.voice, buttons))


def expected(context: Context, school: School) -> Answer:
    """What the next run would do."""
    provisioning = context.services.provisioning
    planned, proposal = dry_run(provisioning, school.number)
    if proposal is None:
        return Answer(run_screens.ran(school, planned, context.voice))
    names = {each.number: each for each in context.every_school()}
    found = forecast(proposal)
    return Answer(run_screens.forecast(school, found, names, context.voice, provisioning.clock.now()))


def start(context: Context, school: School) -> Answer:
    """Run a school's client."""
    return Answer(under_way(context, school), lambda: run(context, school), outcome=audit.BEGUN)


def under_way(context: Context, school: School) -> Screen:
    """What is shown while it runs."""
    return notices.sentence("answer.running", context.voice, school=school.name)


def run(context: Context, school: School) -> Screen:
    """Run it, and say what came of it."""
    try:
        done = provision(context.services.provisioning, school.number, started_by=context.user)
    except KnownError as error:
        context.record("run", school.number, outcome=audit.outcome_of(error))
        return notices.problem(error, context.voice)
    context.record("run", school.number, outcome=done.status)
    return run_screens.ran(school, done, context.voice)
