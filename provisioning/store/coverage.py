"""The records that the last applied extract of each school covered, in the store."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from operator import attrgetter
from typing import Any, cast

from sqlalchemy import ARRAY, ColumnElement, Select, String, Table, bindparam, column, func, select
from sqlalchemy.orm import Session

from provisioning.records.extracts import Covered, Extract
from provisioning.records.people import Key, Kind, Learner, Record, key_of
from provisioning.rules import is_earlier_stay
from provisioning.store.bulk import Row, bulk
from provisioning.store.tables.files import CoveredRow

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
    for school, kind, identifier, joins, leaves, year, class_ in session.execute(
        _OF_SCHOOLS, {"of_schools": list(found)}
    ).all():
        person = _KINDS[kind]
        covered = Covered(person, identifier, joins, leaves, year, class_)
        found[school][key_of(person, identifier)] = covered
    return dict(found)


def coverages_of(session: Session, wanted: Mapping[str, Iterable[Record]]) -> dict[str, Coverage]:
    """Return of what `coverages` returns what was applied of the people of the records `wanted`, by school.

    Of the staff, all are read.
    """
    learners = [(school, record.identifier) for school, records in wanted.items() for record in records]
    found: dict[str, dict[Key, Covered]] = {school: {} for school in wanted}
    rows = [
        *session.execute(_of_learners(session), _sent(session, learners)),
        *session.execute(_OF_STAFF, {"of_schools": list(wanted)}),
    ]
    for school, kind, identifier, *details in rows:
        person = _KINDS[kind]
        found[school][key_of(person, identifier)] = Covered(person, identifier, *details)
    return dict(found)


class CoverageLater(Mapping[Key, Covered]):
    """What `covered` returns of a school, read when it is first asked for: it hardly ever is."""

    def __init__(self, session: Session, school: str) -> None:
        self._session, self._school = session, school

    @cached_property
    def _read(self) -> Coverage:
        return covered(self._session, self._school)

    def __getitem__(self, key: Key) -> Covered:
        return self._read[key]

    def __iter__(self) -> Iterator[Key]:
        return iter(self._read)

    def __len__(self) -> int:
        return len(self._read)


def cover(session: Session, applied: Iterable[tuple[Extract, Coverage]]) -> None:
    """Store the complete records of `applied` extracts, each given with its school's coverage so far.

    Only differences are written; kinds of person that an extract does not cover stay unchanged, and so do
    people of whom it has an earlier stay alone.
    """
    applied = list(applied)
    gone: list[Row] = []
    for extract, held in applied:
        here = extract.by_key
        gone += (
            (extract.school, before.kind.value, before.identifier)
            for before in [held[key] for key in held if key not in here]
            if before.kind in extract.covers
        )
    bulk(session).delete(_TABLE, _KEY, gone)
    cover_records(session, [(extract.school, extract.by_key, held) for extract, held in applied])


def cover_records(session: Session, applied: Iterable[tuple[str, Mapping[Key, Record], Coverage]]) -> None:
    """Store `applied` records of schools, each given with its school's coverage so far; others stay."""
    differing: list[Row] = []
    for school, records, held in applied:
        for key, record in records.items():
            before = held.get(key)
            if record.leaving_date is not None and is_earlier_stay(record, before):
                continue  # its present stay has no row, and is not forgotten
            details = _details(record)
            if before is None or details != _covered_details(before):
                # By the identifier as it stands there: a staff code may have changed its case.
                identifier = before.identifier if before else record.identifier
                differing.append((school, _NAMES[key[0]], identifier, *details))
    bulk(session).put(_TABLE, _KEY, _DETAILS, differing)


_TABLE = cast("Table", CoveredRow.__table__)
_KEY = ("school", "kind", "identifier")
_DETAILS = ("joins_on", "leaving_date", "year_group", "class_name")
_KINDS = {kind.value: kind for kind in Kind}
_NAMES = {kind: kind.value for kind in Kind}
_covered_details = attrgetter(*_DETAILS)
_OF_SCHOOLS = select(*(_TABLE.c[name] for name in (*_KEY, *_DETAILS))).where(
    _TABLE.c.school.in_(bindparam("of_schools", expanding=True))
)
_OF_STAFF = _OF_SCHOOLS.where(_TABLE.c.kind == Kind.STAFF.value)
_OF_KIND = select(*(_TABLE.c[name] for name in ("identifier", *_DETAILS))).where(
    _TABLE.c.school == bindparam("of_school"), _TABLE.c.kind == bindparam("of_kind")
)
_OF_LEARNER = _OF_KIND.where(_TABLE.c.identifier == bindparam("of_identifier"))


def _of_learners(session: Session) -> Select[Any]:
    """Return the query for the records of learners, whose schools and UPNs come as `_sent` sends them."""
    return _LEARNERS_BY_ARRAYS if _is_server(session) else _LEARNERS_BY_JSON


def _sent(session: Session, learners: Sequence[tuple[str, str]]) -> Mapping[str, object]:
    if not _is_server(session):
        return {"learners": json.dumps(learners)}
    return {"schools": [school for school, _ in learners], "upns": [upn for _, upn in learners]}


def _is_server(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


def _learners(school: ColumnElement[Any], upn: ColumnElement[Any]) -> Select[Any]:
    """Return the query for the records of learners by the columns `school` and `upn` of what was sent."""
    same = (_TABLE.c.school == school, _TABLE.c.identifier == upn)
    columns = (_TABLE.c[name] for name in (*_KEY, *_DETAILS))
    return select(*columns).where(*same, _TABLE.c.kind == Kind.LEARNER.value)


_PAIRS = func.json_each(bindparam("learners", type_=String)).table_valued("value")
_LEARNERS_BY_JSON = _learners(
    func.json_extract(_PAIRS.c.value, "$[0]"), func.json_extract(_PAIRS.c.value, "$[1]")
)
_ARRAYS = (
    func.unnest(bindparam("schools", type_=ARRAY(String)), bindparam("upns", type_=ARRAY(String)))
    .table_valued(column("school", String), column("upn", String))
    .render_derived()
)
_LEARNERS_BY_ARRAYS = _learners(_ARRAYS.c.school, _ARRAYS.c.upn)


def _details(record: Record) -> Row:
    """Return the values of the columns `_DETAILS`."""
    if isinstance(record, Learner):
        return record.admission_date, record.leaving_date, record.year_group, record.class_name
    return record.start_date, record.leaving_date, None, None
