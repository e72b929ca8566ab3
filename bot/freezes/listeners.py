"""Listeners of the form that freezes runs, and of the button that ends a freeze."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from slack_bolt import Ack, App

from bot.freezes import screens
from bot.freezes.actions import FreezeAction, FreezeAuditAction
from bot.freezes.answers import may_freeze
from bot.people import audit
from bot.people.permissions import Act
from bot.slack import modals, payloads
from bot.slack.context import Context
from bot.slack.refusals import refusal_of, refused
from bot.slack.request import Bot, SlackRequest, acknowledge, answering, as_number
from bot.slack.sent_forms import acknowledge_form, shows_its_fault
from knowledge.visible import one_line
from provisioning.errors import KnownError
from provisioning.records.schools import School
from provisioning.store import freezes
from provisioning.store.freezes import Freeze

_END = re.compile(rf"^{FreezeAction.END}(-|$)")
_FIELDS = {
    "freeze-no-reason": screens.REASON,
    "freeze-reason-long": screens.REASON,
    "freeze-from": screens.FROM,
    "freeze-to": screens.TO,
    "freeze-place": modals.SCHOOL,
}
"""The field in which the form shows each fault."""


def register(app: App, bot: Bot) -> None:
    """Register the form and the button."""
    app.action(_END)(ack=acknowledge, lazy=[answering(bot, _end)])
    app.view(screens.FORM)(ack=_check(bot), lazy=[answering(bot, _begin)])


def _check(bot: Bot) -> Callable[..., None]:
    """Return a function that acknowledges the form: with its fault in it, or with a modal that waits."""

    def check(ack: Ack, body: dict[str, Any]) -> None:
        voice, fault = bot.voice_at_once(body["user"]["id"]), _fault(bot, body)
        shown = {_FIELDS[fault.name]: voice.plain(fault.said)} if fault else {}
        acknowledge_form(bot, ack, body, shown, voice)

    return check


def _fault(bot: Bot, body: dict[str, Any]) -> KnownError | None:
    """Return the first fault of a form."""
    try:
        freezes.require_possible(_freeze(bot, body))
    except KnownError as error:
        return error
    return None


def _freeze(bot: Bot, body: dict[str, Any]) -> Freeze:
    """Return the freeze that a form describes; `KnownError` where it names no place, or two."""
    values = body["view"]["state"]["values"]
    only = str(body["view"]["private_metadata"])
    named = [_chosen(values, modals.SCHOOL), _chosen(values, screens.AUTHORITY)]
    places = [only] if only else [place for place in named if place]
    if len(places) != 1:
        raise KnownError("freeze-place")
    first, last = (payloads.day(values[name][name]["selected_date"]) for name in (screens.FROM, screens.TO))
    reason = one_line(values[screens.REASON][screens.REASON]["value"] or "").strip()
    return Freeze(places[0], first, last, reason, body["user"]["id"], bot.services.clock.now())


def _chosen(values: dict[str, Any], name: str) -> str:
    option = values.get(name, {}).get(name, {}).get("selected_option")
    return str(option["value"]) if option else ""


def _begin(request: SlackRequest) -> None:
    """Keep the freeze of a form, and say what follows from it; a fault that it has only now is told."""
    context, services = request.context, request.bot.services
    if shows_its_fault(request):
        return None
    wanted = replace(_freeze(request.bot, request.body), by=context.user)
    if not may_freeze(context, wanted.place):
        shown = context.refuse(FreezeAuditAction.BEGIN, Act.FREEZE, wanted.place)
        return request.reply.show(shown, request.voice)
    kept = context.change(
        FreezeAuditAction.BEGIN,
        wanted.place,
        lambda: services.database.write(lambda session: freezes.begin(session, wanted)),
    )
    return request.reply.show(screens.begun(kept, _names(context), request.voice), request.voice)


def _end(request: SlackRequest) -> None:
    """End the freeze of a button."""
    context, services, id_ = request.context, request.bot.services, as_number(request.value)
    freeze = _found(context, id_)
    if freeze is None or not may_freeze(context, freeze.place):
        school = _names(context).get(freeze.place) if freeze else None
        context.record(FreezeAuditAction.END, freeze.place if freeze else None, outcome=audit.REFUSED)
        shown = refusal_of(context.caller(), Act.FREEZE, school, request.voice)
        return request.reply.show(shown or refused(Act.FREEZE, request.voice), request.voice)
    context.change(
        FreezeAuditAction.END,
        freeze.place,
        lambda: services.database.write(
            lambda session: freezes.end(session, id_, context.user, services.clock.now())
        ),
    )
    return request.reply.show(screens.ended(freeze, _names(context), request.voice), request.voice)


def _found(context: Context, id_: int) -> Freeze | None:
    """Return a freeze by its id; None where there is none."""
    with context.services.database.reading() as session:
        try:
            return freezes.get(session, id_)
        except KnownError:
            return None


def _names(context: Context) -> dict[str, School]:
    return {school.number: school for school in context.every_school()}
