"""Runs as answers: how the last one ended, what the next would do, and running now."""

from dataclasses import replace

from bot.cli.json_output import notes_said
from bot.commands import Command, Takes, Verb
from bot.people import audit
from bot.people.permissions import Act
from bot.runs import screens as run_screens
from bot.slack import notices
from bot.slack.blocks import Screen, button
from bot.slack.context import Answer, Context
from bot.slack.dispatch import dispatch
from bot.slack.handlers import at_one_school
from provisioning.errors import KnownError
from provisioning.planning.forecast import forecast
from provisioning.records import NoteKind, RunStatus, School
from provisioning.runs.school_run import dry_run, provision
from provisioning.store import decisions, runs


def last_run(context: Context, _command: Command, school: School) -> Answer:
    """How a school's client ran last, with the decisions that whoever asks may take."""
    with context.services.database.reading() as session:
        last, latest = runs.last_success(session, school.number), runs.latest(session, school.number)
        newest = latest or last
        noticed = runs.noticed(session, [newest.known_id]).get(newest.known_id, ()) if newest else ()
    buttons = []
    caller, voice = context.caller(), context.voice
    if caller.may(Act.RUN, school):
        buttons.append(button("say:run", voice.plain("button.run-now"), f"run {school.number}"))
        buttons.append(button("say:forecast", voice.plain("button.forecast"), f"forecast {school.number}"))
    if latest is not None and latest.status is RunStatus.HELD and caller.may(Act.DECIDE, school):
        buttons += run_screens.deciding_buttons(school, latest, voice)
    if latest is not None and latest.counts["refused"] and caller.may(Act.DECIDE, school):
        buttons.append(run_screens.reconsider_button(school, voice))
    if any(note.kind is NoteKind.VANISHED for note in noticed) and caller.may(Act.DIAGNOSE, school):
        words = voice.plain("button.still-active")
        buttons.append(button("say:still-active", words, f"still-active {school.number}"))
    ours = context.services.provisioning.external_directory is None
    if ours and latest is not None and latest.undoable and caller.may(Act.UNDO, school):
        buttons.append(run_screens.undo_button(school, latest, voice))
    return Answer(run_screens.last_run(school, last, latest, context.voice, buttons, notes_said(noticed)))


def expected(context: Context, _command: Command, school: School) -> Answer:
    """What the next run would do."""
    provisioning = context.services.provisioning
    planned, proposal = dry_run(provisioning, school.number)
    if proposal is None:
        return Answer(run_screens.ran(school, planned, context.voice))
    names = {one.number: one for one in context.every_school()}
    found = forecast(proposal)
    return Answer(run_screens.forecast(school, found, names, context.voice, provisioning.clock.now()))


def reconsider(context: Context, _command: Command, school: School) -> Answer:
    """Take back what was rejected or undone at a school, so that its next run asks again."""

    def forget() -> int:
        with context.services.database.writing() as session:
            return decisions.reconsider(session, school.number)

    count = context.change("reconsider", school.number, forget)
    return Answer(
        run_screens.reconsidered(school, count, context.voice, context.caller().may(Act.RUN, school))
    )


def start(context: Context, _command: Command, school: School) -> Answer:
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


def run_then_check(context: Context, school: str, command: Command) -> Answer:
    """Run a school's client, then answer `command` anew: the "Run now" of a diagnosis."""
    found = context.school(Act.RUN, school)
    if found is None:
        return Answer(context.refuse("run", Act.RUN, school))
    context.record("run", school, outcome=audit.BEGUN)

    def then() -> Screen:
        ran = run(context, found)
        checked = dispatch(context.afresh(), command)  # the roles may have ended while it ran
        after = checked.screen if isinstance(checked, Answer) else ran
        return replace(after, blocks=[*ran.blocks, *after.blocks])

    return Answer(under_way(context, found), then)


VERBS = (
    Verb("last-run", "rhediad-diwethaf", Takes.SCHOOL, at_one_school(last_run), Act.LAST_RUN),
    Verb("run", "rhedeg", Takes.SCHOOL, at_one_school(start), Act.RUN),
    Verb("forecast", "rhagolwg", Takes.SCHOOL, at_one_school(expected), Act.RUN),
    Verb("reconsider", "ailystyried", Takes.SCHOOL, at_one_school(reconsider), Act.DECIDE),
)
