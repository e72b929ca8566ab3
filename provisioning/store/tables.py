"""The tables. Times are UTC; texts that people read are kept as keys and values, for either language.

The bot's own tables derive from `Base` too: the installation has one schema.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, cast

from sqlalchemy import JSON, ForeignKey, Index, MetaData, String, UniqueConstraint, text
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import DateTime, TypeDecorator

from provisioning.clock import system_time
from provisioning.ids import Fingerprint


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, aware in Python and UTC in every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert to UTC; a naive time raises `ValueError`."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone reached the store")
        return value.astimezone(UTC)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:
        """Return what restores the time zone, which SQLite does not store.

        It takes the place of SQLAlchemy's own, which makes two calls for each value, also for None.
        """
        read = self.impl_instance.result_processor(dialect, coltype)

        def moment(value: Any) -> datetime | None:
            if value is None:
                return None
            found = cast("datetime", read(value) if read else value)
            return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)

        return moment


class Base(DeclarativeBase):
    """The base of all tables; constraints are named, so that migrations can refer to them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it as it is
        datetime: UtcDateTime,
        dict[str, Any]: JSON(none_as_null=True),
        list[dict[str, Any]]: JSON,
        list[str]: JSON,
    }


ADDED_TO_ONLY = {"added_to_only": True}
"""What the `info` of a table says to which rows are only added; retention has a way of its own."""


class Recorded:
    """A row with the time as it is of its last change; None where an earlier version wrote it.

    By this time it is kept: its other times are by the clock in use, which may be set.
    """

    recorded_at: Mapped[datetime | None] = mapped_column(default=system_time, onupdate=system_time)


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


