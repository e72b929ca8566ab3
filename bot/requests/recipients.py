"""The recipients of a request: by what it asks for, roles, and who manages the school's client. Pure."""

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType

from bot.people.absences import Absences, with_covers
from bot.people.permissions import Act, Grant, Role
from bot.requests.request import Wanted
from provisioning.records.schools import School

_ROLE_OF_MANAGER = {"local-authority": Role.LOCAL_AUTHORITY, "school": Role.DIGITAL_CHAMPION}


_KEEPERS: Mapping[Wanted, frozenset[Role]] = {
    Wanted.LEAVING_DATES: frozenset({Role.DIGITAL_CHAMPION, Role.MIS_ADMINISTRATOR}),
    Wanted.ROWS: frozenset({Role.MIS_ADMINISTRATOR}),
}
"""Whom a request about records goes to, at the school whose records they are."""


def act_on(wanted: Wanted) -> Act:
    """Return what a user must be allowed to do at a school, to be asked there for what is `wanted`."""
    return Act.RUN if wanted is Wanted.RUN else Act.DIAGNOSE


def levels(
    school: School,
    grants: Iterable[Grant],
    gone: Collection[str] = frozenset(),
    away: Absences = MappingProxyType({}),
    wanted: Wanted = Wanted.RUN,
) -> tuple[tuple[str, ...], ...]:
    """Return the users who can be asked, in the order of levels; each user once, and no empty level.

    For a run first the provisioning managers, then the manager that the school's record names, then the
    authority. For records there is a single level, by `_KEEPERS`. Users in `gone` are left out. A level whose
    users are all `away` is passed, if another is there; who covers for a user and may do it is asked as well.
    """
    over = [grant for grant in grants if grant.covers(school) and grant.user not in gone]
    found: list[tuple[str, ...]] = []
    seen: set[str] = set()
    for roles in [_KEEPERS[wanted]] if wanted in _KEEPERS else _managers(school):
        users = dict.fromkeys(grant.user for grant in over if grant.role in roles and grant.user not in seen)
        seen |= set(users)
        found += [tuple(users)] if users else []

    def may(user: str) -> bool:
        return any(grant.user == user and grant.allows(act_on(wanted), school) for grant in over)

    standing = [with_covers(level, away, may) for level in found]
    here = [level for level in standing if any(user not in away for user in level)]
    return tuple(here or standing)


def _managers(school: School) -> list[frozenset[Role]]:
    """Return the roles of each level of those who can be asked for a run."""
    roles = [Role.PROVISIONING_MANAGER]
    if school.managed_by in _ROLE_OF_MANAGER:
        roles += [_ROLE_OF_MANAGER[school.managed_by], Role.LOCAL_AUTHORITY]
    return [frozenset({role}) for role in roles]


def next_level(chain: Iterable[tuple[str, ...]], asked: Collection[str]) -> tuple[str, ...]:
    """Return the users of `chain` who are asked next: those of the first level with any not yet `asked`."""
    for level in chain:
        others = tuple(user for user in level if user not in asked)
        if others:
            return others
    return ()
