"""Changes to accounts in the store, as plans want them, each with its row in the journal."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import cast

from sqlalchemy import (
    Table,
)
from sqlalchemy.orm import Session

from provisioning.flat_json import Value, flat_object
from provisioning.records.changes import CHANGE_ORDER, Change, ChangeKind
from provisioning.records.people import Kind, Learner
from provisioning.store import accounts
from provisioning.store.bulk import Row, bulk
from provisioning.store.tables import AccountRow, JournalRow
from provisioning.store.usernames import give_out

_TABLE = cast("Table", AccountRow.__table__)
_JOURNAL = cast("Table", JournalRow.__table__)


def apply(session: Session, changes: Mapping[int, Iterable[Change]], at: datetime) -> None:
    """Apply `changes`, by run id, in the order of change kinds, with a journal row each; `at` is the time."""
    alike: defaultdict[tuple[ChangeKind, Kind], list[tuple[int, Change]]] = defaultdict(list)
    for run, some in changes.items():
        for change in some:
            alike[change.kind, change.record.kind].append((run, change))
    journal: list[Row] = []
    for kind, person_kind in sorted(alike, key=lambda kinds: (CHANGE_ORDER[kinds[0]], kinds[1])):
        group = alike[kind, person_kind]
        carry_out = _create if kind is ChangeKind.CREATE else _alter
        what, person = kind.value, person_kind.value
        done = carry_out(session, [change for _, change in group], at)
        for (run, change), (account, before, after) in zip(group, done, strict=True):
            who = (person, change.record.identifier, change.fingerprint)
            told = flat_object(before) if before is not None else None
            journal.append((run, account, what, *who, told, flat_object(after)))
    bulk(session).insert(_JOURNAL, _JOURNALLED, journal)


_Done = tuple[int, Mapping[str, Value] | None, Mapping[str, Value]]
"""An account's id, and what a change set in it as it was before and is after."""


def _alter(session: Session, alike: Sequence[Change], at: datetime) -> Iterable[_Done]:
    """Apply changes of one kind to existing accounts; only columns that differ are set."""
    done: list[_Done] = []
    rows: defaultdict[tuple[str, ...], list[Row]] = defaultdict(list)
    for change in alike:
        account, after = change.account, _stamped(change, at)
        if account is None:
            raise ValueError("only an account that is there can be altered")
        before = {name: getattr(account, name) for name in after}
        names = tuple([name for name in after if after[name] != before[name]])
        rows[names].append((*[after[name] for name in names], account.id))
        done.append((account.id, before, after))
    for names, some in rows.items():
        if names:
            bulk(session).update(_TABLE, ("id",), names, some)
    return done


def _create(session: Session, creates: Sequence[Change], _at: datetime) -> Iterable[_Done]:
    usernames = give_out(session, [(c.record.surname, c.record.forename) for c in creates])
    ids = accounts.new_ids(session, len(creates))
    done: list[_Done] = [(id_, None, change.after) for id_, change in zip(ids, creates, strict=True)]
    kind = creates[0].record.kind.value
    rows = [
        (id_, kind, username, username.casefold(), _born(change), *map(change.after.get, _GIVEN))
        for id_, change, username in zip(ids, creates, usernames, strict=True)
    ]
    names = ("id", "kind", "username", "username_key", "date_of_birth", *_GIVEN)
    bulk(session).insert(_TABLE, names, rows)
    return done


def _born(change: Change) -> date | None:
    return change.record.date_of_birth if isinstance(change.record, Learner) else None


def see_births(session: Session, births: Sequence[tuple[int, date]]) -> None:
    """Keep the dates of birth that extracts gave for accounts, by account id; no change of the account."""
    bulk(session).update(_TABLE, ("id",), ("date_of_birth",), [(born, id_) for id_, born in births])


_GIVEN = ("school", "surname", "forename", "status", "upn", "staff_code", "year_group", "class_name")
_JOURNALLED = ("run", "account", "kind", "person", "identifier", "fingerprint", "before", "after")


def _stamped(change: Change, at: datetime) -> Mapping[str, Value]:
    """Return the fields that `change` sets, with the times and origins known only when it is applied."""
    if change.kind is ChangeKind.UPDATE:
        return change.after
    after: dict[str, Value] = dict(change.after)
    if change.kind is ChangeKind.RELEASE:
        if "status" in after:
            after["released_at"] = at
    elif change.kind in (ChangeKind.MATCH, ChangeKind.REACTIVATE):
        after["released_at"] = None
    if change.kind is ChangeKind.MATCH and change.account is not None:
        after |= {"arrived_from": change.account.school, "arrived_at": at}
    return after
