"""Accounts in the store: read as values, changed by plans, each change in the journal."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, cast

from sqlalchemy import ARRAY, Select, String, Table, any_, bindparam, insert, or_, select, update
from sqlalchemy.orm import Session

from provisioning.records import Account, Change, ChangeKind, Kind, Status
from provisioning.store.tables import AccountRow, JournalRow
from provisioning.store.usernames import give_out

_TABLE = cast("Table", AccountRow.__table__)
_COLUMNS = tuple(getattr(AccountRow, name) for name in Account.__dataclass_fields__)
_AT_ONCE = 500
"""Values in one IN list: well below what any database allows."""


def for_planning(session: Session, school: str, upns: Iterable[str], *, lock: bool = False) -> list[Account]:
    """Every account of a school, and those of other schools that hold one of the UPNs.

    With `lock` nobody else can change them before the transaction ends.
    """
    upns = sorted(set(upns))
    if lock:
        _lock(session, school, upns)
    found = {
        account.id: account for account in _read(session, _query(lock).where(AccountRow.school == school))
    }
    held = {account.upn for account in found.values()}
    for some in _portions([number for number in upns if number not in held]):
        for account in _read(session, _query(lock).where(AccountRow.upn.in_(some))):
            found[account.id] = account
    return sorted(found.values(), key=lambda account: account.id)


def _lock(session: Session, school: str, upns: Sequence[str]) -> None:
    """All of them at once and in one order: two schools that swap learners would lock each other up.

    On SQLite only one transaction writes at a time.
    """
    if session.get_bind().dialect.name == "postgresql":
        wanted = AccountRow.upn == any_(bindparam("upns", upns, ARRAY(String)))
        query = select(AccountRow.id).where(or_(AccountRow.school == school, wanted))
        session.execute(query.order_by(AccountRow.id).with_for_update())


def listed(session: Session, school: str | None = None, kind: Kind | None = None) -> list[Account]:
    """Accounts by school and username; all schools and kinds where none is named."""
    query = _query(lock=False).order_by(None).order_by(AccountRow.school, AccountRow.username_key)
    if school is not None:
        query = query.where(AccountRow.school == school)
    if kind is not None:
        query = query.where(AccountRow.kind == kind)
    return _read(session, query)


def with_upns(session: Session, upns: Sequence[str]) -> list[Account]:
    """The accounts that hold one of a few UPNs, at any school."""
    return _read(session, _query(lock=False).where(AccountRow.upn.in_(upns)))


def with_username_keys(session: Session, keys: Sequence[str]) -> list[Account]:
    """The accounts with one of a few usernames, case folded, at any school."""
    return _read(session, _query(lock=False).where(AccountRow.username_key.in_(keys)))


def with_code(session: Session, school: str, code: str) -> list[Account]:
    """The account with a staff code at one school."""
    return _read(
        session, _query(lock=False).where(AccountRow.school == school, AccountRow.staff_code == code)
    )


def active_elsewhere(session: Session, school: str, upns: Sequence[str]) -> set[str]:
    """The other schools at which learners with these UPNs have active accounts."""
    found: set[str] = set()
    for some in _portions(upns):
        query = select(AccountRow.school).where(
            AccountRow.upn.in_(some), AccountRow.status == Status.ACTIVE, AccountRow.school != school
        )
        found |= set(session.scalars(query.distinct()))
    return found


def with_name(session: Session, kind: Kind, surname: str, forename: str) -> list[Account]:
    """Accounts of one kind in exactly this legal name, at any school."""
    query = _query(lock=False).where(
        AccountRow.kind == kind, AccountRow.surname == surname, AccountRow.forename == forename
    )
    return _read(session, query)


def apply(session: Session, run: int, changes: Sequence[Change], at: datetime) -> None:
    """Carry out a plan's changes in their order, with a journal row each."""
    journal: list[dict[str, Any]] = []
    for _, group in groupby(changes, key=lambda change: (change.kind, change.record.kind)):
        alike = list(group)
        ids = _create(session, alike) if alike[0].account is None else _alter(session, alike, at)
        journal += [_journal_row(run, change, id_, at) for change, id_ in zip(alike, ids, strict=True)]
    if journal:
        session.execute(insert(JournalRow), journal)


def _alter(session: Session, alike: Sequence[Change], at: datetime) -> list[int]:
    """Changes of one kind for one kind of person, which set the same fields."""
    ids = [change.account.id for change in alike if change.account is not None]
    rows = [_stamped(change, at) for change in alike]
    statement = (
        update(_TABLE)
        .where(_TABLE.c.id == bindparam("account_id"))
        .values({name: bindparam(name) for name in rows[0]})
    )
    session.connection().execute(
        statement, [{"account_id": id_, **row} for id_, row in zip(ids, rows, strict=True)]
    )
    return ids


def _create(session: Session, creates: Sequence[Change]) -> list[int]:
    usernames = give_out(session, [(c.record.surname, c.record.forename) for c in creates])
    rows = [
        {
            "kind": change.record.kind.value,
            "username": username,
            "username_key": username.casefold(),
            **_ALL_BLANK,
            **change.after,
        }
        for change, username in zip(creates, usernames, strict=True)
    ]
    created = session.execute(insert(AccountRow).returning(AccountRow.id, sort_by_parameter_order=True), rows)
    return list(created.scalars())


_ALL_BLANK: Mapping[str, None] = {
    "upn": None,
    "staff_code": None,
    "year_group": None,
    "class_name": None,
    "released_at": None,
    "arrived_from": None,
    "arrived_at": None,
}


def _stamped(change: Change, at: datetime) -> dict[str, Any]:
    """What a change sets, with the moments and origins that only its carrying out can know."""
    after: dict[str, Any] = dict(change.after)
    if change.kind is ChangeKind.RELEASE:
        after["released_at"] = at
    elif change.kind in (ChangeKind.MATCH, ChangeKind.REACTIVATE):
        after["released_at"] = None
    if change.kind is ChangeKind.MATCH and change.account is not None:
        after |= {"arrived_from": change.account.school, "arrived_at": at}
    return after


def _journal_row(run: int, change: Change, account_id: int, at: datetime) -> dict[str, Any]:
    after = _stamped(change, at)
    before = {name: getattr(change.account, name) for name in after} if change.account else None
    return {
        "run": run,
        "account": account_id,
        "kind": change.kind.value,
        "person": change.record.kind.value,
        "identifier": change.record.identifier,
        "fingerprint": change.fingerprint,
        "before": None if before is None else _plain(before),
        "after": _plain(after),
    }


def _plain(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else value for name, value in fields.items()
    }


def _query(lock: bool) -> Select[Any]:
    query = select(*_COLUMNS).order_by(AccountRow.id)
    return query.with_for_update() if lock else query


def _read(session: Session, query: Select[Any]) -> list[Account]:
    return [
        Account(**{**row._mapping, "kind": Kind(row.kind), "status": Status(row.status)})
        for row in session.execute(query)
    ]


def _portions(values: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(values), _AT_ONCE):
        yield values[start : start + _AT_ONCE]
