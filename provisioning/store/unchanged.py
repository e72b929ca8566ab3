"""Runs of unchanged schools, recorded for a whole batch at once without reading the extracts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from provisioning.clock import system_time, uk_date
from provisioning.ids import Fingerprint
from provisioning.planning.unchanged import same_counts
from provisioning.records.runs import RunStatus
from provisioning.runs.lease import THIS_PROCESS
from provisioning.store import run_lifecycle
from provisioning.store.bulk import Row, bulk
from provisioning.store.latest_runs import newest
from provisioning.store.portions import portions
from provisioning.store.runs import Run, counts_of
from provisioning.store.tables.runs import RunRow
from provisioning.store.tables.schools import SchoolRow

_RUNS = cast("Table", RunRow.__table__)
_SCHOOLS = cast("Table", SchoolRow.__table__)


@dataclass(frozen=True)
class UnchangedSchool:
    """A school's last run, whose result holds on an equal `basis` until the day before `asks_on`.

    `looked` is the run that looked at the records: that one, or the one on which it rests.
    """

    school: str
    source: str
    run: int
    looked: int
    basis: str
    fingerprint: Fingerprint
    asks_on: date
    counts: tuple[tuple[str, int], ...]


def unchanged_schools(session: Session, schools: Iterable[str], now: datetime) -> list[UnchangedSchool]:
    """Return those of `schools` whose last run succeeded and left nothing that falls due by `now`."""
    found = []
    query = _LAST.join(RunRow, RunRow.id == newest(session, _TELL))
    for some in portions(list(schools)):
        for row in session.execute(query.where(SchoolRow.number.in_(some))):
            succeeded = row.status == RunStatus.SUCCEEDED and row.asks_on is not None
            closed = row.closed_on is not None and row.closed_on <= uk_date(now)
            if succeeded and not closed and uk_date(row.finished_at) <= uk_date(now) < row.asks_on:
                names = (row.school, row.source, row.id, row.rests_on or row.id)
                result = (row.basis, row.fingerprint, row.asks_on)
                found.append(UnchangedSchool(*names, *result, tuple(counts_of(row.counts).items())))
    return found


# A failed or interrupted run changed nothing, so it does not count as the last run here.
_TELL = tuple(status for status in RunStatus if not status.came_to_nothing)
_TOLD = ("id", "rests_on", "school", "status", "asks_on", "basis", "fingerprint", "finished_at", "counts")
_LAST = select(*(_RUNS.c[name] for name in _TOLD), _SCHOOLS.c.source, _SCHOOLS.c.closed_on).select_from(
    SchoolRow
)


def _last_ids(session: Session, schools: Sequence[str]) -> set[int]:
    """Return the ids of the last runs of `schools`, failed and interrupted ones left out."""
    query = select(newest(session, _TELL)).select_from(SchoolRow)
    found: set[int] = set()
    for some in portions(schools):
        found |= set(session.scalars(query.where(SchoolRow.number.in_(some))))
    return found


def record_unchanged(
    session: Session,
    wanted: Sequence[UnchangedSchool],
    now: datetime,
    *,
    started_by: str,
    slot: datetime | None,
) -> list[Run]:
    """Record a run for each school of `wanted`, except where another run came between or had the slot."""
    schools = [last.school for last in wanted]
    still = _last_ids(session, schools)
    taken = _with_slot(session, schools, slot) if slot else set()
    chosen = [last for last in wanted if last.run in still and last.school not in taken]
    many = bulk(session)
    # Inserted as running first: the index on running rows keeps concurrent runs of a school out.
    counts = {last.school: same_counts(dict(last.counts)) for last in chosen}
    begun = run_lifecycle.insert_begun(session, counts, now, started_by=started_by, slot=slot)
    ids = {last: begun[last.school] for last in chosen}
    many.update(_RUNS, ("id",), _ENDED, [_ended(id_, last, now) for last, id_ in ids.items()])
    THIS_PROCESS.ended(begun.values())
    return [
        Run(
            id=id_,
            school=last.school,
            status=RunStatus.SUCCEEDED,
            started_at=now,
            finished_at=now,
            started_by=started_by,
            counts=counts[last.school],
            extract=last.fingerprint,
            rests_on=last.looked,
        )
        for last, id_ in ids.items()
    ]


_ENDED = (
    "status",
    "finished_at",
    "recorded_at",
    "holder",
    "lease_until",
    "fingerprint",
    "basis",
    "asks_on",
    "rests_on",
)


def _ended(id_: int, last: UnchangedSchool, now: datetime) -> Row:
    result = last.fingerprint, last.basis, last.asks_on, last.looked
    return RunStatus.SUCCEEDED.value, now, system_time(), None, None, *result, id_


def _with_slot(session: Session, schools: Sequence[str], slot: datetime) -> set[str]:
    found: set[str] = set()
    for some in portions(schools):
        query = select(_RUNS.c.school).where(_RUNS.c.school.in_(some), _RUNS.c.slot == slot)
        found |= set(session.scalars(query))
    return found
