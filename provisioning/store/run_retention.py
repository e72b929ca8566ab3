"""Which runs are past their time: those that found nothing to do soon, the others when nothing needs them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_
from sqlalchemy.orm import aliased

from provisioning.records.changes import ChangeKind
from provisioning.records.runs import RunStatus
from provisioning.store.retention import Stale, recorded
from provisioning.store.run_references import has_parts, is_needed
from provisioning.store.tables.runs import ClientLogRow, NoteRow, RunRow

_LOUD = (*(kind.value for kind in ChangeKind), "held", "doubtful", "refused")
"""The counts of what a quiet run has none of: its account changes, and what waits for a person."""
_CAME_TO_NOTHING = tuple(status for status in RunStatus if status.came_to_nothing)


@dataclass(frozen=True)
class RunTimes:
    """The times before which runs are past theirs.

    `quiet` is for quiet runs. Of the `others`, runs about which letters may be there end by `announced`, and
    those that released accounts by `releasing`, for as long as these accounts are kept by them.
    """

    quiet: datetime
    others: datetime
    announced: datetime
    releasing: datetime


def finished_before(before: datetime) -> ColumnElement[bool]:
    """Return the condition that a run finished before `before`, by the time as it was."""
    return and_(RunRow.finished_at.is_not(None), recorded(RunRow, RunRow.finished_at) < before)


def of_run(row: Any, over: ColumnElement[bool]) -> Stale:
    """Return the rows of a table that are of the runs for which `over` holds."""
    return Stale(row, exists().where(RunRow.id == row.run, over))


def past_runs(times: RunTimes) -> list[Stale]:
    """Return the runs that are past their time, those that refer to another run before the others.

    Kept are a school's latest run and its last success, runs that are held and can be decided, and those to
    which anything refers. Such a run, once replaced, keeps neither its notes, which the later one has anew,
    nor by what the next run would have seen that nothing had changed.
    """
    replaced = and_(finished_before(times.quiet), _is_replaced())
    resting = aliased(RunRow)
    noted = and_(replaced, ~exists().where(resting.rests_on == RunRow.id))
    over = and_(or_(_quiet_over(times), _other_over(times)), _is_replaced(), ~is_needed())
    refers = or_(RunRow.rests_on.is_not(None), RunRow.undoes.is_not(None))
    gone = and_(over, ~has_parts())
    return [
        of_run(NoteRow, noted),
        of_run(ClientLogRow, over),
        Stale(RunRow, and_(gone, refers)),
        Stale(RunRow, and_(gone, ~refers)),
        Stale(RunRow, and_(replaced, RunRow.basis.is_not(None)), empty={"basis": None, "asks_on": None}),
    ]


def is_quiet() -> ColumnElement[bool]:
    """Return the condition that a run changed, held, doubted, refused and failed nothing."""
    return and_(
        RunRow.status == RunStatus.SUCCEEDED,
        RunRow.decision.is_(None),
        RunRow.undoes.is_(None),
        *(_count(name) == 0 for name in _LOUD),
    )


def _quiet_over(times: RunTimes) -> ColumnElement[bool]:
    return and_(finished_before(times.quiet), is_quiet())


def _other_over(times: RunTimes) -> ColumnElement[bool]:
    return and_(
        finished_before(times.others),
        or_(RunRow.announced_at.is_(None), finished_before(times.announced)),
        or_(_count(ChangeKind.RELEASE.value) == 0, finished_before(times.releasing)),
    )


def _is_replaced() -> ColumnElement[bool]:
    """Return the condition that a run is neither its school's latest nor its last success.

    By a later success, which is no undo, all are replaced, those held too; one that came to nothing is by any
    later run that has finished. A run restricted to some people replaces none.
    """
    later = aliased(RunRow)
    newer = exists().where(later.school == RunRow.school, later.id > RunRow.id, later.only.is_(None))
    succeeded = newer.where(later.status == RunStatus.SUCCEEDED, later.undoes.is_(None))
    finished = newer.where(later.status != RunStatus.RUNNING)
    return or_(succeeded, and_(RunRow.status.in_(_CAME_TO_NOTHING), finished))


def _count(name: str) -> ColumnElement[int]:
    """Return a count of a run; 0 where an earlier version did not count it."""
    return func.coalesce(RunRow.counts[name].as_integer(), 0)
