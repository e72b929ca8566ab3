"""Retention in the store: the rows whose time is over, their count, and how they are deleted or emptied.

They are found by reading, which keeps no writer waiting, and deleted by their keys, a few at a time.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias, cast

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Delete,
    Row,
    Table,
    Update,
    and_,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from provisioning.store.composite_keys import after, among
from provisioning.store.tables.accounts import AccountRow
from provisioning.store.tables.base import Base, Recorded
from provisioning.store.usernames import reserve

Key: TypeAlias = Row[Any]
"""A primary key as it was found."""
NOT_KEPT = "-"
"""What stands in the place of a user whose time is over, where a row itself is needed longer."""


@dataclass(frozen=True)
class Stale:
    """The rows of a table that are past their retention time, by the condition `over`.

    Where rows can't simply be deleted, or be asked for again, `delete` deletes those with given ids. Where
    the rows are needed longer than what they hold of people, `empty` has the values that are set instead.
    `over` is asked again of each row as it is deleted: it looks at the row, and by seeks at what it belongs
    to.
    """

    row: type[Base]
    over: ColumnElement[bool]
    delete: Callable[[Session, Sequence[Any]], None] | None = None
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


def find(session: Session, stale: Stale, at_most: int, last: Key | None = None) -> Sequence[Key]:
    """Return the primary keys of up to `at_most` stale rows in their order, from after the key `last` on."""
    key = tuple(stale.table.primary_key)
    query = select(*key).where(stale.over).order_by(*key).limit(at_most)
    return session.execute(query if last is None else query.where(after(key, last))).all()


def end(session: Session, stale: Stale, keys: Sequence[Key]) -> int:
    """Delete or empty those rows with these `keys` that are stale; return how many.

    What has been changed since they were found is kept. The usernames of deleted accounts stay reserved and
    are never reissued.
    """
    if stale.delete is not None:
        stale.delete(session, [key[0] for key in keys])
        return len(keys)
    these = and_(among(tuple(stale.table.primary_key), keys), stale.over)
    if stale.row is AccountRow:
        reserve(session, session.scalars(select(AccountRow.username).where(these)))
    if stale.empty:
        emptied = update(stale.table).where(these).values({**stale.empty, **own_time(stale.table)})
        return _changed(session, emptied)
    return _changed(session, delete(stale.table).where(these))


def _changed(session: Session, statement: Update | Delete) -> int:
    """Execute a `statement` on a table, and return how many rows it changed."""
    return cast("CursorResult[Any]", session.execute(statement)).rowcount


def own_time(table: Table) -> dict[str, Any]:
    """Return the value by which an update leaves the time of a row of `table` as it is, if it has one.

    To take a person out of a row is no change by which it would be kept longer.
    """
    return {"recorded_at": table.c.recorded_at} if "recorded_at" in table.c else {}
