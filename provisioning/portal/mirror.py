"""The changes to the mirrored accounts that a reading of the portal's export shows: pure.

What happened between two readings is inferred only where it can be: active at one school and now at another
= arrived from there; active and now inactive, or no longer listed = released. The release date of an account
that is inactive when first seen is unknown.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from operator import attrgetter

from knowledge.texts import Text
from provisioning.planning.safeguard_limits import DEFAULT_LIMITS, Limit
from provisioning.planning.safeguards import Allowance
from provisioning.portal.export import ExportReading
from provisioning.portal.export_duplicates import Mark, is_of_another, marks
from provisioning.portal.export_rows import SeenAccount, UnreadRow
from provisioning.records.accounts import Account, Status
from provisioning.records.changes import ChangeKind
from provisioning.records.people import MIS_KINDS, Kind, key_of

FORGOTTEN_AFTER = timedelta(days=366)
"""The portal deletes an account 12 months after the leaving date (Hwb's help pages)."""

AccountChange = tuple[Account | None, Account | None]
"""An account before and after; None before it was first seen, and after it was deleted."""


@dataclass(frozen=True)
class Mirrored:
    """The changes to the mirrored accounts; or the schools for whose sake the reading is refused.

    `kept` has for each of these the number of active accounts that the export lacks, and their total: a file
    that lacks one school's accounts is cut off, and is not believed about the others. `unread` are the rows
    that could not be read, each with the account that stays as last read, if there is one. `let_pass` has the
    number of active accounts that the export lacks of each school whose relaxation lets it shrink.
    """

    changes: tuple[AccountChange, ...]
    kept: Mapping[str, tuple[int, int]]
    unread: tuple[tuple[UnreadRow, Account | None], ...] = ()
    let_pass: Mapping[str, int] = field(default_factory=dict)

    def counts(self, school: str) -> dict[str, int]:
        """Return the changes to a school's own accounts, under the names of a run's counts."""
        kinds = (_kind(before, after, school) for before, after in self.changes)
        return dict(Counter(kind.value for kind in kinds if kind is not None))

    @property
    def released_from(self) -> set[str]:
        """The schools that have let accounts go, for others to match."""
        return {
            before.school
            for before, after in self.changes
            if before is not None and _kind(before, after, before.school) is ChangeKind.RELEASE
        }


def mirror(
    reading: ExportReading,
    held: Iterable[Account],
    known: Collection[str],
    *,
    read: Mapping[str, datetime] | None = None,
    relaxed: Mapping[str, Allowance] | None = None,
    limit: Limit = DEFAULT_LIMITS.export_shrunk,
) -> Mirrored:
    """Return the changes that make the accounts `held` agree with `reading`.

    `held` needs all accounts of the schools that the reading covers, and all that hold a username or UPN
    of it. `known` are the installation's schools: rows of others are left out. `read` has the time of each
    school's last reading; `relaxed` says how many accounts schools may lose. An export that lacks active
    accounts beyond `limit` is broken.
    """
    held = tuple(held)
    covered = {reading.school} if reading.school else set(known)
    rows = [row for row in reading.seen if row.school in known or not row.school]
    index = _HeldAccounts(held, [*rows, *reading.unread])
    of_others = [_of_another(row, reading) for row in rows if _is_of_another(row, index)]
    unread = tuple((row, index.find(row)) for row in (*reading.unread, *of_others))
    staying = {account.id: account for _, account in unread if account is not None}
    claimed = {mark for account in staying.values() for mark in marks(account)}
    rows = [row for row in rows if claimed.isdisjoint(marks(row))]
    pairs = list(_pairs(rows, index))
    listed = {before.id for _, before in pairs if before is not None} | set(staying)
    gone = [account for account in held if account.school in covered and account.id not in listed]
    shown = {row.school for row in rows} | {account.school for account in staying.values()}
    allowed = relaxed or {}
    shrunk = _shrunk(gone, held, shown, limit)
    let_pass = {
        school: lost
        for school, (lost, _) in shrunk.items()
        if school in allowed and allowed[school].reaches(lost)
    }
    kept = {school: found for school, found in shrunk.items() if school not in let_pass}
    if kept:
        return Mirrored((), kept)
    changes = [
        *_changed_by_rows(pairs, reading, read or {}),
        *_changed_by_absence(gone, reading.as_of),
    ]
    return Mirrored(tuple(_without_clashes(changes, held, listed)), kept, unread, let_pass)


def _is_of_another(row: SeenAccount, index: "_HeldAccounts") -> bool:
    before = index.of_username(row.username)
    return before is not None and is_of_another(row, before)


def _of_another(row: SeenAccount, reading: ExportReading) -> UnreadRow:
    """Return a row whose username was another person's, as one that a person has to look at."""
    line = reading.lines.get(row.username.casefold(), 0)
    problem = Text("error.export-another-person", {"file": reading.file, "line": line})
    return UnreadRow(line, problem, row.username, row.school, row.upn, row.staff_code)


class _HeldAccounts:
    """An index of the held accounts, by username, otherwise by UPN or staff code."""

    def __init__(self, held: Iterable[Account], rows: Iterable[SeenAccount | UnreadRow]) -> None:
        held = tuple(held)
        self._by_username = {account.username.casefold(): account for account in held}
        names = {row.username.casefold() for row in rows}
        others = [account for account in held if account.username.casefold() not in names]
        self._by_upn = {account.upn: account for account in others if account.upn}
        self._by_code = {(account.school, account.key): account for account in others if account.staff_code}

    def of_username(self, username: str) -> Account | None:
        """Return the account with a username."""
        return self._by_username.get(username.casefold())

    def find(self, row: SeenAccount | UnreadRow) -> Account | None:
        """Return the account of a row."""
        found = self.of_username(row.username)
        if found is None and row.upn:
            found = self._by_upn.get(row.upn)
        if found is None and row.staff_code:
            found = self._by_code.get((row.school, key_of(Kind.STAFF, row.staff_code)))
        return found


def _pairs(rows: Iterable[SeenAccount], held: _HeldAccounts) -> Iterator[tuple[SeenAccount, Account | None]]:
    """Yield each row with its account, if held; no account twice."""
    taken: set[int] = set()
    for row in rows:
        before = held.find(row)
        if before is not None and before.id in taken:
            before = None
        if before is not None:
            taken.add(before.id)
        yield row, before


def _changed_by_rows(
    pairs: Iterable[tuple[SeenAccount, Account | None]], reading: ExportReading, read: Mapping[str, datetime]
) -> Iterator[AccountChange]:
    """Yield the changes to accounts that a row shows differently, or for the first time."""
    for row, before in pairs:
        if not _is_older(row, before, reading, read):
            after = _seen(row, before, reading.as_of)
            if after is not None and after != before:
                yield before, after


def _changed_by_absence(gone: Iterable[Account], as_of: datetime) -> Iterator[AccountChange]:
    """Yield the changes to accounts that their school's export no longer lists."""
    for account in gone:
        after = _unlisted(account, as_of)
        if after != account:
            yield account, after


def _seen(row: SeenAccount, before: Account | None, as_of: datetime) -> Account | None:
    """Return the account as `row` shows it; None for a new account without a school."""
    school = row.school or (before.school if before else None)
    if not school:
        return None
    if before is not None and row.school and _shown(row) == _shown(before):
        return before
    shown = {name: getattr(row, name) for name in _SHOWN} | {"school": school}
    if before is None:
        return Account(id=0, **shown)
    after = replace(before, **shown)
    if after.active:
        after = replace(after, released_from=None, released_at=None)
        moved = before.school != school and after.kind in MIS_KINDS
        return replace(after, arrived_from=before.school, arrived_at=as_of) if moved else after
    if before.active and after.kind in MIS_KINDS:
        return replace(after, released_from=school, released_at=as_of)
    # An inactive account that has changed school was released there, on an unknown date.
    return after if before.school == school else replace(after, released_from=None, released_at=None)


_SHOWN = tuple(field.name for field in fields(SeenAccount))
_shown = attrgetter(*_SHOWN)


def _unlisted(account: Account, as_of: datetime) -> Account | None:
    """Return an account that its school's export no longer lists: released, and later deleted (None).

    Some exports list active accounts only, and an account that moves between schools is in neither school's
    file for a while.
    """
    if account.kind not in MIS_KINDS:
        # Made by hand: never deleted, because review decisions refer to it.
        return replace(account, status=Status.INACTIVE)
    if account.active:
        return replace(account, status=Status.INACTIVE, released_from=account.school, released_at=as_of)
    if account.released_at is None or as_of - account.released_at > FORGOTTEN_AFTER:
        return None
    return account


def _is_older(
    row: SeenAccount, before: Account | None, reading: ExportReading, read: Mapping[str, datetime]
) -> bool:
    """Return whether another school's file has newer data on an account than `row`.

    The previous school may go on listing an account, as inactive or as it was before the move.
    """
    if reading.school is None or before is None or not before.active or before.school == row.school:
        return False
    there = read.get(before.school)
    return not row.active or (there is not None and there > reading.as_of)


def _shrunk(
    gone: Iterable[Account], held: Iterable[Account], listed: Collection[str], limit: Limit
) -> dict[str, tuple[int, int]]:
    """Return the schools whose accounts in the export are implausibly few: none at all, or beyond `limit`.

    Each has the number of active accounts that it lacks, and their total. `listed` are the schools that the
    export shows accounts of.
    """
    active = Counter(account.school for account in held if account.active and account.kind in MIS_KINDS)
    lost = Counter(account.school for account in gone if account.active and account.kind in MIS_KINDS)
    return {
        school: (lost[school], total)
        for school, total in active.items()
        if lost[school]
        if school not in listed or limit.is_over(lost[school], total)
    }


def _without_clashes(
    changes: list[AccountChange], held: Iterable[Account], listed: Collection[int]
) -> list[AccountChange]:
    """Return `changes`, with accounts deleted whose username, UPN or staff code another account has by now.

    Accounts listed as active take precedence over those listed as inactive, and these over unlisted ones.
    """
    contested = {
        mark for before, after in changes if after and _moves(before, after) for mark in marks(after)
    }
    if not contested:
        return changes
    touched = {before.id for before, _ in changes if before}
    all_: list[AccountChange] = [
        *changes,
        *((account, account) for account in held if account.id not in touched),
    ]
    taken: set[Mark] = set()
    result: list[AccountChange] = []
    for before, after in sorted(all_, key=lambda change: _standing(change, listed)):
        mine = contested & marks(after) if after else set()
        if mine & taken:
            after = None
        taken |= mine if after else set()
        if before != after:
            result.append((before, after))
    return result


def _moves(before: Account | None, after: Account) -> bool:
    return before is None or marks(before) != marks(after)


def _standing(change: AccountChange, listed: Collection[int]) -> tuple[bool, bool]:
    before, after = change
    return before is not None and before.id not in listed, after is None or not after.active


def _kind(before: Account | None, after: Account | None, school: str) -> ChangeKind | None:
    """Return the kind of change that this is for `school`; None where it is none of its own."""
    was = before is not None and before.school == school and before.active and before.kind in MIS_KINDS
    if after is None or not after.active or after.school != school or after.kind not in MIS_KINDS:
        return ChangeKind.RELEASE if was else None
    if before is None:
        return ChangeKind.CREATE
    if before.school != school:
        return ChangeKind.MATCH
    if not before.active:
        return ChangeKind.REACTIVATE
    details = [(account.upn, account.year_group, account.class_name) for account in (before, after)]
    return ChangeKind.UPDATE if details[0] != details[1] else None
