"""The latest runs of schools: each found by a seek, however many runs are stored."""

from collections.abc import Collection, Iterable
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, bindparam, func, literal, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from provisioning.records.runs import RunStatus
from provisioning.store.portions import portions
from provisioning.store.row_ids import GREATEST
from provisioning.store.runs import TOLD, Run, told_of, told_run
from provisioning.store.tables.runs import RunRow
from provisioning.store.tables.schools import SchoolRow

T = TypeVar("T")

_ENDED = tuple(status for status in RunStatus if status is not RunStatus.RUNNING)
_FINISHED = tuple(status for status in _ENDED if status is not RunStatus.PARTIAL)
"""The statuses of finished runs of whole schools: one of some people is never a school's latest."""
_APPLIED = (RunStatus.SUCCEEDED, RunStatus.HELD, RunStatus.PARTIAL)
"""The statuses of runs that have applied something of an extract, if they undid no other."""
_OF_SCHOOL, _LATEST, _SUCCESS = aliased(RunRow), aliased(RunRow), aliased(RunRow)
OF_ALL = _OF_SCHOOL.only.is_(None)
"""The condition for `newest` that a run is not restricted to some people, under way or not."""
_UNDOES_NONE = func.coalesce(_OF_SCHOOL.undoes, 0) <= 0
"""Written so that no database looks for it in the index of what runs undo, or takes it for rare."""


_SOME = "some"


class LatestRuns(NamedTuple):
    """The latest finished run of a school, and the last that succeeded: the 'last run' of the guide."""

    latest: Run | None = None
    last_success: Run | None = None

    def only_rested_since(self, before: "LatestRuns") -> bool:
        """Return whether no run since `before` has looked at records: each rests on the last that had.

        Besides when the client ran last, they are as they were.
        """
        was, now = before.latest, self.latest
        if was is None or now is None or now.rests_on is None:
            return False
        succeeded = was == before.last_success and now == self.last_success
        return succeeded and now.rests_on == (was.rests_on or was.id)


def newest(
    session: Session, statuses: Collection[RunStatus], *also: ColumnElement[bool]
) -> ColumnElement[int]:
    """Return the id of the newest run with one of `statuses`, for the schools of a statement; 0 for none.

    It is the greatest of those by each status. A run that does not meet `also` is passed.
    """
    return _newest(statuses, *also, embedded=_is_embedded(session))


def _newest(
    statuses: Collection[RunStatus], *also: ColumnElement[bool], embedded: bool
) -> ColumnElement[int]:
    by_status = [func.coalesce(_last(_OF_SCHOOL.id, status, *also), 0) for status in statuses]
    if len(by_status) == 1:
        return by_status[0]
    return func.max(*by_status) if embedded else func.greatest(*by_status)


def _is_embedded(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def latest_runs(session: Session, schools: Iterable[str]) -> dict[str, LatestRuns]:
    """Return the latest runs of each of `schools`, in one statement."""
    found = {school: LatestRuns() for school in schools}
    query = _latest_runs(embedded=_is_embedded(session))
    for some in portions(sorted(found)):
        for row in session.execute(query, {_SOME: some}):
            latest, success = told_run(row[:TOLD]), row[TOLD:]
            succeeded = latest.status is RunStatus.SUCCEEDED
            before = told_run(success) if success[0] is not None else None
            found[latest.school] = LatestRuns(latest, latest if succeeded else before)
    return found


@cache
def _latest_runs(*, embedded: bool) -> Select[*tuple[Any, ...]]:
    """Return the statement of `latest_runs`, whose making takes longer than its execution."""
    of_success = _SUCCESS.id == _newest((RunStatus.SUCCEEDED,), embedded=embedded)
    return (
        select(*told_of(_LATEST), *told_of(_SUCCESS))
        .select_from(SchoolRow)
        .join(_LATEST, _LATEST.id == _newest(_FINISHED, embedded=embedded))
        # The latest is mostly the last successful one as well, and not read twice.
        .outerjoin(_SUCCESS, and_(_LATEST.status != RunStatus.SUCCEEDED, of_success))
        .where(SchoolRow.number.in_(bindparam(_SOME, expanding=True)))
    )


def latest_of(session: Session, school: str) -> LatestRuns:
    """Return the latest runs of one school."""
    return latest_runs(session, [school])[school]


def last_finished(session: Session, schools: Iterable[str]) -> dict[str, datetime]:
    """Return when each of `schools` last finished a run, for those that have; one of some people counts.

    A held run that was decided has finished at its decision, although later runs may have failed before.
    """
    ends = (_last(_OF_SCHOOL.finished_at, status) for status in _ENDED)
    query = select(SchoolRow.number, *ends)
    found: dict[str, datetime] = {}
    for some in portions(sorted(set(schools))):
        for school, *times in session.execute(query.where(SchoolRow.number.in_(some))):
            if known := [at for at in times if at is not None]:
                found[school] = max(known)
    return found


def last_applied(session: Session, schools: Iterable[str]) -> dict[str, datetime]:
    """Return when the last run that applied an extract did so, for those of `schools` that had one.

    The last is the one that began last, whatever its clock said.
    """
    query = select(SchoolRow.number, RunRow.finished_at).join(
        RunRow, RunRow.id == newest(session, _APPLIED, _UNDOES_NONE)
    )
    found: dict[str, datetime] = {}
    for some in portions(sorted(set(schools))):
        ended = session.execute(query.where(SchoolRow.number.in_(some)))
        found |= {school: at for school, at in ended if at is not None}
    return found


def last_partial(session: Session, school: str) -> Run | None:
    """Return the newest run of `school` that was restricted to some people and has done its work."""
    query = select(*told_of(RunRow)).where(RunRow.school == school, RunRow.status == RunStatus.PARTIAL)
    found = session.execute(
        query.order_by(RunRow.school.desc(), RunRow.status.desc(), RunRow.id.desc()).limit(1)
    )
    row = found.first()
    return told_run(row) if row is not None else None


def _last(told: InstrumentedAttribute[T], status: RunStatus, *also: ColumnElement[bool]) -> ScalarSelect[T]:
    """Return what the newest run of a `status` of a statement's schools has in the column `told`.

    It is the end of a range in the index of school, status and id. Asked for the greatest id by equal school
    and status, PostgreSQL would read the runs of all schools backwards until it meets one.
    """
    place = _OF_SCHOOL.school, _OF_SCHOOL.status, _OF_SCHOOL.id
    first, last = (tuple_(SchoolRow.number, literal(status.value), literal(id_)) for id_ in (0, GREATEST))
    return (
        select(told)
        .where(tuple_(*place) >= first, tuple_(*place) <= last, *also)
        .correlate(SchoolRow)
        .order_by(*(column.desc() for column in place))
        .limit(1)
        .scalar_subquery()
    )
