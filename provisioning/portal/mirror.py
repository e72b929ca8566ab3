"""What a reading of the portal's export says has become of the accounts that are held: pure.

The directory held here mirrors the portal. What happened between two readings is inferred only where
it can be: active at one school and now at another = arrived from there; active and now inactive, or no
longer listed = released. An account that is inactive when first seen was released nobody knows when.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from operator import attrgetter

from provisioning.planning.safeguards import FEW
from provisioning.portal.export import ExportReading, SeenAccount
from provisioning.records import MIS_KINDS, Account, ChangeKind, Status

FORGOTTEN_AFTER = timedelta(days=366)
"""The portal deletes an account 12 months after the leaving date (Hwb's help pages)."""

SHRUNK_PERCENT = 50
"""When more of a school's active accounts are gone from an export, it is taken for a broken one."""

Change = tuple[Account | None, Account | None]
"""An account before and after; None before it was seen first, and after it is forgotten."""


@dataclass(frozen=True)
class Mirrored:
    """How the held accounts are to change, and the schools whose accounts stay as they were last read.

    `kept` has for each of those how many of its active accounts the export lacks, and of how many.
    """

    changes: tuple[Change, ...]
    kept: Mapping[str, tuple[int, int]]

    def counts(self, school: str) -> dict[str, int]:
        """What became of a school's own accounts, in the words of a run's counts."""
        kinds = (_kind(before, after, school) for before, after in self.changes)
        return dict(Counter(kind.value for kind in kinds if kind is not None))


def mirror(
    reading: ExportReading,
    held: Iterable[Account],
    known: Collection[str],
    *,
    read: Mapping[str, datetime] | None = None,
    relaxed: Collection[str] = (),
) -> Mirrored:
    """The changes that make the held accounts agree with a reading.

    `held` needs all accounts of the schools that the reading covers, and whichever hold a username or
    UPN of it. `known` are the installation's schools: rows of others are left out. `read` says of when
    each school's last reading is; `relaxed` are schools that may shrink.
    """
    held = tuple(held)
    covered = {reading.school} if reading.school else set(known)
    rows = [row for row in reading.seen if row.school in known or not row.school]
    pairs = list(_pairs(rows, _Held(held, rows)))
    listed = {before.id for _, before in pairs if before is not None}
    gone = [account for account in held if account.school in covered and account.id not in listed]
    kept = _kept(gone, held, rows, relaxed)
    believed = [pair for pair in pairs if pair[0].school not in kept]
    changes = [
        *_changed_by_rows(believed, reading, read or {}),
        *_changed_by_absence([account for account in gone if account.school not in kept], reading.as_of),
    ]
    return Mirrored(tuple(_without_clashes(changes, held, listed)), kept)


class _Held:
    """The held accounts, found for a row: by username, else by whatever else can't be two people's."""

    def __init__(self, held: Iterable[Account], rows: Iterable[SeenAccount]) -> None:
        held = tuple(held)
        self._by_username = {account.username.casefold(): account for account in held}
        names = {row.username.casefold() for row in rows}
        others = [account for account in held if account.username.casefold() not in names]
        self._by_upn = {account.upn: account for account in others if account.upn}
        self._by_code = {
            (account.school, account.staff_code): account for account in others if account.staff_code
        }

    def find(self, row: SeenAccount) -> Account | None:
        found = self._by_username.get(row.username.casefold())
        if found is None and row.upn:
            found = self._by_upn.get(row.upn)
        if found is None and row.staff_code:
            found = self._by_code.get((row.school, row.staff_code))
        return found


def _pairs(rows: Iterable[SeenAccount], held: _Held) -> Iterator[tuple[SeenAccount, Account | None]]:
    """Each row with the account that it is about; no account twice."""
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
) -> Iterator[Change]:
    """The accounts that a row shows otherwise than they are held, and those it shows for the first time."""
    for row, before in pairs:
        if not _is_older(row, before, reading, read):
            after = _seen(row, before, reading.as_of)
            if after is not None and after != before:
                yield before, after


