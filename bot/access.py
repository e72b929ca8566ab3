"""Who may do what: the one table from which answers, refusals and help are made.

Whoever has no grant gets no answer about a person, and the refusal is the same whether or not the
person exists.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Select, delete, or_, select
from sqlalchemy.orm import Session

from bot.tables import GrantRow
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
    """A role of a Slack user over a scope: a school number, a local authority code or `*`."""

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

    def schools(self, act: Act, schools: Iterable[School]) -> list[School]:
        """The schools at which the caller may do something."""
        return [school for school in schools if self.may(act, school)]


def caller(session: Session, user: str, today: date) -> Caller:
    """A Slack user's grants in force on a day."""
    query = select(GrantRow).where(
        GrantRow.user == user, or_(GrantRow.ends_on.is_(None), GrantRow.ends_on >= today)
    )
    return Caller(user, tuple(_grant(row) for row in session.scalars(query.order_by(GrantRow.id))))


def who_may(session: Session, act: Act, school: School, today: date) -> list[str]:
    """The Slack users who may do something at a school by their grants in force on a day."""
    grants = in_force(session, today)
    return list(dict.fromkeys(one.user for one in grants if one.role in MAY[act] and one.covers(school)))


def every(session: Session) -> list[Grant]:
    """All grants, by user."""
    rows = session.scalars(select(GrantRow).order_by(GrantRow.user, GrantRow.role, GrantRow.scope))
    return [_grant(row) for row in rows]


def in_force(session: Session, today: date) -> list[Grant]:
    """All grants in force on a day, in the order in which they were given."""
    query = select(GrantRow).where(or_(GrantRow.ends_on.is_(None), GrantRow.ends_on >= today))
    return [_grant(row) for row in session.scalars(query.order_by(GrantRow.id))]


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


def remove(session: Session, user: str, role: Role | None, scope: str | None) -> int:
    """Take roles away: all of a user's, or those of a role or scope; says how many there were."""
    statement = delete(GrantRow).where(GrantRow.user == user)
    if role is not None:
        statement = statement.where(GrantRow.role == role)
    if scope is not None:
        statement = statement.where(GrantRow.scope == scope)
    return len(list(session.scalars(statement.returning(GrantRow.id))))


def _same(user: str, role: Role, scope: str) -> Select[GrantRow]:
    return select(GrantRow).where(GrantRow.user == user, GrantRow.role == role, GrantRow.scope == scope)


def _grant(row: GrantRow) -> Grant:
    return Grant(row.user, Role(row.role), row.scope, row.ends_on)
