"""The journal in the store: what a run did to each account, and the way back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from provisioning.records import Kind
from provisioning.store.tables import AccountRow, JournalRow, UtcDateTime


@dataclass(frozen=True)
class Entry:
    """One change of a run, with the fields that it set as they were before and after."""

    account: int
    kind: str
    person: Kind
    identifier: str
    fingerprint: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any]


REMOVE = "remove"
"""The journal's word for the undoing of a create."""


def of_run(session: Session, run: int) -> list[Entry]:
    """A run's changes, in the order in which it made them."""
    rows = session.scalars(select(JournalRow).where(JournalRow.run == run).order_by(JournalRow.id))
    return [
        Entry(row.account, row.kind, Kind(row.person), row.identifier, row.fingerprint, row.before, row.after)
        for row in rows
    ]


def put_back(session: Session, run: int, entry: Entry) -> bool:
    """Undo one change as part of a run; False where the account is no longer as that change left it."""
    account = session.get(AccountRow, entry.account, with_for_update=True)
    if account is None or any(_plain(getattr(account, name)) != value for name, value in entry.after.items()):
        return False
    now = {name: _plain(getattr(account, name)) for name in entry.after}
    if entry.before is None:
        session.delete(account)
    else:
        for name, value in entry.before.items():
            setattr(account, name, _typed(name, value))
    session.execute(
        insert(JournalRow),
        [
            {
                "run": run,
                "account": entry.account,
                "kind": REMOVE if entry.before is None else entry.kind,
                "person": entry.person.value,
                "identifier": entry.identifier,
                "fingerprint": entry.fingerprint,
                "before": now,
                "after": dict(entry.before or {}),
            }
        ],
    )
    return True


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value


def _typed(name: str, value: Any) -> Any:
    """A value of the journal as its column wants it."""
    column = AccountRow.__table__.c[name]
    if value is not None and isinstance(column.type, UtcDateTime):
        return datetime.fromisoformat(value)
    return value
