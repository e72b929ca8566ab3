"""The people of a school, found by their names and dates of birth where an identifier does not tell. Pure."""

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from operator import attrgetter
from types import MappingProxyType

from provisioning.names import Names, differing, is_damaged
from provisioning.planning.same_person import (
    fingerprint,
    folded_names,
    is_like,
    leaves_under_another_forename,
    names_of,
    seems_another,
)
from provisioning.records.accounts import Account
from provisioning.records.extracts import Extract
from provisioning.records.people import Key, Kind, Learner, Record
from provisioning.records.plans import IdentityAnswer

Answers = Mapping[tuple[int, str], IdentityAnswer]
"""People's decisions on accounts in doubt, by account id and the fingerprint of a person."""
_KEY = attrgetter("key")
NO_ANSWERS: Answers = MappingProxyType({})


class Namesakes:
    """The people known at a school, to be found by both names: the records of an extract, and accounts."""

    def __init__(self, extract: Extract, accounts: Sequence[Account] = ()) -> None:
        self._extract, self._accounts = extract, accounts

    @cached_property
    def _by_names(self) -> Mapping[tuple[Kind, Names], list[Record]]:
        found: defaultdict[tuple[Kind, Names], list[Record]] = defaultdict(list)
        for record in self._extract.records:
            found[record.kind, folded_names(record)].append(record)
        return found

    @cached_property
    def _holders(self) -> Mapping[tuple[Kind, Names], list[Account]]:
        found: defaultdict[tuple[Kind, Names], list[Account]] = defaultdict(list)
        for account in self._accounts:
            if account.school == self._extract.school:
                found[account.kind, folded_names(account)].append(account)
        return found

    def named_as(self, account: Account) -> Sequence[Record]:
        """Return the records in the names of an account."""
        return self._by_names.get((account.kind, folded_names(account)), ())

    def of(self, account: Account) -> Record | None:
        """Return the only record in the names of an account; None where there is none, or several."""
        named = self.named_as(account)
        return named[0] if len(named) == 1 else None

    def has_another(self, record: Record, account: Account) -> bool:
        """Return whether a record's names are those of an account or record besides these two.

        Accounts that have ended count. Damaged names are not compared.
        """
        if any(map(is_damaged, names_of(record))):
            return False
        names = record.kind, folded_names(record)
        others = (holder.id != account.id for holder in self._holders.get(names, ()))
        rows = (row.key != record.key for row in self._by_names.get(names, ()))
        return any(others) or any(rows)


class ByAnotherIdentifier:
    """Tells whether an account is another person's, and finds the account that a person has already.

    It finds a school's active accounts without a complete row of their person, by the person. Their
    identifiers are gone from the extract, or stand on rejected rows or one that names another person. Those
    that are `settled`, by id, are known to have one.
    """

    def __init__(
        self,
        extract: Extract,
        accounts: Sequence[Account],
        answers: Answers,
        today: date,
        settled: Container[int] = (),
    ) -> None:
        self._extract, self._accounts, self._answers = extract, accounts, answers
        self._today, self._settled = today, settled
        self._namesakes = Namesakes(extract, accounts)

    def apart_from(self, settled: Container[int]) -> "ByAnotherIdentifier":
        """Return what tells this where the accounts `settled` are known to have their people's rows."""
        return ByAnotherIdentifier(self._extract, self._accounts, self._answers, self._today, settled)

    def is_anothers(self, record: Record, account: Account) -> bool:
        """Return whether the account under a record's identifier seems to be another person's.

        Of a leaver's record also where another person of the school is known to have its full name, as of
        twins whose identifiers have changed places.
        """
        if names_of(record) == names_of(account):
            return False  # the frequent case
        if seems_another(record, account):
            return True
        other_forename = leaves_under_another_forename(record, account, self._today)
        return other_forename and self._namesakes.has_another(record, account)

    @cached_property
    def _gone(self) -> list[Account]:
        extract = self._extract
        ours = [
            account
            for account in self._accounts
            if account.id not in self._settled
            and account.active
            and account.school == extract.school
            and account.kind in extract.covers
        ]
        if not ours:
            return []
        here = {(learner.kind, learner.former_upn) for learner in extract.learners if learner.former_upn}
        rows = extract.by_key
        return [
            account
            for account, key in zip(ours, map(_KEY, ours), strict=True)
            if key not in here and (key not in rows or self._names_another(rows[key], account))
        ]

    @cached_property
    def decided(self) -> Mapping[Key, Account]:
        """The accounts that a person has said are of a record under another identifier, by the record's key.

        Whatever has become of the row with the account's own identifier, such as a leaving date since; but
        where that row was said to be the person too, the account is its own already.
        """
        answers = self._answers.items()
        same = {person: id_ for (id_, person), answer in answers if answer is IdentityAnswer.SAME}
        if not same:
            return {}
        ids = set(same.values())
        ours = {account.id: account for account in self._accounts if account.id in ids}
        if not ours:
            return {}
        said = {record.key: ours.get(same.get(fingerprint(record), 0)) for record in self._extract.records}
        return {
            key: account
            for key, account in said.items()
            if account is not None and account.active and said.get(account.key) is None
        }

    def _names_another(self, row: Record, account: Account) -> bool:
        """Return whether a row with an account's identifier names another person, and no answer denies it."""
        if not self.is_anothers(row, account):
            return False
        return self._answers.get((account.id, fingerprint(row))) is not IdentityAnswer.SAME

    @cached_property
    def _by_names(self) -> Mapping[Names, list[Account]]:
        found: defaultdict[Names, list[Account]] = defaultdict(list)
        for account in self._gone:
            found[folded_names(account)].append(account)
        return found

    @cached_property
    def _damaged(self) -> list[Account]:
        return [account for account in self._gone if any(map(is_damaged, names_of(account)))]

    def of(self, record: Record) -> Account | None:
        """Return the account of the person whom a record names; None where there are none or several."""
        if not self._gone:
            return None
        named = self._by_names.get(folded_names(record), [])
        if any(map(is_damaged, names_of(record))):
            named = self._gone
        candidates = {account.id: account for account in (*named, *self._damaged) if is_like(record, account)}
        if not candidates:
            candidates = {account.id: account for account in self._renamed(record)}
        return next(iter(candidates.values())) if len(candidates) == 1 else None

    @cached_property
    def _by_birth(self) -> Mapping[date, list[Account]]:
        """The learners' accounts to be found by date of birth: not of those who stand here by both names."""
        found: defaultdict[date, list[Account]] = defaultdict(list)
        for account in self._gone:
            born = account.date_of_birth
            here = any(is_like(record, account) for record in self._namesakes.named_as(account))
            if account.kind is Kind.LEARNER and born is not None and not here:
                found[born].append(account)
        return found

    def _renamed(self, record: Record) -> Iterable[Account]:
        """Yield the accounts of learners with a record's date of birth and one of its names.

        As after a corrected UPN that comes together with a new surname. Damaged names tell nothing here.
        """
        if not isinstance(record, Learner) or record.date_of_birth is None:
            return
        for account in self._by_birth.get(record.date_of_birth, ()):
            names, its = names_of(record), names_of(account)
            if len(differing(names, its)) == 1 and not any(map(is_damaged, (*names, *its))):
                yield account
