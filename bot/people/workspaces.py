"""Which local authorities a Slack workspace serves, where an installation has several workspaces.

An authority is served by one workspace at most, so that what is known of a school belongs to one workspace.
A role counts within what its user's workspace serves: one over everything is one over those authorities.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.authorities import schools_of
from bot.people.addresses import workspace_of
from bot.people.tables import ServedRow
from provisioning.errors import KnownError
from provisioning.records.schools import School
from provisioning.store import schools
from provisioning.store.tables.schools import SchoolRow

if TYPE_CHECKING:
    from bot.people.permissions import Grant

_EVERYWHERE = "*"
"""The scope of a role over everything."""


@dataclass(frozen=True)
class Served:
    """The `authorities` that a `workspace` serves; `enterprise`: the organisation that has the app for it."""

    workspace: str
    authorities: frozenset[str]
    enterprise: str = ""


def every(session: Session) -> list[Served]:
    """Return the workspaces that serve an authority, sorted."""
    found: dict[str, list[ServedRow]] = {}
    for row in session.scalars(select(ServedRow).order_by(ServedRow.workspace, ServedRow.authority)):
        found.setdefault(row.workspace, []).append(row)
    return [
        Served(workspace, frozenset(row.authority for row in rows), rows[0].enterprise)
        for workspace, rows in found.items()
    ]


def served_by(session: Session, workspace: str) -> frozenset[str]:
    """Return the authorities that a `workspace` serves."""
    query = select(ServedRow.authority).where(ServedRow.workspace == workspace)
    return frozenset(session.scalars(query))


def organisation_of(session: Session, workspace: str) -> str:
    """Return the organisation by whose installation a `workspace` is served; blank for its own."""
    query = select(ServedRow.enterprise).where(ServedRow.workspace == workspace).limit(1)
    return session.scalars(query).first() or ""


def serve(session: Session, workspace: str, authorities: Iterable[str], enterprise: str = "") -> None:
    """Let a `workspace` serve `authorities` as well.

    Raises `KnownError` where another workspace serves one of them, or none of the schools is of it.
    """
    known = schools.every(session)
    for authority in authorities:
        schools_of(authority, known)
        row = session.get(ServedRow, authority)
        if row is not None and row.workspace != workspace:
            raise KnownError("workspace-authority-taken", authority=authority, workspace=row.workspace)
        if row is None:
            session.add(ServedRow(authority=authority, workspace=workspace, enterprise=enterprise))
    session.flush()
    for row in session.scalars(select(ServedRow).where(ServedRow.workspace == workspace)):
        row.enterprise = enterprise or row.enterprise


def leave(session: Session, workspace: str, authorities: Collection[str] = ()) -> int:
    """Let a `workspace` serve `authorities` no more, or none at all; return how many those were."""
    statement = delete(ServedRow).where(ServedRow.workspace == workspace)
    if authorities:
        statement = statement.where(ServedRow.authority.in_(authorities))
    return len(session.scalars(statement.returning(ServedRow.authority)).all())


def within(session: Session, user: str, schools: Sequence[School]) -> list[School]:
    """Return those of `schools` that the workspace of `user` serves; all, where there is one workspace."""
    workspace = workspace_of(user)
    if not workspace:
        return list(schools)
    served = served_by(session, workspace)
    return [school for school in schools if school.local_authority in served]


def narrowed(session: Session, grants: Sequence["Grant"]) -> list["Grant"]:
    """Return `grants` as far as their users' workspaces serve what they are over."""
    if not any(workspace_of(grant.user) for grant in grants):
        return list(grants)
    served = {each.workspace: each.authorities for each in every(session)}
    query = select(SchoolRow.number, SchoolRow.local_authority)
    authorities = dict(session.execute(query).all())
    return [part for grant in grants for part in _parts(grant, served, authorities)]


def _parts(
    grant: "Grant", served: Mapping[str, frozenset[str]], authorities: Mapping[str, str]
) -> list["Grant"]:
    """Return what is left of a `grant`; `authorities` are those of the schools, by number."""
    workspace = workspace_of(grant.user)
    if not workspace:
        return [grant]
    of_workspace = served.get(workspace, frozenset())
    if grant.scope == _EVERYWHERE:
        return [replace(grant, scope=authority) for authority in sorted(of_workspace)]
    return [grant] if authorities.get(grant.scope, grant.scope) in of_workspace else []
