"""Retention in the store: which rows are past their retention time, their count, and their deletion."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, Table, and_, delete, func, or_, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from provisioning.records.accounts import Status
from provisioning.records.people import MIS_KINDS
from provisioning.records.runs import RunStatus
from provisioning.store.tables import (
    AccountRow,
    Base,
    ClientLogRow,
    CoveredRow,
    HeldRow,
    IdentityDecisionRow,
    JournalRow,
    NoteRow,
    Recorded,
    RunRow,
)
from provisioning.store.usernames import reserve


@dataclass(frozen=True)
class Stale:
    """The rows of a table that are past their retention time, by the condition `over`.

    Where rows can't simply be deleted, `delete` deletes those with given ids.
    """

    row: type[Base]
    over: ColumnElement[bool]
    delete: Callable[[Session, Sequence[int]], None] | None = None

    @property
    def table(self) -> Table:
        """The table."""
        return cast("Table", self.row.__table__)


def recorded(row: type[Recorded], instead: ColumnElement[Any] | InstrumentedAttribute[Any]) -> Any:
    """Return the time as it was of a row's last change; `instead` where an earlier version wrote the row."""
    return func.coalesce(row.recorded_at, instead)


def of_runs(before: datetime) -> list[Stale]:
    """Return what is kept of runs finished before `before`, but not what a latest run holds."""
    later = aliased(RunRow)
    newest = select(func.max(later.id)).where(later.school == RunRow.school).scalar_subquery()
    runs = select(RunRow.id).where(
        RunRow.finished_at.is_not(None),
        recorded(RunRow, RunRow.finished_at) < before,
        or_(RunRow.status != RunStatus.HELD, RunRow.id < newest),
    )
    return [Stale(row, row.run.in_(runs)) for row in (JournalRow, NoteRow, HeldRow, ClientLogRow)]


def of_leavers(before: date) -> Stale:
    """Return the covered records of people who left before `before`."""
    return Stale(CoveredRow, CoveredRow.leaving_date < before)


def of_accounts(before: datetime) -> Stale:
    """Return the MIS accounts released before `before`, which no school has matched since."""
    over = and_(
        AccountRow.status == Status.INACTIVE,
        AccountRow.kind.in_(MIS_KINDS),
        AccountRow.released_at < before,
    )
    return Stale(AccountRow, over)


def of_identities() -> Stale:
    """Return the questions and decisions about accounts that have been deleted."""
    return Stale(IdentityDecisionRow, IdentityDecisionRow.account.not_in(select(AccountRow.id)))


def count(session: Session, stale: Stale) -> int:
    """Return the number of stale rows."""
    return session.scalar(select(func.count()).select_from(stale.table).where(stale.over)) or 0


def delete_some(session: Session, stale: Stale, at_most: int) -> int:
    """Delete up to `at_most` of the stale rows; return how many were deleted.

    The usernames of deleted accounts stay reserved and are never reissued.
    """
    key = tuple(stale.table.primary_key)
    some: Select[tuple[object, ...]] = select(*key).where(stale.over).order_by(*key).limit(at_most)
    rows = session.execute(some).all()
    if stale.row is AccountRow:
        ids = [row[0] for row in rows]
        reserve(session, session.scalars(select(AccountRow.username).where(AccountRow.id.in_(ids))))
    if rows and stale.delete is not None:
        stale.delete(session, [cast("int", row[0]) for row in rows])
    elif rows:
        session.execute(delete(stale.table).where(tuple_(*key).in_([tuple(row) for row in rows])))
    return len(rows)
