"""The facts of schools in the store, with which a process begins that has just started.

They hold no person: what tells of single accounts is not kept. So after a change to any account a process
that has begun with them looks at all schools.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from secrets import token_hex
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.alerts import written_marks
from bot.alerts.alert import RUN_FAILED, Fact, Key
from bot.alerts.marks import MarkReader, Marks, Position
from bot.alerts.stage_days import SchoolStages
from bot.alerts.tables import FactsPlaceRow, KnownFactsRow
from bot.settings_tables import ScheduleGroup
from diagnostics.reliance import Reliance
from diagnostics.tally import Standing
from knowledge.texts import Text
from provisioning.store import upserts
from provisioning.store.appended import Place
from provisioning.store.portions import portions

_ONLY = 1
"""The id of the only row of `FactsPlaceRow`."""


@dataclass(frozen=True)
class Kept:
    """The facts that were found of a school, how it stands, and what that rests on besides its own marks.

    `stages` are None where another process has looked, which has kept the days of the stages too.
    """

    facts: tuple[Fact, ...]
    standing: Standing
    rests_on: Reliance
    in_season: bool
    stages: SchoolStages | None = None

    def lasts(self, day: date, *, in_season: bool) -> bool:
        """Return whether the facts still hold on a `day`, as far as that goes by the day."""
        return self.rests_on.lasts(day) and self.in_season is in_season

    @property
    def holds_no_person(self) -> bool:
        """Whether they can be stored: the error of a failed run may name a person."""
        return all(fact.key.kind != RUN_FAILED for fact in self.facts)


class StoredFacts:
    """The facts in the store, as this process has read or written them last.

    `_there` are those by school, None where they can't be believed, and `_marks` those they were written
    with. Where another process, `_holder`, has written since, all are written anew. How schools stand rests
    on the `groups` of the schedule too.
    """

    def __init__(self, groups: Sequence[ScheduleGroup] = ()) -> None:
        self._groups = tuple(groups)
        self._me = token_hex(16)
        self._holder: str | None = None
        self._there: dict[str, Kept | None] = {}
        self._marks: Marks | None = None
        self._position: Position | None = None

    def read(self, session: Session, reader: MarkReader) -> dict[str, Kept]:
        """Return the stored facts that hold by the marks that `reader` has just read, by school."""
        marks, place = reader.before, session.get(FactsPlaceRow, _ONLY)
        if marks is None or place is None:
            return {}
        if place.mark != self._everywhere(marks) or not reader.is_still_at(session, _position(place)):
            return {}
        rows = session.execute(select(*KnownFactsRow.__table__.columns)).all()
        as_were = [row for row in rows if row.mark == written_marks.of_school(marks, row.school)]
        changed = marks.of_school.keys() - {row.school for row in as_were}
        found = {row.school: _kept(row) for row in as_were if changed.isdisjoint(row.schools)}
        self._holder, self._marks = place.holder, marks
        self._there = {row.school: found.get(row.school) for row in rows}
        return found

    def _everywhere(self, marks: Marks) -> str:
        return written_marks.everywhere(marks, self._groups)

    def is_as(self, reader: MarkReader, known: Mapping[str, Kept]) -> bool:
        """Return whether what is stored is what `write` would leave there."""
        before, now = self._position, reader.position
        moved = before is None or before[:2] != now[:2]
        return not moved and not self._changed(reader, _storable(known)) and not self._gone(known)

    def write(self, session: Session, reader: MarkReader, known: Mapping[str, Kept]) -> None:
        """Store the facts `known` by school, under the marks that `reader` had read before them."""
        marks = reader.before
        if marks is None:
            return
        place = session.get(FactsPlaceRow, _ONLY, with_for_update=True)
        if place is None or place.holder != self._holder:
            session.execute(delete(KnownFactsRow))
            self._there, self._marks = {}, None
        for some in portions(self._gone(known)):
            session.execute(delete(KnownFactsRow).where(KnownFactsRow.school.in_(some)))
        changed = self._changed(reader, _storable(known))
        rows = (
            _row(school, kept, written_marks.of_school(marks, school)) for school, kept in changed.items()
        )
        upserts.put(session, KnownFactsRow, rows)
        upserts.put(session, FactsPlaceRow, [_place(self._me, self._everywhere(marks), reader.position)])

    def written(self, reader: MarkReader, known: Mapping[str, Kept]) -> None:
        """Note that `write` has been committed."""
        self._holder, self._marks, self._position = self._me, reader.before, reader.position
        self._there = dict(_storable(known))

    def _changed(self, reader: MarkReader, storable: Mapping[str, Kept]) -> dict[str, Kept]:
        """Return those of the facts that are not there, or under other marks."""
        marks, were = reader.before, self._marks
        return {
            school: kept
            for school, kept in storable.items()
            if self._there.get(school) is not kept
            or marks is None
            or were is None
            or not marks.is_as(school, were)
        }

    def _gone(self, known: Mapping[str, Kept]) -> list[str]:
        """Return the schools whose stored facts are not among those `known`."""
        return sorted(self._there.keys() - _storable(known).keys())


def _storable(known: Mapping[str, Kept]) -> Mapping[str, Kept]:
    return {school: kept for school, kept in known.items() if kept.holds_no_person}


def _row(school: str, kept: Kept, mark: str) -> dict[str, Any]:
    return {
        "school": school,
        "mark": mark,
        "facts": list(map(_fact_json, kept.facts)),
        "standing": _standing_json(kept.standing),
        "schools": sorted(kept.rests_on.schools),
        "found_on": kept.rests_on.on,
        "lasts_until": kept.rests_on.until,
        "run_times": kept.rests_on.run_times,
        "in_season": kept.in_season,
    }


def _kept(row: Any) -> Kept:
    return Kept(
        facts=tuple(_fact(row.school, stored) for stored in row.facts),
        standing=_standing(row.school, row.standing),
        rests_on=Reliance(
            schools=frozenset(row.schools),
            accounts=(),
            upns=(),
            on=row.found_on,
            until=row.lasts_until,
            run_times=row.run_times,
            any_account=True,
        ),
        in_season=row.in_season,
    )


def _standing_json(standing: Standing) -> dict[str, Any]:
    return {
        "open": standing.open,
        "unknown": standing.unknown,
        "waiting": standing.waiting,
        "mending": sorted(standing.mending),
    }


def _standing(school: str, stored: Mapping[str, Any]) -> Standing:
    return Standing(
        school,
        open=tuple(stored["open"]),
        unknown=tuple(stored["unknown"]),
        waiting=tuple(stored["waiting"]),
        mending=frozenset(stored["mending"]),
    )


def _fact_json(fact: Fact) -> dict[str, Any]:
    return {
        "kind": fact.key.kind,
        "year": fact.key.year,
        "text": fact.text.to_json(),
        "due": fact.due.isoformat(),
        "who": fact.who,
        "action": fact.action.to_json(),
        "open": fact.open,
        "in_season": fact.in_season,
        "urgent": fact.urgent,
    }


def _fact(school: str, stored: Mapping[str, Any]) -> Fact:
    return Fact(
        key=Key(stored["kind"], school, stored["year"]),
        text=Text.from_json(stored["text"]),
        due=date.fromisoformat(stored["due"]),
        who=stored["who"],
        action=Text.from_json(stored["action"]),
        open=stored["open"],
        in_season=stored["in_season"],
        urgent=stored["urgent"],
    )


def _place(holder: str, mark: str, position: Position) -> dict[str, Any]:
    return {
        "id": _ONLY,
        "holder": holder,
        "mark": mark,
        "read": {"places": position.places, "deletions": sorted(position.deletions)},
        "read_at": position.read_at,
    }


def _position(row: FactsPlaceRow) -> Position:
    places = tuple(Place(*place) for place in row.read["places"])
    return Position(places, frozenset(row.read["deletions"]), row.read_at)
