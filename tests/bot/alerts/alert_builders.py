"""Facts and alerts of the 2026 rollover, for tests of the alert rules."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from bot.alerts.alert import Alert, Fact, Key
from bot.alerts.engine import step
from bot.people.permissions import EVERYWHERE, Grant, Role
from diagnostics.readiness import Readiness
from knowledge.keydates import derive
from knowledge.texts import UK, Text
from tests.builders import GLAN, NANT
from tests.everything import knowledge as load_everything

DATES = derive(2026)


KNOWN = load_everything()


MONDAY = datetime(2026, 8, 24, 8, 0, tzinfo=UK)


def at(day: int, hour: int = 8, minute: int = 0, month: int = 8) -> datetime:
    """A moment of August 2026, UK time: the 24th is the Monday of rollover week."""
    return datetime(2026, month, day, hour, minute, tzinfo=UK)


_TEXTS = {
    "classes-current": Text("step.classes-current.differ", {"count": 2}),
    "client-ran": Text("step.client-ran.not-ran", {"start": date(2026, 8, 24), "ran": None}),
    "intake-matched": Text(
        "step.intake-matched.missing", {"there": 1, "total": 3, "missing": 2, "schools": ""}
    ),
    "staff-complete": Text("step.staff-complete.incomplete", {"count": 2, "shared": 0}),
    "leavers-ended": Text("step.leavers-ended.lingering", {"count": 2}),
    "ran-after-previous-schools": Text(
        "step.ran-after-previous-schools.previous-not-ran", {"schools": NANT.name, "count": 1}
    ),
    "extract-current": Text("step.extract-current.stale", {"read": date(2026, 8, 1)}),
    "non-mis-reviewed": Text(
        "step.non-mis-reviewed.left", {"reviewed": 1, "total": 3, "due": date(2026, 8, 31)}
    ),
    "governors-reviewed": Text(
        "step.governors-reviewed.left", {"reviewed": 1, "total": 3, "due": date(2026, 8, 31)}
    ),
}
"""What is found at each kind of stage, where it is not the MIS's end of year."""


def fact(kind: str = "mis-end-of-year", school: str = GLAN.number, **fields: Any) -> Fact:
    """A stage that fails."""
    said = _TEXTS.get(kind, Text("step.mis-end-of-year.behind", {"deadline": date(2026, 8, 21)}))
    base = Fact(Key(kind, school, 2026), said, date(2026, 8, 21), "mis-administrator", Text("alert.gone"))
    return replace(base, **fields)


def raised(kind: str = "mis-end-of-year", now: datetime = MONDAY, **fields: Any) -> Alert:
    """An alert that was raised by a fact."""
    (alert,) = step((), [fact(kind)], now)
    return replace(alert, **fields)


def later(alert: Alert, *moments: datetime, facts: Iterable[Fact] | None = None) -> Alert:
    """An alert after looks at these moments, its fact being as it was unless told."""
    for moment in moments:
        standing = [fact(alert.key.kind)] if facts is None else list(facts)
        (alert,) = step([alert], standing, moment)
    return alert


CHAMPION, MANAGER, AUTHORITY, DESK, OPERATOR = "U0CHAMP", "U0MANAGE", "U0AUTH", "U0DESK", "U0OPER"


GRANTS = (
    Grant(OPERATOR, Role.ADMINISTRATOR, EVERYWHERE),
    Grant(DESK, Role.SERVICE_DESK, EVERYWHERE),
    Grant(AUTHORITY, Role.LOCAL_AUTHORITY, "680"),
    Grant(MANAGER, Role.PROVISIONING_MANAGER, GLAN.number),
    Grant(CHAMPION, Role.DIGITAL_CHAMPION, GLAN.number),
    Grant("U0ELSEWHERE", Role.DIGITAL_CHAMPION, NANT.number),
)


def found(*stages: Any) -> Readiness:
    """Glan with these stages."""
    return Readiness(GLAN, stages, ())
