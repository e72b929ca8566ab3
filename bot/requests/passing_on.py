"""Listeners of *Not mine*: the modal that asks whose a request is, and passing it on."""

from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import Ack, App

from bot.people import audit, permissions
from bot.people.permissions import Act
from bot.requests import screens, service, store
from bot.requests.actions import RequestAction, RequestAuditAction
from bot.requests.letter_buttons import change_request, find_request, reply_with, too_late
from bot.slack.buttons import Action
from bot.slack.context import Context
from bot.slack.refusals import refusal_of
from bot.slack.request import Bot, SlackRequest, answering, as_number
from bot.slack.voice import Voice
from provisioning.clock import today
from provisioning.store import schools


def register_modal(app: App, bot: Bot) -> None:
    """Register the modal that asks to whom a request is passed on."""

    def check(ack: Ack, body: dict[str, Any]) -> None:
        """Acknowledge the modal, or show its error in it."""
        voice = bot.voice_at_once(body["user"]["id"])
        fault = _fault(bot, body, voice)
        if fault is None:
            ack()
        else:
            ack(response_action="errors", errors={screens.TO: fault})

    app.view(screens.PASS_ON)(ack=check, lazy=[answering(bot, _pass_on)])


def _not_mine(slack_request: SlackRequest) -> None:
    request = find_request(slack_request, RequestAuditAction.NOT_MINE)
    if request is None:
        return
    if not request.open or slack_request.context.user in request.passed:
        reply_with(slack_request, too_late(request))
        return
    with slack_request.bot.services.database.reading() as session:
        school = schools.get(session, request.school)
    slack_request.context.record(RequestAuditAction.NOT_MINE, request.school, outcome=audit.ASKED_BACK)
    view = screens.not_mine(request, school, slack_request.voice)
    slack_request.client.views_open(trigger_id=slack_request.body["trigger_id"], view=view)


def _pass_on(slack_request: SlackRequest) -> None:
    services, user, to = slack_request.bot.services, slack_request.context.user, _chosen(slack_request.body)
    with services.database.reading() as session:
        request = store.find(session, as_number(slack_request.body["view"]["private_metadata"]))
    outsider = to is not None and slack_request.bot.profiles.is_outsider(slack_request.client, to)
    if outsider or _fault(slack_request.bot, slack_request.body, slack_request.voice) is not None:
        slack_request.context.record(
            RequestAuditAction.NOT_MINE, request.school if request else None, outcome=audit.REFUSED
        )
    elif request is not None:
        change_request(
            slack_request,
            RequestAuditAction.NOT_MINE,
            request,
            lambda: service.pass_on(services, request.id, user, to),
        )


def _fault(bot: Bot, body: dict[str, Any], voice: Voice) -> str | None:
    """Return the fault of the modal in words: no right, too late, or a receiver without the right."""
    user, to, day = body["user"]["id"], _chosen(body), today(bot.services.clock)
    caller = Context(bot.services, user, voice, outsider=bot.is_outsider_at_once(user, body)).caller()
    with bot.services.database.reading() as session:
        request = store.find(session, as_number(body["view"]["private_metadata"]))
        school = schools.get(session, request.school) if request else None
        refusal = refusal_of(caller, Act.RUN, school, voice)
        if request is None or school is None or refusal is not None:
            return refusal.text if refusal else None
        if not request.open or user in request.passed:
            return voice.plain(too_late(request))
        fits = to is None or permissions.caller(session, to, day).may(Act.RUN, school)
    return None if fits else voice.plain("request.to-refused")


def _chosen(body: dict[str, Any]) -> str | None:
    """Return the user chosen in the modal, if any."""
    field = body["view"]["state"]["values"].get(screens.TO, {}).get(screens.TO, {})
    return field.get("selected_user") or None


BUTTONS: Mapping[Action, Callable[[SlackRequest], None]] = {RequestAction.NOT_MINE: _not_mine}
"""What the button does."""
