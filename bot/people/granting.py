"""Roles given and taken away, with an audit record of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from bot.people import audit, permissions, workspaces
from bot.people.addresses import workspace_of
from bot.people.audit import AuditRecord
from bot.people.permissions import EVERYWHERE, Act, Caller, Grant, Role
from provisioning.clock import uk_date
from provisioning.errors import KnownError
from provisioning.records.schools import School
from provisioning.store import schools
from provisioning.store.database import Database


class RoleAuditAction(StrEnum):
    """What the audit calls the actions about roles."""

    FORM = "role-form"
    GIVEN = "role-given"
    TAKEN = "role-taken"
    ENDED = "role-ended"


@dataclass(frozen=True)
class Grantor:
    """Who gives or takes roles away, through which entry point, and when."""

    who: str
    entry_point: str
    at: datetime


def give(session: Session, grants: Sequence[Grant], by: Grantor) -> None:
    """Give roles; a role that the user already has gets the new end date."""
    permissions.add(session, grants, by.at)
    audit.record(session, *(_record(by, RoleAuditAction.GIVEN, grant) for grant in grants))


def take(session: Session, user: str, role: Role | None, scope: str | None, by: Grantor) -> list[Grant]:
    """Take away the roles of `user`, narrowed to `role` and `scope` if given; return those taken away."""
    taken = permissions.remove(session, user, role, scope)
    audit.record(session, *(_record(by, RoleAuditAction.TAKEN, grant) for grant in taken))
    return taken


def take_one(session: Session, grant: Grant, by: Grantor) -> None:
    """Take one role away.

    Raises `KnownError` where `grant` does not exist any more, or is the last administrator's.
    """
    if not take(session, grant.user, grant.role, grant.scope, by):
        raise KnownError("grant-gone")
    if grant.role is Role.ADMINISTRATOR and not permissions.operators(
        session, uk_date(by.at), workspace_of(grant.user)
    ):
        raise KnownError("grant-last-administrator")


def end_all(session: Session, user: str, by: Grantor) -> list[Grant]:
    """End every role of a user who is no person of this workspace; return the ended roles."""
    taken = permissions.remove(session, user, None, None)
    audit.record(session, *(_record(by, RoleAuditAction.ENDED, grant) for grant in taken))
    return taken


def _record(by: Grantor, action: str, grant: Grant) -> AuditRecord:
    until = f" until {grant.ends_on.isoformat()}" if grant.ends_on else ""
    return AuditRecord(by.at, by.who, by.entry_point, action, grant.scope, grant.user, f"{grant.role}{until}")


def overseen(database: Database, caller: Caller) -> list[Grant]:
    """Return the grants, as given, over the scopes for which `caller` gives roles, in their workspace.

    Where there are several workspaces, everything is what the workspace of `caller` serves.
    """
    workspace = workspace_of(caller.user)
    with database.reading() as session:
        known: dict[str, School] = {school.number: school for school in schools.every(session)}
        everything = workspaces.served_by(session, workspace) if workspace else (EVERYWHERE,)

        def oversees(grant: Grant) -> bool:
            scopes = everything if grant.scope == EVERYWHERE else (grant.scope,)
            return bool(scopes) and all(
                caller.may_over(Act.GRANTS, known.get(scope, scope)) for scope in scopes
            )

        found = permissions.every(session)
        return [grant for grant in found if workspace_of(grant.user) == workspace and oversees(grant)]
