"""Whose account it is, by names, dates of birth and people's decisions. Pure.

An identifier is believed only where the person agrees: where both legal names differ, or one name and the
date of birth, the account that it finds is in doubt. A new identifier for a person who has an account at the
school already makes no second account before a person has decided.
"""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property
from types import MappingProxyType

from provisioning.names import Names, are_of_two_people, differing, fold, is_damaged
from provisioning.records.accounts import Account
from provisioning.records.extracts import Extract
from provisioning.records.people import Key, Kind, Learner, Record
from provisioning.records.plans import Doubt, DoubtReason, IdentityAnswer
from provisioning.records.rejections import Reason, Rejection
from provisioning.records.values import value
from provisioning.rules import year_number

Answers = Mapping[tuple[int, str], IdentityAnswer]
"""People's decisions on accounts in doubt, by account id and the fingerprint of a person."""
NO_ANSWERS: Answers = MappingProxyType({})


@value(frozen=True, slots=True)
class Owner:
    """The account of a record's person; where `doubt` is set, a person has to decide whether it is theirs.

    `not_theirs` is the account under the record's identifier that a person has said is another's.
    """

    account: Account | None = None
    doubt: Doubt | None = None
    not_theirs: Account | None = None


_NEW = Owner()
"""A person without an account, under an identifier that is no other's: most records of a first load."""


def owner(record: Record, found: Account | None, known: "ByAnotherIdentifier", answers: Answers) -> Owner:
    """Return whose account `found` is, or which account the person of the record has already."""
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
    if record.key in known.decided:
        return Owner(known.decided[record.key], not_theirs=not_theirs)
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

    It does where both names differ, or one name and the date of birth last seen. Damaged names alone raise no
    doubt.
    """
    if record.surname == account.surname and record.forename == account.forename:
        return False
    pairs = differing(_names(record), _names(account))
    if not pairs:
        return False
    return _births_differ(record, account) or are_of_two_people(pairs)


def fingerprint(record: Record) -> str:
    """Return a hash of whom a record names: identifier and names, whatever their order."""
    said = (*record.key, *_folded(record))
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


def rejected_for_upn(record: Learner, file: str) -> Rejection:
    """Return the rejection of a learner's row in `file` whose UPN is another person's.

    It stands until one of the two UPNs is mended.
    """
    return Rejection.of(record, Reason.UPN_DUPLICATE, file, record.upn)


class ByAnotherIdentifier:
    """A school's active accounts without a complete row of their person, to be found by the person.

    Their identifiers are gone from the extract, or stand on rejected rows or one that names another person.
    """

    def __init__(self, extract: Extract, accounts: Sequence[Account], answers: Answers) -> None:
        self._extract, self._accounts, self._answers = extract, accounts, answers

    @cached_property
    def _gone(self) -> list[Account]:
        extract = self._extract
        ours = [
            account
            for account in self._accounts
            if account.active and account.school == extract.school and account.kind in extract.covers
        ]
        if not ours:
            return []
        here = {(learner.kind, learner.former_upn) for learner in extract.learners if learner.former_upn}
        rows = {row.key: row for row in extract.records}
        return [
            account
            for account in ours
            if account.key not in here
            and (account.key not in rows or self._is_anothers(rows[account.key], account))
        ]

    @cached_property
    def decided(self) -> Mapping[Key, Account]:
        """The accounts that a person has said are of a record under another identifier, by the record's key.

        Whatever has become of the row with the account's own identifier, such as a leaving date since; but
        where that row was said to be the person too, the account is its own already.
        """
        answers = self._answers.items()
        same = {person: id_ for (id_, person), answer in answers if answer is IdentityAnswer.SAME}
        ours = {account.id: account for account in self._accounts if account.id in set(same.values())}
        if not ours:
            return {}
        said = {record.key: ours.get(same.get(fingerprint(record), 0)) for record in self._extract.records}
        return {
            key: account
            for key, account in said.items()
            if account is not None and account.active and said.get(account.key) is None
        }

    def _is_anothers(self, row: Record, account: Account) -> bool:
        """Return whether a row with an account's identifier names another person, and no answer denies it."""
        if not seems_another(row, account):
            return False
        return self._answers.get((account.id, fingerprint(row))) is not IdentityAnswer.SAME

    @cached_property
    def _by_names(self) -> Mapping[Names, list[Account]]:
        found: defaultdict[Names, list[Account]] = defaultdict(list)
        for account in self._gone:
            found[_folded(account)].append(account)
        return found

    @cached_property
    def _damaged(self) -> list[Account]:
        return [account for account in self._gone if any(map(is_damaged, _names(account)))]

    def of(self, record: Record) -> Account | None:
        """Return the account of the person whom a record names; None where there are none or several."""
        if not self._gone:
            return None
        named = self._by_names.get(_folded(record), [])
        if any(map(is_damaged, _names(record))):
            named = self._gone
        candidates = {
            account.id: account for account in (*named, *self._damaged) if _is_like(record, account)
        }
        return next(iter(candidates.values())) if len(candidates) == 1 else None


class Namesakes:
    """The records of an extract, to be found by the names in an account whose own record is gone."""

    def __init__(self, extract: Extract) -> None:
        self._extract = extract

    @cached_property
    def _by_names(self) -> Mapping[tuple[Kind, Names], list[Record]]:
        found: defaultdict[tuple[Kind, Names], list[Record]] = defaultdict(list)
        for record in self._extract.records:
            found[record.kind, _folded(record)].append(record)
        return found

    def of(self, account: Account) -> Record | None:
        """Return the only record in the names of an account; None where there is none, or several."""
        named = self._by_names.get((account.kind, _folded(account)), [])
        return named[0] if len(named) == 1 else None


def _is_like(record: Record, account: Account) -> bool:
    """Return whether an account has a record's names, and its date of birth or else its year group.

    The account may also be a year group behind, as it is before rollover.
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
    """Return both names folded, in alphabetical order: surname and forename are often swapped."""
    first, second = sorted(map(fold, _names(person)))
    return first, second
