"""The tables of what is decided: held and refused changes, relaxed safeguards, accounts in doubt."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from provisioning.ids import Fingerprint
from provisioning.store.tables.base import Base
from provisioning.store.tables.runs import RunRow
from provisioning.store.tables.schools import SchoolRow


class HeldRow(Base):
    """A change that a run holds for a person's decision."""

    __tablename__ = "held_changes"

    run: Mapped[int] = mapped_column(ForeignKey(RunRow.id), primary_key=True)
    fingerprint: Mapped[Fingerprint] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    person: Mapped[str] = mapped_column(String(8))
    identifier: Mapped[str]


class RefusalRow(Base):
    """A change that was rejected or undone; runs skip it until an extract asks for another."""

    __tablename__ = "refusals"

    school: Mapped[str] = mapped_column(ForeignKey(SchoolRow.number), primary_key=True)
    fingerprint: Mapped[Fingerprint] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    person: Mapped[str] = mapped_column(String(8))
    identifier: Mapped[str]
    run: Mapped[int] = mapped_column(ForeignKey(RunRow.id), index=True)


class RelaxationRow(Base):
    """A safeguard that lets pass up to so many at one school until a day: who said so, and why.

    `used` of `up_to` have been let pass; before migration 0015 there was no such limit.
    """

    __tablename__ = "relaxations"
    __table_args__ = (UniqueConstraint("school", "safeguard"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    school: Mapped[str] = mapped_column(ForeignKey(SchoolRow.number))
    safeguard: Mapped[str]
    up_to: Mapped[int | None]
    used: Mapped[int] = mapped_column(server_default="0")
    until: Mapped[date]
    why: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime]


class IdentityDecisionRow(Base):
    """A record and an account of which a person decides whether they are one person's; `id` names it.

    While `decided` is empty it waits. No foreign key to the account, as in the journal.
    """

    __tablename__ = "identity_decisions"
    __table_args__ = (UniqueConstraint("school", "account", "person"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    school: Mapped[str] = mapped_column(ForeignKey(SchoolRow.number))
    account: Mapped[int] = mapped_column(index=True)
    person: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(8))
    identifier: Mapped[str]
    record: Mapped[dict[str, Any]]
    asked_at: Mapped[datetime]
    announced_at: Mapped[datetime | None]
    decided: Mapped[str | None] = mapped_column(String(8))
    by: Mapped[str | None]
    at: Mapped[datetime | None]
