"""The audit: who looked up or changed what, when, through which entry point, with what outcome.

Records are only added: the database refuses to change a row or to delete a new one, only retention deletes,
and a chain of hashes shows what was done past the database (`bot.people.audit_chain`).
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from bot.people import audit_chain
from bot.people.tables import AuditRow
from bot.version import VERSION
from knowledge.visible import one_line
from provisioning import upn
from provisioning.clock import system_time
from provisioning.errors import KnownError
from provisioning.store.database import Database

ALREADY = "already"
ASKED_BACK = "asked-back"
BEGUN = "begun"
ELSEWHERE = "elsewhere"
ERROR = "error:"
"""How the outcome begins of what ended with a known error; its id is behind it."""
GONE = "gone"
OK = "ok"
OUTSIDER = "outsider"
"""The action of a request that was refused because its user is no person of this workspace."""
REFUSED = "refused"
STARTED = f"started:{VERSION}"
"""The outcome of a program that stays, at its start: which version makes the records from then on."""

_LONGEST = 80
"""Characters of a subject or an outcome, as the columns of the table hold them."""

_SEALED_AT_ONCE = 50
"""Records that an answer waits for to be sealed: its own, and a few that are left of others."""


@dataclass(frozen=True)
class AuditRecord:
    """A look-up or change.

    `who` is a Slack user id, `cli:<name>`, `api:<token>` or `schedule`; `entry_point` is `slack`, `cli`,
    `api` or `schedule`; `action` is a verb or command, `subject` an identifier. `outcome` is the cause that a
    diagnosis found, a run's status, a constant of this module, or `error:<name>`. `at` is by the clock in
    use; `recorded_at`, of a record that has been read, is the time as it was.
    """

    at: datetime
    who: str
    entry_point: str
    action: str
    school: str | None
    subject: str | None
    outcome: str
    recorded_at: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True)
class AuditFilter:
    """Which audit records are wanted; a field that is None does not narrow.

    `since` and `until`, which is exclusive, go by the time as it was, not by the clock in use.
    """

    who: str | None = None
    entry_point: str | None = None
    action: str | None = None
    school: str | None = None
    subject: str | None = None
    since: datetime | None = None
    until: datetime | None = None


def record(session: Session, *records: AuditRecord) -> None:
    """Add `records` in the transaction of `session`; if this fails, nothing may be shown."""
    if records:
        session.execute(insert(AuditRow), [_row(entry) for entry in records])


def keep(database: Database, *records: AuditRecord) -> None:
    """Add and seal `records` in a transaction of their own, before anything is shown; may wait for a run."""
    if records:
        with database.writing() as session:
            record(session, *records)
            audit_chain.seal(session, at_most=_SEALED_AT_ONCE)


def read(session: Session, wanted: AuditFilter, last: int | None = None) -> list[AuditRecord]:
    """Return the records that match `wanted`, newest first; at most `last`, if given."""
    query = select(AuditRow).order_by(AuditRow.id.desc())
    for name in ("who", "entry_point", "action", "school"):
        if (value := getattr(wanted, name)) is not None:
            query = query.where(getattr(AuditRow, name) == value)
    if wanted.subject is not None:
        query = query.where(AuditRow.subject == subject_of(wanted.subject))
    if wanted.since is not None:
        query = query.where(AuditRow.recorded_at >= wanted.since)
    if wanted.until is not None:
        query = query.where(AuditRow.recorded_at < wanted.until)
    return [_record(row) for row in session.scalars(query.limit(last))]


def done_by(session: Session, who: str, actions: Collection[str], since: datetime) -> list[AuditRecord]:
    """Return what `who` has done of `actions` since a moment, as the time was, newest first."""
    own = AuditRow.who == who, AuditRow.action.in_(sorted(actions)), AuditRow.recorded_at >= since
    query = select(AuditRow).where(*own).order_by(AuditRow.recorded_at.desc(), AuditRow.id.desc())
    return [_record(row) for row in session.scalars(query)]


def _record(row: AuditRow) -> AuditRecord:
    return AuditRecord(
        at=row.at,
        who=row.who,
        entry_point=row.entry_point,
        action=row.action,
        school=row.school,
        subject=row.subject,
        outcome=row.outcome,
        recorded_at=row.recorded_at,
    )


def subject_of(typed: str) -> str | None:
    """Return a typed identifier as the audit holds it, in capitals without spaces; None for a blank."""
    return upn.normalise(typed)[:_LONGEST] or None


def outcome_of(error: KnownError) -> str:
    """Return the outcome of what ended with `error`: `error:<name>`."""
    return ERROR + error.name


def _row(entry: AuditRecord) -> dict[str, object]:
    """Return the row of `entry`, with its texts cut to the columns' lengths."""
    return {
        "at": entry.at,
        "recorded_at": system_time(),
        "who": one_line(entry.who)[:64],
        "entry_point": entry.entry_point,
        "action": one_line(entry.action),
        "school": one_line(entry.school or "")[:7] or None,
        "subject": subject_of(entry.subject or ""),
        "outcome": one_line(entry.outcome)[:_LONGEST],
    }
