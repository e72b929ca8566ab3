"""The tables of what was read: records and files of extracts, exports of the portal."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from provisioning.store.tables.base import Base
from provisioning.store.tables.schools import SchoolRow


class CoveredRow(Base):
    """A complete record of the extract that a school's last successful run applied."""

    __tablename__ = "covered_records"

    school: Mapped[str] = mapped_column(ForeignKey(SchoolRow.number), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    identifier: Mapped[str] = mapped_column(primary_key=True)
    joins_on: Mapped[date]
    leaving_date: Mapped[date | None]
    year_group: Mapped[str | None]
    class_name: Mapped[str | None]


class AppliedFileRow(Base):
    """A file of the extract that a school applied last, and what tells whether the next one is whole."""

    __tablename__ = "applied_files"

    school: Mapped[str] = mapped_column(ForeignKey(SchoolRow.number), primary_key=True)
    file: Mapped[str] = mapped_column(primary_key=True)
    line_end: Mapped[bool | None]
    mostly_rejected: Mapped[bool]


class PortalReadingRow(Base):
    """The portal export that a school's accounts are from: its stamp and when it was written.

    `refused` is the stamp of the export that was last read and refused; `whole` says whether the export ended
    with a line end.
    """

    __tablename__ = "portal_readings"

    school: Mapped[str] = mapped_column(ForeignKey(SchoolRow.number), primary_key=True)
    stamp: Mapped[str | None]
    as_of: Mapped[datetime | None]
    refused: Mapped[str | None]
    whole: Mapped[bool | None]


class PortalUnreadRow(Base):
    """A row of the portal's export that could not be read; its account stays as last read.

    `reading` is the file's school, blank for a file of all schools. `school` and `identifier` are those of
    the account, or of the row where it could be read.
    """

    __tablename__ = "portal_unread"

    id: Mapped[int] = mapped_column(primary_key=True)
    reading: Mapped[str] = mapped_column(String(7), index=True)
    school: Mapped[str | None] = mapped_column(String(7))
    identifier: Mapped[str | None]
    username: Mapped[str]
    line: Mapped[int]
    problem: Mapped[dict[str, Any]]
