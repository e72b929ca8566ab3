"""The tables of housekeeping: reviews of accounts made by hand, the imported listing, where one is held."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from provisioning.store.tables.base import Base


class ReviewRow(Base):
    """A review decision on an account made by hand, with the fields before and after; never changed."""

    __tablename__ = "reviews"

    id: Mapped[int] = mapped_column(primary_key=True)
    # No foreign key: an account may be deleted, and the decisions on it stay.
    account: Mapped[int] = mapped_column(index=True)
    school: Mapped[str] = mapped_column(String(7))
    username: Mapped[str]
    choice: Mapped[str] = mapped_column("deed", String(20))
    until: Mapped[date | None]
    by: Mapped[str]
    at: Mapped[datetime]
    undoes: Mapped[int | None] = mapped_column(unique=True)
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any]]


class ListingRow(Base):
    """The state of `non_mis.csv` imported last; the stamp is blank while some of its rows are left out."""

    __tablename__ = "listings"

    file: Mapped[str] = mapped_column(primary_key=True)
    stamp: Mapped[str]
    as_of: Mapped[datetime]


class HeldListRow(Base):
    """A school at which a listing is held, as it would end many accounts at once, and since when."""

    __tablename__ = "held_lists"

    school: Mapped[str] = mapped_column(String(7), primary_key=True)
    stamp: Mapped[str]
    count: Mapped[int]
    total: Mapped[int]
    since: Mapped[datetime]
