"""Schools in the store."""

from collections.abc import Iterable
from datetime import date
from typing import Any, cast

from sqlalchemy import Row, Table, bindparam, or_, select
from sqlalchemy.orm import Session

from knowledge.texts import Bilingual
from provisioning.errors import KnownError
from provisioning.ids import SchoolNumber
from provisioning.kept import Kept
from provisioning.records.schools import School
from provisioning.store import upserts
from provisioning.store.tables.schools import SchoolRow


def put(session: Session, schools: Iterable[School]) -> None:
    """Insert or update schools."""
    rows = (
        {
            "number": school.number,
            "name": school.name.en,
            "name_cy": school.name.cy,
            "local_authority": school.local_authority,
            "phase": school.phase,
            "final_year": school.final_year,
            "managed_by": school.managed_by,
            "contact": school.contact,
            "source": school.source,
            "closed_on": school.closed_on,
            "successor": school.successor,
        }
        for school in schools
    )
    upserts.put(session, SchoolRow, rows)


def every(session: Session) -> list[School]:
    """Return all schools, by number."""
    rows = session.execute(_EVERY).all()
    # The rows themselves are the mark: a school is made from nothing else.
    return list(_SCHOOLS.get(None, rows, lambda: tuple(map(_school, rows))))


def get(session: Session, number: str) -> School:
    """Return a school by its number; raises `KnownError` where it is unknown."""
    row = session.execute(_BY_NUMBER, {"of_number": number}).first()
    if row is None:
        raise KnownError("school-unknown", number=number)
    return _school(row)


def some(session: Session, numbers: Iterable[str]) -> dict[str, School]:
    """Return the known schools among `numbers`, by number."""
    rows = session.execute(select(_TABLE).where(_TABLE.c.number.in_(list(numbers))))
    return {row.number: _school(row) for row in rows}


def with_closed(
    session: Session, numbers: Iterable[str], day: date
) -> tuple[dict[str, School], frozenset[str]]:
    """Return the known schools among `numbers`, by number, and the numbers of all schools closed on `day`."""
    wanted = set(numbers)
    here = or_(_TABLE.c.number.in_(wanted), _TABLE.c.closed_on <= day)
    found = [_school(row) for row in session.execute(select(_TABLE).where(here))]
    known: dict[str, School] = {school.number: school for school in found if school.number in wanted}
    return known, frozenset(school.number for school in found if school.is_closed(day))


def successor(session: Session, school: School, day: date) -> School | None:
    """Return the school that takes the place of `school`; of several that have closed in turn, the open one.

    None where no school does that is known and open on a day.
    """
    passed = {school.number}
    while school.successor and school.successor not in passed:
        following = some(session, [school.successor]).get(school.successor)
        if following is None or not following.is_closed(day):
            return following
        passed.add(following.number)
        school = following
    return None


def closings(session: Session) -> frozenset[date]:
    """Return the days on which schools close or have closed."""
    return frozenset(
        day for day in session.scalars(select(SchoolRow.closed_on).distinct()) if day is not None
    )


def closed(session: Session, day: date) -> frozenset[str]:
    """Return the numbers of the schools that are closed on a day."""
    return frozenset(session.scalars(select(_TABLE.c.number).where(_TABLE.c.closed_on <= day)))


_TABLE = cast("Table", SchoolRow.__table__)
_EVERY = select(_TABLE).order_by(_TABLE.c.number)
_SCHOOLS: Kept[None, tuple[School, ...]] = Kept(1)
_BY_NUMBER = select(_TABLE).where(_TABLE.c.number == bindparam("of_number"))


def _school(row: Row[Any]) -> School:
    return School(
        number=SchoolNumber(row.number),
        name=Bilingual(row.name, row.name_cy),
        local_authority=row.local_authority,
        phase=row.phase,
        final_year=row.final_year,
        managed_by=row.managed_by,
        contact=row.contact,
        source=row.source,
        closed_on=row.closed_on,
        successor=row.successor,
    )
