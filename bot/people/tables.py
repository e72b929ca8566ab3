"""The bot's own tables: who may see what, how they like to be spoken to, and what they are told."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.desk import tables as _desk_tables  # noqa: F401 - the service desk's stand on the same schema
from bot.requests import tables as _request_tables  # noqa: F401
from bot.watches import tables as _watch_tables  # noqa: F401
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


class AlertRow(Base):
    """An alert (see `bot.alerts.alert`): one for each kind, school and year."""

    __tablename__ = "alerts"
    __table_args__ = (UniqueConstraint("kind", "school", "year", name="uq_alerts_kind_school_year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    school: Mapped[str] = mapped_column(String(7))
    year: Mapped[int]
    text: Mapped[dict[str, Any]]
    action: Mapped[dict[str, Any]]
    who: Mapped[str] = mapped_column(String(32))
    due: Mapped[date]
    raised_at: Mapped[datetime]
    since: Mapped[datetime]
    level: Mapped[int]
    urgent: Mapped[bool]
    acknowledged_by: Mapped[str | None] = mapped_column(String(32))
    snoozed_until: Mapped[datetime | None]
    snoozed_by: Mapped[str | None] = mapped_column(String(32))
    handed_to: Mapped[str | None] = mapped_column(String(32))
    handed_by: Mapped[str | None] = mapped_column(String(32))
    resolved_at: Mapped[datetime | None]
    revision: Mapped[int]


class OutboxRow(Base):
    """A message of the bot's own accord: by its unique key it is posted once, whoever tries how often.

    `about` and `revision` are an alert's. `created_at` and `sent_at` are by the clock in use, what a claim
    and a delay are counted by is the time as it is. `doubtful`: an attempt was begun of which nobody knows
    whether Slack took it.
    """

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    to: Mapped[str] = mapped_column(String(32))
    payload: Mapped[dict[str, Any]]
    about: Mapped[str | None] = mapped_column(String(64), index=True)
    revision: Mapped[int | None]
    any_time: Mapped[bool]
    created_at: Mapped[datetime]
    not_before: Mapped[datetime | None]
    attempts: Mapped[int]
    claimed_until: Mapped[datetime | None]
    doubtful: Mapped[bool]
    sent_at: Mapped[datetime | None]
    channel: Mapped[str | None] = mapped_column(String(32))
    ts: Mapped[str | None] = mapped_column(String(32))
    given_up_because: Mapped[str | None] = mapped_column(String(64))


class DigestDayRow(Base):
    """A day whose morning digests have been made, whether or not anybody had something to read."""

    __tablename__ = "digest_days"

    day: Mapped[date] = mapped_column(primary_key=True)
    made_at: Mapped[datetime]
