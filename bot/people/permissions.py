"""Who may do what: the table `MAY`, by which requests are answered or refused, and the grants of users.

A caller without a grant gets no answer about a person, in words that do not tell whether the person exists.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BindParameter, ColumnElement, Row, Select, and_, bindparam, delete, or_, select
from sqlalchemy.orm import Session

from bot.people import workspaces
from bot.people.addresses import SlackAddress, workspace_of
from bot.people.slack_user import SlackUser
from bot.people.tables import GrantRow, OutsiderRow, UserGroupRow
from provisioning.records.schools import School

EVERYWHERE = "*"


class Role(StrEnum):
    """What a Slack user is at a school, an authority or everywhere."""

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
    REPORT = "report"
    DESK = "desk"
    FREEZE = "freeze"
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
    Act.REPORT: _EVERY_ROLE - {Role.SERVICE_DESK},
    Act.DESK: frozenset({Role.LOCAL_AUTHORITY, Role.SERVICE_DESK, Role.ADMINISTRATOR}),
    Act.FREEZE: frozenset({Role.PROVISIONING_MANAGER, Role.LOCAL_AUTHORITY, Role.ADMINISTRATOR}),
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
        """Return whether `school` is in the scope."""
        return self.scope in (EVERYWHERE, school.number, school.local_authority)

    def allows(self, act: Act, school: School) -> bool:
        """Return whether the role may do `act`, and `school` is in the scope."""
        return self.role in MAY[act] and self.covers(school)


@dataclass(frozen=True)
class Caller:
    """A Slack user with the grants in force today."""

    user: SlackUser
    grants: tuple[Grant, ...]

    @property
    def acts(self) -> frozenset[Act]:
        """The acts that the caller may do at one school at least."""
        return frozenset(act for act in Act if any(grant.role in MAY[act] for grant in self.grants))

    def roles(self, *schools: School) -> frozenset[Role]:
        """Return the roles that the caller has over any of `schools`."""
        return frozenset(grant.role for grant in self.grants if any(map(grant.covers, schools)))

    def knows(self, school: School) -> bool:
        """Return whether the caller has any role over `school`."""
        return any(grant.covers(school) for grant in self.grants)

    def may(self, act: Act, school: School) -> bool:
        """Return whether a grant over `school` has a role that may do `act`."""
        return any(grant.allows(act, school) for grant in self.grants)

    def may_over(self, act: Act, place: School | str) -> bool:
        """Return whether a grant over the whole of `place` has a role that may do `act`.

        `place` is a school, or the scope of no school that is known.
        """
        if isinstance(place, School):
            return self.may(act, place)
        within = (EVERYWHERE, place)
        return any(grant.scope in within and grant.role in MAY[act] for grant in self.grants)

    def schools(self, act: Act, schools: Iterable[School]) -> list[School]:
        """Return those of `schools` at which the caller may do `act`."""
        return [school for school in schools if self.may(act, school)]


def caller(session: Session, user: str, today: date) -> Caller:
    """Return `user` with their grants in force on `today`, including those of their user groups.

    An outsider (see `presence`) has none; `workspaces` says what counts where there are several.
    """
    outsider = select(OutsiderRow.user).where(OutsiderRow.user == user).exists()
    query = (
        select(GrantRow, UserGroupRow.members)
        .outerjoin(UserGroupRow, UserGroupRow.id == GrantRow.user)
        .where(may_be_of(user, today), ~outsider)
        .order_by(GrantRow.id)
    )
    return caller_by(session, [(row, members) for row, members in session.execute(query)], user)


def may_be_of(user: str | BindParameter[str], today: date | BindParameter[date]) -> ColumnElement[bool]:
    """Return the condition for the grants in force on `today` of `user`, and of any user group."""
    return and_(_is_in_force(today), or_(GrantRow.user == user, GrantRow.user.in_(select(UserGroupRow.id))))


def caller_by(
    session: Session, granted: Iterable[tuple[GrantRow, Sequence[str] | None]], user: str
) -> Caller:
    """Return `user` with those grants that are theirs; each is given with the members of its user group.

    Where there are several workspaces, `workspaces` says how far they count.
    """
    own = (row for row, members in granted if row.user == user or user in (members or ()))
    found = [replace(_grant(row), user=user) for row in own]
    return Caller(SlackUser(user), tuple(workspaces.narrowed(session, found)))


def who_may(session: Session, act: Act, school: School, today: date) -> list[str]:
    """Return the Slack users who may do `act` at `school` by their grants in force on `today`."""
    return who_may_by(in_force(session, today), act, school)


def who_may_by(grants: Iterable[Grant], act: Act, school: School) -> list[str]:
    """Return the Slack users who may do `act` at `school` by their `grants`, which are in force."""
    return list(dict.fromkeys(grant.user for grant in grants if grant.allows(act, school)))


def every(session: Session) -> list[Grant]:
    """Return all grants as given, sorted by user or user group."""
    rows = session.scalars(select(GrantRow).order_by(GrantRow.user, GrantRow.role, GrantRow.scope))
    return [_grant(row) for row in rows]


def in_force(session: Session, today: date) -> list[Grant]:
    """Return the grants in force on `today`, oldest first; a user group's as grants of its members.

    Those of outsiders (see `presence`) are left out. Where there are several workspaces, each grant is over
    what its user's workspace serves (see `workspaces`).
    """
    rows = session.execute(_IN_FORCE, {"on_day": today}).all()
    members, found = _members(session), [_grant(row) for row in rows]
    gone = outsiders(session)
    held = [
        replace(grant, user=user)
        for grant in found
        for user in (members.get(grant.user, ()) if is_group(grant.user) else (grant.user,))
        if user not in gone
    ]
    return workspaces.narrowed(session, held)


def outsiders(session: Session) -> frozenset[str]:
    """Return the users who are noted as no people of this workspace (see `presence`)."""
    return frozenset(session.scalars(_OUTSIDERS))


def members(session: Session) -> frozenset[str]:
    """Return the members of all user groups that have roles."""
    return frozenset(user for users in _members(session).values() for user in users)


def users_of(session: Session, id_: str) -> tuple[str, ...]:
    """Return the users whom a Slack id means: the members of a user group, or the user alone."""
    return tuple(_members(session).get(id_, ())) if is_group(id_) else (id_,)


def is_here(session: Session, user: str) -> bool:
    """Return whether `user` is not noted as an outsider."""
    return session.get(OutsiderRow, user) is None


def is_group(id_: str) -> bool:
    """Return whether a Slack id is a user group's."""
    return SlackAddress.of(id_).is_group


