"""The lifecycle of a run in the store: begin, resume, finish. Its running row is the school's lock."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from sqlalchemy import Table, delete, event, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from knowledge.texts import Text
from provisioning.errors import KnownError
from provisioning.ids import Fingerprint
from provisioning.records.runs import Hold, RunStatus
from provisioning.runs.lease import LEASE, THIS_PROCESS, Holder
from provisioning.store.bulk import bulk
from provisioning.store.decisions import hold_alike
from provisioning.store.run_interruptions import IS_RUNNING, interrupt_if_gone, running
from provisioning.store.runs import Run, has_slot, row_of, run_of, stored_counts
from provisioning.store.server_clock import server_now
from provisioning.store.tables.runs import RunRow


@dataclass(frozen=True)
class RunDecision:
    """A person's decision on a held run: `approved` or `rejected`."""

    decided: str
    by: str
    at: datetime


def begin(
    session: Session,
    school: str,
    at: datetime,
    *,
    started_by: str,
    slot: datetime | None,
    undoes: int | None = None,
    only: int | None = None,
) -> int:
    """Insert the running row of `school` and return its id; `only` is how many people it is restricted to.

    Raises `KnownError` where a run is under way or the slot has had its run. A run on which nothing works
    any more is marked as interrupted first.
    """
    for row in session.scalars(running().where(RunRow.school == school).with_for_update()):
        if not interrupt_if_gone(session, row, at):
            raise KnownError("run-under-way", school=school)
    session.flush()
    if slot is not None and has_slot(session, school, slot):
        raise KnownError("run-slot-taken", school=school, slot=slot)
    row = RunRow(
        school=school,
        status=RunStatus.RUNNING.value,
        started_by=started_by,
        slot=slot,
        started_at=at,
        holder=str(Holder.here()),
        lease_until=server_now(session) + LEASE,
        counts={},
        holds=[],
        undoes=undoes,
        only=only,
    )
    session.add(row)
    _take(session, school)
    _note_begun(session, [row.id])
    return row.id


def begin_all(
    session: Session, schools: Sequence[str], at: datetime, *, started_by: str, slot: datetime | None
) -> dict[str, int]:
    """Insert the running rows of those `schools` that are free to run; return run ids by school.

    A school that another process begins at this moment raises a database conflict.
    """
    kept = set(session.scalars(select(RunRow.school).where(RunRow.school.in_(schools), IS_RUNNING)))
    if slot is not None:
        kept |= set(
            session.scalars(select(RunRow.school).where(RunRow.school.in_(schools), RunRow.slot == slot))
        )
    free: dict[str, dict[str, int]] = {school: {} for school in schools if school not in kept}
    return insert_begun(session, free, at, started_by=started_by, slot=slot)


def insert_begun(
    session: Session,
    counts: Mapping[str, Mapping[str, int]],
    at: datetime,
    *,
    started_by: str,
    slot: datetime | None,
) -> dict[str, int]:
    """Insert a running row for each school of `counts`; return run ids by school."""
    many = bulk(session)
    ids = dict(zip(counts, many.new_ids(_TABLE, len(counts)), strict=True))
    same = (
        RunStatus.RUNNING.value,
        started_by,
        slot,
        at,
        str(Holder.here()),
        server_now(session) + LEASE,
        "[]",
    )
    rows = [(id_, school, json.dumps(stored_counts(counts[school])), *same) for school, id_ in ids.items()]
    many.insert(_TABLE, _BEGUN, rows)
    _note_begun(session, list(ids.values()))
    return ids


_TABLE = cast("Table", RunRow.__table__)
_BEGUN = (
    "id",
    "school",
    "counts",
    "status",
    "started_by",
    "slot",
    "started_at",
    "holder",
    "lease_until",
    "holds",
)


def forget(session: Session, runs: Collection[int]) -> None:
    """Delete running rows of runs that have done nothing."""
    if runs:
        session.execute(delete(RunRow).where(RunRow.id.in_(runs), IS_RUNNING))


