"""Changes to accounts in the store, as plans want them, each with its row in the journal."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import chain, compress, repeat
from operator import attrgetter, ne
from typing import cast

from sqlalchemy import Table
from sqlalchemy.orm import Session

from provisioning.flat_json import Value
from provisioning.records.accounts import Account
from provisioning.records.changes import CHANGE_ORDER, Change, ChangeKind, columns
from provisioning.records.people import Kind, Learner
from provisioning.store import accounts
from provisioning.store.bulk import Row, bulk
from provisioning.store.journal_rows import JOURNALLED, Applied, Columns, journal_rows
from provisioning.store.tables.accounts import AccountRow, JournalRow
from provisioning.store.usernames import give_out

_TABLE = cast("Table", AccountRow.__table__)
_JOURNAL = cast("Table", JournalRow.__table__)


def apply(session: Session, changes: Mapping[int, Iterable[Change]], at: datetime) -> None:
    """Apply `changes`, by run id, in the order of change kinds, with a journal row each; `at` is the time."""
    alike: defaultdict[_Alike, list[tuple[int, Change]]] = defaultdict(list)
    for run, some in changes.items():
        for change in some:
            alike[change.kind, change.record.kind, tuple(change.after)].append((run, change))
    done: list[Applied] = []
    for kinds in sorted(alike, key=lambda kinds: (CHANGE_ORDER[kinds[0]], kinds[1])):
        runs, group = zip(*alike[kinds], strict=True)
        after = columns(group)
        carry_out = _create if kinds[0] is ChangeKind.CREATE else _alter
        ids, before, stamps = carry_out(session, group, after, at)
        done.append(Applied(runs, ids, group, after, before, stamps))
    bulk(session).insert(_JOURNAL, JOURNALLED, chain.from_iterable(map(journal_rows, done)))


_Alike = tuple[ChangeKind, Kind, tuple[str, ...]]
"""A kind of change, a kind of person, and the fields that are set."""
_Done = tuple[Sequence[int], Columns, Columns]
"""The account ids of changes that are alike, their values before, and what `_stamps` returns."""


def _alter(session: Session, alike: Sequence[Change], after: Columns, at: datetime) -> _Done:
    """Apply changes that are alike to existing accounts; only columns that differ are set."""
    accounts = [change.account for change in alike if change.account is not None]
    if len(accounts) < len(alike):
        raise ValueError("only an account that is there can be altered")
    ids = [account.id for account in accounts]
    stamps = _stamps(alike[0].kind, accounts, after, at)
    after = {**after, **stamps}
    before: Columns = {name: list(map(attrgetter(name), accounts)) for name in after}
    rows: defaultdict[tuple[bool, ...], list[Row]] = defaultdict(list)
    differ = zip(*map(map, repeat(ne), before.values(), after.values()), strict=True)
    for which, values, id_ in zip(differ, zip(*after.values(), strict=True), ids, strict=True):
        rows[which].append((*compress(values, which), id_))
    for which, some in rows.items():
        if any(which):
            bulk(session).update(_TABLE, ("id",), list(compress(after, which)), some)
    return ids, before, stamps


def _create(session: Session, creates: Sequence[Change], after: Columns, _at: datetime) -> _Done:
    usernames = give_out(session, [(c.record.surname, c.record.forename) for c in creates])
    ids = accounts.new_ids(session, len(creates))
    rows = zip(
        ids,
        repeat(creates[0].record.kind.value),
        usernames,
        map(str.casefold, usernames),
        map(_born, creates),
        *(after.get(name, repeat(None)) for name in _GIVEN),
    )
    names = ("id", "kind", "username", "username_key", "date_of_birth", *_GIVEN)
    bulk(session).insert(_TABLE, names, list(rows))
    return ids, {}, {}


def _born(change: Change) -> date | None:
    return change.record.date_of_birth if isinstance(change.record, Learner) else None


def see_births(session: Session, births: Sequence[tuple[int, date]]) -> None:
    """Keep the dates of birth that extracts gave for accounts, by account id; no change of the account."""
    bulk(session).update(_TABLE, ("id",), ("date_of_birth",), [(born, id_) for id_, born in births])


_GIVEN = ("school", "surname", "forename", "status", "upn", "staff_code", "year_group", "class_name")


def _stamps(kind: ChangeKind, accounts: Sequence[Account], after: Columns, at: datetime) -> Columns:
    """Return the times and origins that a change of `kind` also sets, known only when it is applied."""
    same = len(accounts)
    if kind is ChangeKind.RELEASE:
        return {"released_at": [at] * same} if "status" in after else {}
    if kind is ChangeKind.UPDATE:
        return {}
    stamps: dict[str, Sequence[Value]] = {"released_at": [None] * same}
    if kind is ChangeKind.MATCH:
        stamps |= {"arrived_from": [account.school for account in accounts], "arrived_at": [at] * same}
    return stamps
