"""The service desk's tables: cases, what happened to them, and the askings that led to them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from provisioning.store.tables import Base


class CaseRow(Base):
    """A case (see `bot.desk.case`), by its number, which is never given twice.

    `sameness` is unique while the case is open: the same person and cause is one case. `checked_at` is when
    the records were last looked at for it. `first_cause` stays what stood in the way when it was opened.
    """

    __tablename__ = "cases"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 - SQLAlchemy reads it as it is

    number: Mapped[int] = mapped_column(primary_key=True)
    opened_at: Mapped[datetime]
    opened_by: Mapped[str] = mapped_column(String(32))
    language: Mapped[str] = mapped_column(String(2))
    state: Mapped[str] = mapped_column(String(16), index=True)
    school: Mapped[str | None] = mapped_column(String(7), index=True)
    question: Mapped[str | None] = mapped_column(String(32))
    identifier: Mapped[str | None] = mapped_column(String(64), index=True)
    entry: Mapped[str | None] = mapped_column(String(64))
    cause: Mapped[str | None] = mapped_column(String(64))
    first_cause: Mapped[str | None] = mapped_column(String(64))
    found: Mapped[dict[str, Any] | None]
    taken_by: Mapped[str | None] = mapped_column(String(32))
    waiting_for: Mapped[str | None] = mapped_column(String(32))
    waiting_until: Mapped[date | None]
    reason: Mapped[str | None] = mapped_column(String(32))
    resolved_at: Mapped[datetime | None]
    revision: Mapped[int]
    dedup_key: Mapped[str | None] = mapped_column("sameness", String(160), unique=True)
    checked_at: Mapped[datetime]


class CaseEventRow(Base):
    """Something that happened to a case; only ever added."""

    __tablename__ = "case_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    case: Mapped[int] = mapped_column(ForeignKey("cases.number"), index=True)
    deed: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(32))
    said: Mapped[dict[str, Any]]
    to: Mapped[str | None] = mapped_column(String(32))
    note: Mapped[str] = mapped_column(Text)


class CaseEnquiryRow(Base):
    """Somebody's asking, with what they wrote: personal data, shown to those who may see every case of it."""

    __tablename__ = "case_askings"

    id: Mapped[int] = mapped_column(primary_key=True)
    case: Mapped[int] = mapped_column(ForeignKey("cases.number"), index=True)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(32))
    door: Mapped[str] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(2))
    writer: Mapped[str | None] = mapped_column(String(32))
    text: Mapped[str] = mapped_column(Text)
    together: Mapped[str | None] = mapped_column(String(32), index=True)
