"""The buttons of an alert: take it, put it off, hand it over, and each of them back; and what it opens."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from slack_bolt import App
from sqlalchemy.orm import Session

from bot.alerts import engine, screens, store
from bot.alerts.alert import Alert, Key
from bot.alerts.engine import Snooze
from bot.alerts.monitor import tell
from bot.outbox.sending import Sender
from bot.people import audit, permissions
from bot.people.permissions import Act
from bot.slack import notices
from bot.slack.request import Bot, Turn, acknowledge, safely
from diagnostics.readiness import readiness
from provisioning.clock import today
from provisioning.records import School
from provisioning.store import schools

Deed = Callable[[Turn, Alert, School], Alert]
HANDED_OVER = "alert-handed-over"


def register(app: App, bot: Bot) -> None:
    """Listen to the buttons and menus."""
    for action, handle in (
        (
            screens.ACKNOWLEDGE,
            _doing("alert-taken", lambda turn, one, _: engine.acknowledge(one, turn.asker.user, _now(turn))),
        ),
        (screens.RELEASE, _doing("alert-let-go", lambda turn, one, _: engine.release(one, _now(turn)))),
        (screens.SNOOZE, _doing("alert-put-off", _snooze)),
        (screens.WAKE, _doing("alert-woken", lambda turn, one, _: engine.wake(one, _now(turn)))),
        (screens.HAND_OVER, _hand_over),
        (
            screens.TAKE_BACK,
            _doing("alert-taken-back", lambda turn, one, _: engine.take_back(one, _now(turn))),
        ),
        (screens.OPEN, _open),
        (screens.SCHOOL, _open),
    ):
        app.action(action)(ack=acknowledge, lazy=[safely(bot, handle)])


def _doing(name: str, deed: Deed) -> Callable[[Turn], None]:
    """A listener that does something to an alert, for those who may; the audit has it by its name."""

    def handle(turn: Turn) -> None:
        if (found := _allowed(turn, Act.ALERT, name)) is not None:
            _do(turn, found, name, deed)

    return handle


def _do(turn: Turn, school: School, name: str, deed: Deed) -> None:
    services, now = turn.bot.services, _now(turn)

    def work(session: Session) -> str:
        alert = store.one(session, _key(turn), lock=True)
        if alert is None or not alert.open:
            return audit.GONE
        changed = deed(turn, alert, school)
        if changed == alert:
            return audit.ALREADY
        tell(session, changed, schools.every(session), now)
        return audit.OK

    done = turn.asker.change(name, school.number, lambda: services.database.write(work), str)
    if done == audit.OK:
        Sender(services, turn.client, turn.bot.people).deliver()
    else:
        _say(turn, f"alert.{done}")


def _snooze(turn: Turn, alert: Alert, school: School) -> Alert:
    chosen = Snooze(_action(turn)["selected_option"]["value"])
    services = turn.bot.services
    with services.database.reading() as session:
        calendar = services.house.calendar(session, school.local_authority)
    return engine.snooze(alert, chosen.until(_now(turn), calendar.of(alert.key.year)), turn.asker.user)


def _hand_over(turn: Turn) -> None:
    """Only to somebody who may do something about it; whoever has no role at the school learns nothing."""
    to, school = str(_action(turn)["selected_user"]), _allowed(turn, Act.ALERT, HANDED_OVER)
    if school is None:
        return
    with turn.bot.services.database.reading() as session:
        taker = permissions.caller(session, to, today(turn.bot.services.clock))
    if taker.may(Act.ALERT, school):
        by, now = turn.asker.user, _now(turn)
        _do(turn, school, HANDED_OVER, lambda _, alert, __: engine.hand_over(alert, to, by, now))
    else:
        turn.asker.record(HANDED_OVER, school.number, outcome=audit.REFUSED)
        _say(turn, "alert.refused-to")


def _open(turn: Turn) -> None:
    school = _allowed(turn, Act.DIAGNOSE, "readiness")
    if school is None:
        return
    turn.asker.record("readiness", school.number)
    found = readiness(turn.bot.services.house, school.number)
    turn.aside.show(screens.stages(found, turn.voice), turn.voice)


def _allowed(turn: Turn, act: Act, deed: str) -> School | None:
    """The school that a button is about, for whoever may do this there; others are told who may."""
    number, allowed = _school(turn), turn.asker.schools(act)
    found = next((one for one in allowed if one.number == number), None)
    if found is None:
        turn.asker.record(deed, number, outcome=audit.REFUSED)
        turn.aside.show(turn.asker.refused(act, number), turn.voice)
    return found


def _school(turn: Turn) -> str:
    """The number of an alert's school or, in a digest, of the school itself; what is neither, as it is."""
    value = _value(turn)
    try:
        return Key.read(value).school
    except ValueError:
        return value


def _key(turn: Turn) -> Key:
    return Key.read(_value(turn))


def _value(turn: Turn) -> str:
    action = _action(turn)
    return str(action.get("value") or action["block_id"].removeprefix("alert:"))


def _action(turn: Turn) -> dict[str, Any]:
    action: dict[str, Any] = turn.body["actions"][0]
    return action


def _now(turn: Turn) -> datetime:
    return turn.bot.services.clock.now()


def _say(turn: Turn, key: str) -> None:
    turn.aside.show(notices.sentence(key, turn.voice), turn.voice)
