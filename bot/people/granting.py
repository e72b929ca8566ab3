"""Roles given and taken away, each in the audit: who gave what to whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.people import audit, permissions
from bot.people.audit import AuditRecord
from bot.people.permissions import Act, Caller, Grant, Role
from provisioning.clock import uk_date
from provisioning.errors import KnownError
from provisioning.store.database import Database


@dataclass(frozen=True)
class By:
    """Who gives or takes, by which door, and when."""

    who: str
    door: str
    at: datetime


def give(session: Session, grants: Sequence[Grant], by: By) -> None:
    """Give roles; one that is held already gets the new end date."""
    permissions.add(session, grants, by.at)
    audit.record(session, *(_looked("role-given", grant, by) for grant in grants))


def take(session: Session, user: str, role: Role | None, scope: str | None, by: By) -> list[Grant]:
    """Take roles away: all of a user's, or those of a role or scope; says which there were."""
    taken = permissions.remove(session, user, role, scope)
    audit.record(session, *(_looked("role-taken", grant, by) for grant in taken))
    return taken


def take_one(session: Session, grant: Grant, by: By) -> None:
    """Take one role away; whoever is left must still be able to give roles.

    Raises `KnownError` where it is there no longer, or nobody could give roles after it.
    """
    if not take(session, grant.user, grant.role, grant.scope, by):
        raise KnownError("grant-gone")
    if grant.role is Role.ADMINISTRATOR and not permissions.operators(session, uk_date(by.at)):
        raise KnownError("grant-last-administrator")


def leave(session: Session, user: str, by: By) -> list[Grant]:
    """Take every role from somebody who has left Slack, or is only a guest there."""
    taken = permissions.remove(session, user, None, None)
    audit.record(session, *(_looked("role-ended", grant, by) for grant in taken))
    return taken


def _looked(deed: str, grant: Grant, by: By) -> AuditRecord:
    until = f" until {grant.ends_on.isoformat()}" if grant.ends_on else ""
    return AuditRecord(by.at, by.who, by.door, deed, grant.scope, grant.user, f"{grant.role}{until}")


def overseen(database: Database, caller: Caller) -> list[Grant]:
    """The grants, as they were given, over what a caller gives roles for."""
    with database.reading() as session:
        return [one for one in permissions.every(session) if caller.may_over(Act.GRANTS, one.scope)]
