"""The buttons of a held run: approve, reject, examples; and undo."""

from slack_bolt import App
from sqlalchemy.orm import Session

from bot.people import audit
from bot.people.permissions import Act
from bot.runs import screens
from bot.slack import notices
from bot.slack.blocks import Screen
from bot.slack.context import Answer
from bot.slack.refusals import refusal_of
from bot.slack.request import Bot, Turn, acknowledge, safely
from provisioning.errors import KnownError
from provisioning.records import RunStatus, School
from provisioning.runs.approvals import approve, reject
from provisioning.runs.undo import undo
from provisioning.store import decisions, runs, schools
from provisioning.store.runs import Run


def register(app: App, bot: Bot) -> None:
    """Listen to the buttons."""
    for action, handle in (
        ("held:approve", _approve),
        ("held:reject", _reject),
        ("held:samples", _samples),
        ("held:undo", _undo),
    ):
        app.action(action)(ack=acknowledge, lazy=[safely(bot, handle)])


def _approve(turn: Turn) -> None:
    if (found := _run(turn, Act.DECIDE, "approve")) is None:
        return
    run, school = found

    def then() -> Screen:
        decided = turn.asker.change(
            "approve",
            school.number,
            lambda: approve(turn.bot.services.house, run.known_id, by=turn.asker.user),
            lambda done: done.status,
        )
        if decided.status is RunStatus.HELD:
            return screens.held(school, decided, turn.voice)
        return screens.ran(school, decided, turn.voice)

    turn.give(Answer(notices.sentence("answer.running", turn.voice, school=school.name), then))


def _reject(turn: Turn) -> None:
    if (found := _run(turn, Act.DECIDE, "reject")) is None:
        return
    run, school = found
    decided = turn.asker.change(
        "reject",
        school.number,
        lambda: reject(turn.bot.services.house, run.known_id, by=turn.asker.user),
    )
    turn.reply.show(screens.rejected(school, decided, turn.voice), turn.voice)


def _samples(turn: Turn) -> None:
    if (found := _run(turn, Act.DIAGNOSE, "samples")) is None:
        return
    run, school = found
    turn.asker.record("samples", school.number)
    with turn.bot.services.database.reading() as session:
        waiting = decisions.held(session, run.known_id)
    turn.aside.show(screens.samples(run, waiting, turn.voice), turn.voice)


def _undo(turn: Turn) -> None:
    if (found := _run(turn, Act.UNDO, "undo")) is None:
        return
    run, school = found

    def then() -> Screen:
        done = turn.asker.change(
            "undo",
            school.number,
            lambda: undo(turn.bot.services.house, run.known_id, by=turn.asker.user),
        )
        return screens.undone(school, done.run, done.left, turn.voice)

    turn.give(Answer(notices.sentence("answer.running", turn.voice, school=school.name), then))


def _run(turn: Turn, act: Act, deed: str) -> tuple[Run, School] | None:
    """The run that a button is about and its school, for whoever may do this; others are told who may."""
    with turn.bot.services.database.reading() as session:
        found = _known(session, str(turn.body["actions"][0]["value"]))
    school = found[1] if found else None
    refused = refusal_of(turn.asker.caller(), act, school, turn.voice)
    if refused is None:
        return found
    turn.asker.record(deed, school.number if school else None, outcome=audit.REFUSED)
    turn.aside.show(refused, turn.voice)
    return None


def _known(session: Session, id_: str) -> tuple[Run, School] | None:
    """A run by its id with its school; None for an id that no run has."""
    try:
        run = runs.one(session, int(id_) if id_.isdecimal() else 0)
    except KnownError:
        return None
    return run, schools.one(session, run.school)
