"""Accounts in the store, read as values."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Any, cast

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    String,
    Table,
    any_,
    bindparam,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import Session

from provisioning.manual.handmade import MADE_BY_HAND
from provisioning.records.accounts import Account, Status
from provisioning.records.people import Kind, key_of
from provisioning.store.bulk import bulk
from provisioning.store.portions import portions
from provisioning.store.tables.accounts import AccountRow, CorrectionRow, JournalRow
from provisioning.store.tables.decisions import IdentityDecisionRow
from provisioning.store.tables.reviews import ReviewRow

_TABLE = cast("Table", AccountRow.__table__)
KNOWN_BY = tuple(
    cast("Table", row.__table__).c.account
    for row in (JournalRow, IdentityDecisionRow, ReviewRow, CorrectionRow)
)
"""The columns that name accounts without a foreign key."""
_AT_ONCE = 1000
"""Accounts that are read from the database at a time, where there can be all."""
_COLUMNS = tuple(_TABLE.c[name] for name in Account.__dataclass_fields__)


def new_ids(session: Session, count: int) -> list[int]:
    """Reserve the ids of `count` new accounts, none of which an account had that has been deleted.

    What the columns `KNOWN_BY` say of an account that is gone must never seem to be about another person's.
    """
    return list(bulk(session).new_ids(_TABLE, count, KNOWN_BY))


def for_planning(session: Session, school: str, upns: Iterable[str], *, lock: bool = False) -> list[Account]:
    """Return every account of `school`, and those of other schools that hold one of `upns`.

    With `lock`, no other transaction can change them before this one ends.
    """
    return for_plans(session, {school: upns}, lock=lock)[school]


def for_plans(
    session: Session, wanted: Mapping[str, Iterable[str]], *, lock: bool = False
) -> dict[str, list[Account]]:
    """Return what `for_planning` returns for several schools, each with its UPNs."""
    by_school = {school: frozenset(upns) for school, upns in wanted.items()}
    schools, upns = list(by_school), frozenset[str]().union(*by_school.values())
    if lock:
        _lock(session, schools, upns)
    here: dict[str, list[Account]] = {school: [] for school in schools}
    holders: dict[str | None, Account] = {}
    for account in _read(session, _query(lock).where(_TABLE.c.school.in_(schools))):
        here[account.school].append(account)
        holders[account.upn] = account
    if others := sorted(upns.difference(holders)):
        for account in _read(session, _query(lock).where(_upn_among(session, others))):
            holders[account.upn] = account
    return {school: _with_holders(here[school], holders, upns) for school, upns in by_school.items()}


def _with_holders(
    here: Sequence[Account], holders: Mapping[str | None, Account], upns: frozenset[str]
) -> list[Account]:
    """Return the accounts `here` with those `holders` that hold one of `upns`, each once, by id."""
    elsewhere = upns.difference([account.upn for account in here])
    there = [holders[number] for number in elsewhere if number in holders]
    return sorted([*here, *there], key=attrgetter("id"))


def _lock(session: Session, schools: Sequence[str], upns: frozenset[str]) -> None:
    """Lock the accounts in one statement, by id: two schools that swap learners would deadlock otherwise.

    On SQLite only one transaction writes at a time.
    """
    if session.get_bind().dialect.name == "postgresql":
        query = select(_TABLE.c.id).where(
            or_(_TABLE.c.school.in_(schools), _upn_among(session, sorted(upns)))
        )
        session.execute(query.order_by(_TABLE.c.id).with_for_update())


def listed(session: Session, school: str | None = None, kind: Kind | None = None) -> list[Account]:
    """Return accounts by school and username; all schools and kinds where none is named."""
    return _read(session, _listing(school, kind))


def each(session: Session, school: str | None = None, kind: Kind | None = None) -> Iterator[Account]:
    """Yield what `listed` returns, in portions, so that memory does not grow with the number of accounts."""
    query = _listing(school, kind).execution_options(yield_per=_AT_ONCE)
    with session.execute(query) as found:
        yield from map(_account, found)


def _listing(school: str | None, kind: Kind | None) -> Select[Any]:
    query = _query(lock=False).order_by(None).order_by(_TABLE.c.school, _TABLE.c.username_key)
    if school is not None:
        query = query.where(_TABLE.c.school == school)
    return query if kind is None else query.where(_TABLE.c.kind == kind)


IS_BY_HAND = _TABLE.c.kind.in_(
    bindparam(None, [kind.value for kind in MADE_BY_HAND], expanding=True, literal_execute=True)
)
"""Whether an account is made by hand, written out, so that either database sees that its index serves."""


def by_hand(
    session: Session, schools: Sequence[str] | None = None, kind: Kind | None = None
) -> list[Account]:
    """Return the accounts made by hand of some schools, or of all, by kind, school and username.

    Only those of `kind`, where it is given.
    """
    order = (_TABLE.c.kind.desc(), _TABLE.c.school, _TABLE.c.username_key)
    query = _query(lock=False).order_by(None).order_by(*order).where(IS_BY_HAND)
    if schools is not None:
        query = query.where(_TABLE.c.school.in_(schools))
    return _read(session, query if kind is None else query.where(_TABLE.c.kind == kind))


def with_ids(session: Session, ids: Sequence[int]) -> list[Account]:
    """Return the accounts with these ids, as far as they are still there."""
    found: list[Account] = []
    for some in portions(sorted(set(ids))):
        found += _read(session, _query(lock=False).where(_TABLE.c.id.in_(some)))
    return found


def with_upns(session: Session, upns: Sequence[str]) -> list[Account]:
    """Return the accounts that hold one of a few UPNs, at any school."""
    return _read(session, _WITH_UPNS, {"of_upns": list(upns)})


def with_username_keys(session: Session, keys: Sequence[str]) -> list[Account]:
    """Return the accounts with one of a few usernames, case folded, at any school."""
    return _read(session, _query(lock=False).where(_TABLE.c.username_key.in_(keys)))


def with_code(session: Session, schools: Sequence[str], code: str) -> list[Account]:
    """Return the accounts with a staff code, in any case, at a few schools."""
    staff = _read(
        session, _query(lock=False).where(_TABLE.c.school.in_(schools), _TABLE.c.staff_code.is_not(None))
    )
    return [
        account for account in staff if account.key == key_of(Kind.STAFF, code)
    ]  # a database folds ASCII alone


def any_at_all(session: Session) -> bool:
    """Return whether the installation has any account, active or not."""
    return session.scalars(select(_TABLE.c.id).limit(1)).first() is not None


_ACTIVE = _TABLE.c.status == Status.ACTIVE


def _upn_among(session: Session, upns: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition that an account's UPN is one of many, which are sent as one value."""
    if session.get_bind().dialect.name == "postgresql":
        # A text is sent much faster than a list, and no UPN has a comma.
        return _TABLE.c.upn == any_(func.string_to_array(",".join(upns), ",", type_=ARRAY(String)))
    each = func.json_each(json.dumps(list(upns))).table_valued("value")
    return _TABLE.c.upn.in_(select(each.c.value))


