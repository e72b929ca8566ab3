"""The tables of requests, of their askers, and of the records that they are about."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from provisioning.store.tables.base import Base, Recorded, partial_index


class RequestRow(Recorded, Base):
    """A request (see `bot.requests.request`); while open, the only one for its school and cause."""

    __tablename__ = "requests"
    __table_args__ = (
        partial_index("one_open_request", "school", "cause", unique=True, where="ended IS NULL"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    school: Mapped[str] = mapped_column(String(7))
    cause: Mapped[str] = mapped_column(String(64))
    asked_at: Mapped[datetime]
    to: Mapped[list[str]]
    passed: Mapped[list[str]]
    taken_by: Mapped[str | None] = mapped_column(String(32))
    taken_at: Mapped[datetime | None]
    tried: Mapped[str | None] = mapped_column(String(64))
    tried_by: Mapped[str | None] = mapped_column(String(32))
    tried_at: Mapped[datetime | None]
    ended: Mapped[str | None] = mapped_column(String(8))
    ended_by: Mapped[str | None] = mapped_column(String(32))
    ended_at: Mapped[datetime | None]
    ran_at: Mapped[datetime | None]
    revision: Mapped[int]


class RequestAskRow(Base):
    """An asker of a request: `user`, on behalf of `school`, about a number of people there."""

    __tablename__ = "request_asks"
    __table_args__ = (UniqueConstraint("request", "user", "school"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    request: Mapped[int] = mapped_column(ForeignKey("requests.id"), index=True)
    user: Mapped[str] = mapped_column(String(32), index=True)
    school: Mapped[str] = mapped_column(String(7))
    people: Mapped[int]
    at: Mapped[datetime]


class RequestRecordRow(Base):
    """A record that a request asks its school to put right; `school` misses the person with `identifier`.

    `shown` is what the school's record of a learner who `stays` showed as that was answered, as a hash.
    """

    __tablename__ = "request_records"

    id: Mapped[int] = mapped_column(primary_key=True)
    request: Mapped[int] = mapped_column(ForeignKey("requests.id"), index=True)
    school: Mapped[str] = mapped_column(String(7))
    identifier: Mapped[str] = mapped_column(String(255), index=True)
    stays: Mapped[bool]
    shown: Mapped[str | None] = mapped_column(String(64))
