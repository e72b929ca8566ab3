"""The audit: who looked up or changed what, when, by which door, with what outcome.

Rows are only ever added. The database refuses to alter one, and only the retention job deletes any.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from bot.people.tables import AuditRow
from provisioning import upn
from provisioning.errors import KnownError
from provisioning.store.database import Database

ALREADY = "already"
ASKED_BACK = "asked-back"
BEGUN = "begun"
GONE = "gone"
OK = "ok"
REFUSED = "refused"

_LONGEST = 80


@dataclass(frozen=True)
class AuditRecord:
    """One look-up or change. `who` is a Slack user, `cli:<name>` or `schedule`; `subject` an identifier.

    `outcome` is the cause that a diagnosis found, a run's status, one of the words above, or `error:<name>`.
    """

    at: datetime
    who: str
    door: str
    deed: str
    school: str | None
    subject: str | None
    outcome: str


@dataclass(frozen=True)
class AuditFilter:
    """Which rows of the audit are wanted; what is None is not asked for. `until` is exclusive."""

    who: str | None = None
    door: str | None = None
    deed: str | None = None
    school: str | None = None
    subject: str | None = None
    since: datetime | None = None
    until: datetime | None = None


def record(session: Session, *looked: AuditRecord) -> None:
    """Record what was looked up or changed; whoever can't record it must not show it."""
    if looked:
        session.execute(insert(AuditRow), [_row(one) for one in looked])


def keep(database: Database, *looked: AuditRecord) -> None:
    """Record in a transaction of its own, before anything is shown; it waits for one school's run at most."""
    if looked:
        with database.writing() as session:
            record(session, *looked)


def read(session: Session, wanted: AuditFilter, last: int | None = None) -> list[AuditRecord]:
    """What the audit holds, newest first; no more than `last` where that is given."""
    query = select(AuditRow).order_by(AuditRow.id.desc())
    for name in ("who", "door", "deed", "school"):
        if (value := getattr(wanted, name)) is not None:
            query = query.where(getattr(AuditRow, name) == value)
    if wanted.subject is not None:
        query = query.where(AuditRow.subject == subject_of(wanted.subject))
    if wanted.since is not None:
        query = query.where(AuditRow.at >= wanted.since)
    if wanted.until is not None:
        query = query.where(AuditRow.at < wanted.until)
    return [
        AuditRecord(row.at, row.who, row.door, row.deed, row.school, row.subject, row.outcome)
        for row in session.scalars(query.limit(last))
    ]


def subject_of(typed: str) -> str | None:
    """The identifier that was typed, as the audit has it: capitals without spaces; nothing for a blank."""
    return upn.normalise(typed)[:_LONGEST] or None


def outcome_of(error: KnownError) -> str:
    """How it ended for somebody who was told of a known error."""
    return error.said.key.replace(".", ":", 1)


def _row(one: AuditRecord) -> dict[str, object]:
    """A row that fits, whatever somebody has typed or forged."""
    return {
        "at": one.at,
        "who": one.who[:64],
        "door": one.door,
        "deed": one.deed,
        "school": (one.school or "")[:7] or None,
        "subject": subject_of(one.subject or ""),
        "outcome": one.outcome[:_LONGEST],
    }
