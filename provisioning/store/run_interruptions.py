"""Running runs in the store: the process that holds each, and interruption once that process has ended."""

from datetime import datetime, timedelta

from sqlalchemy import Select, or_, select, update
from sqlalchemy.orm import Session

from knowledge.texts import Text
from provisioning.errors import KnownError
from provisioning.records.runs import RunStatus
from provisioning.runs.lease import LEASE, THIS_PROCESS, Holder, is_gone
from provisioning.store.database import Database
from provisioning.store.portions import portions
from provisioning.store.runs import Run, run_of
from provisioning.store.server_clock import server_now
from provisioning.store.tables.runs import RunRow


def interrupt_lost(database: Database, at: datetime) -> list[Run]:
    """Do what `interrupt_lost_runs` does; where no run is under way, nothing is locked."""
    with database.asking() as session:
        under_way = is_any_running(session)
    return database.write(lambda session: interrupt_lost_runs(session, at)) if under_way else []


def interrupt_lost_runs(session: Session, at: datetime) -> list[Run]:
    """Mark the runs on which nothing works any more as interrupted, and return them; they applied nothing."""
    # Locked, so that a run that finishes at this moment is not overwritten.
    rows = session.scalars(running().order_by(RunRow.id).with_for_update())
    found = [row for row in rows if interrupt_if_gone(session, row, at)]
    session.flush()
    return [run_of(row) for row in found if row.status == RunStatus.INTERRUPTED]


def watch(session: Session, run: int, client: int, limit: timedelta) -> None:
    """Make `client`, a process of this machine, a holder of `run`, with a lease that allows for `limit`.

    So the run stays under way, and the school locked, if this process is killed while its client works.
    """
    row = session.scalars(running().where(RunRow.id == run).with_for_update()).first()
    if row is None:
        raise KnownError("run-lost", run=run)
    row.holder, row.lease_until = str(Holder.here(client)), server_now(session) + LEASE + limit


def renew_leases(session: Session) -> None:
    """Renew the leases of the runs that this process has under way; one of a client may be longer."""
    until = server_now(session) + LEASE
    ours = RunRow.holder.startswith(str(Holder.here()), autoescape=True)
    lapses = or_(RunRow.lease_until.is_(None), RunRow.lease_until < until)
    for some in portions(sorted(THIS_PROCESS.runs)):
        session.execute(
            update(RunRow).where(RunRow.id.in_(some), IS_RUNNING, ours, lapses).values(lease_until=until),
            execution_options={"synchronize_session": False},
        )


def interrupt_own_runs(session: Session, at: datetime) -> None:
    """Mark the running runs of this process as interrupted, before it stops."""
    for some in portions(sorted(THIS_PROCESS.runs)):
        for row in session.scalars(running().where(RunRow.id.in_(some)).with_for_update()):
            _interrupt(session, row, at)


IS_RUNNING = RunRow.status == RunStatus.RUNNING


def running() -> Select[RunRow]:
    """Return the query for all running runs."""
    return select(RunRow).where(IS_RUNNING)


def is_any_running(session: Session) -> bool:
    """Return whether a run is under way, at any school; nothing is locked by looking."""
    runs = RunRow.__table__.c  # of the table alone: every command looks, and the mapper takes its time
    query = select(runs.id).where(runs.status == RunStatus.RUNNING).limit(1)
    return session.connection().execute(query).first() is not None


def interrupt_if_gone(session: Session, row: RunRow, at: datetime) -> bool:
    """Mark a run as interrupted if nothing works on it any more; return whether it was."""
    embedded = session.get_bind().dialect.name == "sqlite"
    gone = is_gone(row.id, _holder(row), row.lease_until, server_now(session), embedded=embedded)
    if gone:
        _interrupt(session, row, at)
    return gone


def _interrupt(session: Session, row: RunRow, at: datetime) -> None:
    if row.only is not None:
        session.delete(row)  # it was restricted to some people: nothing is as if it had never begun
        return
    if row.finished_at is not None:
        # A decision on a held run was being carried out, in one transaction: the run is held as before.
        row.status = RunStatus.HELD.value
        row.holder = row.lease_until = None
        return
    row.status = RunStatus.INTERRUPTED.value
    row.finished_at = at
    row.slot, row.missed_slot = None, row.slot
    holder = _holder(row)
    name = "run-interrupted-client" if holder and holder.client else "run-interrupted"
    row.error = Text(f"error.{name}").to_json()
    row.holder = row.lease_until = None


def _holder(row: RunRow) -> Holder | None:
    return Holder.parse(row.holder) if row.holder else None
