"""Retention in the store: the rows whose time is over, their count, and how they are deleted or emptied."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, Table, delete, func, select, tuple_, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from provisioning.store.tables import AccountRow, Base, Recorded
from provisioning.store.usernames import reserve

NOT_KEPT = "-"
"""What stands in the place of a user whose time is over, where a row itself is needed longer."""


@dataclass(frozen=True)
class Stale:
    """The rows of a table that are past their retention time, by the condition `over`.

    Where rows can't simply be deleted, `delete` deletes those with given ids. Where the rows are needed
    longer than what they hold of people, `empty` has the values that are set instead.
    """

    row: type[Base]
    over: ColumnElement[bool]
    delete: Callable[[Session, Sequence[int]], None] | None = None
    empty: Mapping[str, Any] = field(default_factory=dict)

    @property
    def table(self) -> Table:
        """The table."""
        return cast("Table", self.row.__table__)


def recorded(row: type[Recorded], instead: ColumnElement[Any] | InstrumentedAttribute[Any]) -> Any:
    """Return the time as it was of a row's last change; `instead` where an earlier version wrote the row."""
    return func.coalesce(row.recorded_at, instead)


def count(session: Session, stale: Stale) -> int:
    """Return the number of stale rows."""
    return session.scalar(select(func.count()).select_from(stale.table).where(stale.over)) or 0


def delete_some(session: Session, stale: Stale, at_most: int) -> int:
    """Delete or empty up to `at_most` of the stale rows; return how many.

    The usernames of deleted accounts stay reserved and are never reissued.
    """
    key = tuple(stale.table.primary_key)
    some: Select[Any] = select(*key).where(stale.over).order_by(*key).limit(at_most)
    rows = session.execute(some).all()
    if stale.row is AccountRow:
        ids = [row[0] for row in rows]
        reserve(session, session.scalars(select(AccountRow.username).where(AccountRow.id.in_(ids))))
    these = tuple_(*key).in_([tuple(row) for row in rows])
    if rows and stale.delete is not None:
        stale.delete(session, [row[0] for row in rows])
    elif rows and stale.empty:
        session.execute(update(stale.table).where(these).values({**stale.empty, **own_time(stale.table)}))
    elif rows:
        session.execute(delete(stale.table).where(these))
    return len(rows)


def own_time(table: Table) -> dict[str, Any]:
    """Return the value by which an update leaves the time of a row of `table` as it is, if it has one.

    To take a person out of a row is no change by which it would be kept longer.
    """
    return {"recorded_at": table.c.recorded_at} if "recorded_at" in table.c else {}
