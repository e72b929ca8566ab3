"""Held runs in the store that are to be announced to those who may decide on them."""

from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from provisioning.records.runs import RunStatus
from provisioning.store.decisions import hold_alike
from provisioning.store.latest_runs import OF_ALL, latest_of, newest
from provisioning.store.runs import Run, run_of
from provisioning.store.tables.runs import RunRow
from provisioning.store.tables.schools import SchoolRow

_UNTOLD = (RunRow.status == RunStatus.HELD, RunRow.announced_at.is_(None))
_OTHERS = tuple(status for status in RunStatus if status is not RunStatus.HELD)
ANY_TO_ANNOUNCE = select(RunRow.id).where(*_UNTOLD).exists()
"""Whether a held run has not been announced yet."""


def is_to_announce(session: Session) -> bool:
    """Return whether a held run has not been announced yet."""
    return bool(session.scalar(select(ANY_TO_ANNOUNCE)))


def to_announce(session: Session, at: datetime) -> list[Run]:
    """Return the schools' latest held runs not announced yet, and mark them as announced at `at`.

    A run that holds what the run before it held is not returned.
    """
    found = []
    for row in session.scalars(select(RunRow).where(*_UNTOLD).order_by(RunRow.id).with_for_update()):
        row.announced_at = at
        newest = latest_of(session, row.school).latest
        if newest is not None and newest.id == row.id and not _told_before(session, row):
            found.append(run_of(row))
    session.flush()
    return found


def announced(session: Session) -> list[tuple[Run, tuple[int, ...]]]:
    """Return the schools' latest runs that are held and have been announced, oldest first.

    Each is returned with the ids of the held runs since another, for one of which it may have been told.
    """
    rows = session.scalars(_latest_held().where(RunRow.announced_at.is_not(None))).all()
    return [(run_of(row), _held_since_another(session, row.school)) for row in rows]


def undecided(session: Session) -> list[Run]:
    """Return the schools' latest runs that are held, whether announced or not, oldest first."""
    return [run_of(row) for row in session.scalars(_latest_held())]


def _latest_held() -> Select[RunRow]:
    """Return the query for the schools' latest runs that are held, oldest first."""
    later = aliased(RunRow)
    of_all = later.school == RunRow.school, later.id > RunRow.id, later.only.is_(None)
    replaced = select(later.id).where(*of_all).exists()
    return select(RunRow).where(RunRow.status == RunStatus.HELD, ~replaced).order_by(RunRow.id)


def _held_since_another(session: Session, school: str) -> tuple[int, ...]:
    # For each status by itself: PostgreSQL would else read the runs of all schools backwards.
    other = select(newest(session, _OTHERS, OF_ALL)).select_from(SchoolRow).where(SchoolRow.number == school)
    held = select(RunRow.id).where(RunRow.school == school, RunRow.id > (session.scalar(other) or 0))
    held = held.where(RunRow.only.is_(None))
    return tuple(session.scalars(held))


def _told_before(session: Session, row: RunRow) -> bool:
    """Return whether the school's previous run was announced with equal holds and changes."""
    query = select(RunRow).where(RunRow.school == row.school, RunRow.id < row.id, RunRow.only.is_(None))
    before = session.scalars(query.order_by(RunRow.id.desc()).limit(1)).first()
    if before is None or before.status != RunStatus.HELD or before.announced_at is None:
        return False
    return before.holds == row.holds and hold_alike(session, before.id, row.id)
