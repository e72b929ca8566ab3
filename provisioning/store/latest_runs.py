"""The latest runs of schools: each found by a seek, however many runs are stored."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from provisioning.records.runs import RunStatus
from provisioning.store.portions import portions
from provisioning.store.runs import Run, run_of
from provisioning.store.tables import RunRow, SchoolRow

_FINISHED = tuple(status for status in RunStatus if status is not RunStatus.RUNNING)
_OF_SCHOOL = aliased(RunRow)
_NEWEST = tuple(
    select(func.max(_OF_SCHOOL.id))
    .where(_OF_SCHOOL.school == SchoolRow.number, _OF_SCHOOL.status == status)
    .correlate(SchoolRow)
    .scalar_subquery()
    for status in _FINISHED
)
"""The newest run of a school by each status in turn: the greatest number in an index of school and status."""


class LatestRuns(NamedTuple):
    """The latest finished run of a school, and the last that succeeded: the 'last run' of the guide."""

    latest: Run | None = None
    last_success: Run | None = None


def latest_runs(session: Session, schools: Iterable[str]) -> dict[str, LatestRuns]:
    """Return the latest runs of each of `schools`, in two statements."""
    found: dict[str, LatestRuns] = {}
    for some in portions(sorted(set(schools))):
        query = select(SchoolRow.number, *_NEWEST).where(SchoolRow.number.in_(some))
        newest = {number: dict(zip(_FINISHED, ids, strict=True)) for number, *ids in session.execute(query)}
        wanted = {school: _wanted(ids) for school, ids in newest.items()}
        runs = _with_ids(session, {id_ for ids in wanted.values() for id_ in ids if id_ is not None})
        found |= {
            school: LatestRuns(runs.get(latest or 0), runs.get(succeeded or 0))
            for school, (latest, succeeded) in wanted.items()
        }
    return found


def _wanted(newest: dict[RunStatus, int | None]) -> tuple[int | None, int | None]:
    """Return the ids of the latest run and of the last that succeeded, by the `newest` of each status."""
    ids = [id_ for id_ in newest.values() if id_ is not None]
    return max(ids, default=None), newest[RunStatus.SUCCEEDED]


def _with_ids(session: Session, ids: Iterable[int]) -> dict[int, Run]:
    found: dict[int, Run] = {}
    for some in portions(sorted(ids)):
        rows = session.scalars(select(RunRow).where(RunRow.id.in_(some)))
        found |= {row.id: run_of(row) for row in rows}
    return found