def _changed_by_absence(gone: Iterable[Account], as_of: datetime) -> Iterator[Change]:
    """The accounts that become something else because their school's export lists them no longer."""
    for account in gone:
        after = _unlisted(account, as_of)
        if after != account:
            yield account, after


def _seen(row: SeenAccount, before: Account | None, as_of: datetime) -> Account | None:
    """The account as a row shows it; None for one that no school has and that was never seen before."""
    school = row.school or (before.school if before else "")
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
    # An inactive account that has changed school meanwhile was released there, nobody knows when.
    return after if before.school == school else replace(after, released_from=None, released_at=None)


_SHOWN = tuple(field.name for field in fields(SeenAccount))
_shown = attrgetter(*_SHOWN)


def _unlisted(account: Account, as_of: datetime) -> Account | None:
    """What an account is that its school's export lists no longer: released, and in time forgotten.

    Some exports list only accounts that are active, and an account on its way to another school stands
    in neither school's file for a while.
    """
    if account.kind not in MIS_KINDS:
        # Made by hand, and ended by hand: what people decided on it goes on pointing at it.
        return replace(account, status=Status.INACTIVE)
    if account.active:
        return replace(account, status=Status.INACTIVE, released_from=account.school, released_at=as_of)
    if account.released_at is None or as_of - account.released_at > FORGOTTEN_AFTER:
        return None
    return account


def _is_older(
    row: SeenAccount, before: Account | None, reading: ExportReading, read: Mapping[str, datetime]
) -> bool:
    """Whether another school's own file says more about an account than a row of this one does.

    The previous school goes on listing an account, as inactive or from before it moved.
    """
    if reading.school is None or before is None or not before.active or before.school == row.school:
        return False
    there = read.get(before.school)
    return not row.active or (there is not None and there > reading.as_of)


def _kept(
    gone: Iterable[Account], held: Iterable[Account], rows: Iterable[SeenAccount], relaxed: Collection[str]
) -> dict[str, tuple[int, int]]:
    """The schools of which an export has too little to be believed: nothing at all, or less than half."""
    listed = {row.school for row in rows}
    active = Counter(account.school for account in held if account.active and account.kind in MIS_KINDS)
    lost = Counter(account.school for account in gone if account.active and account.kind in MIS_KINDS)
    return {
        school: (lost[school], total)
        for school, total in active.items()
        if lost[school] and school not in relaxed
        if school not in listed or (lost[school] >= FEW and lost[school] * 100 > total * SHRUNK_PERCENT)
    }


def _without_clashes(changes: list[Change], held: Iterable[Account], listed: Collection[int]) -> list[Change]:
    """The changes, and those forgotten whose username, UPN or staff code is another account's by now.

    What is listed as active goes before what is listed as inactive, and that before what is not listed.
    """
    contested = {mark for before, after in changes if _moves(before, after) for mark in _marks(after)}
    if not contested:
        return changes
    touched = {before.id for before, _ in changes if before}
    all_: list[Change] = [*changes, *((account, account) for account in held if account.id not in touched)]
    taken: set[tuple[str, ...]] = set()
    result: list[Change] = []
    for before, after in sorted(all_, key=lambda change: _standing(change, listed)):
        marks = contested.intersection(_marks(after))
        if marks & taken:
            after = None
        taken |= marks if after else set()
        if before != after:
            result.append((before, after))
    return result


def _moves(before: Account | None, after: Account | None) -> bool:
    return after is not None and (before is None or set(_marks(before)) != set(_marks(after)))


def _standing(change: Change, listed: Collection[int]) -> tuple[bool, bool]:
    before, after = change
    return before is not None and before.id not in listed, after is None or not after.active


def _marks(account: Account | None) -> Iterator[tuple[str, ...]]:
    """What no two accounts may share."""
    if account is None:
        return
    yield "username", account.username.casefold()
    if account.upn:
        yield "upn", account.upn
    if account.staff_code:
        yield "code", account.school, account.staff_code


def _kind(before: Account | None, after: Account | None, school: str) -> ChangeKind | None:
    """What a change is to a school, as its client would call it."""
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
