"""The buttons of a held run: approve, reject, examples; and undo."""

from slack_bolt import Ack, App

from bot import audit
from bot.access import Act
from bot.answers import Answer
from bot.listeners.turn import Bot, Turn, safely
from bot.presenters import notices
from bot.presenters import runs as screens
from bot.presenters.blocks import Screen
from bot.presenters.roles import refusal
from provisioning.approvals import approve, reject
from provisioning.records import RunStatus, School
from provisioning.store import decisions, runs, schools
from provisioning.store.runs import Run
from provisioning.undo import undo


def register(app: App, bot: Bot) -> None:
    """Listen to the buttons."""
    for action, handle in (
        ("held:approve", _approve),
        ("held:reject", _reject),
        ("held:samples", _samples),
        ("held:undo", _undo),
    ):
        app.action(action)(ack=_acknowledge, lazy=[safely(bot, handle)])


def _acknowledge(ack: Ack) -> None:
    ack()


def _approve(turn: Turn) -> None:
    run, school = _run(turn)
    if _refuses(turn, Act.DECIDE, school, "approve"):
        return

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
    run, school = _run(turn)
    if _refuses(turn, Act.DECIDE, school, "reject"):
        return
    decided = turn.asker.change(
        "reject",
        school.number,
        lambda: reject(turn.bot.services.house, run.known_id, by=turn.asker.user),
    )
    turn.reply.show(screens.rejected(school, decided, turn.voice), turn.voice)


def _samples(turn: Turn) -> None:
    run, school = _run(turn)
    if _refuses(turn, Act.DIAGNOSE, school, "samples"):
        return
    turn.asker.record("samples", school.number)
    with turn.bot.services.database.reading() as session:
        waiting = decisions.held(session, run.known_id)
    turn.aside.show(screens.samples(run, waiting, turn.voice), turn.voice)


def _undo(turn: Turn) -> None:
    run, school = _run(turn)
    if _refuses(turn, Act.UNDO, school, "undo"):
        return

    def then() -> Screen:
        done = turn.asker.change(
            "undo",
            school.number,
            lambda: undo(turn.bot.services.house, run.known_id, by=turn.asker.user),
        )
        return screens.undone(school, done.run, done.left, turn.voice)

    turn.give(Answer(notices.sentence("answer.running", turn.voice, school=school.name), then))


def _run(turn: Turn) -> tuple[Run, School]:
    with turn.bot.services.database.reading() as session:
        run = runs.one(session, int(turn.body["actions"][0]["value"]))
        return run, schools.one(session, run.school)


def _refuses(turn: Turn, act: Act, school: School, deed: str) -> bool:
    """Whether the user may not do this, which they are then told."""
    refused = refusal(turn.asker.caller(), act, school, turn.voice)
    if refused is not None:
        turn.asker.record(deed, school.number, outcome=audit.REFUSED)
        turn.aside.show(refused, turn.voice)
    return refused is not None
