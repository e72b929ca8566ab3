"""Runs in the store: queries, notes and counts; and the records covered by the last applied extract."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Table, delete, select
from sqlalchemy.orm import Session

from knowledge.texts import Text
from provisioning.errors import KnownError
from provisioning.ids import Fingerprint, SchoolNumber
from provisioning.records.changes import Change, ChangeKind
from provisioning.records.extracts import Covered, Extract
from provisioning.records.people import Key, Kind, Learner, Record, key_of
from provisioning.records.plans import Note, NoteKind, Plan
from provisioning.records.runs import Hold, RunStatus
from provisioning.store.bulk import Row, bulk
from provisioning.store.row_ids import is_id
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
    "doubtful",
    "refused",
    "rejected",
    "unchanged",
)


@dataclass(frozen=True)
class Run:
    """A run: its times by the clock in use, its counts, and its error as a text."""

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
    extract: Fingerprint | None = None
    decision: str | None = None
    decided_by: str | None = None

    @property
    def failed(self) -> bool:
        """Whether the run failed: by an error, or because it was interrupted before it was done."""
        return self.status.came_to_nothing

    @property
    def undoable(self) -> bool:
        """Whether the run changed accounts that an undo could put back; it may have been undone already."""
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
        return tuple(dict.fromkeys(hold.safeguard for hold in self.holds))


def latest(session: Session, school: str) -> Run | None:
    """Return a school's latest finished run."""
    query = select(RunRow).where(RunRow.school == school, RunRow.status != RunStatus.RUNNING)
    row = session.scalars(query.order_by(RunRow.id.desc()).limit(1)).first()
    return None if row is None else run_of(row)


def last_success(session: Session, school: str) -> Run | None:
    """Return a school's last successful run: the 'last run' of the guide."""
    query = select(RunRow).where(RunRow.school == school, RunRow.status == RunStatus.SUCCEEDED)
    row = session.scalars(query.order_by(RunRow.id.desc()).limit(1)).first()
    return None if row is None else run_of(row)


def get(session: Session, run: int) -> Run:
    """Return a run by its id; raises `KnownError` where it is unknown."""
    return run_of(row_of(session, run))


def row_of(session: Session, run: int, *, lock: bool = False) -> RunRow:
    """Return a run's row; raises `KnownError` for an id that no run has, or could have."""
    row = session.get(RunRow, run, with_for_update=lock) if is_id(run) else None
    if row is None:
        raise KnownError("run-unknown", run=run)
    return row


def undone_by(session: Session, run: int) -> int | None:
    """Return the run that undid a run."""
    return session.scalars(select(RunRow.id).where(RunRow.undoes == run)).first()


def newest(session: Session, school: str | None, last: int | None) -> list[Run]:
    """Return runs, newest first; only those of `school`, and at most `last`, where given."""
    query = select(RunRow).order_by(RunRow.id.desc())
    if school is not None:
        query = query.where(RunRow.school == school)
    return [run_of(row) for row in session.scalars(query.limit(last))]


Coverage = Mapping[Key, Covered]
"""The complete records of a school's last applied extract, by kind and identifier."""


def covered(session: Session, school: str) -> Coverage:
    """Return the records that a school's last applied extract covered."""
    return coverages(session, [school])[school]


def covering(session: Session, upn: str, among: Sequence[str]) -> set[str]:
    """Return those of the schools `among` whose last applied extract had a learner with `upn`."""
    learner = (_TABLE.c.kind == Kind.LEARNER.value, _TABLE.c.identifier == upn)
    return set(session.scalars(select(_TABLE.c.school).where(_TABLE.c.school.in_(among), *learner)))


def coverages(session: Session, schools: Iterable[str]) -> dict[str, Coverage]:
    """Return what `covered` returns for several schools."""
    found: dict[str, dict[Key, Covered]] = {school: {} for school in schools}
    columns = (_TABLE.c[name] for name in (*_KEY, *_DETAILS))
    for school, kind, identifier, *details in session.execute(
        select(*columns).where(_TABLE.c.school.in_(list(found)))
    ):
        person = _KINDS[kind]
        found[school][key_of(person, identifier)] = Covered(person, identifier, *details)
    return dict(found)


