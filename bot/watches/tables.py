"""The table of watches."""

from datetime import datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from provisioning.store.tables.base import Base


class WatchRow(Base):
    """A watch (see `bot.watches.watch`); deleted as it ends, for it names a person."""

    __tablename__ = "watches"
    __table_args__ = (UniqueConstraint("user", "school", "question", "identifier"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user: Mapped[str] = mapped_column(String(32))
    school: Mapped[str] = mapped_column(String(7))
    question: Mapped[str] = mapped_column(String(32))
    identifier: Mapped[str] = mapped_column(String(64), index=True)
    cause: Mapped[str] = mapped_column(String(64))
    since: Mapped[datetime]
