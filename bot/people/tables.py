"""The tables about Slack users: their grants, user groups, preferences, and the audit."""

from datetime import date, datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from provisioning.store.tables import Base


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
    """Who was in a Slack user group when Slack was last asked, by the time as it is."""

    __tablename__ = "user_groups"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    members: Mapped[list[str]]
    asked_at: Mapped[datetime]


class AuditRow(Base):
    """Who looked up or changed what (see `bot.people.audit`); the database refuses to alter a row."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    who: Mapped[str] = mapped_column(String(64))
    door: Mapped[str] = mapped_column(String(16))
    deed: Mapped[str] = mapped_column(String(40))
    school: Mapped[str | None] = mapped_column(String(7))
    subject: Mapped[str | None] = mapped_column(String(80), index=True)
    outcome: Mapped[str] = mapped_column(String(80))


class PreferenceRow(Base):
    """What a Slack user chose: a language, where it is not to be Slack's own."""

    __tablename__ = "preferences"

    user: Mapped[str] = mapped_column(String(32), primary_key=True)
    language: Mapped[str | None] = mapped_column(String(2))
