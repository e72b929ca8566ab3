"""The service desk's tables: cases, their events, and their enquiries."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from provisioning.store.tables.base import Base, Recorded


class CaseRow(Recorded, Base):
    """A case (see `bot.desk.case`), by its number, which is never given twice.

    `dedup_key` is set while the case is open, so that a person and cause have only one case. `checked_at` is
    when its diagnosis was last carried out. `first_cause` is the first cause that was found.
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


class CaseEventRow(Recorded, Base):
    """An event of a case; never changed, but for its note, which is emptied in the end."""

    __tablename__ = "case_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    case: Mapped[int] = mapped_column(ForeignKey("cases.number"), index=True)
    kind: Mapped[str] = mapped_column("deed", String(16))
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(32))
    said: Mapped[dict[str, Any]]
    to: Mapped[str | None] = mapped_column(String(32))
    note: Mapped[str] = mapped_column(Text)


class CaseEnquiryRow(Base):
    """An enquiry; its text is personal data, shown only to users who work on every case of that text."""

    __tablename__ = "case_askings"

    id: Mapped[int] = mapped_column(primary_key=True)
    case: Mapped[int] = mapped_column(ForeignKey("cases.number"), index=True)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(32))
    source: Mapped[str] = mapped_column("door", String(16))
    language: Mapped[str] = mapped_column(String(2))
    writer: Mapped[str | None] = mapped_column(String(32))
    text: Mapped[str] = mapped_column(Text)
    text_id: Mapped[str | None] = mapped_column("together", String(32), index=True)
