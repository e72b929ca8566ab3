"""The tables of housekeeping: what was done to accounts made by hand, and which list they are from."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from provisioning.store.tables import Base


class ReviewRow(Base):
    """One deed on an account made by hand, with the account before and after; never changed or removed."""

    __tablename__ = "reviews"

    id: Mapped[int] = mapped_column(primary_key=True)
    # No foreign key: an account may be forgotten, and what was decided on it stays.
    account: Mapped[int] = mapped_column(index=True)
    school: Mapped[str] = mapped_column(String(7))
    username: Mapped[str]
    deed: Mapped[str] = mapped_column(String(20))
    until: Mapped[date | None]
    by: Mapped[str]
    at: Mapped[datetime]
    undoes: Mapped[int | None] = mapped_column(unique=True)
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any]]


class ListingRow(Base):
    """Which state of `non_mis.csv` was taken in last; the stamp is blank while rows of it are left out."""

    __tablename__ = "listings"

    file: Mapped[str] = mapped_column(primary_key=True)
    stamp: Mapped[str]
    as_of: Mapped[datetime]
