"""Runs in the store: begun, finished, found; and what the last applied extract held."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, delete, insert, select
from sqlalchemy.orm import Session

from knowledge.texts import Text
from provisioning.records import Extract, Kind, Learner, Plan, Record, RunStatus
from provisioning.store.tables import CoveredRow, NoteRow, RunRow

COUNTS = (
    "create",
    "match",
    "reactivate",
    "update",
    "release",
    "blocked",
    "vanished",
    "paused",
    "held",
    "rejected",
    "unchanged",
)


@dataclass(frozen=True)
class Run:
    """A run as it is told: by the clock in use, with its counts, and its error as a text."""

    id: int | None
    school: str
    status: RunStatus
    started_at: datetime
    finished_at: datetime | None
    started_by: str
    counts: Mapping[str, int]
    held_by: tuple[str, ...] = ()
    error: Text | None = None


@dataclass(frozen=True)
class Covered:
    """A record as the last successful run had it."""

    kind: Kind
    identifier: str
    joins_on: date
    leaving_date: date | None
    year_group: str | None
    class_name: str | None


def latest(session: Session, school: str) -> Run | None:
    """A school's latest finished run."""
    query = select(RunRow).where(RunRow.school == school, RunRow.status != RunStatus.RUNNING)
    row = session.scalars(query.order_by(RunRow.id.desc()).limit(1)).first()
    return None if row is None else run_of(row)


def last_success(session: Session, school: str) -> Run | None:
    """A school's last successful run: the 'last run' of the guide."""
    query = select(RunRow).where(RunRow.school == school, RunRow.status == RunStatus.SUCCEEDED)
    row = session.scalars(query.order_by(RunRow.id.desc()).limit(1)).first()
    return None if row is None else run_of(row)


def newest(session: Session, school: str | None, last: int | None) -> list[Run]:
    """Runs, newest first; of one school and no more than `last` where these are given."""
    query = select(RunRow).order_by(RunRow.id.desc())
    if school is not None:
        query = query.where(RunRow.school == school)
    return [run_of(row) for row in session.scalars(query.limit(last))]


def covered(session: Session, school: str) -> dict[tuple[Kind, str], Covered]:
    """The complete records of a school's last applied extract, by kind and identifier."""
    query = select(CoveredRow).where(CoveredRow.school == school)
    return {
        (Kind(row.kind), row.identifier): Covered(
            Kind(row.kind), row.identifier, row.joins_on, row.leaving_date, row.year_group, row.class_name
        )
        for row in session.scalars(query)
    }


def cover(session: Session, extract: Extract) -> None:
    """Remember an applied extract's complete records; only what differs is written."""
    held = covered(session, extract.school)
    wanted = {(record.kind, record.identifier): _covered(record) for record in extract.records}
    stale = [record for key, record in held.items() if wanted.get(key) != record]
    new = [record for key, record in wanted.items() if held.get(key) != record]
    if stale:
        session.connection().execute(_FORGET, [_key(extract.school, record) for record in stale])
    if new:
        rows = [
            {
                "school": extract.school,
                "kind": record.kind.value,
                "identifier": record.identifier,
                "joins_on": record.joins_on,
                "leaving_date": record.leaving_date,
                "year_group": record.year_group,
                "class_name": record.class_name,
            }
            for record in new
        ]
        session.execute(insert(CoveredRow), rows)


_TABLE = cast("Table", CoveredRow.__table__)
_FORGET = delete(_TABLE).where(
    _TABLE.c.school == bindparam("of_school"),
    _TABLE.c.kind == bindparam("of_kind"),
    _TABLE.c.identifier == bindparam("of_identifier"),
)


def _key(school: str, record: Covered) -> dict[str, str]:
    return {"of_school": school, "of_kind": record.kind.value, "of_identifier": record.identifier}


def note(session: Session, run: int, plan: Plan) -> None:
    """Keep what a run noticed: its notes and its rejected rows."""
    rows: list[dict[str, Any]] = [
        {
            "run": run,
            "kind": note.kind.value,
            "person": note.person.value,
            "identifier": note.identifier,
            "school": note.school,
            "file": None,
            "line": None,
            "reason": None,
        }
        for note in plan.notes
    ] + [
        {
            "run": run,
            "kind": "rejected",
            "person": row.kind.value,
            "identifier": row.identifier,
            "school": None,
            "file": row.file,
            "line": row.line,
            "reason": row.reason.value,
        }
        for row in plan.rejections
    ]
    if rows:
        session.execute(insert(NoteRow), rows)


def count(plan: Plan) -> dict[str, int]:
    """The counts of a plan, every one of the contract's names present."""
    counts = dict.fromkeys(COUNTS, 0)
    for kind in _kinds(plan):
        if kind in counts:
            counts[kind] += 1
    return counts | {"rejected": len(plan.rejections), "unchanged": plan.unchanged}


def _kinds(plan: Plan) -> Iterable[str]:
    yield from (change.kind.value for change in plan.changes)
    yield from (note.kind.value for note in plan.notes)


def _covered(record: Record) -> Covered:
    of_class = (record.year_group, record.class_name) if isinstance(record, Learner) else (None, None)
    return Covered(record.kind, record.identifier, record.joins_on, record.leaving_date, *of_class)


def run_of(row: RunRow) -> Run:
    """A row of the table as the value that is handed on."""
    return Run(
        id=row.id,
        school=row.school,
        status=RunStatus(row.status),
        started_at=row.started_at,
        finished_at=row.finished_at,
        started_by=row.started_by,
        counts=row.counts,
        held_by=tuple(row.held_by),
        error=Text.from_json(row.error) if row.error else None,
    )


def has_slot(session: Session, school: str, slot: datetime) -> bool:
    """Whether a school has had its run for a scheduled time."""
    query = select(RunRow.id).where(RunRow.school == school, RunRow.slot == slot)
    return session.scalars(query).first() is not None
