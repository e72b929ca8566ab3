"""Listeners of the list of roles and of the form that gives a role."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from slack_bolt import Ack, App

from bot.grants import screens
from bot.grants.actions import GrantAction
from bot.grants.screens import Places
from bot.outbox import recall
from bot.people import audit, granting, permissions
from bot.people.addresses import workspace_of
from bot.people.granting import Grantor, RoleAuditAction
from bot.people.permissions import MAY, Act, Grant, Role, is_group
from bot.slack import notices, payloads
from bot.slack.context import Context
from bot.slack.refusals import refused
from bot.slack.request import Bot, SlackRequest, acknowledge, answering, deliver
from bot.slack.sent_forms import acknowledge_form, shows_its_fault
from bot.slack_errors import SLACK_TROUBLE
from provisioning.clock import today
from provisioning.errors import KnownError
from provisioning.store import schools

_PLACES = re.compile(rf"^({GrantAction.AT}|{GrantAction.PLACE})$")


def register(app: App, bot: Bot) -> None:
    """Register the list's buttons and menus, and the form."""
    app.action(GrantAction.GIVE)(ack=acknowledge, lazy=[answering(bot, _open_form)])
    app.action(GrantAction.TAKE)(ack=acknowledge, lazy=[answering(bot, _take)])
    app.action(GrantAction.OF)(ack=acknowledge, lazy=[answering(bot, _list_of_user)])
    app.action(GrantAction.AT)(ack=acknowledge, lazy=[answering(bot, _list_at_place)])
    app.action(GrantAction.PLACE)(acknowledge)
    app.options(_PLACES)(_find_place(bot))
    app.view(screens.FORM)(ack=_check_form(bot), lazy=[answering(bot, _give)])


def _list_of_user(request: SlackRequest) -> None:
    request.ask(f"grants {request.action['selected_user']}")


def _list_at_place(request: SlackRequest) -> None:
    place = str(request.action["selected_option"]["value"])
    request.ask("grants " if place == permissions.EVERYWHERE else f"grants {place}")


def _open_form(request: SlackRequest) -> None:
    """Open the form that gives a role, on top of the list."""
    caller = request.context.caller()
    scopes = [grant.scope for grant in caller.grants if grant.role in MAY[Act.GRANTS]]
    if _refused(request, RoleAuditAction.GIVEN, next(iter(scopes), "")):
        return
    request.context.record(RoleAuditAction.FORM)
    try:
        listed = request.client.usergroups_list()["usergroups"]
    except SLACK_TROUBLE:
        listed = []  # users can still be chosen
    groups = {group["id"]: str(group["handle"]) for group in listed}
    view = screens.form(tuple(Role), _places(request.bot), groups, request.voice)
    if "view" in request.body and request.body["view"]["type"] == "modal":
        request.client.views_push(trigger_id=request.body["trigger_id"], view=view)
    else:
        request.client.views_open(trigger_id=request.body["trigger_id"], view=view)


def _check_form(bot: Bot) -> Callable[..., None]:
    """Return a function that acknowledges the form: with its fault in it, or with a modal that waits."""

    def check(ack: Ack, body: dict[str, Any]) -> None:
        voice = bot.voice_at_once(body["user"]["id"])
        fault = _fault(body, today(bot.services.clock))
        acknowledge_form(bot, ack, body, {fault[0]: voice.plain(fault[1])} if fault else {}, voice)

    return check


def _give(request: SlackRequest) -> None:
    if shows_its_fault(request):
        return
    fault = _fault(request.body, today(request.bot.services.clock))
    if fault is not None:  # it was midnight meanwhile
        request.reply.show(notices.sentence(fault[1], request.voice), request.voice)
        return
    grant, places = _grant(request.body), _places(request.bot)
    if _refused(request, RoleAuditAction.GIVEN, grant.scope, grant.user):
        return
    if not places.known(grant.scope):
        raise KnownError("authority-unknown", code=grant.scope)
    if not is_group(grant.user) and request.bot.profiles.is_outsider(request.client, grant.user):
        raise KnownError("grant-guest")
    with request.bot.services.database.writing() as session:
        granting.give(session, [grant], _by(request))
    request.bot.groups.refresh(request.client, request.context.user)
    _show(
        request, places, request.voice.plain("grants.given", role=screens.said(grant, places, request.voice))
    )


