"""The stages of schools in the store, with which a process begins that has just started.

They hold no person: what tells of single accounts is not kept. So after a change to any account a process
that has begun with them looks at all schools.
"""

from collections.abc import Mapping, Sequence
from secrets import token_hex
from typing import Any

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from bot.stages import written_marks
from bot.stages.kept import Kept, stages_from_json, stages_json
from bot.stages.marks import MarkReader, Marks, Position
from bot.stages.tables import KnownStagesRow, StagesPlaceRow
from diagnostics.reliance import Reliance
from diagnostics.school_stages import SchoolStages
from knowledge.loading import Knowledge
from provisioning.records.schools import School
from provisioning.store import upserts
from provisioning.store.appended import Place
from provisioning.store.portions import portions


class StoredStages:
    """The stages in the store, as this process has read or written them last.

    Each school's stand under the process that has found them, with up to where that had read: a process can
    take what others have found, and each moves on by itself. `_there` are those that this process has read or
    written, by school, under `_marks` and at the `_position` of that moment.
    """

    def __init__(self) -> None:
        self._me = token_hex(16)
        self._there: dict[str, Kept] = {}
        self._marks: Marks | None = None
        self._position: Position | None = None

    def read(
        self, session: Session, reader: MarkReader, among: Sequence[School], knowledge: Knowledge
    ) -> dict[str, Kept]:
        """Return the stored stages that hold by the marks that `reader` has just read, by school.

        `among` are all schools; contacts are theirs, or those of the guide in `knowledge`.
        """
        marks = reader.before
        if marks is None:
            return {}
        everywhere = written_marks.everywhere(marks)
        places = session.scalars(select(StagesPlaceRow).where(StagesPlaceRow.mark == everywhere))
        holders = [place.holder for place in places if reader.is_still_at(session, _position(place))]
        row = KnownStagesRow
        known: dict[str, School] = {school.number: school for school in among}
        rows = session.execute(select(*row.__table__.columns).where(row.holder.in_(holders)))
        hashes = written_marks.Hashes(marks)
        self._there = {
            row.school: _kept(row, stages_from_json(row.school, row.stages, known, knowledge), marks)
            for row in rows
            if row.school in known and row.mark == hashes.of(row.school, row.schools)
        }
        self._marks, self._position = marks, reader.position
        return dict(self._there)

    def is_as(self, reader: MarkReader, known: Mapping[str, Kept]) -> bool:
        """Return whether what is stored is what `write` would leave there."""
        return (
            not self._has_moved(reader)
            and not self._changed(reader, known)
            and self._there.keys() <= known.keys()
        )

    def write(self, session: Session, reader: MarkReader, known: Mapping[str, Kept]) -> None:
        """Store the stages `known` by school, under the marks that `reader` had read before them."""
        marks, row, place = reader.before, KnownStagesRow, StagesPlaceRow
        if marks is None:
            return
        everywhere = written_marks.everywhere(marks)
        outdated = select(place.holder).where(place.mark != everywhere)
        session.execute(delete(row).where(row.holder.in_(outdated)))
        mine = set(session.scalars(select(row.school).where(row.holder == self._me)))
        for some in portions(sorted(mine - known.keys())):
            session.execute(delete(row).where(row.holder == self._me, row.school.in_(some)))
        changed = self._changed(reader, known)
        if self._has_moved(reader):  # what this process has not written itself stands at an earlier place
            changed |= {school: kept for school, kept in known.items() if school not in mine}
        hashes = written_marks.Hashes(marks)
        upserts.put(session, row, (_row(self._me, kept, hashes) for kept in changed.values()))
        upserts.put(session, place, [_place(self._me, everywhere, reader.position)])
        unused = ~exists().where(row.holder == place.holder)
        session.execute(delete(place).where(place.holder != self._me, unused))

    def written(self, reader: MarkReader, known: Mapping[str, Kept]) -> None:
        """Note that `write` has been committed."""
        self._there, self._marks, self._position = dict(known), reader.before, reader.position

    def _has_moved(self, reader: MarkReader) -> bool:
        """Return whether anything has been added or deleted since this process has read or written."""
        return self._position is None or self._position[:2] != reader.position[:2]

    def _changed(self, reader: MarkReader, known: Mapping[str, Kept]) -> dict[str, Kept]:
        """Return those of the stages `known` that are not there, or under other marks."""
        marks, were = reader.before, self._marks
        if marks is None or were is None:
            return dict(known)
        other = {school for school in marks.of_school if not marks.is_as(school, were)}
        return {
            school: kept
            for school, kept in known.items()
            if self._there.get(school) is not kept
            or school in other
            or not other.isdisjoint(kept.rests_on.schools)
        }


def _row(holder: str, kept: Kept, hashes: written_marks.Hashes) -> dict[str, Any]:
    school, others = kept.found.school.number, sorted(kept.rests_on.schools)
    return {
        "school": school,
        "holder": holder,
        "mark": hashes.of(school, others),
        "stages": stages_json(kept.found),
        "schools": others,
        "found_on": kept.rests_on.on,
        "lasts_until": kept.rests_on.until,
        "run_times": kept.rests_on.run_times,
    }


def _kept(row: Any, found: SchoolStages, marks: Marks) -> Kept:
    """Return the stages `found` in a `row`; the error of a failed run may name a person and is not there."""
    latest = marks.runs[row.school].latest
    return Kept(
        found,
        latest if latest is not None and latest.failed else None,
        Reliance(
            schools=frozenset(row.schools),
            accounts=(),
            upns=(),
            on=row.found_on,
            until=row.lasts_until,
            run_times=row.run_times,
            any_account=True,
        ),
    )


def _place(holder: str, mark: str, position: Position) -> dict[str, Any]:
    return {
        "holder": holder,
        "mark": mark,
        "read": {"places": position.places, "deletions": sorted(position.deletions)},
        "read_at": position.read_at,
    }


def _position(row: StagesPlaceRow) -> Position:
    places = tuple(Place(*place) for place in row.read["places"])
    return Position(places, frozenset(row.read["deletions"]), row.read_at)