def of_staff_named(session: Session, surname: str, forename: str) -> list[Account]:
    """Return the staff accounts in exactly this legal name, at any school."""
    # Written out, so that either database sees that its index of staff names serves.
    staff = _TABLE.c.kind == literal(Kind.STAFF.value, literal_execute=True)
    same = (_TABLE.c.surname == surname, _TABLE.c.forename == forename)
    return _read(session, _query(lock=False).where(staff, *same))


def _query(lock: bool) -> Select[Any]:
    query = select(*_COLUMNS).order_by(_TABLE.c.id)
    return query.with_for_update() if lock else query


_WITH_UPNS = _query(lock=False).where(_TABLE.c.upn.in_(bindparam("of_upns", expanding=True)))


def _read(session: Session, query: Select[Any], values: Mapping[str, Any] | None = None) -> list[Account]:
    return [
        Account(id_, _KINDS[kind], school, username, surname, forename, _STATUSES[status], *rest)
        for id_, kind, school, username, surname, forename, status, *rest in session.execute(
            query, values
        ).all()
    ]


def _account(row: Sequence[Any]) -> Account:
    id_, kind, school, username, surname, forename, status, *rest = row
    return Account(id_, _KINDS[kind], school, username, surname, forename, _STATUSES[status], *rest)


_KINDS = {kind.value: kind for kind in Kind}
_STATUSES = {status.value: status for status in Status}
