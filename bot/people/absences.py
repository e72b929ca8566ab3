"""Users who are away until a day, and who covers for them; an absence ends by itself on that day."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.people.permissions import Grant, Role
from bot.people.tables import AbsenceRow
from provisioning.records.schools import School
from provisioning.store.upserts import put

_OWN = frozenset({Role.DIGITAL_CHAMPION, Role.MIS_ADMINISTRATOR})
"""Roles whose users are a school's own people."""
_NEXT = (Role.PROVISIONING_MANAGER, Role.LOCAL_AUTHORITY, Role.SERVICE_DESK)
"""Roles whose users are told where no colleague at the school is there, in this order."""


@dataclass(frozen=True)
class Absence:
    """A user who is away until the day `until`, on which they are back; any `cover` stands in."""

    user: str
    until: date
    cover: str | None = None


Absences = Mapping[str, Absence]
"""The absences of a day, by user."""


def on(session: Session, today: date) -> Absences:
    """Return the absences of a day."""
    rows = session.scalars(select(AbsenceRow).where(AbsenceRow.until > today))
    return {row.user: _absence(row) for row in rows}


def of(session: Session, user: str, today: date) -> Absence | None:
    """Return the absence of `user` on a day; None where they are there."""
    row = session.get(AbsenceRow, user)
    return _absence(row) if row is not None and row.until > today else None


def begin(session: Session, absence: Absence, now: datetime) -> None:
    """Keep an absence, in the place of an earlier one of its user."""
    row = {"user": absence.user, "until": absence.until, "cover": absence.cover, "since": now}
    put(session, AbsenceRow, [row])


def end(session: Session, user: str) -> bool:
    """End the absence of `user`; return whether there was any."""
    row = session.get(AbsenceRow, user)
    if row is None:
        return False
    session.delete(row)
    return True


def covers(users: Iterable[str], away: Absences, may: Callable[[str], bool]) -> tuple[str, ...]:
    """Return who covers for those of `users` who are away, is there, and `may` do what they are told of."""
    names = (away[user].cover for user in users if user in away)
    return tuple(
        dict.fromkeys(cover for cover in names if cover is not None and cover not in away and may(cover))
    )


def covered_by(user: str, away: Absences) -> tuple[str, ...]:
    """Return the users who are away and for whom `user` covers, who is there."""
    if user in away:
        return ()
    return tuple(absence.user for absence in away.values() if absence.cover == user)


def with_covers(users: Iterable[str], away: Absences, may: Callable[[str], bool]) -> tuple[str, ...]:
    """Return `users` with those who cover for them."""
    found = tuple(users)
    return tuple(dict.fromkeys((*found, *covers(found, away, may))))


def others_at(school: School, grants: Sequence[Grant], user: str, away: Absences) -> tuple[str, ...]:
    """Return who else is told of what concerns `user` at `school`: colleagues in their roles, or the next."""
    over = [grant for grant in grants if grant.covers(school)]
    own = frozenset(grant.role for grant in over if grant.user == user)
    for roles in (own, *(frozenset({role}) for role in _NEXT)):
        users = [grant.user for grant in over if grant.role in roles]
        if found := tuple(dict.fromkeys(each for each in users if each != user and each not in away)):
            return found
    return ()


def first_back(school: School, grants: Iterable[Grant], away: Absences) -> date | None:
    """Return the day on which the first of the own people of `school` is back, where all of them are away.

    None while one of them, or a user who covers for one of them and has a role there, is there.
    """
    over = [grant for grant in grants if grant.covers(school)]
    own = {grant.user for grant in over if grant.role in _OWN}
    if not own or not own <= away.keys():
        return None
    with_role = {grant.user for grant in over}
    return None if covers(own, away, with_role.__contains__) else min(away[user].until for user in own)


def _absence(row: AbsenceRow) -> Absence:
    return Absence(row.user, row.until, row.cover)
