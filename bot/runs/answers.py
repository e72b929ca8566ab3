"""Runs as answers: how the last one ended, what the next would do, and running now."""

from bot.people import audit
from bot.people.permissions import Act
from bot.runs import screens as run_screens
from bot.slack import notices
from bot.slack.blocks import Screen, button
from bot.slack.context import Answer, Asker
from provisioning.errors import KnownError
from provisioning.planning.forecast import forecast
from provisioning.records import RunStatus, School
from provisioning.runs.school_run import dry_run, provision
from provisioning.store import runs, schools


def last_run(asker: Asker, school: School) -> Answer:
    """How a school's client ran last, with the decisions that whoever asks may take."""
    with asker.services.database.reading() as session:
        last, latest = runs.last_success(session, school.number), runs.latest(session, school.number)
    buttons = []
    caller, voice = asker.caller(), asker.voice
    if caller.may(Act.RUN, school):
        buttons.append(button("say:run", voice.plain("button.run-now"), f"run {school.number}"))
        buttons.append(button("say:forecast", voice.plain("button.forecast"), f"forecast {school.number}"))
    if latest is not None and latest.status is RunStatus.HELD and caller.may(Act.DECIDE, school):
        buttons += run_screens.deciding_buttons(school, latest, voice)
    ours = asker.services.house.elsewhere is None
    if ours and latest is not None and latest.undoable and caller.may(Act.UNDO, school):
        buttons.append(run_screens.undo_button(school, latest, voice))
    return Answer(run_screens.last_run(school, last, latest, asker.voice, buttons))


def expected(asker: Asker, school: School) -> Answer:
    """What the next run would do."""
    house = asker.services.house
    planned, draft = dry_run(house, school.number)
    if draft is None:
        return Answer(run_screens.ran(school, planned, asker.voice))
    with house.database.reading() as session:
        names = {one.number: one for one in schools.every(session)}
    found = forecast(draft)
    return Answer(run_screens.forecast(school, found, names, asker.voice, house.clock.now()))


def start(asker: Asker, school: School) -> Answer:
    """Run a school's client."""
    return Answer(under_way(asker, school), lambda: run(asker, school), outcome=audit.BEGUN)


def under_way(asker: Asker, school: School) -> Screen:
    """What is shown while it runs."""
    return notices.sentence("answer.running", asker.voice, school=school.name)


def run(asker: Asker, school: School) -> Screen:
    """Run it, and say what came of it."""
    try:
        done = provision(asker.services.house, school.number, started_by=asker.user)
    except KnownError as error:
        asker.record("run", school.number, outcome=audit.outcome_of(error))
        return notices.problem(error, asker.voice)
    asker.record("run", school.number, outcome=done.status)
    return run_screens.ran(school, done, asker.voice)
