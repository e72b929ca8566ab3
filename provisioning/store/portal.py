"""The mirror of the portal in the store: accounts as its export shows them, and when that was read."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import Table, bindparam, delete, insert, or_, select, text, update
from sqlalchemy.orm import Session

from knowledge.texts import Text
from provisioning.records.accounts import Account
from provisioning.records.people import Key, Kind, key_of
from provisioning.records.runs import RunStatus
from provisioning.store import accounts
from provisioning.store.portions import portions
from provisioning.store.tables.accounts import AccountRow
from provisioning.store.tables.files import PortalReadingRow, PortalUnreadRow
from provisioning.store.tables.runs import ClientLogRow, RunRow

if TYPE_CHECKING:  # most commands read of the portal at most when that was read
    from provisioning.portal.client_log import LogLine
    from provisioning.portal.export_rows import UnreadRow
    from provisioning.portal.mirror import AccountChange

_TABLE = cast("Table", AccountRow.__table__)
_READINGS = cast("Table", PortalReadingRow.__table__)
_ROWS_AT_ONCE = 5_000
_LOGS_KEPT = 3
"""So many logs of a school's client are kept, and those since its last successful run."""


@dataclass(frozen=True)
class StoredReading:
    """The stamp and time of the export last read for a school, and the stamp of one that was refused.

    `whole` says whether the export that was read ended with a line end.
    """

    stamp: str | None = None
    as_of: datetime | None = None
    refused: str | None = None
    whole: bool | None = None


@dataclass(frozen=True)
class StoredUnread:
    """A row of the export that could not be read: its line, why, and the person's identifier, if known."""

    line: int
    problem: Text
    identifier: str | None


def take(session: Session) -> None:
    """Lock the readings, so that no other transaction mirrors meanwhile; SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE portal_readings IN EXCLUSIVE MODE"))


def readings(session: Session) -> dict[str, StoredReading]:
    """Return the reading that each school's accounts are from; schools never read are left out."""
    rows = session.scalars(select(PortalReadingRow))
    return {row.school: StoredReading(row.stamp, row.as_of, row.refused, row.whole) for row in rows}


def as_of(session: Session, school: str) -> datetime | None:
    """Return when the export that the accounts of `school` are from was written; None where none was read."""
    return session.scalars(select(PortalReadingRow.as_of).where(PortalReadingRow.school == school)).first()


def mark(session: Session, now: Mapping[str, StoredReading]) -> None:
    """Store the readings of the export that these schools' accounts are from."""
    for some in portions(sorted(now)):
        session.execute(delete(_READINGS).where(_READINGS.c.school.in_(some)))
    if now:
        rows = [{"school": number, **asdict(read)} for number, read in now.items()]
        session.execute(insert(_READINGS), rows)


def held(
    session: Session, school: str | None, usernames: Sequence[str], upns: Sequence[str]
) -> list[Account]:
    """Return all accounts, or those of one school and those that hold one of the usernames or UPNs."""
    if school is None:
        return accounts.listed(session)
    found = {account.id: account for account in accounts.for_planning(session, school, upns)}
    for some in portions(sorted({name.casefold() for name in usernames})):
        found |= {account.id: account for account in accounts.with_username_keys(session, some)}
    return sorted(found.values(), key=lambda account: account.id)


def write(session: Session, changes: "Sequence[AccountChange]") -> None:
    """Apply `changes` to the mirrored accounts, without a journal: the portal's client made them."""
    forgotten: list[Account] = []
    altered: list[tuple[Account, Account]] = []
    new: list[Account] = []
    for before, after in changes:
        if before and after:
            altered.append((before, after))
        elif before:
            forgotten.append(before)
        elif after:
            new.append(after)
    _execute(session, _FORGET, ({"of_id": account.id} for account in forgotten))
    # Two accounts may have swapped unique values, so these are cleared first.
    moved = (before for before, after in altered if _moves(before, after))
    _execute(session, _LOOSEN, ({"of_id": account.id, "key": f"#{account.id}"} for account in moved))
    _execute(session, _ALTER, ({"of_id": before.id, **_row(after)} for before, after in altered))
    ids = accounts.new_ids(session, len(new))
    rows = ({"id": id_, **_row(account)} for id_, account in zip(ids, new, strict=True))
    _execute(session, insert(_TABLE), rows)