def cover(session: Session, applied: Iterable[tuple[Extract, Coverage]]) -> None:
    """Store the complete records of `applied` extracts, each given with its school's coverage so far.

    Only differences are written; kinds of person that an extract does not cover stay unchanged.
    """
    new: list[Row] = []
    changed: list[Row] = []
    gone: list[Row] = []
    for extract, held in applied:
        missing = {key for key, record in held.items() if record.kind in extract.covers}
        for record in extract.records:
            key, details = record.key, _details(record)
            before = held.get(key)
            # The row is found by the identifier as it stands there: a staff code may have changed its case.
            row = (extract.school, record.kind.value, (before or record).identifier)
            missing.discard(key)
            if before is None:
                new.append((*row, *details))
            elif details != (before.joins_on, before.leaving_date, before.year_group, before.class_name):
                changed.append((*details, *row))
        gone += ((extract.school, key[0].value, held[key].identifier) for key in missing)
    many = bulk(session)
    many.delete(_TABLE, _KEY, gone)
    many.update(_TABLE, _KEY, _DETAILS, changed)
    many.insert(_TABLE, (*_KEY, *_DETAILS), new)


_TABLE = cast("Table", CoveredRow.__table__)
_KEY = ("school", "kind", "identifier")
_DETAILS = ("joins_on", "leaving_date", "year_group", "class_name")
_KINDS = {kind.value: kind for kind in Kind}


def _details(record: Record) -> Row:
    of_class = (record.year_group, record.class_name) if isinstance(record, Learner) else (None, None)
    return record.joins_on, record.leaving_date, *of_class


def note(session: Session, plans: Mapping[int, Plan], *, noted_before: bool = False) -> None:
    """Store the notes and rejected rows of `plans`, by run id.

    With `noted_before`, they replace those stored for the runs before.
    """
    if noted_before:
        session.execute(delete(NoteRow).where(NoteRow.run.in_(plans)))
    rows: list[Row] = []
    for run, plan in plans.items():
        rows += (
            (run, note.kind.value, note.person.value, note.identifier, note.school, None, None, note.column)
            for note in plan.notes
        )
        rows += (
            (run, "rejected", row.kind.value, row.identifier, None, row.file, row.line, row.reason.value)
            for row in plan.rejections
        )
    bulk(session).insert(_NOTES, _NOTED, rows)


_NOTES = cast("Table", NoteRow.__table__)
_NOTED = ("run", "kind", "person", "identifier", "school", "file", "line", "reason")


_COUNTED_APART = frozenset({"blocked", "paused", "refused", "rejected", "doubtful"})
"""Notes about people who wait; a diagnosis tells of these."""


def noticed(session: Session, found: Iterable[int]) -> dict[int, list[Note]]:
    """Return what runs noticed and left alone, by run: people without a row, names that differ."""
    told: dict[int, list[Note]] = {}
    query = select(NoteRow).where(NoteRow.run.in_(list(found)), NoteRow.kind.not_in(_COUNTED_APART))
    for row in session.scalars(query.order_by(NoteRow.id)):
        school = SchoolNumber(row.school) if row.school else None
        note = Note(NoteKind(row.kind), Kind(row.person), row.identifier, school, row.reason)
        told.setdefault(row.run, []).append(note)
    return told


def count(plan: Plan, applied: Iterable[Change], held: int = 0) -> dict[str, int]:
    """Return the counts of a run under all of the contract's names.

    They count what was applied, noted, held, rejected and left unchanged.
    """
    counts = dict.fromkeys(COUNTS, 0)
    for kind in (*(change.kind.value for change in applied), *(note.kind.value for note in plan.notes)):
        if kind in counts:
            counts[kind] += 1
    return counts | {"held": held, "rejected": len(plan.rejections), "unchanged": plan.unchanged}


_NO_COUNTS = dict.fromkeys(COUNTS, 0)
"""What a run that was stored before a count came up has of it."""


def run_of(row: RunRow) -> Run:
    """Return the run of a table row."""
    return Run(
        id=row.id,
        school=row.school,
        status=RunStatus(row.status),
        started_at=row.started_at,
        finished_at=row.finished_at,
        started_by=row.started_by,
        counts={**_NO_COUNTS, **row.counts},
        holds=tuple(Hold.from_json(hold) for hold in row.holds),
        error=Text.from_json(row.error) if row.error else None,
        undoes=row.undoes,
        extract=row.fingerprint,
        decision=row.decision,
        decided_by=row.decided_by,
    )


def has_slot(session: Session, school: str, slot: datetime) -> bool:
    """Return whether a school has had its run for a scheduled time."""
    query = select(RunRow.id).where(RunRow.school == school, RunRow.slot == slot)
    return session.scalars(query).first() is not None
