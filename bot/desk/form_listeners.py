"""The service desk's forms on a case: wait, resolve, reply, fill in."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from slack_bolt import Ack, App

from bot.commands import LONGEST
from bot.desk import form_screens as forms
from bot.desk import transitions
from bot.desk.case import Party, Reason
from bot.desk.slack_request import Values, as_number, chosen, deliver, desk_of, now_of, typed
from bot.desk.triage import Meant
from bot.people import audit
from bot.people.permissions import Act
from bot.slack import refusals
from bot.slack.blocks import Screen
from bot.slack.modals import SCHOOL
from bot.slack.replies import InModal
from bot.slack.request import Bot, Turn, acknowledge, guarded, safely
from bot.slack.voice import Voice
from diagnostics.walk import Question
from provisioning.clock import today


def register(app: App, bot: Bot) -> None:
    """Listen to the forms' being sent."""
    for form, sent in (
        (forms.RESOLVE, _resolve),
        (forms.SEND, _send),
        (forms.FILL_IN, _fill_in),
    ):
        app.view(form)(ack=acknowledge, lazy=[safely(bot, _sent(sent))])
    app.view(forms.WAIT)(ack=_unless_past(bot), lazy=[safely(bot, _sent(_wait))])


def _sent(do: Callable[[Turn, int, Values], Screen]) -> Callable[[Turn], None]:
    """A listener to a form: what it asks is done, and the case under it is shown anew."""

    def handle(turn: Turn) -> None:
        number, _, back = turn.body["view"]["private_metadata"].partition(" ")
        reply = InModal(turn.client, view_id=back or None, trigger_id=turn.body.get("trigger_id"))
        under = replace(turn, reply=reply)

        def show() -> None:
            screen = do(under, as_number(number), turn.body["view"]["state"]["values"])
            reply.show(screen, turn.voice)
            deliver(turn)

        guarded(under, show)

    return handle


def _wait(turn: Turn, number: int, values: Values) -> Screen:
    party = Party(chosen(values, forms.PARTY))
    day = today(turn.bot.services.clock)
    return desk_of(turn).moved(
        number,
        "case-wait",
        lambda case: transitions.wait(case, turn.asker.user, party, _until(values), day, now_of(turn)),
    )


def _resolve(turn: Turn, number: int, values: Values) -> Screen:
    reason, note = Reason(chosen(values, forms.REASON)), typed(values, forms.NOTE)
    return desk_of(turn).moved(
        number,
        "case-resolve",
        lambda case: transitions.resolve(case, turn.asker.user, reason, note, now_of(turn)),
    )


def _send(turn: Turn, number: int, values: Values) -> Screen:
    words = typed(values, forms.REPLY)
    return desk_of(turn).moved(
        number, "case-answer", lambda case: transitions.answer(case, turn.asker.user, now_of(turn), words)
    )


def _fill_in(turn: Turn, number: int, values: Values) -> Screen:
    allowed = {one.number: one for one in turn.asker.schools(Act.DESK)}
    school = allowed.get(chosen(values, SCHOOL))
    if school is None:
        turn.asker.record("case-fill-in", outcome=audit.REFUSED)
        return refusals.refused(Act.DESK, turn.voice)
    question = Question(chosen(values, forms.QUESTION))
    return desk_of(turn).filled_in(
        number, Meant(school, typed(values, forms.IDENTIFIER).strip()[:LONGEST], question)
    )


def _unless_past(bot: Bot) -> Callable[..., None]:
    """Acknowledge a form with a day, unless that day is over."""

    def acknowledge(ack: Ack, body: dict[str, Any]) -> None:
        until = _until(body["view"]["state"]["values"])
        if until is not None and until < today(bot.services.clock):
            voice = Voice(bot.services.catalogue, bot.people.language_at_once(body["user"]["id"]))
            ack(response_action="errors", errors={forms.UNTIL: voice.plain("desk.modal.until-past")})
        else:
            ack()

    return acknowledge


def _until(values: Values) -> date | None:
    chosen = values[forms.UNTIL][forms.UNTIL].get("selected_date")
    return date.fromisoformat(chosen) if chosen else None
