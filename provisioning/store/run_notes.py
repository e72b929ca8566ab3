"""The notes of runs in the store: people left unchanged, and rejected rows.

A run that rests on an earlier one has the notes of that one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import cast

from sqlalchemy import Table, delete, func, select
from sqlalchemy.orm import Session

from provisioning.ids import SchoolNumber
from provisioning.records.people import Kind
from provisioning.records.plans import Note, NoteKind, Plan
from provisioning.records.rejections import Reason
from provisioning.store.bulk import Row, bulk
from provisioning.store.portions import portions
from provisioning.store.tables.runs import NoteRow, RunRow


def note(session: Session, plans: Mapping[int, Plan], *, noted_before: bool = False) -> None:
    """Store the notes and rejected rows of `plans`, by run id.

    With `noted_before`, they replace those stored for the runs before.
    """
    if noted_before:
        session.execute(delete(NoteRow).where(NoteRow.run.in_(plans)))
    rows: list[Row] = []
    for run, plan in plans.items():
        rows += (
            (run, note.kind.value, note.person.value, note.identifier, note.school, None, None, _said(note))
            for note in plan.notes
        )
        rows += (
            (run, _REJECTED, row.kind.value, row.identifier, None, row.file, row.line, row.reason.value)
            for row in plan.rejections
        )
    bulk(session).insert(_NOTES, _NOTED, rows)


_REJECTED = "rejected"
_NOTES = cast("Table", NoteRow.__table__)
_LOOKED = func.coalesce(RunRow.rests_on, RunRow.id)
"""The run that looked at the records, whose notes a run has: itself, or the one on which it rests."""
_NOTED = ("run", "kind", "person", "identifier", "school", "file", "line", "reason")


def _said(note: Note) -> str | None:
    """Return what the column `reason` keeps of a note: the cell not read, or who has replaced the person."""
    return note.column or note.replaced_by


_COUNTED_APART = frozenset({"blocked", "paused", "refused", _REJECTED, "doubtful"})
"""Notes about people who wait; a diagnosis tells of these."""


def noticed(session: Session, found: Iterable[int]) -> dict[int, list[Note]]:
    """Return what runs noticed and left alone, by run: people without a row, names that differ."""
    told: dict[int, list[Note]] = {}
    query = select(RunRow.id, NoteRow).join(NoteRow, NoteRow.run == _LOOKED)
    query = query.where(NoteRow.kind.not_in(_COUNTED_APART)).order_by(NoteRow.id)
    for some in portions(list(found)):
        for run, row in session.execute(query.where(RunRow.id.in_(some))):
            told.setdefault(run, []).append(_note_of(row))
    return told


def _note_of(row: NoteRow) -> Note:
    school = SchoolNumber(row.school) if row.school else None
    kind, said = NoteKind(row.kind), row.reason
    column, replaced_by = (None, said) if kind is NoteKind.VANISHED else (said, None)
    return Note(kind, Kind(row.person), row.identifier, school, column, replaced_by)


@dataclass(frozen=True)
class RejectedRows:
    """How many rows of a file a run has rejected for one reason, and the line of the first of them."""

    file: str
    reason: Reason
    count: int
    first_line: int


def rejected(session: Session, found: Iterable[int]) -> dict[int, list[RejectedRows]]:
    """Return the rows that runs have rejected, by run: the most frequent reason of a file first."""
    told: dict[int, list[RejectedRows]] = {}
    where = (RunRow.id, NoteRow.file, NoteRow.reason)
    count, first = func.count().label("count"), func.min(NoteRow.line).label("first")
    query = select(*where, count, first).join(NoteRow, NoteRow.run == _LOOKED)
    query = query.where(NoteRow.kind == _REJECTED)
    query = query.group_by(*where).order_by(RunRow.id, count.desc(), NoteRow.file, first)
    for some in portions(list(found)):
        for run, file, reason, many, line in session.execute(query.where(RunRow.id.in_(some))):
            rows = RejectedRows(str(file), Reason(str(reason)), many, int(line or 0))
            told.setdefault(run, []).append(rows)
    return told
