"""The buttons of an alert: take it, put it off, hand it over, and each of them back; and what it opens."""

from collections.abc import Callable
from datetime import datetime

from slack_bolt import App
from sqlalchemy.orm import Session

from bot.alerts import engine, screens, store
from bot.alerts.actions import AlertAction
from bot.alerts.alert import Alert, Key
from bot.alerts.engine import Snooze
from bot.alerts.monitor import tell
from bot.people import audit, permissions
from bot.people.permissions import Act
from bot.slack import notices
from bot.slack.request import Bot, SlackRequest, deliver, listen
from diagnostics.readiness import readiness
from provisioning.clock import today
from provisioning.records import School
from provisioning.store import schools

Deed = Callable[[SlackRequest, Alert, School], Alert]
HANDED_OVER = "alert-handed-over"


def register(app: App, bot: Bot) -> None:
    """Listen to the buttons and menus."""
    listen(
        app,
        bot,
        {
            AlertAction.ACKNOWLEDGE: _doing(
                "alert-taken",
                lambda request, one, _: engine.acknowledge(one, request.context.user, _now(request)),
            ),
            AlertAction.RELEASE: _doing(
                "alert-let-go", lambda request, one, _: engine.release(one, _now(request))
            ),
            AlertAction.SNOOZE: _doing("alert-put-off", _snooze),
            AlertAction.WAKE: _doing("alert-woken", lambda request, one, _: engine.wake(one, _now(request))),
            AlertAction.HAND_OVER: _hand_over,
            AlertAction.TAKE_BACK: _doing(
                "alert-taken-back", lambda request, one, _: engine.take_back(one, _now(request))
            ),
            AlertAction.OPEN: _open,
            AlertAction.SCHOOL: _open,
        },
    )


def _doing(name: str, deed: Deed) -> Callable[[SlackRequest], None]:
    """A listener that does something to an alert, for those who may; the audit has it by its name."""

    def handle(request: SlackRequest) -> None:
        if (found := _allowed(request, Act.ALERT, name)) is not None:
            _do(request, found, name, deed)

    return handle


def _do(request: SlackRequest, school: School, name: str, deed: Deed) -> None:
    services, now = request.bot.services, _now(request)

    def work(session: Session) -> str:
        alert = store.one(session, _key(request), lock=True)
        if alert is None or not alert.open:
            return audit.GONE
        changed = deed(request, alert, school)
        if changed == alert:
            return audit.ALREADY
        tell(session, changed, schools.every(session), now)
        return audit.OK

    done = request.context.change(name, school.number, lambda: services.database.write(work), str)
    if done == audit.OK:
        deliver(request)
    else:
        _say(request, f"alert.{done}")


def _snooze(request: SlackRequest, alert: Alert, school: School) -> Alert:
    chosen = Snooze(request.action["selected_option"]["value"])
    services = request.bot.services
    with services.database.reading() as session:
        calendar = services.provisioning.calendar(session, school.local_authority)
    return engine.snooze(
        alert, chosen.until(_now(request), calendar.of(alert.key.year)), request.context.user
    )


def _hand_over(request: SlackRequest) -> None:
    """Only to somebody who may do something about it; whoever has no role at the school learns nothing."""
    to, school = str(request.action["selected_user"]), _allowed(request, Act.ALERT, HANDED_OVER)
    if school is None:
        return
    with request.bot.services.database.reading() as session:
        taker = permissions.caller(session, to, today(request.bot.services.clock))
    if taker.may(Act.ALERT, school):
        by, now = request.context.user, _now(request)
        _do(request, school, HANDED_OVER, lambda _, alert, __: engine.hand_over(alert, to, by, now))
    else:
        request.context.record(HANDED_OVER, school.number, outcome=audit.REFUSED)
        _say(request, "alert.refused-to")


def _open(request: SlackRequest) -> None:
    school = _allowed(request, Act.DIAGNOSE, "readiness")
    if school is None:
        return
    request.context.record("readiness", school.number)
    found = readiness(request.bot.services.provisioning, school.number)
    request.reply.show(screens.stages(found, request.voice), request.voice)


def _allowed(request: SlackRequest, act: Act, deed: str) -> School | None:
    """The school that a button is about, for whoever may do this there; others are told who may."""
    number = _school(request)
    found = request.context.school(act, number)
    if found is None:
        request.reply.show(request.context.refuse(deed, act, number), request.voice)
    return found


def _school(request: SlackRequest) -> str:
    """The number of an alert's school or, in a digest, of the school itself; what is neither, as it is."""
    value = _value(request)
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


def _say(request: SlackRequest, key: str) -> None:
    request.reply.show(notices.sentence(key, request.voice), request.voice)
