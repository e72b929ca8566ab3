"""A run's begin and end: the running row is the lock, and finishing it is part of what it applied."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import cast

from sqlalchemy import Select, Table, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from knowledge.texts import Text
from provisioning.errors import KnownError
from provisioning.records import Hold, RunStatus
from provisioning.runs import lease
from provisioning.store.bulk import bulk
from provisioning.store.decisions import prints
from provisioning.store.runs import COUNTS, Run, has_slot, latest, row_of, run_of
from provisioning.store.tables import RunRow


@dataclass(frozen=True)
class RunDecision:
    """What a person decided on a held run."""

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
) -> int:
    """Take the school and return the run's id.

    Raises `KnownError` where a run is under way or the slot has had its run. A run whose process is
    gone is marked as interrupted first.
    """
    for row in session.scalars(_running().where(RunRow.school == school).with_for_update()):
        if not _interrupt_if_gone(row, at):
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
        holder=lease.me(),
        lease_until=lease.lease_end(),
        counts=dict.fromkeys(COUNTS, 0),
        holds=[],
        undoes=undoes,
    )
    session.add(row)
    _take(session, school)
    return row.id


def begin_all(
    session: Session, schools: Sequence[str], at: datetime, *, started_by: str, slot: datetime | None
) -> dict[str, int]:
    """Take those schools that nothing keeps from running, and return their runs' ids.

    A school that another process takes at this moment is a conflict, as of any transactions.
    """
    kept = set(session.scalars(select(RunRow.school).where(RunRow.school.in_(schools), _IS_RUNNING)))
    if slot is not None:
        kept |= set(
            session.scalars(select(RunRow.school).where(RunRow.school.in_(schools), RunRow.slot == slot))
        )
    free = {school: dict.fromkeys(COUNTS, 0) for school in schools if school not in kept}
    return insert_begun(session, free, at, started_by=started_by, slot=slot)


def insert_begun(
    session: Session,
    counts: Mapping[str, Mapping[str, int]],
    at: datetime,
    *,
    started_by: str,
    slot: datetime | None,
) -> dict[str, int]:
    """The running rows of several schools, each with its counts; returns their ids."""
    many = bulk(session)
    ids = dict(zip(counts, many.new_ids(_TABLE, len(counts)), strict=True))
    same = (RunStatus.RUNNING.value, started_by, slot, at, lease.me(), lease.lease_end(), "[]")
    rows = [(id_, school, json.dumps(counts[school]), *same) for school, id_ in ids.items()]
    many.insert(_TABLE, _BEGUN, rows)
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
    """Let runs that have begun and done nothing never have been."""
    if runs:
        session.execute(delete(RunRow).where(RunRow.id.in_(runs), _IS_RUNNING))


def take_up(session: Session, run: int) -> Run:
    """Take a held run up again for a decision: it is running until that is carried out.

    Where a later run holds exactly the same, that one is taken up: what was shown is what is decided on.
    Raises `KnownError` where nothing is held any more, because it was decided on or a later run has taken
    its place with something else, and where the school is running.
    """
    shown = row_of(session, run)
    # The school's latest run that came to something: a file that could not be read takes nobody's place.
    query = select(RunRow).where(RunRow.school == shown.school, RunRow.status.not_in(_CAME_TO_NOTHING))
    # Read anew under the lock: somebody may have decided since `shown` was read.
    query = query.order_by(RunRow.id.desc()).limit(1).with_for_update()
    row = session.scalars(query.execution_options(populate_existing=True)).first()
    if row is not None and row.status == RunStatus.RUNNING:
        raise KnownError("run-under-way", school=row.school)
    if row is None or {row.status, shown.status} != {RunStatus.HELD} or not _same(session, row.id, run):
        raise KnownError("run-not-held", run=run, school=shown.school)
    held = run_of(row)
    row.status = RunStatus.RUNNING.value
    row.holder, row.lease_until = lease.me(), lease.lease_end()
    _take(session, row.school)
    return held


_CAME_TO_NOTHING = [status for status in RunStatus if status.came_to_nothing]


def _same(session: Session, run: int, other: int) -> bool:
    return run == other or prints(session, run) == prints(session, other)


def _take(session: Session, school: str) -> None:
    try:
        session.flush()
    except IntegrityError:
        # Another process inserted its row between our look and ours: the index decides.
        raise KnownError("run-under-way", school=school) from None


@dataclass(frozen=True)
class End:
    """How a run ends.

    `extract` is the fingerprint of the extract that it read; `rest` says on which basis, and until when, the
    next run will find nothing to do (`provisioning.planning.unchanged`).
    """

    status: RunStatus
    counts: Mapping[str, int]
    extract: str | None = None
    holds: Sequence[Hold] = ()
    error: Text | None = None
    decision: RunDecision | None = None
    rest: tuple[str, date] | None = None


def finish(session: Session, run: int, end: End, at: datetime) -> Run:
    """Give a running run its end; one that has been declared interrupted meanwhile has lost its right to."""
    return finish_all(session, {run: end}, at)[0]


def finish_all(session: Session, ends: Mapping[int, End], at: datetime) -> list[Run]:
    """The same for several."""
    found = session.scalars(_running().where(RunRow.id.in_(ends)).order_by(RunRow.id).with_for_update())
    rows = {row.id: row for row in found}
    for run, end in ends.items():
        if run not in rows:
            raise KnownError("run-lost", run=run)
        _finish(rows[run], end, at)
    session.flush()
    return [run_of(rows[run]) for run in ends]


def _finish(row: RunRow, end: End, at: datetime) -> None:
    row.status = end.status.value
    row.finished_at = at
    row.counts = dict(end.counts)
    row.fingerprint = end.extract
    row.holds = [hold.to_json() for hold in end.holds]
    row.error = end.error.to_json() if end.error else None
    row.holder = row.lease_until = None
    row.basis, row.asks_on = end.rest or (None, None)
    if end.decision is not None:
        decision = end.decision
        row.decision, row.decided_by, row.decided_at = decision.decided, decision.by, decision.at


def interrupt_lost_runs(session: Session, at: datetime) -> list[Run]:
    """Mark the runs whose process is gone; what they had begun was never applied."""
    # Locked: a run that finishes at this moment is not marked over.
    rows = session.scalars(_running().order_by(RunRow.id).with_for_update())
    found = [row for row in rows if _interrupt_if_gone(row, at)]
    session.flush()
    return [run_of(row) for row in found]


def watch(session: Session, run: int, client: int, limit: timedelta) -> None:
    """Let a run count as under way for as long as its client works, a process of this machine.

    So nobody starts another beside it, should this process be killed.
    """
    row = session.scalars(_running().where(RunRow.id == run).with_for_update()).first()
    if row is None:
        raise KnownError("run-lost", run=run)
    row.holder, row.lease_until = lease.with_client(client), lease.lease_end(limit)


def interrupt_own_runs(session: Session, at: datetime) -> None:
    """Mark what this process still has running: it is about to stop."""
    ours = RunRow.holder.startswith(lease.me(), autoescape=True)
    for row in session.scalars(_running().where(ours).with_for_update()):
        _interrupt(row, at)


_IS_RUNNING = RunRow.status == RunStatus.RUNNING


def _running() -> Select[RunRow]:
    return select(RunRow).where(_IS_RUNNING)


def _interrupt_if_gone(row: RunRow, at: datetime) -> bool:
    gone = lease.is_gone(row.holder, row.lease_until)
    if gone:
        _interrupt(row, at)
    return gone


def _interrupt(row: RunRow, at: datetime) -> None:
    row.status = RunStatus.INTERRUPTED.value
    row.finished_at = at
    name = "run-interrupted-client" if lease.has_client(row.holder) else "run-interrupted"
    row.error = Text(f"error.{name}").to_json()
    row.holder = row.lease_until = None


def is_to_announce(session: Session) -> bool:
    """Whether a run holds something that nobody has been told of."""
    query = select(RunRow.id).where(RunRow.status == RunStatus.HELD, RunRow.announced_at.is_(None))
    return session.scalars(query.limit(1)).first() is not None


def to_announce(session: Session, at: datetime) -> list[Run]:
    """The schools' latest runs that hold something nobody has been told of; they count as told from now on.

    A run that holds what the one before it held is not told again.
    """
    query = select(RunRow).where(RunRow.status == RunStatus.HELD, RunRow.announced_at.is_(None))
    found = []
    for row in session.scalars(query.order_by(RunRow.id).with_for_update()):
        row.announced_at = at
        newest = latest(session, row.school)
        if newest is not None and newest.id == row.id and not _told_before(session, row):
            found.append(run_of(row))
    session.flush()
    return found


def _told_before(session: Session, row: RunRow) -> bool:
    """Whether the school's run before this one was held for the same, and has been told."""
    query = select(RunRow).where(RunRow.school == row.school, RunRow.id < row.id)
    before = session.scalars(query.order_by(RunRow.id.desc()).limit(1)).first()
    if before is None or before.status != RunStatus.HELD or before.announced_at is None:
        return False
    return before.holds == row.holds and _same(session, before.id, row.id)
