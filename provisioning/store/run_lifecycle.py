"""The lifecycle of a run: begin, finish, interrupt. Its running row is the school's lock."""

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
from provisioning.ids import Fingerprint
from provisioning.records.runs import Hold, RunStatus
from provisioning.runs.lease import Holder, is_gone, lease_end
from provisioning.store.bulk import bulk
from provisioning.store.decisions import prints
from provisioning.store.runs import COUNTS, Run, has_slot, latest, row_of, run_of
from provisioning.store.tables import RunRow


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
) -> int:
    """Insert the running row of `school` and return its id.

    Raises `KnownError` where a run is under way or the slot has had its run. A run whose process has ended
    is marked as interrupted first.
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
        holder=str(Holder.here()),
        lease_until=lease_end(),
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
    """Insert the running rows of those `schools` that are free to run; return run ids by school.

    A school that another process begins at this moment raises a database conflict.
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
    """Insert a running row for each school of `counts`; return run ids by school."""
    many = bulk(session)
    ids = dict(zip(counts, many.new_ids(_TABLE, len(counts)), strict=True))
    same = (RunStatus.RUNNING.value, started_by, slot, at, str(Holder.here()), lease_end(), "[]")
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
    """Delete running rows of runs that have done nothing."""
    if runs:
        session.execute(delete(RunRow).where(RunRow.id.in_(runs), _IS_RUNNING))


def resume_held(session: Session, run: int) -> Run:
    """Set a held run to running, until a decision on it is carried out; return the run as it was held.

    Where a later run holds exactly those changes, that run is resumed: what was shown is what is decided.
    Raises `KnownError` where nothing is held any more, because it was decided or a later run holds other
    changes, and where the school is running.
    """
    shown = row_of(session, run)
    # Failed and interrupted runs do not replace a held one.
    query = select(RunRow).where(RunRow.school == shown.school, RunRow.status.not_in(_CAME_TO_NOTHING))
    # Read again under the lock: a decision may have been made since `shown` was read.
    query = query.order_by(RunRow.id.desc()).limit(1).with_for_update()
    row = session.scalars(query.execution_options(populate_existing=True)).first()
    if row is not None and row.status == RunStatus.RUNNING:
        raise KnownError("run-under-way", school=row.school)
    if row is None or {row.status, shown.status} != {RunStatus.HELD} or not _same(session, row.id, run):
        raise KnownError("run-not-held", run=run, school=shown.school)
    held = run_of(row)
    row.status = RunStatus.RUNNING.value
    row.holder, row.lease_until = str(Holder.here()), lease_end()
    _take(session, row.school)
    return held


_CAME_TO_NOTHING = [status for status in RunStatus if status.came_to_nothing]


def _same(session: Session, run: int, other: int) -> bool:
    return run == other or prints(session, run) == prints(session, other)


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
    before which, the next run will find nothing to do (`provisioning.planning.unchanged`).
    """

    status: RunStatus
    counts: Mapping[str, int]
    extract: Fingerprint | None = None
    holds: Sequence[Hold] = ()
    error: Text | None = None
    decision: RunDecision | None = None
    unchanged: tuple[str, date] | None = None


def finish(session: Session, run: int, end: End, at: datetime) -> Run:
    """Finish a running run; raises `KnownError` where it has been marked as interrupted meanwhile."""
    return finish_all(session, {run: end}, at)[0]


def finish_all(session: Session, ends: Mapping[int, End], at: datetime) -> list[Run]:
    """Finish several runs, by id, as `finish` does."""
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
    row.basis, row.asks_on = end.unchanged or (None, None)
    if end.decision is not None:
        decision = end.decision
        row.decision, row.decided_by, row.decided_at = decision.decided, decision.by, decision.at


def interrupt_lost_runs(session: Session, at: datetime) -> list[Run]:
    """Mark runs whose processes have ended as interrupted, and return them; they applied nothing."""
    if not is_any_running(session):
        return []
    # Locked, so that a run that finishes at this moment is not overwritten.
    rows = session.scalars(_running().order_by(RunRow.id).with_for_update())
    found = [row for row in rows if _interrupt_if_gone(row, at)]
    session.flush()
    return [run_of(row) for row in found]


def watch(session: Session, run: int, client: int, limit: timedelta) -> None:
    """Make `client`, a process of this machine, a holder of `run`, with a lease that allows for `limit`.

    So the run stays under way, and the school locked, if this process is killed while its client works.
    """
    row = session.scalars(_running().where(RunRow.id == run).with_for_update()).first()
    if row is None:
        raise KnownError("run-lost", run=run)
    row.holder, row.lease_until = str(Holder.here(client)), lease_end(limit)


def interrupt_own_runs(session: Session, at: datetime) -> None:
    """Mark the running runs of this process as interrupted, before it stops."""
    ours = RunRow.holder.startswith(str(Holder.here()), autoescape=True)
    for row in session.scalars(_running().where(ours).with_for_update()):
        _interrupt(row, at)


_IS_RUNNING = RunRow.status == RunStatus.RUNNING


def is_any_running(session: Session) -> bool:
    """Return whether a run is under way, at any school; nothing is locked by looking."""
    runs = RunRow.__table__.c  # of the table alone: every command looks, and the mapper takes its time
    query = select(runs.id).where(runs.status == RunStatus.RUNNING).limit(1)
    return session.connection().execute(query).first() is not None


def _running() -> Select[RunRow]:
    return select(RunRow).where(_IS_RUNNING)


def _interrupt_if_gone(row: RunRow, at: datetime) -> bool:
    gone = is_gone(_holder(row), row.lease_until)
    if gone:
        _interrupt(row, at)
    return gone


def _interrupt(row: RunRow, at: datetime) -> None:
    row.status = RunStatus.INTERRUPTED.value
    row.finished_at = at
    holder = _holder(row)
    name = "run-interrupted-client" if holder and holder.client else "run-interrupted"
    row.error = Text(f"error.{name}").to_json()
    row.holder = row.lease_until = None


def _holder(row: RunRow) -> Holder | None:
    return Holder.parse(row.holder) if row.holder else None


def is_to_announce(session: Session) -> bool:
    """Return whether a held run has not been announced yet."""
    query = select(RunRow.id).where(RunRow.status == RunStatus.HELD, RunRow.announced_at.is_(None))
    return session.scalars(query.limit(1)).first() is not None


def to_announce(session: Session, at: datetime) -> list[Run]:
    """Return the schools' latest held runs not announced yet, and mark them as announced at `at`.

    A run that holds what the run before it held is not returned.
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
    """Return whether the school's previous run was announced with equal holds and changes."""
    query = select(RunRow).where(RunRow.school == row.school, RunRow.id < row.id)
    before = session.scalars(query.order_by(RunRow.id.desc()).limit(1)).first()
    if before is None or before.status != RunStatus.HELD or before.announced_at is None:
        return False
    return before.holds == row.holds and _same(session, before.id, row.id)
