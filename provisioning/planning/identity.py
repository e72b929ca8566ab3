"""Whose account is it (contract, section 3): pure, by names and dates of birth, and by what people decided.

An identifier is believed only as far as the person agrees: where both legal names are other ones, or the
date of birth and one name, the account found by it is in doubt. And a new identifier for a person whom the
school has already makes no second account before a person has decided.
"""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from provisioning.names import Names, differing, fold, is_damaged
from provisioning.records.accounts import Account
from provisioning.records.extracts import Extract
from provisioning.records.people import Learner, Record
from provisioning.records.plans import Doubt, DoubtReason, IdentityAnswer
from provisioning.records.rejections import Reason, Rejection
from provisioning.rules import year_number
from provisioning.sources.columns import FILES

Answers = Mapping[tuple[int, str], IdentityAnswer]
"""What was decided, by account id and the fingerprint of a person."""
NO_ANSWERS: Answers = MappingProxyType({})


@dataclass(frozen=True)
class Owner:
    """What is known of a record's account: the account, unless `doubt` says that a person has to decide.

    `not_theirs` is the account that stands under the record's identifier by decision of a person, who said
    that it is another's.
    """

    account: Account | None = None
    doubt: Doubt | None = None
    not_theirs: Account | None = None


_NEW = Owner()
"""Whoever has no account yet, nor an identifier that is another's: nearly everybody of a first load."""


def owner(record: Record, found: Account | None, known: "ByAnotherIdentifier", answers: Answers) -> Owner:
    """Whose account it is that was `found` for a record, or the one that the person has already."""
    not_theirs = None
    if found is not None:
        if not seems_another(record, found):
            return Owner(found)
        person = fingerprint(record)
        answer = answers.get((found.id, person))
        if answer is not IdentityAnswer.ANOTHER:
            return Owner(found, None if answer else Doubt(DoubtReason.IDENTITY_DOUBT, record, found, person))
        not_theirs = found
        if isinstance(record, Learner):
            return Owner(not_theirs=not_theirs)
    alike = known.of(record)
    if alike is None:
        return Owner(not_theirs=not_theirs) if not_theirs else _NEW
    person = fingerprint(record)
    answer = answers.get((alike.id, person))
    if answer is IdentityAnswer.ANOTHER:
        return Owner(not_theirs=not_theirs)
    doubt = None if answer else Doubt(DoubtReason.LOOKS_LIKE, record, alike, person)
    return Owner(alike, doubt, not_theirs)


def seems_another(record: Record, account: Account) -> bool:
    """Return whether an account seems to be another person's than the record's.

    Both names differ, or one and the date of birth last seen. Damaged names alone make no doubt.
    """
    if record.surname == account.surname and record.forename == account.forename:
        return False
    mine, its = _names(record), _names(account)
    pairs = differing(mine, its)
    if not pairs:
        return False
    if _births_differ(record, account):
        return True
    return len(pairs) == len(mine) and not all(any(map(is_damaged, pair)) for pair in pairs)


def fingerprint(record: Record) -> str:
    """Return a hash of whom a record names: identifier and names, whatever their order."""
    said = (*record.key, *_folded(record))
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


def rejection(record: Learner) -> Rejection:
    """Return a learner's row whose UPN is another person's, until one of the two UPNs is mended."""
    return Rejection(
        kind=record.kind,
        identifier=record.upn,
        file=FILES[record.kind],
        line=record.line,
        reason=Reason.UPN_DUPLICATE,
        value=record.upn,
        joins_on=record.joins_on,
        leaving_date=record.leaving_date,
        year_group=record.year_group,
        class_name=record.class_name,
    )


class ByAnotherIdentifier:
    """A school's active accounts whose identifiers are gone from its extract, to be found by the person."""

    def __init__(self, extract: Extract, accounts: Sequence[Account]) -> None:
        self._extract, self._accounts = extract, accounts

    @cached_property
    def _gone(self) -> list[Account]:
        extract = self._extract
        ours = [
            one
            for one in self._accounts
            if one.active and one.school == extract.school and one.kind in extract.covers
        ]
        if not ours:
            return []
        here = {one.key for one in (*extract.records, *extract.rejections)}
        here |= {(one.kind, one.former_upn) for one in extract.learners if one.former_upn}
        return [one for one in ours if one.key not in here]

    @cached_property
    def _by_names(self) -> Mapping[Names, list[Account]]:
        found: defaultdict[Names, list[Account]] = defaultdict(list)
        for one in self._gone:
            found[_folded(one)].append(one)
        return found

    @cached_property
    def _damaged(self) -> list[Account]:
        return [one for one in self._gone if any(map(is_damaged, _names(one)))]

    def of(self, record: Record) -> Account | None:
        """Return the account of the person whom a record names;
        None where there is none, or more than one.
        """
        if not self._gone:
            return None
        named = self._by_names.get(_folded(record), [])
        if any(map(is_damaged, _names(record))):
            named = self._gone
        candidates = {one.id: one for one in (*named, *self._damaged) if _is_like(record, one)}
        return next(iter(candidates.values())) if len(candidates) == 1 else None


def _is_like(record: Record, account: Account) -> bool:
    """Return whether an account's person has a record's names and its date of birth,
    or else its year group.
    """
    if account.kind is not record.kind or differing(_names(record), _names(account)):
        return False
    if not isinstance(record, Learner):
        return True
    if record.date_of_birth and account.date_of_birth:
        return record.date_of_birth == account.date_of_birth
    if account.year_group is None:
        return True
    return year_number(record.year_group) - year_number(account.year_group) in (0, 1)


def _births_differ(record: Record, account: Account) -> bool:
    born = record.date_of_birth if isinstance(record, Learner) else None
    return born is not None and account.date_of_birth is not None and born != account.date_of_birth


def _names(person: Record | Account) -> Names:
    return person.surname, person.forename


def _folded(person: Record | Account) -> Names:
    """Both names folded, in the order of the alphabet: which of them is the surname is often mistaken."""
    one, other = sorted(map(fold, _names(person)))
    return one, other
