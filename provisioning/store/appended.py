"""The rows that have been added to a table since they were asked for last."""

from collections.abc import Sequence
from typing import NamedTuple, cast

from sqlalchemy import Table, func, select
from sqlalchemy.orm import Session

from provisioning.store.tables.base import Base

_LATE = 10_000
"""Rows that are looked at again: on PostgreSQL a row may be committed after rows with greater ids."""
_MANY = 20_000
"""New rows beyond which they are not told one by one."""


class Place(NamedTuple):
    """Up to where a table has been read: `rows` of them with an id above `above`, `newest` the greatest."""

    above: int
    rows: int
    newest: int


class Appended:
    """A table whose rows get growing ids; `column` is what is told of each new row.

    What it remembers is of this process, so that the first answer is that it cannot tell.
    """

    def __init__(self, row: type[Base], column: str) -> None:
        table = cast("Table", row.__table__)
        self._id, self._column = table.c.id, table.c[column]
        self._above = 0
        self._seen: frozenset[int] | None = None
        """The ids above `_above` that have been told; None before the first call."""

    def new(self, session: Session) -> Sequence[int] | None:
        """Return `column` of each row that is new since the last call; None where that can't be told.

        Where there is none, a single statement looks at no more than the last rows.
        """
        if self._seen is not None:
            now, seen = self._place(session, self._above), self._seen
            if now == self.place:
                return ()
            if now.rows <= _MANY:
                return [told for id_, told in self._look(session, now.newest) if id_ not in seen]
        newest = session.scalar(select(func.max(self._id))) or 0
        self._above = newest - _LATE
        self._look(session, newest)
        return None

    @property
    def place(self) -> Place:
        """Up to where the table had been read at the last call of `new`."""
        seen = self._seen or frozenset()
        return Place(self._above, len(seen), max(seen, default=0))

    def is_still_at(self, session: Session, place: Place) -> bool:
        """Return whether no row has been added since the table had been read up to `place`."""
        return self._place(session, place.above) == place

    def _place(self, session: Session, above: int) -> Place:
        since = select(func.count(), func.max(self._id)).where(self._id > above)
        count, newest = session.execute(since).one()
        return Place(above, count, newest or 0)

    def _look(self, session: Session, newest: int) -> Sequence[tuple[int, int]]:
        """Return id and `column` of the rows looked at, and remember those that are looked at again."""
        query = select(self._id, self._column).where(self._id > self._above)
        rows = [(id_, told) for id_, told in session.execute(query)]
        self._above = max(self._above, newest - _LATE)
        self._seen = frozenset(id_ for id_, _ in rows if id_ > self._above)
        return rows
