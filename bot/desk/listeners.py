"""Listeners of the service desk's buttons and menus."""

from collections.abc import Callable
from datetime import datetime

from slack_bolt import App

from bot.commands import Command
from bot.desk import access, store, transitions
from bot.desk import form_screens as forms
from bot.desk.actions import CaseAuditAction, DeskAction
from bot.desk.case import DeskCase
from bot.desk.slack_request import desk_of, now_of
from bot.desk.transitions import Transition
from bot.people.permissions import Act, Caller, Grant
from bot.services import Services
from bot.slack import notices, refusals
from bot.slack.colleagues import Handed, chosen, options_of
from bot.slack.modals import View
from bot.slack.replies import InModal, OnTop, Reply
from bot.slack.request import Bot, SlackRequest, as_number, deliver, listen
from provisioning.clock import today

CaseMove = Callable[[DeskCase, str, datetime], Transition]
"""A transition of a case by a user at a moment, as in `transitions`."""


def register(app: App, bot: Bot) -> None:
    """Register the buttons and menus."""
    app.options(DeskAction.HAND_OVER)(options_of(bot, _workers(bot.services)))
    listen(
        app,
        bot,
        {
            DeskAction.OPEN: _open,
            DeskAction.ASK: _ask,
            DeskAction.QUEUE: _queue,
            DeskAction.TRIAGE: _paste,
            DeskAction.TAKE: _changing(CaseAuditAction.TAKE, transitions.take),
            DeskAction.HAND_OVER: _hand_over,
            DeskAction.REOPEN: _changing(CaseAuditAction.REOPEN, transitions.reopen),
            DeskAction.ANSWERED: _answered,
            DeskAction.SEND_OUT: _changing(CaseAuditAction.SEND_OUT, transitions.send_out),
            DeskAction.CHECK: _check,
            DeskAction.SHOW_TEXT: _show_text,
            DeskAction.WAIT: _opening(lambda request, case, back: forms.wait(case, back, request.voice)),
            DeskAction.RESOLVE: _opening(
                lambda request, case, back: forms.resolve(case, back, request.voice)
            ),
            DeskAction.SEND: _opening(_send_form),
            DeskAction.FILL_IN: _opening(_fill_in_form),
        },
    )


def _open(request: SlackRequest) -> None:
    _beside(request).show(desk_of(request).shown(_number(request)), request.voice)


def _queue(request: SlackRequest) -> None:
    request.ask("desk")


def _paste(request: SlackRequest) -> None:
    request.ask("triage")


def _ask(request: SlackRequest) -> None:
    """Ask the service desk about a diagnosis; every user with the right to the diagnosis may."""
    command = request.parse(str(request.action.get("value", "")))
    if not isinstance(command, Command) or command.verb.question is None:
        return request.reply.show(notices.sentence("answer.retired", request.voice), request.voice)
    school = request.context.school(Act.DIAGNOSE, command.school)
    if school is None:
        refused = request.context.refuse(CaseAuditAction.ASK, Act.DIAGNOSE, command.school, command.about)
        return request.reply.show(refused, request.voice)
    asked = desk_of(request).asked(command.verb.question, command.about, school)
    request.reply.show(asked, request.voice)
    return deliver(request)


def _changing(action: CaseAuditAction, move: CaseMove) -> Callable[[SlackRequest], None]:
    """Return a listener that changes a case by `move`, and shows it; `action` is for the audit."""

    def handle(request: SlackRequest) -> None:
        changed = desk_of(request).changed(
            _number(request), action, lambda case: move(case, request.context.user, now_of(request))
        )
        request.reply.show(changed, request.voice)
        deliver(request)

    return handle


def _answered(request: SlackRequest) -> None:
    """Note that the user has answered the writer elsewhere."""
    request.reply.show(desk_of(request).answered(_number(request)), request.voice)
    deliver(request)


def _hand_over(request: SlackRequest) -> None:
    """Hand a case over to the chosen user, if they have the right to work on it."""
    to, number, desk = chosen(request.action), _number(request), desk_of(request)
    case = desk.case(number, CaseAuditAction.HAND_OVER)
    here = not request.bot.profiles.is_outsider(request.client, to)
    if case is not None and not (here and desk.user_works_on(to, case)):
        shown = desk.shown(number, notices.sentence("refusal.desk-to", request.voice).blocks)
        return request.reply.show(shown, request.voice)
    hand_over = _changing(
        CaseAuditAction.HAND_OVER, lambda case, by, at: transitions.hand_over(case, by, to, at)
    )
    return hand_over(request)


def _workers(services: Services) -> Handed:
    """Return who works on the case of a block, for a caller who does."""

    def find(caller: Caller, block_id: str) -> list[Grant]:
        with services.database.reading() as session:
            case = store.find(session, _case_of(block_id))
            if case is None or not access.works_on(session, caller, case):
                return []
            return access.workers(session, case, today(services.clock))

    return find


def _check(request: SlackRequest) -> None:
    request.reply.show(desk_of(request).checked(_number(request)), request.voice)
    deliver(request)


def _show_text(request: SlackRequest) -> None:
    request.reply.show(desk_of(request).text_shown(_number(request)), request.voice)
    deliver(request)


def _opening(form: Callable[[SlackRequest, DeskCase, str], View]) -> Callable[[SlackRequest], None]:
    """Return a listener that opens a form about a case.

    `form` gets the request, the case, and the id of the modal under the form, or a blank.
    """

    def handle(request: SlackRequest) -> None:
        case = desk_of(request).case(_number(request), CaseAuditAction.FORM)
        if case is None:
            return _refuse(request)
        if not case.open:
            return request.reply.show(desk_of(request).shown(case.number), request.voice)
        desk_of(request).service.record(CaseAuditAction.FORM, case)
        view = request.body.get("view")
        show = request.client.views_push if view else request.client.views_open
        show(trigger_id=request.body["trigger_id"], view=form(request, case, view["id"] if view else ""))
        return None

    return handle


def _send_form(request: SlackRequest, case: DeskCase, back: str) -> View:
    desk = desk_of(request)
    return forms.send(case, desk.draft(desk.together(case)), desk.writers(case), back, request.voice)


def _fill_in_form(request: SlackRequest, case: DeskCase, back: str) -> View:
    return forms.fill_in(
        case, request.context.schools(Act.DESK), desk_of(request).prefill(case), back, request.voice
    )


def _beside(request: SlackRequest) -> Reply:
    """Return a reply in a new modal; where one is open it comes on top, so that the list in it stays."""
    trigger, view = request.body["trigger_id"], request.body.get("view")
    if view is not None and view["type"] == "modal":
        return OnTop(request.client, trigger_id=trigger)
    return InModal(request.client, trigger_id=trigger)


def _refuse(request: SlackRequest) -> None:
    request.aside.show(refusals.refused(Act.DESK, request.voice), request.voice)


def _number(request: SlackRequest) -> int:
    """Return the number of the case from a button's value, or from the id of a menu's block."""
    action = request.action
    value = action.get("value")
    return as_number(str(value)) if value else _case_of(action["block_id"])


def _case_of(block_id: str) -> int:
    """Return the number of the case that a block is about, by its id."""
    return as_number(block_id.partition(":")[2].partition(":")[0])
