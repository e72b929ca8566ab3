"""Who may do what: the one table from which answers, refusals and help are made.

Whoever has no grant gets no answer about a person, and the refusal is the same whether or not the
person exists.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Select, delete, or_, select
from sqlalchemy.orm import Session

from bot.people.tables import GrantRow, UserGroupRow
from provisioning.records import School

EVERYWHERE = "*"


class Role(StrEnum):
    """Who somebody is to this bot."""

    DIGITAL_CHAMPION = "digital-champion"
    MIS_ADMINISTRATOR = "mis-administrator"
    PROVISIONING_MANAGER = "provisioning-manager"
    LOCAL_AUTHORITY = "local-authority"
    SERVICE_DESK = "service-desk"
    ADMINISTRATOR = "administrator"


class Act(StrEnum):
    """What can be done at a school."""

    DIAGNOSE = "diagnose"
    LAST_RUN = "last-run"
    RUN = "run"
    DECIDE = "decide"
    UNDO = "undo"
    ALERT = "alert"
    REVIEW = "review"
    BOARD = "board"
    DESK = "desk"
    GRANTS = "grants"


_EVERY_ROLE = frozenset(Role)
MAY: Mapping[Act, frozenset[Role]] = {
    Act.DIAGNOSE: _EVERY_ROLE,
    Act.LAST_RUN: _EVERY_ROLE,
    Act.RUN: frozenset(
        {Role.DIGITAL_CHAMPION, Role.PROVISIONING_MANAGER, Role.LOCAL_AUTHORITY, Role.ADMINISTRATOR}
    ),
    Act.DECIDE: frozenset(
        {Role.PROVISIONING_MANAGER, Role.LOCAL_AUTHORITY, Role.SERVICE_DESK, Role.ADMINISTRATOR}
    ),
    Act.UNDO: frozenset({Role.PROVISIONING_MANAGER, Role.LOCAL_AUTHORITY, Role.ADMINISTRATOR}),
    Act.ALERT: _EVERY_ROLE,
    Act.REVIEW: frozenset({Role.DIGITAL_CHAMPION, Role.ADMINISTRATOR}),
    Act.BOARD: _EVERY_ROLE,
    Act.DESK: frozenset({Role.LOCAL_AUTHORITY, Role.SERVICE_DESK, Role.ADMINISTRATOR}),
    Act.GRANTS: frozenset({Role.ADMINISTRATOR}),
}


@dataclass(frozen=True)
class Grant:
    """A role of a Slack user, or of a user group, over a scope: a school, a local authority code or `*`."""

    user: str
    role: Role
    scope: str
    ends_on: date | None = None

    def covers(self, school: School) -> bool:
        """Whether a school is in the scope."""
        return self.scope in (EVERYWHERE, school.number, school.local_authority)


@dataclass(frozen=True)
class Caller:
    """A Slack user with the grants in force today."""

    user: str
    grants: tuple[Grant, ...]

    @property
    def acts(self) -> frozenset[Act]:
        """What the caller may do at some school."""
        return frozenset(act for act in Act if any(grant.role in MAY[act] for grant in self.grants))

    def knows(self, school: School) -> bool:
        """Whether the caller has any role over a school."""
        return any(grant.covers(school) for grant in self.grants)

    def may(self, act: Act, school: School) -> bool:
        """Whether a grant over the school has a role that may do this."""
        return any(grant.covers(school) and grant.role in MAY[act] for grant in self.grants)

    def may_over(self, act: Act, scope: str) -> bool:
        """Whether a grant over a whole scope has a role that may do this; schools lie in their authority."""
        within = (EVERYWHERE, scope, scope[:3])
        return any(grant.scope in within and grant.role in MAY[act] for grant in self.grants)

    def schools(self, act: Act, schools: Iterable[School]) -> list[School]:
        """The schools at which the caller may do something."""
        return [school for school in schools if self.may(act, school)]


def caller(session: Session, user: str, today: date) -> Caller:
    """A Slack user's grants in force on a day, those of their user groups among them."""
    groups = [group for group, members in _members(session).items() if user in members]
    query = _in_force(today).where(GrantRow.user.in_([user, *groups]))
    return Caller(user, tuple(replace(_grant(row), user=user) for row in session.scalars(query)))


def who_may(session: Session, act: Act, school: School, today: date) -> list[str]:
    """The Slack users who may do something at a school by their grants in force on a day."""
    grants = in_force(session, today)
    return list(dict.fromkeys(one.user for one in grants if one.role in MAY[act] and one.covers(school)))


def every(session: Session) -> list[Grant]:
    """All grants as they were given, by user and user group."""
    rows = session.scalars(select(GrantRow).order_by(GrantRow.user, GrantRow.role, GrantRow.scope))
    return [_grant(row) for row in rows]


def in_force(session: Session, today: date) -> list[Grant]:
    """All grants in force on a day, in the order in which they were given; a user group's as its members'."""
    members, found = _members(session), [_grant(row) for row in session.scalars(_in_force(today))]
    return [
        replace(grant, user=user)
        for grant in found
        for user in (members.get(grant.user, ()) if is_group(grant.user) else (grant.user,))
    ]


def is_group(id_: str) -> bool:
    """Whether a Slack id is a user group's."""
    return id_.startswith("S")


def _members(session: Session) -> dict[str, list[str]]:
    """Who was in each user group when Slack was last asked (`user_groups` lets that count for a day)."""
    return {row.id: row.members for row in session.scalars(select(UserGroupRow))}


def _in_force(today: date) -> Select[GrantRow]:
    query = select(GrantRow).where(or_(GrantRow.ends_on.is_(None), GrantRow.ends_on >= today))
    return query.order_by(GrantRow.id)


def operators(session: Session, today: date) -> list[str]:
    """Who looks after the bot: whom it tells of its own troubles."""
    found = (one.user for one in in_force(session, today) if one.role is Role.ADMINISTRATOR)
    return list(dict.fromkeys(found))


def add(session: Session, grants: Sequence[Grant], at: datetime) -> None:
    """Give roles; one that is held already gets the new end date."""
    for grant in grants:
        row = session.scalars(_same(grant.user, grant.role, grant.scope)).first()
        if row is None:
            row = GrantRow(user=grant.user, role=grant.role.value, scope=grant.scope, granted_at=at)
            session.add(row)
        row.ends_on = grant.ends_on
        session.flush()


def remove(session: Session, user: str, role: Role | None, scope: str | None) -> list[Grant]:
    """Take roles away: all of a user's, or those of a role or scope; says which there were."""
    statement = delete(GrantRow).where(GrantRow.user == user)
    if role is not None:
        statement = statement.where(GrantRow.role == role)
    if scope is not None:
        statement = statement.where(GrantRow.scope == scope)
    return [_grant(row) for row in session.scalars(statement.returning(GrantRow))]


def _same(user: str, role: Role, scope: str) -> Select[GrantRow]:
    return select(GrantRow).where(GrantRow.user == user, GrantRow.role == role, GrantRow.scope == scope)


def _grant(row: GrantRow) -> Grant:
    return Grant(row.user, Role(row.role), row.scope, row.ends_on)