def note_unread(
    session: Session, reading: str | None, rows: "Sequence[tuple[UnreadRow, Account | None]]"
) -> None:
    """Store the rows of a reading that could not be read, in place of those of the reading before it.

    `reading` is the file's school, None for a file of all schools. A row that names another person than its
    account's is stored for both.
    """
    of = reading or ""
    session.execute(delete(PortalUnreadRow).where(PortalUnreadRow.reading == of))
    new = [
        {
            "reading": of,
            "school": row.school or (account.school if account else None) or reading,
            "identifier": identifier,
            "username": row.username,
            "line": row.line,
            "problem": row.problem.to_json(),
        }
        for row, account in rows
        for identifier in _people_of(row, account)
    ]
    _execute(session, insert(PortalUnreadRow), new)


def _people_of(row: "UnreadRow", account: Account | None) -> list[str | None]:
    """Return the identifiers of the people whom a row may be about; None for an unknown person."""
    shown, held = row.upn or row.staff_code, account.identifier if account else None
    return list(dict.fromkeys(found for found in (shown, held) if found)) or [None]


def unread(session: Session, school: str) -> list[StoredUnread]:
    """Return the rows of the latest reading that could not be read, of `school` or of an unknown school."""
    query = select(PortalUnreadRow).where(
        PortalUnreadRow.reading.in_(("", school)),
        or_(PortalUnreadRow.school == school, PortalUnreadRow.school.is_(None)),
    )
    rows = session.scalars(query.order_by(PortalUnreadRow.line))
    return [StoredUnread(row.line, Text.from_json(row.problem), row.identifier) for row in rows]


def keep_log(session: Session, school: str, run: int, lines: "Sequence[LogLine]") -> None:
    """Store the lines of a client's log, and delete the oldest logs of its school."""
    rows = [
        {
            "run": run,
            "line": line.number,
            "person": line.person[0].value if line.person else None,
            "identifier": line.person[1] if line.person else None,
            "text": line.text,
        }
        for line in lines
    ]
    _execute(session, insert(ClientLogRow), rows)
    of_school = select(RunRow.id).where(RunRow.school == school).order_by(RunRow.id.desc())
    latest = session.scalars(of_school.limit(_LOGS_KEPT)).all()
    succeeded = session.scalars(of_school.where(RunRow.status == RunStatus.SUCCEEDED).limit(1)).first()
    oldest = min(*latest, succeeded or run, run)
    older = select(RunRow.id).where(RunRow.school == school, RunRow.id < oldest)
    session.execute(delete(ClientLogRow).where(ClientLogRow.run.in_(older)))


def log_of_people(session: Session, run: int) -> dict[Key, tuple[str, ...]] | None:
    """Return the lines of a run's log about each person that it mentions.

    None where no log of that run is kept.
    """
    query = select(ClientLogRow).where(ClientLogRow.run == run).order_by(ClientLogRow.id)
    rows = list(session.scalars(query))
    found: defaultdict[Key, list[str]] = defaultdict(list)
    for row in rows:
        if row.person is not None and row.identifier is not None:
            found[key_of(Kind(row.person), row.identifier)].append(row.text)
    return {person: tuple(lines) for person, lines in found.items()} if rows else None


_NAMES = tuple(field.name for field in fields(Account) if field.name != "id")
_FORGET = delete(_TABLE).where(_TABLE.c.id == bindparam("of_id"))
_LOOSEN = (
    update(_TABLE)
    .where(_TABLE.c.id == bindparam("of_id"))
    .values(upn=None, staff_code=None, username_key=bindparam("key"))
)
_ALTER = (
    update(_TABLE)
    .where(_TABLE.c.id == bindparam("of_id"))
    .values({name: bindparam(name) for name in (*_NAMES, "username_key")})
)


def _execute(session: Session, statement: Any, rows: Iterable[Mapping[str, Any]]) -> None:
    """Execute a statement for `rows`, in portions, so that memory does not grow with their number."""
    left = iter(rows)
    while some := list(islice(left, _ROWS_AT_ONCE)):
        session.connection().execute(statement, some)


def _moves(before: Account, after: Account) -> bool:
    """Return whether a value changes that no two accounts may share."""
    return _unique(before) != _unique(after)


def _unique(account: Account) -> tuple[str | None, ...]:
    return account.username.casefold(), account.upn, account.school, account.staff_code


def _row(account: Account) -> dict[str, Any]:
    row: dict[str, Any] = {name: getattr(account, name) for name in _NAMES}
    return row | {
        "kind": account.kind.value,
        "status": account.status.value,
        "username_key": account.username.casefold(),
    }
