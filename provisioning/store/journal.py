"""The journal in the store: what a run did to each account, and how that is undone."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any, cast

from sqlalchemy import Select, Table, bindparam, delete, exists, insert, select, update
from sqlalchemy.orm import Session, aliased

from provisioning.ids import Fingerprint
from provisioning.records.people import Kind
from provisioning.records.runs import RunStatus
from provisioning.store.portions import portions
from provisioning.store.tables.accounts import AccountRow, JournalRow
from provisioning.store.tables.base import UtcDateTime
from provisioning.store.tables.runs import RunRow


@dataclass(frozen=True)
class JournalEntry:
    """One change of a run, with the fields that it set as they were before and after."""

    account: int
    kind: str
    person: Kind
    identifier: str
    fingerprint: Fingerprint
    before: Mapping[str, Any] | None
    after: Mapping[str, Any]


REMOVE = "remove"
"""The kind of a journal entry that undoes a create."""
_TABLE = cast("Table", AccountRow.__table__)
_Fields = Mapping[str, Any]


def stored(value: Any) -> Any:
    """Return a column's `value` as it is kept beside what a change left: days and moments as texts."""
    return value.isoformat() if isinstance(value, date) else value


def of_run(session: Session, run: int) -> list[JournalEntry]:
    """Return a run's changes, in the order in which it made them."""
    rows = session.scalars(select(JournalRow).where(JournalRow.run == run).order_by(JournalRow.id))
    return [
        JournalEntry(
            row.account, row.kind, Kind(row.person), row.identifier, row.fingerprint, row.before, row.after
        )
        for row in rows
    ]


def changed_alone(session: Session, account: int, school: str, after: int) -> datetime | None:
    """Return when a run of some people of `school` last changed an account, by its id, and ended.

    Only runs after the run `after` count, and neither an undo nor what it undid; None where there is none.
    """
    asked = {"of_account": account, "of_school": school, "of_later_than": after}
    return session.scalars(_CHANGED_ALONE, asked).first()


_UNDO = aliased(RunRow)
_CHANGED_ALONE = (
    select(RunRow.finished_at)
    .join(JournalRow, JournalRow.run == RunRow.id)
    .where(JournalRow.account == bindparam("of_account"), RunRow.id > bindparam("of_later_than"))
    .where(RunRow.school == bindparam("of_school"), RunRow.status == RunStatus.PARTIAL)
    .where(RunRow.undoes.is_(None), ~exists().where(_UNDO.undoes == RunRow.id))
    .order_by(RunRow.id.desc())
    .limit(1)
)


def put_back(session: Session, run: int, by: int) -> tuple[list[JournalEntry], list[JournalEntry]]:
    """Undo the changes of `run` in the run `by`; returns the entries undone, last first, and the others.

    An account that has changed since the run is left alone; so is one whose former UPN another account
    holds now.
    """
    entries = of_run(session, run)
    now = _accounts(session, run)
    stay = _changed_since(entries, _later(session, run), now)
    back = [entry for entry in reversed(entries) if entry.account not in stay]
    while taken := _taken(session, back):
        stay |= taken
        back = [entry for entry in back if entry.account not in stay]
    _write(session, back)
    if back:
        session.execute(insert(JournalRow), [_row(by, entry) for entry in back])
    return back, [entry for entry in entries if entry.account in stay]


def _of(run: int) -> Select[int]:
    return select(JournalRow.account).where(JournalRow.run == run)


def _accounts(session: Session, run: int) -> dict[int, _Fields]:
    """Return the accounts that `run` changed, as they are now, locked until the transaction ends."""
    query = select(_TABLE).where(_TABLE.c.id.in_(_of(run))).order_by(_TABLE.c.id).with_for_update()
    return {
        row.id: {name: stored(value) for name, value in row._mapping.items()}
        for row in session.execute(query)
    }


def _later(session: Session, run: int) -> Mapping[int, Sequence[JournalRow]]:
    """Return the journal rows of later runs about the accounts that `run` changed.

    They are by account, oldest first.
    """
    mine, other = aliased(JournalRow), JournalRow
    query = (
        select(other)
        .join(mine, mine.account == other.account)
        .where(mine.run == run, other.run != run, other.id > mine.id)
        .order_by(other.id)
    )
    found: defaultdict[int, list[JournalRow]] = defaultdict(list)
    for row in session.scalars(query):
        found[row.account].append(row)
    return found


def _changed_since(
    entries: Iterable[JournalEntry], later: Mapping[int, Sequence[JournalRow]], now: Mapping[int, _Fields]
) -> set[int]:
    """Return the accounts that differ from how a run left them.

    Fields count that the run set, or that later runs set.
    """
    left: defaultdict[int, dict[str, Any]] = defaultdict(dict)
    for entry in entries:
        left[entry.account].update(entry.after)
    for account, rows in later.items():
        for row in rows:
            left[account] = {**(row.before or {}), **left[account]}
    return {
        account
        for account, fields in left.items()
        if account not in now or any(now[account][name] != value for name, value in fields.items())
    }


def _taken(session: Session, back: Sequence[JournalEntry]) -> set[int]:
    """Return the accounts whose former UPN is held now by an account that is not put back."""
    wanted = {
        entry.before["upn"]: entry.account
        for entry in back
        if entry.before and entry.before.get("upn") not in (None, entry.after.get("upn"))
    }
    moved = {entry.account for entry in back}
    found: set[int] = set()
    for some in portions(sorted(wanted)):
        query = select(_TABLE.c.id, _TABLE.c.upn).where(_TABLE.c.upn.in_(some))
        found |= {wanted[row.upn] for row in session.execute(query) if row.id not in moved}
    return found


def _write(session: Session, back: Iterable[JournalEntry]) -> None:
    """Set the accounts back in the order of `back`; neighbours that set equal fields share a statement."""
    for names, group in groupby(back, key=lambda entry: entry.before and tuple(entry.before)):
        entries = list(group)
        here = _TABLE.c.id == bindparam("account_id")
        if names is None:
            statement: Any = delete(_TABLE).where(here)
        else:
            statement = update(_TABLE).where(here).values({name: bindparam(name) for name in names})
        session.connection().execute(
            statement,
            [{"account_id": entry.account, **_typed(entry.before or {})} for entry in entries],
        )


def _row(run: int, entry: JournalEntry) -> dict[str, Any]:
    return {
        "run": run,
        "account": entry.account,
        "kind": REMOVE if entry.before is None else entry.kind,
        "person": entry.person.value,
        "identifier": entry.identifier,
        "fingerprint": entry.fingerprint,
        "before": dict(entry.after),
        "after": dict(entry.before or {}),
    }


def _typed(fields: _Fields) -> dict[str, Any]:
    """Return the journal's values converted to their columns' types."""
    return {
        name: datetime.fromisoformat(value)
        if value is not None and isinstance(_TABLE.c[name].type, UtcDateTime)
        else value
        for name, value in fields.items()
    }
