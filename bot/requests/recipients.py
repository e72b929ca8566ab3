"""The recipients of a request: by roles, and by who manages the school's Provisioning Client. Pure."""

from collections.abc import Collection, Iterable
from types import MappingProxyType

from bot.people.absences import Absences, with_covers
from bot.people.permissions import Act, Grant, Role
from provisioning.records.schools import School

_ROLE_OF_MANAGER = {"local-authority": Role.LOCAL_AUTHORITY, "school": Role.DIGITAL_CHAMPION}


def levels(
    school: School,
    grants: Iterable[Grant],
    gone: Collection[str] = frozenset(),
    away: Absences = MappingProxyType({}),
) -> tuple[tuple[str, ...], ...]:
    """Return the users who can be asked, in the order of levels; each user once, and no empty level.

    First the provisioning managers, then the manager that the school's record names, then the authority.
    Users in `gone` are left out. A level whose users are all `away` is passed, if another is there; who
    covers for a user and may run the client is asked as well.
    """
    over = [grant for grant in grants if grant.covers(school) and grant.user not in gone]
    roles = [Role.PROVISIONING_MANAGER]
    if school.managed_by in _ROLE_OF_MANAGER:
        roles += [_ROLE_OF_MANAGER[school.managed_by], Role.LOCAL_AUTHORITY]
    found: list[tuple[str, ...]] = []
    seen: set[str] = set()
    for role in roles:
        users = dict.fromkeys(grant.user for grant in over if grant.role is role and grant.user not in seen)
        seen |= set(users)
        found += [tuple(users)] if users else []

    def may(user: str) -> bool:
        return any(grant.user == user and grant.allows(Act.RUN, school) for grant in over)

    standing = [with_covers(level, away, may) for level in found]
    here = [level for level in standing if any(user not in away for user in level)]
    return tuple(here or standing)


def next_level(chain: Iterable[tuple[str, ...]], asked: Collection[str]) -> tuple[str, ...]:
    """Return the users of `chain` who are asked next: those of the first level with any not yet `asked`."""
    for level in chain:
        others = tuple(user for user in level if user not in asked)
        if others:
            return others
    return ()


def is_only_recipient(user: str, school: School, grants: Iterable[Grant]) -> bool:
    """Return whether `user` alone would be asked, so that a request makes no sense."""
    return levels(school, grants)[:1] == ((user,),)