def resume_held(session: Session, run: int) -> Run:
    """Set a held run to running, until a decision on it is carried out; return the run as it was held.

    Where a later run holds exactly those changes, that run is resumed: what was shown is what is decided.
    Raises `KnownError` where nothing is held any more, because it was decided or a later run holds other
    changes, and where the school is running.
    """
    shown = row_of(session, run)
    # Failed and interrupted runs do not replace a held one, and neither do those of some people.
    query = select(RunRow).where(RunRow.school == shown.school, RunRow.status.not_in(_REPLACE_NONE))
    # Read again under the lock: a decision may have been made since `shown` was read.
    query = query.order_by(RunRow.id.desc()).limit(1).with_for_update()
    row = session.scalars(query.execution_options(populate_existing=True)).first()
    if row is not None and row.status == RunStatus.RUNNING:
        raise KnownError("run-under-way", school=row.school)
    if row is None or {row.status, shown.status} != {RunStatus.HELD} or not hold_alike(session, row.id, run):
        raise KnownError("run-not-held", run=run, school=shown.school)
    held = run_of(row)
    lease_until = server_now(session) + LEASE  # asked before: a query would flush the row, beside `_take`
    row.status = RunStatus.RUNNING.value
    row.holder, row.lease_until = str(Holder.here()), lease_until
    _take(session, row.school)
    _note_begun(session, [row.id])
    return held


def _note_begun(session: Session, runs: Sequence[int]) -> None:
    """Note in this process that `runs` are under way, unless their transaction is rolled back."""
    THIS_PROCESS.began(runs)
    event.listen(session, "after_rollback", lambda _session: THIS_PROCESS.ended(runs), once=True)


_REPLACE_NONE = [status for status in RunStatus if status.came_to_nothing or status is RunStatus.PARTIAL]


def is_replaced(session: Session, row: RunRow) -> bool:
    """Return whether a later run of the school has taken the place of a held one; none under way has yet."""
    later = RunRow.school == row.school, RunRow.id > row.id
    over = RunRow.status.not_in((*_REPLACE_NONE, RunStatus.RUNNING))
    return session.scalars(select(RunRow.id).where(*later, over).limit(1)).first() is not None


def _take(session: Session, school: str) -> None:
    try:
        session.flush()
    except IntegrityError:
        # Another process inserted a running row after our query: the index decides.
        raise KnownError("run-under-way", school=school) from None


@dataclass(frozen=True)
class End:
    """How a run ends.

    `extract` is the fingerprint of the extract that it read; `unchanged` the basis on which, and the day
    before which, the next run will find nothing to do (`provisioning.planning.unchanged`). `others` is how
    many changes of other people a run restricted to some has left.
    """

    status: RunStatus
    counts: Mapping[str, int]
    extract: Fingerprint | None = None
    holds: Sequence[Hold] = ()
    error: Text | None = None
    decision: RunDecision | None = None
    unchanged: tuple[str, date] | None = None
    others: int | None = None


def finish(session: Session, run: int, end: End, at: datetime) -> Run:
    """Finish a running run; raises `KnownError` where it has been marked as interrupted meanwhile."""
    return finish_all(session, {run: end}, at)[0]


def finish_all(session: Session, ends: Mapping[int, End], at: datetime) -> list[Run]:
    """Finish several runs, by id, as `finish` does."""
    found = session.scalars(running().where(RunRow.id.in_(ends)).order_by(RunRow.id).with_for_update())
    rows = {row.id: row for row in found}
    for run, end in ends.items():
        if run not in rows:
            raise KnownError("run-lost", run=run)
        _finish(rows[run], end, at)
    session.flush()
    THIS_PROCESS.ended(ends)
    return [run_of(rows[run]) for run in ends]


def _finish(row: RunRow, end: End, at: datetime) -> None:
    row.status = end.status.value
    row.finished_at = at
    row.counts = stored_counts(end.counts)
    row.fingerprint = end.extract
    row.holds = [hold.to_json() for hold in end.holds]
    row.error = end.error.to_json() if end.error else None
    row.holder = row.lease_until = None
    row.basis, row.asks_on = end.unchanged or (None, None)
    row.others = end.others
    if end.decision is not None:
        decision = end.decision
        row.decision, row.decided_by, row.decided_at = decision.decided, decision.by, decision.at
