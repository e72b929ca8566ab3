"""The records that the last applied extract of each school covered, in the store."""

from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from sqlalchemy import Table, bindparam, select
from sqlalchemy.orm import Session

from provisioning.records.extracts import Covered, Extract
from provisioning.records.people import Key, Kind, Learner, Record, key_of
from provisioning.rules import is_earlier_stay
from provisioning.store.bulk import Row, bulk
from provisioning.store.tables import CoveredRow

Coverage = Mapping[Key, Covered]
"""The complete records of a school's last applied extract, by kind and identifier."""


def covered(session: Session, school: str) -> Coverage:
    """Return the records that a school's last applied extract covered."""
    return coverages(session, [school])[school]


def covering(session: Session, upn: str, among: Sequence[str]) -> set[str]:
    """Return those of the schools `among` whose last applied extract had a learner with `upn`."""
    learner = (_TABLE.c.kind == Kind.LEARNER.value, _TABLE.c.identifier == upn)
    return set(session.scalars(select(_TABLE.c.school).where(_TABLE.c.school.in_(among), *learner)))


def covered_alone(session: Session, school: str, kind: Kind, identifier: str) -> Coverage:
    """Return of what `covered` returns the record of the person with `identifier`, if there is one."""
    wanted = {"of_school": school, "of_kind": kind.value}
    if kind is Kind.LEARNER:
        rows = session.execute(_OF_LEARNER, wanted | {"of_identifier": identifier}).all()
    else:
        rows = session.execute(_OF_KIND, wanted).all()  # few; a database folds ASCII alone
    found = (Covered(kind, *row) for row in rows)
    return {covered.key: covered for covered in found if covered.key == key_of(kind, identifier)}


def coverages(session: Session, schools: Iterable[str]) -> dict[str, Coverage]:
    """Return what `covered` returns for several schools."""
    found: dict[str, dict[Key, Covered]] = {school: {} for school in schools}
    for school, kind, identifier, *details in session.execute(_OF_SCHOOLS, {"of_schools": list(found)}).all():
        person = _KINDS[kind]
        found[school][key_of(person, identifier)] = Covered(person, identifier, *details)
    return dict(found)


def cover(session: Session, applied: Iterable[tuple[Extract, Coverage]]) -> None:
    """Store the complete records of `applied` extracts, each given with its school's coverage so far.

    Only differences are written; kinds of person that an extract does not cover stay unchanged, and so do
    people of whom it has an earlier stay alone.
    """
    new: list[Row] = []
    changed: list[Row] = []
    gone: list[Row] = []
    for extract, held in applied:
        here = set()
        for record in extract.records:
            key, details = record.key, _details(record)
            here.add(key)
            before = held.get(key)
            if is_earlier_stay(record, before):
                continue  # its present stay has no row, and is not forgotten
            if before is None:
                new.append((extract.school, record.kind.value, record.identifier, *details))
            elif details != (before.joins_on, before.leaving_date, before.year_group, before.class_name):
                # By the identifier as it stands there: a staff code may have changed its case.
                changed.append((*details, extract.school, record.kind.value, before.identifier))
        gone += (
            (extract.school, before.kind.value, before.identifier)
            for key, before in held.items()
            if key not in here and before.kind in extract.covers
        )
    many = bulk(session)
    many.delete(_TABLE, _KEY, gone)
    many.update(_TABLE, _KEY, _DETAILS, changed)
    many.insert(_TABLE, (*_KEY, *_DETAILS), new)


_TABLE = cast("Table", CoveredRow.__table__)
_KEY = ("school", "kind", "identifier")
_DETAILS = ("joins_on", "leaving_date", "year_group", "class_name")
_KINDS = {kind.value: kind for kind in Kind}
_OF_SCHOOLS = select(*(_TABLE.c[name] for name in (*_KEY, *_DETAILS))).where(
    _TABLE.c.school.in_(bindparam("of_schools", expanding=True))
)
_OF_KIND = select(*(_TABLE.c[name] for name in ("identifier", *_DETAILS))).where(
    _TABLE.c.school == bindparam("of_school"), _TABLE.c.kind == bindparam("of_kind")
)
_OF_LEARNER = _OF_KIND.where(_TABLE.c.identifier == bindparam("of_identifier"))


def _details(record: Record) -> Row:
    of_class = (record.year_group, record.class_name) if isinstance(record, Learner) else (None, None)
    return record.joins_on, record.leaving_date, *of_class