class AccountRow(Base):
    """An account; one per UPN in the whole installation, one per staff code in a school."""

    __tablename__ = "accounts"
    __table_args__ = (
        UniqueConstraint("school", "staff_code"),
        # Only staff are searched by name: a member of staff who moves gets a new account.
        Index(
            "ix_accounts_staff_name",
            "surname",
            "forename",
            sqlite_where=text("kind = 'staff'"),
            postgresql_where=text("kind = 'staff'"),
        ),
        Index(
            "ix_accounts_by_hand",
            "school",
            "kind",
            sqlite_where=text("kind IN ('non-mis', 'governor')"),
            postgresql_where=text("kind IN ('non-mis', 'governor')"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    school: Mapped[str] = mapped_column(ForeignKey("schools.number"))
    username: Mapped[str]
    username_key: Mapped[str] = mapped_column(unique=True)
    surname: Mapped[str]
    forename: Mapped[str]
    status: Mapped[str] = mapped_column(String(8))
    upn: Mapped[str | None] = mapped_column(String(13), unique=True)
    staff_code: Mapped[str | None]
    year_group: Mapped[str | None]
    class_name: Mapped[str | None]
    released_from: Mapped[str | None] = mapped_column(String(7))
    released_at: Mapped[datetime | None]
    arrived_from: Mapped[str | None] = mapped_column(String(7))
    arrived_at: Mapped[datetime | None]
    expires_on: Mapped[date | None]
    last_signed_in: Mapped[date | None]
    date_of_birth: Mapped[date | None]


class UsernameStemRow(Base):
    """How many usernames a stem has given out, so that none is ever given out again.

    The stem is a name: it is kept as a hash alone, see `provisioning.store.stem_keys`.
    """

    __tablename__ = "username_stems"

    stem: Mapped[str] = mapped_column(primary_key=True)
    given_out: Mapped[int]


class StemSecretRow(Base):
    """The secret of the hashes of stems, made once by a migration, and the mark of the settings' key.

    `key` is blank while the stems are kept without such a key.
    """

    __tablename__ = "stem_secrets"

    secret: Mapped[str] = mapped_column(String(64), primary_key=True)
    key: Mapped[str] = mapped_column(String(32))


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
        Index(
            "one_running_per_school",
            "school",
            unique=True,
            sqlite_where=text("status = 'running'"),
            postgresql_where=text("status = 'running'"),
        ),
        Index("ix_runs_school_status_id", "school", "status", "id"),
        Index("ix_runs_school_id", "school", "id"),
        # Whether a run is under way, or a held one is to be announced, is asked every few seconds.
        Index("ix_runs_status_announced_at", "status", "announced_at"),
        Index("ix_runs_slot", "slot"),
        Index("ix_runs_missed_slot", "missed_slot"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    school: Mapped[str] = mapped_column(ForeignKey("schools.number"))
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


class WaitRow(Base):
    """A school whose latest run was blocked: its learners are still active at the school `waits_for`."""

    __tablename__ = "waits"

    school: Mapped[str] = mapped_column(ForeignKey("schools.number"), primary_key=True)
    waits_for: Mapped[str] = mapped_column(ForeignKey("schools.number"), primary_key=True, index=True)


class FollowUpRow(Base):
    """A school to run again, because a run of another school has released learners for whom it waits.

    Where an export has shown the release, `because_of_run` is the newest run of any school at that time.
    """

    __tablename__ = "follow_ups"
    __table_args__ = (UniqueConstraint("school", "because_of_run"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    school: Mapped[str] = mapped_column(ForeignKey("schools.number"))
    because_of_run: Mapped[int] = mapped_column(ForeignKey("runs.id"), index=True)


class JournalRow(Base):
    """One change of a run: the account before and after, so that it can be explained and undone."""

    __tablename__ = "journal"

    id: Mapped[int] = mapped_column(primary_key=True)
    run: Mapped[int] = mapped_column(ForeignKey("runs.id"), index=True)
    # No foreign key: undoing a create deletes the account, and the journal stays.
    account: Mapped[int] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(String(12))
    person: Mapped[str] = mapped_column(String(8))
    identifier: Mapped[str]
    fingerprint: Mapped[Fingerprint] = mapped_column(String(64))
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any]]


class CorrectionRow(Base):
    """A correction that a person made of what no file overwrites: the field before and after, never changed.

    No foreign key to the account, as in the journal. `case` is that of the desk whose text was corrected; of
    a text only its length is kept.
    """

    __tablename__ = "corrections"

    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[int | None] = mapped_column(index=True)
    case: Mapped[int | None]
    field: Mapped[str] = mapped_column(String(24))
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any]]
    by: Mapped[str]
    at: Mapped[datetime]
    recorded_at: Mapped[datetime] = mapped_column(default=system_time)


class NoteRow(Base):
    """A note of a run about a person it left unchanged: blocked, vanished, paused, rejected, name differs."""

    __tablename__ = "run_notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    run: Mapped[int] = mapped_column(ForeignKey("runs.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    person: Mapped[str] = mapped_column(String(8))
    identifier: Mapped[str]
    school: Mapped[str | None] = mapped_column(String(7))
    file: Mapped[str | None]
    line: Mapped[int | None]
    reason: Mapped[str | None]


class HeldRow(Base):
    """A change that a run holds for a person's decision."""

    __tablename__ = "held_changes"

    run: Mapped[int] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    fingerprint: Mapped[Fingerprint] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    person: Mapped[str] = mapped_column(String(8))
    identifier: Mapped[str]


class RefusalRow(Base):
    """A change that was rejected or undone; runs skip it until an extract asks for another."""

    __tablename__ = "refusals"

    school: Mapped[str] = mapped_column(ForeignKey("schools.number"), primary_key=True)
    fingerprint: Mapped[Fingerprint] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    person: Mapped[str] = mapped_column(String(8))
    identifier: Mapped[str]
    run: Mapped[int] = mapped_column(ForeignKey("runs.id"), index=True)


class RelaxationRow(Base):
    """A safeguard that lets pass up to so many at one school until a day: who said so, and why.

    `used` of `up_to` have been let pass; before migration 0015 there was no such limit.
    """

    __tablename__ = "relaxations"
    __table_args__ = (UniqueConstraint("school", "safeguard"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    school: Mapped[str] = mapped_column(ForeignKey("schools.number"))
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
    school: Mapped[str] = mapped_column(ForeignKey("schools.number"))
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


class CoveredRow(Base):
    """A complete record of the extract that a school's last successful run applied."""

    __tablename__ = "covered_records"

    school: Mapped[str] = mapped_column(ForeignKey("schools.number"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    identifier: Mapped[str] = mapped_column(primary_key=True)
    joins_on: Mapped[date]
    leaving_date: Mapped[date | None]
    year_group: Mapped[str | None]
    class_name: Mapped[str | None]


class AppliedFileRow(Base):
    """A file of the extract that a school applied last, and what tells whether the next one is whole."""

    __tablename__ = "applied_files"

    school: Mapped[str] = mapped_column(ForeignKey("schools.number"), primary_key=True)
    file: Mapped[str] = mapped_column(primary_key=True)
    line_end: Mapped[bool | None]
    mostly_rejected: Mapped[bool]


class PortalReadingRow(Base):
    """The portal export that a school's accounts are from: its stamp and when it was written.

    `refused` is the stamp of the export that was last read and refused; `whole` says whether the export ended
    with a line end.
    """

    __tablename__ = "portal_readings"

    school: Mapped[str] = mapped_column(ForeignKey("schools.number"), primary_key=True)
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


class ClientLogRow(Base):
    """A line of the log of a school's own client that a run started, masked.

    `person` and `identifier` are those of a person that the line mentions; None in the log's last lines.
    """

    __tablename__ = "client_log"

    id: Mapped[int] = mapped_column(primary_key=True)
    run: Mapped[int] = mapped_column(ForeignKey("runs.id"), index=True)
    line: Mapped[int]
    person: Mapped[str | None] = mapped_column(String(8))
    identifier: Mapped[str | None]
    text: Mapped[str]


class LocalDateRow(Base):
    """A key date set by a local authority; `days` has several for `must_run_on`."""

    __tablename__ = "local_dates"

    local_authority: Mapped[str] = mapped_column(String(3), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(24), primary_key=True)
    days: Mapped[list[str]]
    by: Mapped[str]
    at: Mapped[datetime]


class TickRow(Base):
    """Work that one process of those on a database does, when it was last claimed, and who keeps it.

    `holder` is the process that goes on with it, as text; None where each time another may be first.
    """

    __tablename__ = "ticks"

    name: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    holder: Mapped[str | None]
