"""Rows of the export for one account: which of several counts, and whether they are of one person."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from knowledge.texts import Text
from provisioning import upn
from provisioning.names import agree, are_of_two_people, differing
from provisioning.portal.export_rows import Read, SeenAccount, UnreadRow
from provisioning.records.accounts import Account
from provisioning.records.people import MIS_KINDS

Mark = tuple[str, ...]
"""A value that no two accounts may share: a username, a UPN, or a school's staff code."""


def once_each(found: Iterable[Read], file: str) -> tuple[tuple[SeenAccount, ...], tuple[UnreadRow, ...]]:
    """Return the rows with each username, UPN and staff code once, and the rows that can't be read.

    An active row counts before inactive ones, then the first. Rows of two people under one username, or of
    two active accounts under one UPN or staff code, can't be read: a person has to look at them.
    """
    read = [row for row in found if not isinstance(row, UnreadRow)]
    unread = [row for row in found if isinstance(row, UnreadRow)]
    by_mark: defaultdict[Mark, list[tuple[int, SeenAccount]]] = defaultdict(list)
    for row in read:
        for mark in marks(row[1]):
            by_mark[mark].append(row)
    doubted: dict[int, tuple[SeenAccount, int, int]] = {}
    for mark, rows in by_mark.items():
        for line, other in _two_people(mark, rows) if len(rows) > 1 else ():
            doubted.setdefault(line, (other, rows[0][0], rows[-1][0]))
    kept: list[SeenAccount] = []
    taken: set[Mark] = set()
    for line, seen in sorted(read, key=lambda row: not row[1].active):
        mine = marks(seen)
        if line in doubted:
            unread.append(_doubtful(line, *doubted[line], file))
        elif not mine & taken:
            taken |= mine
            kept.append(seen)
    return tuple(kept), tuple(sorted(unread, key=lambda row: row.line))


def _doubtful(line: int, seen: SeenAccount, first: int, last: int, file: str) -> UnreadRow:
    problem = Text("error.export-two-people", {"file": file, "line": line, "first": first, "last": last})
    return UnreadRow(line, problem, seen.username, seen.school, seen.upn, seen.staff_code)


def _two_people(mark: Mark, rows: Sequence[tuple[int, SeenAccount]]) -> list[tuple[int, SeenAccount]]:
    """Return the rows with one mark, where they are of different people; none where they are not."""
    counted = rows if mark[0] == "username" else [row for row in rows if row[1].active]
    different = any(
        _differ(account, other)
        for place, (_, account) in enumerate(counted)
        for _, other in counted[place + 1 :]
    )
    return list(counted) if different else []


def _differ(account: SeenAccount, other: SeenAccount) -> bool:
    """Return whether two rows are of different people.

    Then both names differ, or one of them and the identifiers, as with twins; without names the identifiers.
    """
    identifiers = {row.upn or row.staff_code for row in (account, other)}
    apart = None not in identifiers and len(identifiers) > 1
    if all((account.surname, account.forename, other.surname, other.forename)):
        names, others = ((row.surname, row.forename) for row in (account, other))
        found = differing(names, others)
        return are_of_two_people(found) or (apart and bool(found))
    return apart


def is_of_another(row: SeenAccount, before: Account) -> bool:
    """Return whether a row shows another person under the username of `before`, the account as last read.

    Then both names differ, or the forename and the UPN do; without names the UPN. Over time a surname
    changes, a staff code with it, and a temporary UPN; accounts made by hand may bear no person's name.
    """
    if not {row.kind, before.kind} <= set(MIS_KINDS):
        return False
    permanent = before.upn is not None and not upn.is_temporary(before.upn)
    other_upn = permanent and row.upn not in (None, before.upn)
    names, others = (row.surname, row.forename), (before.surname, before.forename)
    if not all((*names, *others)):
        return other_upn
    found = differing(names, others)
    return are_of_two_people(found) or (
        other_upn and bool(found) and not agree(row.forename, before.forename)
    )


def marks(account: SeenAccount | Account) -> set[Mark]:
    """Return the values of an account that no two accounts may share."""
    found: set[Mark] = {("username", account.username.casefold())}
    if account.upn:
        found.add(("upn", account.upn))
    if account.staff_code:
        found.add(("code", account.school, account.staff_code))
    return found