def _take(request: SlackRequest) -> None:
    grant, places = screens.grant_of(request.value), _places(request.bot)
    if grant is None:
        return request.reply.show(notices.sentence("answer.retired", request.voice), request.voice)
    if not _oversees(request, grant) and _refused(request, RoleAuditAction.TAKEN, grant.scope, grant.user):
        return None
    with request.bot.services.database.writing() as session:
        granting.take_one(session, grant, _by(request))
        recall.put(session, grant.user, request.bot.services.clock.now())
    deliver(request)
    done = request.voice.plain("grants.taken", role=screens.said(grant, places, request.voice))
    return _show(request, places, done)


def _oversees(request: SlackRequest, grant: Grant) -> bool:
    """Return whether `grant`, but for its end, is one that the user's list of roles has."""
    found = granting.overseen(request.bot.services.database, request.context.caller())
    wanted = (grant.user, grant.role, grant.scope)
    return any((each.user, each.role, each.scope) == wanted for each in found)


def _show(request: SlackRequest, places: Places, done: str) -> None:
    """Show the list under what was `done`; the user's grants are read again, for they may have changed."""
    found = granting.overseen(request.bot.services.database, request.context.afresh().caller())
    request.reply.show(screens.listing(found, "", places, request.voice, done), request.voice)


def _refused(request: SlackRequest, action: RoleAuditAction, scope: str, receiver: str | None = None) -> bool:
    """Return whether the user may not give roles over `scope`; if so, record and show the refusal.

    `receiver` is the user or group whose role it would be.
    """
    caller = request.context.caller()
    elsewhere = receiver is not None and workspace_of(receiver) != workspace_of(caller.user)
    if caller.may_over(Act.GRANTS, _places(request.bot).at(scope)) and not elsewhere:
        return False
    request.context.record(action, scope, receiver, audit.REFUSED)
    no_grant = notices.sentence("refusal.no-grant", request.voice)
    request.reply.show(refused(Act.GRANTS, request.voice) if caller.grants else no_grant, request.voice)
    return True


def _find_place(bot: Bot) -> Callable[..., None]:
    """Return a listener that finds the options of a menu of places for what the user has typed."""

    def find(ack: Ack, body: dict[str, Any]) -> None:
        user = body["user"]["id"]
        voice = bot.voice_at_once(user)
        caller = Context(bot.services, user, voice, outsider=bot.is_outsider_at_once(user, body)).caller()
        ack(options=screens.place_options(_places(bot), caller, str(body["value"]), voice))

    return find


def _fault(body: dict[str, Any], day: date) -> tuple[str, str] | None:
    """Return the first fault of a form on `day`, as the id of its block and the key of its text."""
    values = body["view"]["state"]["values"]
    person, group = _value(values, screens.PERSON), _value(values, screens.GROUP)
    if (person is None) == (group is None):
        return screens.PERSON, "grants.fault-one"
    until = _value(values, screens.UNTIL)
    if until is not None and payloads.day(until) < day:
        return screens.UNTIL, "grants.fault-past"
    return None


def _grant(body: dict[str, Any]) -> Grant:
    """Return the grant that a form without a fault describes."""
    values = body["view"]["state"]["values"]
    until = _value(values, screens.UNTIL)
    return Grant(
        user=str(_value(values, screens.PERSON) or _value(values, screens.GROUP)),
        role=payloads.one_of(Role, _value(values, screens.ROLE) or ""),
        scope=str(_value(values, GrantAction.PLACE)),
        ends_on=payloads.day(until) if until else None,
    )


def _value(values: dict[str, Any], name: str) -> str | None:
    """Return the choice in the field `name`; None where it is empty or missing."""
    state = values.get(name, {}).get(name, {})
    chosen = state.get("selected_option") or {}
    found = state.get("selected_user") or state.get("selected_date") or chosen.get("value")
    return None if found is None else str(found)


def _places(bot: Bot) -> Places:
    with bot.services.database.reading() as session:
        return Places.of(schools.every(session))


def _by(request: SlackRequest) -> Grantor:
    return Grantor(request.context.user, "slack", request.bot.services.clock.now())
