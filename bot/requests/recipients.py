"""Who runs a school's Provisioning Client, by who manages it and who has which role. Pure."""

from collections.abc import Collection, Iterable

from bot.people.permissions import Grant, Role
from provisioning.records import School

_BY_MANAGER = {"local-authority": Role.LOCAL_AUTHORITY, "school": Role.DIGITAL_CHAMPION}


def levels(
    school: School, grants: Iterable[Grant], gone: Collection[str] = frozenset()
) -> tuple[tuple[str, ...], ...]:
    """Who is asked first, and who is if it is not theirs; nobody twice, and no empty level.

    The provisioning managers; whoever manages the client by the school's record; then the authority.
    """
    over = [one for one in grants if one.covers(school) and one.user not in gone]
    roles = [Role.PROVISIONING_MANAGER, _BY_MANAGER.get(school.managed_by)]
    if roles[1] is not None:
        roles.append(Role.LOCAL_AUTHORITY)
    found: list[tuple[str, ...]] = []
    seen: set[str] = set()
    for role in roles:
        here = dict.fromkeys(one.user for one in over if one.role is role and one.user not in seen)
        seen |= set(here)
        found += [tuple(here)] if here else []
    return tuple(found)


def onward(of: Iterable[tuple[str, ...]], asked: Collection[str]) -> tuple[str, ...]:
    """The first level that has somebody who has not been asked: those of it who have not."""
    for level in of:
        fresh = tuple(user for user in level if user not in asked)
        if fresh:
            return fresh
    return ()


def alone(user: str, school: School, grants: Iterable[Grant]) -> bool:
    """Whether somebody is the only one who would be asked: then there is nobody to ask."""
    return levels(school, grants)[:1] == ((user,),)
