"""The imported list of accounts made by hand, in the store: what it changes, and when it was first seen."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, time
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from knowledge.texts import UK
from provisioning.errors import KnownError
from provisioning.manual.endings import HeldList
from provisioning.manual.handmade import FILE, MADE_BY_HAND, Handmade, ReviewDecision
from provisioning.records.accounts import Status
from provisioning.sources.non_mis import Listed, Listing
from provisioning.store import accounts, schools
from provisioning.store.portions import portions
from provisioning.store.reviews import add_decision, by_hand, record
from provisioning.store.tables.accounts import AccountRow
from provisioning.store.tables.reviews import HeldListRow, ListingRow
from provisioning.store.upserts import put
from provisioning.store.usernames import DOMAIN, reserve

BY_FILE = "file"
"""The actor of changes that the file asked for."""


@dataclass(frozen=True)
class ImportedListing:
    """The stamp of the file imported last, and when it was written."""

    stamp: str
    as_of: datetime


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


def hold(session: Session, found: Sequence[HeldList]) -> list[HeldList]:
    """Store where a listing is held, in place of what was held before; return it, since it was first so."""
    before = {(row.school, row.stamp): row.since for row in session.scalars(select(HeldListRow))}
    kept = [replace(each, since=before.get((each.school, each.stamp), each.since)) for each in found]
    session.execute(delete(HeldListRow))
    session.execute(insert(HeldListRow), [asdict(each) for each in kept])
    return kept


def held(session: Session, stamp: str | None) -> list[HeldList]:
    """Return the schools at which the listing with `stamp` is held, by number."""
    query = select(HeldListRow).where(HeldListRow.stamp == stamp).order_by(HeldListRow.school)
    return [
        HeldList(row.school, row.stamp, row.count, row.total, row.since) for row in session.scalars(query)
    ]


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
    session.execute(delete(HeldListRow))
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
    (id_,) = accounts.new_ids(session, 1)
    row = AccountRow(id=id_, username_key=listed.username.casefold(), **fields)
    session.add(row)
    session.flush()
    add_decision(session, row, ReviewDecision.LISTED, None, fields, by=BY_FILE, at=at)


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
