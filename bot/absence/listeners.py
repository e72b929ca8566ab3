"""Listeners of the form about an absence, and of the button that ends it."""

from collections.abc import Callable, Sequence
from typing import Any

from slack_bolt import Ack, App
from sqlalchemy.orm import Session

from bot.absence import letters, screens
from bot.absence.actions import AbsenceAction, AbsenceAuditAction
from bot.people import absences, audit, permissions
from bot.people.absences import Absence
from bot.people.slack_user import SlackUser
from bot.slack import notices, payloads
from bot.slack.context import Context
from bot.slack.request import Bot, SlackRequest, answering, listen
from bot.slack.sent_forms import acknowledge_form, shows_its_fault
from provisioning.clock import today
from provisioning.records.schools import School


def register(app: App, bot: Bot) -> None:
    """Register the form and the button."""
    listen(app, bot, {AbsenceAction.BACK: _back})
    app.view(screens.FORM)(ack=_check(bot), lazy=[answering(bot, _begin)])


def _check(bot: Bot) -> Callable[..., None]:
    """Return a function that acknowledges the form: with its fault in it, or with a modal that waits."""

    def check(ack: Ack, body: dict[str, Any]) -> None:
        voice = bot.voice_at_once(body["user"]["id"])
        fault = _fault(bot, body)
        acknowledge_form(bot, ack, body, {fault[0]: voice.plain(fault[1])} if fault else {}, voice)

    return check


def _fault(bot: Bot, body: dict[str, Any]) -> tuple[str, str] | None:
    """Return the first fault of the form, as the id of its block and the key of its text.

    None to a user without a role, who is refused.
    """
    absence, day = _absence(body), today(bot.services.clock)
    voice, outsider = bot.voice_at_once(absence.user), bot.is_outsider_at_once(absence.user, body)
    context = Context(bot.services, SlackUser(absence.user), voice, outsider=outsider)
    if not context.caller().grants:
        return None
    if absence.until <= day:
        return screens.UNTIL, "absence.fault-past"
    if absence.cover == absence.user:
        return screens.COVER, "absence.fault-self"
    if absence.cover is not None:
        with bot.services.database.reading() as session:
            cover = permissions.caller(session, absence.cover, day)
            is_away = absences.of(session, absence.cover, day) is not None
        if not any(cover.knows(school) for school in context.known()):
            return screens.COVER, "absence.fault-no-role"
        return (screens.COVER, "absence.fault-away") if is_away else None
    return None


def _absence(body: dict[str, Any]) -> Absence:
    """Return the absence that a form describes."""
    values = body["view"]["state"]["values"]
    until = str(values[screens.UNTIL][screens.UNTIL]["selected_date"])
    cover = values.get(screens.COVER, {}).get(screens.COVER, {}).get("selected_user")
    return Absence(body["user"]["id"], payloads.day(until), str(cover) if cover else None)


def _begin(request: SlackRequest) -> None:
    """Keep the absence, and say who is told while it lasts."""
    context, services = request.context, request.bot.services
    if shows_its_fault(request):
        return
    fault = _fault(request.bot, request.body)
    if fault is not None:  # it was midnight meanwhile, or the cover has lost their role
        request.reply.show(notices.sentence(fault[1], request.voice), request.voice)
        return
    if not context.caller().grants:
        context.record(AbsenceAuditAction.BEGIN, outcome=audit.REFUSED)
        request.reply.show(notices.sentence("refusal.no-grant", request.voice), request.voice)
        return
    absence, now = _absence(request.body), services.clock.now()
    waits = [task for of_feature in context.features.tasks for task in of_feature(context)]

    def begin(session: Session) -> None:
        absences.begin(session, absence, now)
        letters.put(session, absence, waits, context.known(), now)

    context.change(
        AbsenceAuditAction.BEGIN,
        None,
        lambda: services.database.write(begin),
        subject=absence.cover,
    )
    day = today(services.clock)
    own: dict[str, School] = {school.number: school for school in context.known()}
    with services.database.reading() as session:
        grants, away = permissions.in_force(session, day), absences.on(session, day)
        cover = permissions.caller(session, absence.cover, day) if absence.cover else None
    without = [school for school in own.values() if cover is None or not cover.knows(school)]
    others: dict[str, Sequence[str]] = {
        school.number: absences.others_at(school, grants, absence.user, away) for school in without
    }
    missing = without if cover else []
    request.reply.show(screens.begun(absence, missing, others, own, request.voice), request.voice)


def _back(request: SlackRequest) -> None:
    """End the user's absence."""
    services, user = request.bot.services, request.context.user
    request.context.change(
        AbsenceAuditAction.END,
        None,
        lambda: services.database.write(lambda session: absences.end(session, user)),
        lambda ended: audit.OK if ended else audit.ALREADY,
    )
    request.reply.show(screens.ended(request.voice), request.voice)
