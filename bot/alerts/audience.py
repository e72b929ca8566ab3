"""The users who are told of an alert: of the level that it has reached, and of those before. Pure."""

from collections.abc import Iterable, Mapping

from bot.alerts.alert import Alert
from bot.people.permissions import Grant, Role
from provisioning.records.schools import School

ESCALATION: tuple[frozenset[Role], ...] = (
    frozenset({Role.DIGITAL_CHAMPION, Role.MIS_ADMINISTRATOR}),
    frozenset({Role.PROVISIONING_MANAGER}),
    frozenset({Role.LOCAL_AUTHORITY}),
    frozenset({Role.SERVICE_DESK}),
)
"""From the school to the service desk: each level is told a working day after the one before it."""
_FIRST_LEVEL: Mapping[str, int] = {
    "provisioning-manager": 1,
    "previous-provisioning-manager": 1,
    "local-authority": 2,
    "service-desk": 3,
}


def level_of(who: str) -> int:
    """Return the level at which an alert begins: that of `who`, the party that acts next, is told at once."""
    return _FIRST_LEVEL.get(who, 0)


def audience(alert: Alert, school: School, grants: Iterable[Grant]) -> tuple[str, ...]:
    """Return the users who are told of an alert at `school`, the school's own first, by `grants`.

    A level without users passes the alert on to the next.
    """
    if alert.handed_to is not None:
        return (alert.handed_to,)
    over = [grant for grant in grants if grant.covers(school)]
    told: list[str] = []
    reached = False
    for level, roles in enumerate(ESCALATION):
        if level > alert.level and reached:
            break
        users = [grant.user for grant in over if grant.role in roles]
        told += users
        reached = level >= alert.level and bool(users)
    return tuple(dict.fromkeys(told))
