"""Runs in the store: begun, finished, found; and what the last applied extract held."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, delete, insert, select
from sqlalchemy.orm import Session

from knowledge.texts import Text
from provisioning.errors import KnownError
from provisioning.records import (
    Change,
    ChangeKind,
    Covered,
    Extract,
    Hold,
    Kind,
    Learner,
    Plan,
    Record,
    RunStatus,
)
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
    holds: tuple[Hold, ...] = ()
    error: Text | None = None
    undoes: int | None = None
    extract: str | None = None
    decision: str | None = None
    decided_by: str | None = None

    @property
    def undoable(self) -> bool:
        """Whether the run changed accounts that an undo could put back; whether one has, the store knows."""
        return self.undoes is None and any(self.counts[kind] for kind in ChangeKind)

    @property
    def known_id(self) -> int:
        """The id of a run that is stored: all but dry runs."""
        if self.id is None:
            raise ValueError("a dry run has no id")
        return self.id

    @property
    def held_by(self) -> tuple[str, ...]:
        """The ids of the safeguards that held something back."""
        return tuple(hold.safeguard for hold in self.holds)


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


def one(session: Session, run: int) -> Run:
    """A run by its id; an unknown one is a known error."""
    return run_of(row_of(session, run))


def row_of(session: Session, run: int, *, lock: bool = False) -> RunRow:
    """A run's row; an id that no run has, or could have, is a known error."""
    row = session.get(RunRow, run, with_for_update=lock) if 0 < run <= _LAST_ID else None
    if row is None:
        raise KnownError("run-unknown", run=run)
    return row


_LAST_ID = 2**31 - 1


def undone_by(session: Session, run: int) -> int | None:
    """The run that undid a run."""
    return session.scalars(select(RunRow.id).where(RunRow.undoes == run)).first()


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
    """Remember an applied extract's complete records; only what differs is written.

    What an extract does not cover stays as it was.
    """
    held = covered(session, extract.school)
    wanted = {(record.kind, record.identifier): _covered(record) for record in extract.records}
    stale = [
        record
        for key, record in held.items()
        if wanted.get(key) != record and (key in wanted or record.kind in extract.covers)
    ]
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


def count(plan: Plan, applied: Iterable[Change], held: int = 0) -> dict[str, int]:
    """The counts of a run: what it applied, what it noticed, what waits; all of the contract's names."""
    counts = dict.fromkeys(COUNTS, 0)
    for kind in (*(change.kind.value for change in applied), *(note.kind.value for note in plan.notes)):
        if kind in counts:
            counts[kind] += 1
    return counts | {"held": held, "rejected": len(plan.rejections), "unchanged": plan.unchanged}


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
        holds=tuple(Hold.from_json(hold) for hold in row.holds),
        error=Text.from_json(row.error) if row.error else None,
        undoes=row.undoes,
        extract=row.fingerprint,
        decision=row.decision,
        decided_by=row.decided_by,
    )


def has_slot(session: Session, school: str, slot: datetime) -> bool:
    """Whether a school has had its run for a scheduled time."""
    query = select(RunRow.id).where(RunRow.school == school, RunRow.slot == slot)
    return session.scalars(query).first() is not None
