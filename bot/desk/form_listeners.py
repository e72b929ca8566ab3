"""The service desk's forms on a case: wait, resolve, reply, fill in."""

from collections.abc import Callable
from datetime import date
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.desk import form_screens as forms
from bot.desk import transitions
from bot.desk.actions import CaseAuditAction
from bot.desk.case import Party, Resolution
from bot.desk.slack_request import Values, chosen, desk_of, now_of, typed
from bot.desk.triage import Interpretation
from bot.identifiers import LONGEST
from bot.people import audit
from bot.people.permissions import Act
from bot.slack import refusals
from bot.slack.blocks import Screen
from bot.slack.modals import SCHOOL
from bot.slack.payloads import day, one_of
from bot.slack.replies import InModal, Reply
from bot.slack.request import Bot, SlackRequest, acknowledge, answering, as_number, deliver
from knowledge.ids import Question
from provisioning.clock import today


def register(app: App, bot: Bot) -> None:
    """Register the forms."""
    for form, sent in (
        (forms.RESOLVE, _resolve),
        (forms.SEND, _send),
        (forms.FILL_IN, _fill_in),
    ):
        app.view(form)(ack=acknowledge, lazy=[answering(bot, _sent(sent), _under)])
    app.view(forms.WAIT)(ack=_unless_past(bot), lazy=[answering(bot, _sent(_wait), _under)])


def _sent(do: Callable[[SlackRequest, int, Values], Screen]) -> Callable[[SlackRequest], None]:
    """Return a listener to a form: it does what the form asks, and shows the changed case under it."""

    def handle(request: SlackRequest) -> None:
        number = as_number(request.body["view"]["private_metadata"].partition(" ")[0])
        request.reply.show(do(request, number, request.body["view"]["state"]["values"]), request.voice)
        deliver(request)

    return handle


def _under(body: dict[str, Any], client: WebClient) -> Reply:
    """Return a reply in the modal under a form, or in a new one."""
    back = body["view"]["private_metadata"].partition(" ")[2]
    return InModal(client, view_id=back or None, trigger_id=body.get("trigger_id"))


def _wait(request: SlackRequest, number: int, values: Values) -> Screen:
    party = one_of(Party, chosen(values, forms.PARTY))
    now = today(request.bot.services.clock)
    return desk_of(request).changed(
        number,
        CaseAuditAction.WAIT,
        lambda case: transitions.wait(
            case, request.context.user, party, _until(values), now, now_of(request)
        ),
    )


def _resolve(request: SlackRequest, number: int, values: Values) -> Screen:
    reason, note = one_of(Resolution, chosen(values, forms.REASON)), typed(values, forms.NOTE)
    return desk_of(request).changed(
        number,
        CaseAuditAction.RESOLVE,
        lambda case: transitions.resolve(case, request.context.user, reason, note, now_of(request)),
    )


def _send(request: SlackRequest, number: int, values: Values) -> Screen:
    return desk_of(request).answered(number, typed(values, forms.REPLY))


def _fill_in(request: SlackRequest, number: int, values: Values) -> Screen:
    school = request.context.school(Act.DESK, chosen(values, SCHOOL))
    if school is None:
        request.context.record(CaseAuditAction.FILL_IN, outcome=audit.REFUSED)
        return refusals.refused(Act.DESK, request.voice)
    question = one_of(Question, chosen(values, forms.QUESTION))
    return desk_of(request).filled_in(
        number, Interpretation(school, typed(values, forms.IDENTIFIER).strip()[:LONGEST], question)
    )


def _unless_past(bot: Bot) -> Callable[..., None]:
    """Return a function that acknowledges a form with a day; a day in the past is an error in the form."""

    def check(ack: Ack, body: dict[str, Any]) -> None:
        until = _until(body["view"]["state"]["values"])
        if until is not None and until < today(bot.services.clock):
            voice = bot.voice_at_once(body["user"]["id"])
            ack(response_action="errors", errors={forms.UNTIL: voice.plain("desk.modal.until-past")})
        else:
            ack()

    return check


def _until(values: Values) -> date | None:
    chosen_day = values[forms.UNTIL][forms.UNTIL].get("selected_date")
    return day(chosen_day) if chosen_day else None
