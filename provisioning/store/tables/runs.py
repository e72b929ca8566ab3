"""The tables of runs: what each did and noted, and which schools wait for others or run again."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from provisioning.ids import Fingerprint
from provisioning.store.tables.base import Base, Recorded, partial_index
from provisioning.store.tables.schools import SchoolRow


class RunRow(Recorded, Base):
    """One execution of provisioning for one school.

    `slot` is the scheduled time that the run has had; an interrupted run has not had its own, which moves to
    `missed_slot`. A run that found everything as an earlier run left it `rests_on` that one, and its notes
    are those. A run restricted to some people has `only` how many were asked for, and `others` how many
    changes of other people wait for the next run; nothing here says who they are.
    """

    __tablename__ = "runs"
    __table_args__ = (
        UniqueConstraint("school", "slot"),
        # The lock of a school, across processes and machines: only one running row can be inserted.
        partial_index("one_running_per_school", "school", unique=True, where="status = 'running'"),
        Index("ix_runs_school_status_id", "school", "status", "id"),
        Index("ix_runs_school_id", "school", "id"),
        # Whether a run is under way, or a held one is to be announced, is asked every few seconds.
        Index("ix_runs_status_announced_at", "status", "announced_at"),
        Index("ix_runs_slot", "slot"),
        Index("ix_runs_missed_slot", "missed_slot"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    school: Mapped[str] = mapped_column(ForeignKey(SchoolRow.number))
    status: Mapped[str] = mapped_column(String(12))
    started_by: Mapped[str]
    slot: Mapped[datetime | None]
    missed_slot: Mapped[datetime | None]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    holder: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    fingerprint: Mapped[Fingerprint | None] = mapped_column(String)
    basis: Mapped[str | None] = mapped_column(String(64))
    asks_on: Mapped[date | None]
    undoes: Mapped[int | None] = mapped_column(unique=True)
    rests_on: Mapped[int | None] = mapped_column(index=True)
    only: Mapped[int | None]
    others: Mapped[int | None]
    decision: Mapped[str | None] = mapped_column(String(12))
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    taken_back_by: Mapped[str | None]
    taken_back_at: Mapped[datetime | None]
    announced_at: Mapped[datetime | None]
    counts: Mapped[dict[str, Any]]
    holds: Mapped[list[dict[str, Any]]]
    error: Mapped[dict[str, Any] | None]


class NoteRow(Base):
    """A note of a run about a person it left unchanged: blocked, vanished, paused, rejected, name differs."""

    __tablename__ = "run_notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    run: Mapped[int] = mapped_column(ForeignKey(RunRow.id), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    person: Mapped[str] = mapped_column(String(8))
    identifier: Mapped[str]
    school: Mapped[str | None] = mapped_column(String(7))
    file: Mapped[str | None]
    line: Mapped[int | None]
    reason: Mapped[str | None]


class ClientLogRow(Base):
    """A line of the log of a school's own client that a run started, masked.

    `person` and `identifier` are those of a person that the line mentions; None in the log's last lines.
    """

    __tablename__ = "client_log"

    id: Mapped[int] = mapped_column(primary_key=True)
    run: Mapped[int] = mapped_column(ForeignKey(RunRow.id), index=True)
    line: Mapped[int]
    person: Mapped[str | None] = mapped_column(String(8))
    identifier: Mapped[str | None]
    text: Mapped[str]


class WaitRow(Base):
    """A school whose latest run was blocked: its learners are still active at the school `waits_for`."""

    __tablename__ = "waits"

    school: Mapped[str] = mapped_column(ForeignKey(SchoolRow.number), primary_key=True)
    waits_for: Mapped[str] = mapped_column(ForeignKey(SchoolRow.number), primary_key=True, index=True)


class FollowUpRow(Base):
    """A school to run again, because a run of another school has released learners for whom it waits.

    Where an export has shown the release, `because_of_run` is the newest run of any school at that time.
    """

    __tablename__ = "follow_ups"
    __table_args__ = (UniqueConstraint("school", "because_of_run"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    school: Mapped[str] = mapped_column(ForeignKey(SchoolRow.number))
    because_of_run: Mapped[int] = mapped_column(ForeignKey(RunRow.id), index=True)
