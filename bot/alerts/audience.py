"""The users who are told of an alert: of the level that it has reached, and of those before. Pure."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from bot.alerts.alert import Alert
from bot.people.absences import Absences, covers, with_covers
from bot.people.permissions import Act, Grant, Role
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


def audience(
    alert: Alert, school: School, grants: Iterable[Grant], away: Absences = MappingProxyType({})
) -> tuple[str, ...]:
    """Return the users who are told of an alert at `school`, the school's own first, by `grants`.

    A level without users passes the alert on to the next, and so does one whose users are all `away`. Who
    covers for one of them is told as well, if they may act on the alert.
    """
    over = [grant for grant in grants if grant.covers(school)]

    def may(user: str) -> bool:
        return any(grant.user == user and grant.allows(Act.ALERT, school) for grant in over)

    if alert.handed_to is not None:
        return with_covers((alert.handed_to,), away, may)
    told: list[str] = []
    reached = False
    for level, roles in enumerate(ESCALATION):
        if level > alert.level and reached:
            break
        users = [grant.user for grant in over if grant.role in roles]
        standing_in = covers(users, away, may)
        told += [*users, *standing_in]
        here = standing_in or any(user not in away for user in users)
        reached = level >= alert.level and bool(here)
    return tuple(dict.fromkeys(told))
