"""The directory that a plan looks at: which account an identifier finds. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence

from provisioning.records.accounts import Account
from provisioning.records.people import Key, Kind, Learner, Record, key_of


class Directory:
    """The accounts that a plan looks at, found by UPN or by school and staff code.

    Needs every account of the school and, of other schools, those that hold a UPN of the extract. Active
    accounts at a school that is `closed` count as released by it.
    """

    def __init__(self, accounts: Iterable[Account], closed: frozenset[str] = frozenset()) -> None:
        self.accounts = tuple(accounts)
        self.closed = closed
        self._by_upn: dict[str, Account] = {a.upn: a for a in self.accounts if a.upn}
        staff = [a for a in self.accounts if a.staff_code]
        # Codes that differ by case alone stand in an old directory only; the account in use is meant.
        staff.sort(key=lambda a: a.active)
        self._by_code: dict[tuple[str, Key], Account] = {(a.school, a.key): a for a in staff}

    def learner(self, learner: Learner, claimed: frozenset[str] = frozenset()) -> Account | None:
        """Return a learner's account: by UPN, then by former UPN unless that one is `claimed`."""
        account = self._by_upn.get(learner.upn)
        if account is None and learner.former_upn and learner.former_upn not in claimed:
            account = self._by_upn.get(learner.former_upn)
        return account

    def each(
        self, records: Sequence[Record], school: str, claimed: frozenset[str] = frozenset()
    ) -> list[Account | None]:
        """Return what `find` returns, for each of `records`: nearly all learners are found by UPN."""
        by_upn = self._by_upn
        return [
            by_upn.get(record.upn) or self.learner(record, claimed)
            if isinstance(record, Learner)
            else self.staff(school, record.staff_code)
            for record in records
        ]

    def upn(self, upn: str) -> Account | None:
        """Return the account that holds a UPN."""
        return self._by_upn.get(upn)

    def staff(self, school: str, code: str) -> Account | None:
        """Return the account with a staff code, in any case, at one school; never another school's."""
        return self._by_code.get((school, key_of(Kind.STAFF, code)))


def claimed(learners: Iterable[Learner]) -> frozenset[str]:
    """Return the UPNs by which no account may be found as a former UPN.

    They are those that a learner has now, and those that several rows give as former: otherwise two learners
    could be given a single account.
    """
    learners = tuple(learners)
    formers = Counter(learner.former_upn for learner in learners if learner.former_upn)
    several = {number for number, rows in formers.items() if rows > 1}
    return frozenset({learner.upn for learner in learners} | several)


def find(record: Record, school: str, directory: Directory, taken: frozenset[str]) -> Account | None:
    """Return the account that stands under a record's identifier; it may be another person's."""
    if isinstance(record, Learner):
        return directory.learner(record, taken)
    return directory.staff(school, record.staff_code)
