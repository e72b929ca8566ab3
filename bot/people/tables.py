"""The tables about Slack users: their grants, user groups, preferences, and the audit."""

from datetime import date, datetime

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from provisioning.store.tables.base import ADDED_TO_ONLY, Base


class GrantRow(Base):
    """A role of a Slack user, or of a user group (S...), over a scope: a school, a local authority or `*`."""

    __tablename__ = "grants"
    __table_args__ = (UniqueConstraint("user", "role", "scope"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user: Mapped[str] = mapped_column(String(32), index=True)
    role: Mapped[str] = mapped_column(String(32))
    scope: Mapped[str] = mapped_column(String(7))
    ends_on: Mapped[date | None]
    granted_at: Mapped[datetime]


class UserGroupRow(Base):
    """The members of a Slack user group when Slack was last asked, by the system's time."""

    __tablename__ = "user_groups"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    members: Mapped[list[str]]
    asked_at: Mapped[datetime]


class OutsiderRow(Base):
    """A Slack user who was found to be no person of this workspace (see `bot.people.presence`)."""

    __tablename__ = "outsiders"

    user: Mapped[str] = mapped_column(String(32), primary_key=True)
    since: Mapped[datetime]


class ServedRow(Base):
    """A local authority that a Slack workspace serves, where there are several (`bot.people.workspaces`).

    `enterprise` is the organisation whose installation of the app the workspace uses; blank for its own.
    """

    __tablename__ = "served_authorities"

    authority: Mapped[str] = mapped_column(String(7), primary_key=True)
    workspace: Mapped[str] = mapped_column(String(32), index=True)
    enterprise: Mapped[str] = mapped_column(String(32))


class AuditRow(Base):
    """An audit record (see `bot.people.audit`); the database refuses to change a row, or to delete a new one.

    `at` is by the clock in use, `recorded_at` the time as it is.
    """

    __tablename__ = "audit"
    __table_args__ = (
        # What a user decided lately is asked for by Home and `/hwb mine`.
        Index(None, "who", "recorded_at"),
        {"sqlite_autoincrement": True, "info": ADDED_TO_ONLY},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    who: Mapped[str] = mapped_column(String(64))
    entry_point: Mapped[str] = mapped_column("door", String(16))
    action: Mapped[str] = mapped_column("deed", String(40))
    school: Mapped[str | None] = mapped_column(String(7))
    subject: Mapped[str | None] = mapped_column(String(80), index=True)
    outcome: Mapped[str] = mapped_column(String(80))
    recorded_at: Mapped[datetime] = mapped_column(index=True)


class AuditLinkRow(Base):
    """A link of the audit's chain (see `bot.people.audit_chain`): the record `audit`, sealed.

    `previous` is the hash of the link before, `key` the mark of the key of the hash, blank without one.
    """

    __tablename__ = "audit_links"
    __table_args__ = {"info": ADDED_TO_ONLY}  # noqa: RUF012 - SQLAlchemy reads it

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    audit: Mapped[int] = mapped_column(unique=True)
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(String(16))


class AbsenceRow(Base):
    """A user who is away until a day, and who covers (see `bot.people.absences`)."""

    __tablename__ = "absences"

    user: Mapped[str] = mapped_column(String(32), primary_key=True)
    until: Mapped[date]
    cover: Mapped[str | None] = mapped_column(String(32))
    since: Mapped[datetime]


class PreferenceRow(Base):
    """A Slack user's choices (see `bot.people.preferences`); without a language Slack's setting decides."""

    __tablename__ = "preferences"

    user: Mapped[str] = mapped_column(String(32), primary_key=True)
    language: Mapped[str | None] = mapped_column(String(2))
    digest_hour: Mapped[int | None]
    digest_changed_only: Mapped[bool | None]
    digest_late_only: Mapped[bool | None]


class ApiTokenRow(Base):
    """A token of another system (see `bot.people.api_tokens`), by the hash of its secret."""

    __tablename__ = "api_tokens"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[str] = mapped_column(String(32))
    scopes: Mapped[list[str]]
    ends_on: Mapped[date]
    made_at: Mapped[datetime]
