"""The bot's own tables: who may see what, and how they like to be spoken to."""

from datetime import date, datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from provisioning.store.tables import Base


class GrantRow(Base):
    """A Slack user's role over a scope: a school's number, a local authority's code, or `*` for all."""

    __tablename__ = "grants"
    __table_args__ = (UniqueConstraint("user", "role", "scope"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user: Mapped[str] = mapped_column(String(32), index=True)
    role: Mapped[str] = mapped_column(String(32))
    scope: Mapped[str] = mapped_column(String(7))
    ends_on: Mapped[date | None]
    granted_at: Mapped[datetime]


class PreferenceRow(Base):
    """What a Slack user chose: a language, where it is not to be Slack's own."""

    __tablename__ = "preferences"

    user: Mapped[str] = mapped_column(String(32), primary_key=True)
    language: Mapped[str | None] = mapped_column(String(2))
