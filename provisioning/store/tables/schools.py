"""The tables of schools, and of the key dates that local authorities set."""

from datetime import date, datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from provisioning.store.tables.base import Base


class SchoolRow(Base):
    """A maintained school, by its 7-digit DfES number."""

    __tablename__ = "schools"

    number: Mapped[str] = mapped_column(String(7), primary_key=True)
    name: Mapped[str]
    name_cy: Mapped[str]
    local_authority: Mapped[str] = mapped_column(String(3), index=True)
    phase: Mapped[str]
    final_year: Mapped[str | None]
    managed_by: Mapped[str]
    contact: Mapped[str]
    source: Mapped[str] = mapped_column(String(10), server_default="csv")
    closed_on: Mapped[date | None] = mapped_column(index=True)
    successor: Mapped[str | None] = mapped_column(String(7))


class LocalDateRow(Base):
    """A key date set by a local authority; `days` has several for `must_run_on`."""

    __tablename__ = "local_dates"

    local_authority: Mapped[str] = mapped_column(String(3), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(24), primary_key=True)
    days: Mapped[list[str]]
    by: Mapped[str]
    at: Mapped[datetime]
