"""Reads whom the bot can ask, and what stands about what could be asked for."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.outbox import letters
from bot.people import absences, permissions
from bot.people.absences import Absences
from bot.people.permissions import Grant
from bot.requests import store
from bot.requests.recipients import levels
from bot.requests.standing import Standing, standing
from bot.requests.wanted import Want
from provisioning.clock import uk_date
from provisioning.records.schools import School


@dataclass(frozen=True)
class Reachable:
    """Whom the bot can ask: all grants in force, users whom letters don't reach, and who is away."""

    grants: Sequence[Grant]
    gone: Collection[str]
    away: Absences

    @classmethod
    def read(cls, session: Session, now: datetime) -> "Reachable":
        """Read who can be asked at the moment `now`."""
        day = uk_date(now)
        gone = letters.unreachable(session, now - letters.GONE)
        return cls(permissions.in_force(session, day), gone, absences.on(session, day))


def standings(
    session: Session, wants: Sequence[Want], school: School, user: str, now: datetime, reachable: Reachable
) -> Mapping[Want, Standing]:
    """Return what stands about each of `wants`, found at `school`, for `user`."""
    return {
        want: standing(
            want,
            school.number,
            user,
            now,
            store.naming(session, want.school.number, want.cause, want.records),
            levels(want.school, reachable.grants, reachable.gone, reachable.away, want.wanted),
        )
        for want in wants
    }
