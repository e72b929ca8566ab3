"""Runs that find nothing to do because nothing has changed since the run before: all of a batch at once."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar, cast

from sqlalchemy import Table, bindparam, func, select
from sqlalchemy.orm import Session

from provisioning.clock import uk_date
from provisioning.planning.unchanged import same_counts
from provisioning.records import RunStatus
from provisioning.store import run_lifecycle
from provisioning.store.bulk import Row, bulk
from provisioning.store.runs import Run
from provisioning.store.tables import NoteRow, RunRow, SchoolRow

T = TypeVar("T")
_RUNS = cast("Table", RunRow.__table__)
_NOTES = cast("Table", NoteRow.__table__)
_SCHOOLS = cast("Table", SchoolRow.__table__)
_AT_ONCE = 500


@dataclass(frozen=True)
class UnchangedSchool:
    """A school's last run, after which it rests: what it found holds on the same basis, before `asks_on`."""

    school: str
    source: str
    run: int
    basis: str
    fingerprint: str
    asks_on: date
    counts: tuple[tuple[str, int], ...]


def unchanged_schools(session: Session, schools: Iterable[str], now: datetime) -> list[UnchangedSchool]:
    """Which schools' last runs left nothing that any day until now could ask for."""
    found = []
    for some in _portions(list(schools)):
        for row in session.execute(_LAST, {"schools": some}):
            succeeded = row.status == RunStatus.SUCCEEDED and row.asks_on is not None
            closed = row.closed_on is not None and row.closed_on <= uk_date(now)
            if succeeded and not closed and uk_date(row.finished_at) <= uk_date(now) < row.asks_on:
                names = (row.school, row.source, row.id, row.basis, row.fingerprint, row.asks_on)
                found.append(UnchangedSchool(*names, tuple(row.counts.items())))
    return found


# A run that failed or was interrupted changed nothing, and so says nothing about what the next one finds.
_TELL = [status.value for status in RunStatus if not status.came_to_nothing]
_TOLD = ("id", "school", "status", "asks_on", "basis", "fingerprint", "finished_at", "counts")
_LAST_IDS = (
    select(func.max(_RUNS.c.id))
    .where(_RUNS.c.school.in_(bindparam("schools", expanding=True)), _RUNS.c.status.in_(_TELL))
    .group_by(_RUNS.c.school)
)
_LAST = (
    select(
        *(_RUNS.c[name] for name in _TOLD),
        _SCHOOLS.c.source,
        _SCHOOLS.c.closed_on,
    )
    .join(_SCHOOLS, _SCHOOLS.c.number == _RUNS.c.school)
    .where(_RUNS.c.id.in_(_LAST_IDS))
)


def _last_ids(session: Session, schools: Sequence[str]) -> set[int]:
    """The ids of schools' last runs: one that has succeeded stays as it is."""
    found: set[int] = set()
    for some in _portions(schools):
        found |= set(session.scalars(_LAST_IDS, {"schools": some}))
    return found


def record_unchanged(
    session: Session,
    wanted: Sequence[UnchangedSchool],
    now: datetime,
    *,
    started_by: str,
    slot: datetime | None,
) -> list[Run]:
    """Runs that found what the ones before them left; none where another came between or had the slot."""
    schools = [one.school for one in wanted]
    still = _last_ids(session, schools)
    taken = _with_slot(session, schools, slot) if slot else set()
    chosen = [one for one in wanted if one.run in still and one.school not in taken]
    many = bulk(session)
    # As running first: so that one school has one run at a time, whoever else is starting one.
    counts = {one.school: same_counts(dict(one.counts)) for one in chosen}
    begun = run_lifecycle.insert_begun(session, counts, now, started_by=started_by, slot=slot)
    ids = {one: begun[one.school] for one in chosen}
    _note_again(session, {one.run: id_ for one, id_ in ids.items()})
    many.update(_RUNS, ("id",), _ENDED, [_ended(id_, one, now) for one, id_ in ids.items()])
    return [
        Run(
            id=id_,
            school=one.school,
            status=RunStatus.SUCCEEDED,
            started_at=now,
            finished_at=now,
            started_by=started_by,
            counts=counts[one.school],
            extract=one.fingerprint,
        )
        for one, id_ in ids.items()
    ]


_ENDED = ("status", "finished_at", "holder", "lease_until", "fingerprint", "basis", "asks_on")


def _ended(id_: int, one: UnchangedSchool, now: datetime) -> Row:
    return RunStatus.SUCCEEDED.value, now, None, None, one.fingerprint, one.basis, one.asks_on, id_


def _with_slot(session: Session, schools: Sequence[str], slot: datetime) -> set[str]:
    found: set[str] = set()
    for some in _portions(schools):
        query = select(_RUNS.c.school).where(_RUNS.c.school.in_(some), _RUNS.c.slot == slot)
        found |= set(session.scalars(query))
    return found


def _note_again(session: Session, runs: dict[int, int]) -> None:
    """What the runs before noticed, these noticed too; `runs` has the new run for each one before."""
    names = tuple(column.name for column in _NOTES.c if column.name not in ("id", "run"))
    rows: list[Row] = []
    for some in _portions(list(runs)):
        query = (
            select(_NOTES.c.run, *(_NOTES.c[name] for name in names))
            .where(_NOTES.c.run.in_(some))
            .order_by(_NOTES.c.id)
        )
        rows += [(runs[before], *record_unchanged) for before, *record_unchanged in session.execute(query)]
    bulk(session).insert(_NOTES, ("run", *names), rows)


def _portions(values: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(values), _AT_ONCE):
        yield values[start : start + _AT_ONCE]
