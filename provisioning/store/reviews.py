"""Accounts made by hand in the store: read with their decisions, changed with each one recorded."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from provisioning.clock import uk_date
from provisioning.errors import KnownError
from provisioning.manual.handmade import DECISIONS, ENDINGS, MADE_BY_HAND, Decision, Handmade, ReviewDecision
from provisioning.records.accounts import Account
from provisioning.records.people import Kind
from provisioning.store import accounts
from provisioning.store.journal import stored
from provisioning.store.portions import portions
from provisioning.store.row_ids import is_id
from provisioning.store.tables.accounts import AccountRow
from provisioning.store.tables.reviews import ReviewRow


def by_hand(session: Session, school: str | None = None, kind: Kind | None = None) -> list[Handmade]:
    """Return accounts made by hand with their decisions in force, by kind, school and username."""
    found = accounts.by_hand(session, None if school is None else [school], kind)
    query = select(AccountRow.id).where(accounts.IS_BY_HAND)
    if school is not None:
        query = query.where(AccountRow.school == school)
    decisions = _decisions(session, query)
    return [_handmade(account, decisions[account.id]) for account in found]


def by_hand_at(session: Session, schools: Iterable[str]) -> dict[str, list[Handmade]]:
    """Return the accounts made by hand of each of `schools`, with their decisions in force."""
    made: dict[str, list[Handmade]] = {school: [] for school in schools}
    for some in portions(sorted(made)):
        query = select(AccountRow.id).where(accounts.IS_BY_HAND, AccountRow.school.in_(some))
        decisions = _decisions(session, query)
        for account in accounts.by_hand(session, some):
            made[account.school].append(_handmade(account, decisions[account.id]))
    return made


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
    add_decision(session, row, choice, before, after, by=by, at=at, until=until, undoes=undoes)


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
    if any(stored(getattr(now, name)) != value for name, value in row.after.items()):
        raise KnownError("review-changed", username=entry.account.username)
    back = {name: _typed(name, value) for name, value in (row.before or {}).items()}
    record(session, entry.account, ReviewDecision.UNDO, back, by=by, at=at, undoes=row.id)


def add_decision(
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
    """Record a decision on the account `row`, whose fields were `before` and are `after`."""
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
            before=None if before is None else {name: stored(value) for name, value in before.items()},
            after={name: stored(value) for name, value in after.items()},
        )
    )
    session.flush()


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


def _typed(name: str, value: Any) -> Any:
    return date.fromisoformat(value) if name in ("expires_on", "last_signed_in") and value else value
