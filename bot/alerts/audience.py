"""Who is told of an alert: the level that it has reached, and those before it. Pure."""

from collections.abc import Iterable, Mapping

from bot.alerts.alert import Alert
from bot.people.permissions import Grant, Role
from provisioning.records import School

LADDER: tuple[frozenset[Role], ...] = (
    frozenset({Role.DIGITAL_CHAMPION, Role.MIS_ADMINISTRATOR}),
    frozenset({Role.PROVISIONING_MANAGER}),
    frozenset({Role.LOCAL_AUTHORITY}),
    frozenset({Role.SERVICE_DESK}),
)
"""From the school to the service desk: each level is told a working day after the one before it."""
_MOVES: Mapping[str, int] = {
    "provisioning-manager": 1,
    "previous-provisioning-manager": 1,
    "local-authority": 2,
    "service-desk": 3,
}


def level_of(who: str) -> int:
    """The level with which an alert begins: that of whoever has to act, so that they hear of it at once."""
    return _MOVES.get(who, 0)


def audience(alert: Alert, school: School, grants: Iterable[Grant]) -> tuple[str, ...]:
    """The people of an alert, nearest first; a level at which there is nobody passes it on to the next."""
    if alert.handed_to is not None:
        return (alert.handed_to,)
    over = [grant for grant in grants if grant.covers(school)]
    people: list[str] = []
    reached = False
    for level, roles in enumerate(LADDER):
        if level > alert.level and reached:
            break
        here = [grant.user for grant in over if grant.role in roles]
        people += here
        reached = level >= alert.level and bool(here)
    return tuple(dict.fromkeys(people))
