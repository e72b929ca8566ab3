"""Key dates that local authorities have set for themselves, in the store."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, delete, select
from sqlalchemy.orm import Session

from knowledge.models import LocalDates
from provisioning.kept import Kept
from provisioning.store import upserts
from provisioning.store.tables.schools import LocalDateRow

NAMES = tuple(name for name in LocalDates.model_fields if name != "pauses")
"""The names of the dates that can be set."""
_SEVERAL = "must_run_on"


def put(
    session: Session, authority: str, year: int, name: str, days: Sequence[date], *, by: str, at: datetime
) -> None:
    """Set one date of an authority's year; `must_run_on` has several."""
    row = {"local_authority": authority, "year": year, "name": name, "by": by, "at": at}
    upserts.put(session, LocalDateRow, [row | {"days": [day.isoformat() for day in days]}])


def remove(session: Session, authority: str, year: int | None, name: str | None) -> int:
    """Delete the dates that `authority` has set, all or those of a `year` or `name`; return their number."""
    statement = delete(LocalDateRow).where(LocalDateRow.local_authority == authority)
    if year is not None:
        statement = statement.where(LocalDateRow.year == year)
    if name is not None:
        statement = statement.where(LocalDateRow.name == name)
    return len(list(session.scalars(statement.returning(LocalDateRow.name))))


def every(session: Session) -> Mapping[str, Mapping[int, LocalDates]]:
    """Return what all authorities have set, by code and year."""
    rows = session.execute(_EVERY).all()
    # The rows themselves are the mark: the dates are made from nothing else.
    return _KEPT.get(None, rows, lambda: _read(rows))


_EVERY = select(LocalDateRow.local_authority, LocalDateRow.year, LocalDateRow.name, LocalDateRow.days)
_KEPT: Kept[None, Mapping[str, Mapping[int, LocalDates]]] = Kept(1)


def _read(rows: Iterable[Row[str, int, str, list[str]]]) -> Mapping[str, Mapping[int, LocalDates]]:
    found: dict[str, dict[int, dict[str, Any]]] = {}
    for row in rows:
        value = row.days if row.name == _SEVERAL else row.days[0]
        found.setdefault(row.local_authority, {}).setdefault(row.year, {})[row.name] = value
    return {
        authority: {year: LocalDates.model_validate(values) for year, values in years.items()}
        for authority, years in found.items()
    }
