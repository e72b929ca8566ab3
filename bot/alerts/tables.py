"""The tables of the alerts."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from provisioning.store.tables.base import Base


class AlertRow(Base):
    """An alert (see `bot.alerts.alert`): one row for each kind, school and year."""

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
    freed_from: Mapped[str | None] = mapped_column(String(32))
    resolved_at: Mapped[datetime | None]
    revision: Mapped[int]


class DigestToldRow(Base):
    """What a user's digests have told, the last one on `day` (see `bot.alerts.told`)."""

    __tablename__ = "digests_told"

    user: Mapped[str] = mapped_column(String(32), primary_key=True)
    day: Mapped[date]
    keys: Mapped[list[str]]


class DigestDayRow(Base):
    """A day whose morning digests have been made, even where no user had anything to read."""

    __tablename__ = "digest_days"

    day: Mapped[date] = mapped_column(primary_key=True)
    made_at: Mapped[datetime]


class StageDayRow(Base):
    """How a stage of a school's rollover stands, and the day on which it closed (`bot.alerts.stage_days`)."""

    __tablename__ = "stage_days"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    school: Mapped[str] = mapped_column(String(7), primary_key=True)
    stage: Mapped[str] = mapped_column(String(32), primary_key=True)
    applies: Mapped[bool]
    closed_on: Mapped[date | None]
