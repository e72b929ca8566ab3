"""Accounts made by hand in the store: imported from the file, reviewed, with each decision recorded."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from knowledge.texts import UK
from provisioning.clock import uk_date
from provisioning.errors import KnownError
from provisioning.manual.housekeeping import (
    DECISIONS,
    ENDINGS,
    MADE_BY_HAND,
    Decision,
    Handmade,
    ReviewDecision,
)
from provisioning.records.accounts import Account, Status
from provisioning.records.people import Kind
from provisioning.sources.non_mis import FILE, Listed, Listing
from provisioning.store import accounts, schools
from provisioning.store.portions import portions
from provisioning.store.review_tables import ListingRow, ReviewRow
from provisioning.store.row_ids import is_id
from provisioning.store.tables import AccountRow
from provisioning.store.upserts import put
from provisioning.store.usernames import DOMAIN, reserve

BY_FILE = "file"
"""The actor of changes that the file asked for."""


@dataclass(frozen=True)
class ImportedListing:
    """The stamp of the file imported last, and when it was written."""

    stamp: str
    as_of: datetime


def by_hand(session: Session, school: str | None = None, kind: Kind | None = None) -> list[Handmade]:
    """Return accounts made by hand with their decisions in force, by school, kind and username."""
    kinds = MADE_BY_HAND if kind is None else (kind,)
    found = [account for kind in kinds for account in accounts.listed(session, school, kind)]
    decisions = _decisions(session, _of(school, kinds))
    return [_handmade(account, decisions[account.id]) for account in found]


def record(
    session: Session,
    account: Account,
    choice: ReviewDecision,
    after: Mapping[str, Any],
    *,
    by: str,
    at: datetime,
    until: date | None = None,
    undoes: int | None = None,
) -> None:
    """Set the fields `after` on `account` and record `choice`, with the fields before and after."""
    row = session.get_one(AccountRow, account.id, with_for_update=True)
    before = {name: getattr(row, name) for name in after}
    for name, value in after.items():
        setattr(row, name, value)
    _keep(session, row, choice, before, after, by=by, at=at, until=until, undoes=undoes)


def where(session: Session, account: int, *, lock: bool = False) -> tuple[Kind, str]:
    """Return the kind and school of an account made by hand.

    Raises `KnownError` where it no longer exists.
    """
    row = session.get(AccountRow, account, with_for_update=lock) if is_id(account) else None
    if row is None or row.kind not in MADE_BY_HAND:
        raise KnownError("review-gone")
    return Kind(row.kind), row.school


def locked(session: Session, account: int) -> Handmade:
    """Return an account made by hand, locked until the transaction ends."""
    kind, school = where(session, account, lock=True)
    return next(entry for entry in by_hand(session, school, kind) if entry.account.id == account)


def take_back(session: Session, entry: Handmade, *, by: str, at: datetime) -> None:
    """Undo the decision in force, or the ending since; `KnownError` where the account has changed since."""
    last = entry.ending or entry.decision
    if last is None:
        raise KnownError("review-undecided", username=entry.account.username)
    row = session.get_one(ReviewRow, last.id)
    now = session.get_one(AccountRow, entry.account.id, with_for_update=True)
    if any(_plain(getattr(now, name)) != value for name, value in row.after.items()):
        raise KnownError("review-changed", username=entry.account.username)
    back = {name: _typed(name, value) for name, value in (row.before or {}).items()}
    record(session, entry.account, ReviewDecision.UNDO, back, by=by, at=at, undoes=row.id)


def taken(session: Session) -> ImportedListing | None:
    """Return the state of the file imported last; None before the first import."""
    row = session.get(ListingRow, FILE)
    return None if row is None else ImportedListing(row.stamp, row.as_of)


def first_seen(session: Session, listing: Listing, at: datetime) -> datetime:
    """Return the time that a listing is of: the day it names, or else when its content was first seen."""
    if listing.as_of is not None:
        return min(at, datetime.combine(listing.as_of, time.max, UK))
    known = session.get(ListingRow, _content(listing.stamp))
    last = session.get(ListingRow, FILE)
    if known is not None:
        return known.as_of
    # Before listings went by content, the stamp had a time in it: the content of that time may be old.
    return last.as_of if last is not None and "/" in last.stamp else at


def remember(session: Session, listing: Listing, as_of: datetime) -> None:
    """Remember when the content of a listing was first seen."""
    put(session, ListingRow, [{"file": _content(listing.stamp), "stamp": listing.stamp, "as_of": as_of}])


def _content(stamp: str) -> str:
    return f"{FILE}:{stamp}"


def take_in(session: Session, listing: Listing, as_of: datetime, at: datetime) -> list[KnownError]:
    """Take a listing into the accounts; return the problems of rows that the store has no place for.

    A review decision on an account takes precedence over the file, and an account that the file no longer
    lists stays unchanged.
    """
    # The row is the lock: two processes that import the file do so in turn.
    put(session, ListingRow, [{"file": FILE, "stamp": "", "as_of": as_of}])
    reserve(session, [row.username for row in listing.rows])
    known = {school.number for school in schools.every(session)}
    held = {entry.account.username.casefold(): entry for entry in by_hand(session)}
    mis = _usernames_of_others(session, [row.username.casefold() for row in listing.rows])
    problems: list[KnownError] = []
    for row in listing.rows:
        key = row.username.casefold()
        if row.school not in known:
            problems.append(KnownError("non-mis-school", file=FILE, line=row.line, school=row.school))
        elif key in mis:
            problems.append(KnownError("non-mis-taken", file=FILE, line=row.line))
        elif key in held:
            _renew(session, held[key], row, at)
        else:
            _enter(session, row, at)
    stamp = "" if problems or listing.problems else listing.stamp
    session.flush()
    put(session, ListingRow, [{"file": FILE, "stamp": stamp, "as_of": as_of}])
    return problems


def _enter(session: Session, listed: Listed, at: datetime) -> None:
    fields = {
        **_shown(listed),
        "username": listed.username,
        "expires_on": listed.expires_on,
        "status": Status.ACTIVE.value,
    }
    row = AccountRow(username_key=listed.username.casefold(), **fields)
    session.add(row)
    session.flush()
    _keep(session, row, ReviewDecision.LISTED, None, fields, by=BY_FILE, at=at)


def _renew(session: Session, entry: Handmade, listed: Listed, at: datetime) -> None:
    """Update the fields that differ in the file; the expiry date only where no decision set it."""
    wanted = _shown(listed) | ({} if entry.decision else {"expires_on": listed.expires_on})
    new = {name: value for name, value in wanted.items() if getattr(entry.account, name) != value}
    if new:
        record(session, entry.account, ReviewDecision.RENEWED, new, by=BY_FILE, at=at)


def _shown(listed: Listed) -> dict[str, Any]:
    """Return the fields that the file shows.

    The whole name is the surname, because it can't be split reliably.
    """
    return {
        "kind": listed.kind.value,
        "school": listed.school,
        "surname": listed.name,
        "forename": "",
        "last_signed_in": listed.last_signed_in,
    }


def _usernames_of_others(session: Session, keys: Sequence[str]) -> set[str]:
    """Return those of `keys` that are usernames of MIS accounts, with or without the domain."""
    written = {form: key for key in keys for form in (key, f"{key}@{DOMAIN}", key.removesuffix(f"@{DOMAIN}"))}
    found: set[str] = set()
    for some in portions(sorted(written)):
        query = select(AccountRow.username_key).where(
            AccountRow.username_key.in_(some), AccountRow.kind.not_in(MADE_BY_HAND)
        )
        found |= {written[key] for key in session.scalars(query)}
    return found


def _keep(
    session: Session,
    row: AccountRow,
    choice: ReviewDecision,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any],
    *,
    by: str,
    at: datetime,
    until: date | None = None,
    undoes: int | None = None,
) -> None:
    session.add(
        ReviewRow(
            account=row.id,
            school=row.school,
            username=row.username,
            choice=choice.value,
            until=until,
            by=by,
            at=at,
            undoes=undoes,
            before=None if before is None else {name: _plain(value) for name, value in before.items()},
            after={name: _plain(value) for name, value in after.items()},
        )
    )
    session.flush()


def _of(school: str | None, kinds: Sequence[Kind]) -> Select[int]:
    query = select(AccountRow.id).where(AccountRow.kind.in_(kinds))
    return query if school is None else query.where(AccountRow.school == school)


def _decisions(session: Session, of: Select[int]) -> defaultdict[int, list[ReviewRow]]:
    """Return the recorded decisions by account, oldest first."""
    found: defaultdict[int, list[ReviewRow]] = defaultdict(list)
    query = select(ReviewRow).where(ReviewRow.account.in_(of)).order_by(ReviewRow.id)
    for row in session.scalars(query):
        found[row.account].append(row)
    return found


def _handmade(account: Account, decisions: Sequence[ReviewRow]) -> Handmade:
    since = next((uk_date(row.at) for row in decisions if row.choice == ReviewDecision.LISTED), None)
    undone = {row.undoes: uk_date(row.at) for row in decisions if row.undoes is not None}
    standing = [row for row in decisions if row.id not in undone]
    decided = [row for row in standing if row.choice in DECISIONS]
    ends = [row for row in standing if row.choice in (*DECISIONS, *ENDINGS)]
    return Handmade(
        account,
        since,
        _decision(decided[-1]) if decided else None,
        ending=_decision(ends[-1]) if ends and ends[-1].choice in ENDINGS and not account.active else None,
        revived_on=max(
            (undone[row.id] for row in decisions if row.id in undone and row.choice in ENDINGS), default=None
        ),
    )


def _decision(row: ReviewRow) -> Decision:
    return Decision(row.id, ReviewDecision(row.choice), row.until, row.by, row.at)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _typed(name: str, value: Any) -> Any:
    return date.fromisoformat(value) if name in ("expires_on", "last_signed_in") and value else value
