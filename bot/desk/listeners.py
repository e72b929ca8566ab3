"""The service desk's buttons."""

from collections.abc import Callable
from typing import Any

from slack_bolt import App

from bot.commands import Command, parse
from bot.desk import form_screens as forms
from bot.desk import screens, transitions
from bot.desk.case import Case
from bot.desk.slack_request import as_number, deliver, desk_of, now_of
from bot.desk.transitions import Moved
from bot.people import audit
from bot.people.permissions import Act
from bot.slack import notices, refusals
from bot.slack.modals import View
from bot.slack.replies import InModal, OnTop, Reply
from bot.slack.request import Bot, Turn, acknowledge, safely


def register(app: App, bot: Bot) -> None:
    """Listen to the buttons."""
    for action, handle in (
        (screens.OPEN, _open),
        (screens.ASK, _ask),
        (screens.QUEUE, _queue),
        (screens.TRIAGE, _paste),
        (
            screens.TAKE,
            _moving("case-take", lambda turn, case: transitions.take(case, turn.asker.user, now_of(turn))),
        ),
        (screens.HAND_OVER, _hand_over),
        (
            screens.REOPEN,
            _moving(
                "case-reopen", lambda turn, case: transitions.reopen(case, turn.asker.user, now_of(turn))
            ),
        ),
        (
            screens.ANSWERED,
            _moving(
                "case-answer", lambda turn, case: transitions.answer(case, turn.asker.user, now_of(turn))
            ),
        ),
        (
            screens.SEND_OUT,
            _moving(
                "case-send-out", lambda turn, case: transitions.send_out(case, turn.asker.user, now_of(turn))
            ),
        ),
        (screens.CHECK, _check),
        (screens.WAIT, _asking(lambda turn, case, back: forms.wait(case, back, turn.voice))),
        (screens.RESOLVE, _asking(lambda turn, case, back: forms.resolve(case, back, turn.voice))),
        (screens.SEND, _asking(_send_form)),
        (screens.FILL_IN, _asking(_fill_in_form)),
    ):
        app.action(action)(ack=acknowledge, lazy=[safely(bot, handle)])


def _open(turn: Turn) -> None:
    _beside(turn).show(desk_of(turn).shown(_number(turn)), turn.voice)


def _queue(turn: Turn) -> None:
    turn.ask(parse("desk"))


def _paste(turn: Turn) -> None:
    turn.ask(parse("triage"))


def _ask(turn: Turn) -> None:
    """Ask the desk about an answer: whoever may have the answer may ask."""
    command = parse(str(_action(turn).get("value", "")))
    allowed = {one.number: one for one in turn.asker.schools(Act.DIAGNOSE)}
    if not isinstance(command, Command) or command.verb.question is None:
        return turn.reply.show(notices.sentence("answer.retired", turn.voice), turn.voice)
    if command.school not in allowed:
        turn.asker.record("case-ask", command.school, command.about, audit.REFUSED)
        return turn.reply.show(turn.asker.refused(Act.DIAGNOSE, command.school), turn.voice)
    asked = desk_of(turn).asked(command.verb.question, command.about, allowed[command.school])
    turn.reply.show(asked, turn.voice)
    return deliver(turn)


def _moving(deed: str, do: Callable[[Turn, Case], Moved]) -> Callable[[Turn], None]:
    """A listener that moves a case by itself."""

    def handle(turn: Turn) -> None:
        turn.reply.show(desk_of(turn).moved(_number(turn), deed, lambda case: do(turn, case)), turn.voice)
        deliver(turn)

    return handle


def _hand_over(turn: Turn) -> None:
    """Only to somebody who works on the case as well."""
    to, number, desk = str(_action(turn).get("selected_user")), _number(turn), desk_of(turn)
    case = desk.case(number, "case-hand-over")
    if case is not None and not desk.works(to, case):
        shown = desk.shown(number, notices.sentence("refusal.desk-to", turn.voice).blocks)
        return turn.reply.show(shown, turn.voice)
    return _moving(
        "case-hand-over", lambda _, one: transitions.hand_over(one, turn.asker.user, to, now_of(turn))
    )(turn)


def _check(turn: Turn) -> None:
    turn.reply.show(desk_of(turn).checked(_number(turn)), turn.voice)
    deliver(turn)


def _asking(form: Callable[[Turn, Case, str], View]) -> Callable[[Turn], None]:
    """A listener that lays a form on the case."""

    def handle(turn: Turn) -> None:
        case = desk_of(turn).case(_number(turn), "case-form")
        if case is None:
            return _refuse(turn)
        if not case.open:
            return turn.reply.show(desk_of(turn).shown(case.number), turn.voice)
        desk_of(turn).counter.record("case-form", case)
        view = turn.body.get("view")
        put = turn.client.views_push if view else turn.client.views_open
        put(trigger_id=turn.body["trigger_id"], view=form(turn, case, view["id"] if view else ""))
        return None

    return handle


def _send_form(turn: Turn, case: Case, back: str) -> View:
    desk = desk_of(turn)
    return forms.send(case, desk.draft(case), desk.writers(case), back, turn.voice)


def _fill_in_form(turn: Turn, case: Case, back: str) -> View:
    return forms.fill_in(case, turn.asker.schools(Act.DESK), desk_of(turn).likely(case), back, turn.voice)


def _beside(turn: Turn) -> Reply:
    """A modal of its own, or on top of the one that is open: a list stays where it is."""
    trigger, view = turn.body["trigger_id"], turn.body.get("view")
    if view is not None and view["type"] == "modal":
        return OnTop(turn.client, trigger_id=trigger)
    return InModal(turn.client, trigger_id=trigger)


def _refuse(turn: Turn) -> None:
    turn.aside.show(refusals.refused(Act.DESK, turn.voice), turn.voice)


def _number(turn: Turn) -> int:
    """The case that a button carries, or the block in which a menu stands."""
    action = _action(turn)
    of_block = action["block_id"].partition(":")[2].partition(":")[0]
    return as_number(str(action.get("value") or of_block))


def _action(turn: Turn) -> dict[str, Any]:
    action: dict[str, Any] = turn.body["actions"][0]
    return action