def _members(session: Session) -> dict[str, list[str]]:
    """Return the members of each user group as Slack last gave them (valid for a day, see `user_groups`)."""
    return {row.id: row.members for row in session.execute(_GROUPS)}


def _is_in_force(today: date | BindParameter[date]) -> ColumnElement[bool]:
    return or_(GrantRow.ends_on.is_(None), GrantRow.ends_on >= today)


_IN_FORCE = (
    select(GrantRow.user, GrantRow.role, GrantRow.scope, GrantRow.ends_on)
    .where(_is_in_force(bindparam("on_day")))
    .order_by(GrantRow.id)
)
_OUTSIDERS = select(OutsiderRow.user)
_GROUPS = select(UserGroupRow.id, UserGroupRow.members)


def operators(session: Session, today: date, workspace: str = "") -> list[str]:
    """Return the administrators in a `workspace`, who are told of the bot's own problems there.

    Where there are several workspaces, a blank one has none: what concerns the whole installation is told in
    the operators' channel.
    """
    grants = [grant for grant in in_force(session, today) if grant.role is Role.ADMINISTRATOR]
    return list(dict.fromkeys(grant.user for grant in grants if workspace_of(grant.user) == workspace))


def add(session: Session, grants: Sequence[Grant], at: datetime) -> None:
    """Add `grants`; a role that the user already has gets the new end date."""
    for grant in grants:
        row = session.scalars(_select_grant(grant.user, grant.role, grant.scope)).first()
        if row is None:
            row = GrantRow(user=grant.user, role=grant.role.value, scope=grant.scope, granted_at=at)
            session.add(row)
        row.ends_on = grant.ends_on
        session.flush()


def remove(session: Session, user: str, role: Role | None, scope: str | None) -> list[Grant]:
    """Delete the grants of `user`, narrowed to `role` and `scope` if given; return those deleted."""
    statement = delete(GrantRow).where(GrantRow.user == user)
    if role is not None:
        statement = statement.where(GrantRow.role == role)
    if scope is not None:
        statement = statement.where(GrantRow.scope == scope)
    return [_grant(row) for row in session.scalars(statement.returning(GrantRow))]


def _select_grant(user: str, role: Role, scope: str) -> Select[GrantRow]:
    return select(GrantRow).where(GrantRow.user == user, GrantRow.role == role, GrantRow.scope == scope)


def _grant(row: GrantRow | Row[str, str, str, date | None]) -> Grant:
    return Grant(row.user, Role(row.role), row.scope, row.ends_on)
