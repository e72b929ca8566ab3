"""The runs of the installation or of a school, newest first: read in portions, however many there are."""

from collections.abc import Iterator
from typing import cast

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from provisioning.store.runs import Run, run_of
from provisioning.store.tables.runs import RunRow

_TABLE = cast("Table", RunRow.__table__)
_AT_ONCE = 500
"""Runs that are read in one statement."""


def newest(session: Session, school: str | None = None, last: int | None = None) -> Iterator[Run]:
    """Yield runs, newest first; only those of `school`, and at most `last`, where given."""
    # Plain rows: objects of the mapper would stay in memory until garbage is looked for.
    query = select(_TABLE).order_by(_TABLE.c.id.desc())
    if school is not None:
        query = query.where(_TABLE.c.school == school)
    left, older = last, query
    while left is None or left > 0:
        wanted = _AT_ONCE if left is None else min(left, _AT_ONCE)
        found = [run_of(cast("RunRow", row)) for row in session.execute(older.limit(wanted))]
        yield from found
        if len(found) < wanted:
            return
        left = None if left is None else left - len(found)
        older = query.where(_TABLE.c.id < found[-1].known_id)
