"""Listeners of an alert's buttons: acknowledge, snooze, hand over, the reverse of each, and open."""

from collections.abc import Callable
from datetime import datetime

from slack_bolt import App
from sqlalchemy.orm import Session

from bot.alerts import engine, screens, store
from bot.alerts.actions import AlertAction, AlertAuditAction
from bot.alerts.alert import Alert, Key
from bot.alerts.engine import Snooze
from bot.alerts.monitor import save_and_notify
from bot.people import audit, permissions
from bot.people.permissions import Act, Caller, Grant
from bot.services import Services
from bot.slack import notices
from bot.slack.colleagues import Handed, chosen, options_of
from bot.slack.freeze_words import with_freezes
from bot.slack.payloads import one_of
from bot.slack.request import Bot, SlackRequest, deliver, listen
from diagnostics.readiness import readiness
from provisioning.clock import today
from provisioning.records.schools import School
from provisioning.store import schools

AlertChange = Callable[[SlackRequest, Alert, School], Alert]
"""A change of an alert at a school by the user of a request, as in `engine`."""


def register(app: App, bot: Bot) -> None:
    """Register the buttons and menus."""
    app.options(AlertAction.HAND_OVER)(options_of(bot, _receivers(bot.services)))
    listen(
        app,
        bot,
        {
            AlertAction.ACKNOWLEDGE: _changing(
                AlertAuditAction.ACKNOWLEDGE,
                lambda request, alert, _: engine.acknowledge(alert, request.context.user, _now(request)),
            ),
            AlertAction.RELEASE: _changing(
                AlertAuditAction.RELEASE, lambda request, alert, _: engine.release(alert, _now(request))
            ),
            AlertAction.SNOOZE: _changing(AlertAuditAction.SNOOZE, _snooze),
            AlertAction.WAKE: _changing(
                AlertAuditAction.WAKE, lambda request, alert, _: engine.wake(alert, _now(request))
            ),
            AlertAction.HAND_OVER: _hand_over,
            AlertAction.TAKE_BACK: _changing(
                AlertAuditAction.TAKE_BACK, lambda request, alert, _: engine.take_back(alert, _now(request))
            ),
            AlertAction.OPEN: _open,
            AlertAction.SCHOOL: _open,
        },
    )


def _changing(action: AlertAuditAction, change: AlertChange) -> Callable[[SlackRequest], None]:
    """Return a listener that carries out `change`, for a user with the right; `action` is for the audit."""

    def handle(request: SlackRequest) -> None:
        if (school := _allowed(request, Act.ALERT, action)) is not None:
            _change(request, school, action, change)

    return handle


def _change(request: SlackRequest, school: School, action: AlertAuditAction, change: AlertChange) -> None:
    services, now = request.bot.services, _now(request)

    def work(session: Session) -> str:
        alert = store.find(session, _key(request), lock=True)
        if alert is None or not alert.open:
            return audit.GONE
        changed = change(request, alert, school)
        if changed == alert:
            return audit.ALREADY
        told = services.settings.alerts_a_day, services.settings.office
        save_and_notify(session, changed, schools.every(session), now, *told)
        return audit.OK

    outcome = request.context.change(action, school.number, lambda: services.database.write(work), str)
    if outcome == audit.OK:
        deliver(request)
    else:
        _reply(request, f"alert.{outcome}")


def _snooze(request: SlackRequest, alert: Alert, school: School) -> Alert:
    chosen = one_of(Snooze, request.action["selected_option"]["value"])
    services = request.bot.services
    with services.database.reading() as session:
        calendar = services.provisioning.calendar(session, school.local_authority)
    until = chosen.until(_now(request), calendar.of(alert.key.year), services.settings.office)
    return engine.snooze(alert, until, request.context.user)


def _hand_over(request: SlackRequest) -> None:
    """Hand an alert over to the chosen user, if they have the right to act on it."""
    action = AlertAuditAction.HAND_OVER
    to, school = chosen(request.action), _allowed(request, Act.ALERT, action)
    if school is None:
        return
    with request.bot.services.database.reading() as session:
        receiver = permissions.caller(session, to, today(request.bot.services.clock))
    here = not request.bot.profiles.is_outsider(request.client, to)
    if here and receiver.may(Act.ALERT, school):
        by, now = request.context.user, _now(request)
        _change(request, school, action, lambda _, alert, __: engine.hand_over(alert, to, by, now))
    else:
        request.context.record(action, school.number, outcome=audit.REFUSED)
        _reply(request, "alert.refused-to")


def _receivers(services: Services) -> Handed:
    """Return who may act on the alert of a block, for a caller who may."""

    def find(caller: Caller, block_id: str) -> list[Grant]:
        number = _school_of(block_id.removeprefix("alert:"))
        with services.database.reading() as session:
            school = schools.some(session, [number]).get(number)
            if school is None or not caller.may(Act.ALERT, school):
                return []
            grants = permissions.in_force(session, today(services.clock))
        return [grant for grant in grants if grant.allows(Act.ALERT, school)]

    return find


def _open(request: SlackRequest) -> None:
    school = _allowed(request, Act.DIAGNOSE, AlertAuditAction.READINESS)
    if school is None:
        return
    request.context.record(AlertAuditAction.READINESS, school.number)
    found = readiness(request.bot.services.provisioning, school.number)
    voice = request.voice.to(request.context.caller(), school)
    shown = with_freezes(request.context.in_voice(voice), screens.stages(found, voice), {school.number})
    request.reply.show(shown, voice)


def _allowed(request: SlackRequest, act: Act, action: AlertAuditAction) -> School | None:
    """Return a button's school, if the user may do `act` there; else show the refusal and return None."""
    number = _school(request)
    found = request.context.school(act, number)
    if found is None:
        request.reply.show(request.context.refuse(action, act, number), request.voice)
    return found


def _school(request: SlackRequest) -> str:
    """Return the number of a button's school: that in the key of its alert, or its value itself."""
    return _school_of(_value(request))


def _school_of(value: str) -> str:
    """Return the school's number in the key of an alert; another value is that number itself."""
    try:
        return Key.read(value).school
    except ValueError:
        return value


def _key(request: SlackRequest) -> Key:
    return Key.read(_value(request))


def _value(request: SlackRequest) -> str:
    return str(request.action.get("value") or request.action["block_id"].removeprefix("alert:"))


def _now(request: SlackRequest) -> datetime:
    return request.bot.services.clock.now()


def _reply(request: SlackRequest, key: str) -> None:
    request.reply.show(notices.sentence(key, request.voice), request.voice)
