"""Made-up schools, from a seed: who is on roll, has left, has come back or has just joined."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from provisioning.records.accounts import Account
from provisioning.records.people import Learner, Record, StaffMember
from tests.builders import TODAY, account_of, learner, released, staff_member

_SURNAMES = (
    "Evans",
    "Puw",
    "Ŵyn-Jones",
    "O'Neil",
    "Williams",
    "Siôn",
    "Khan",
    "Nguyễn",
    "ap Rhys",
    "Davies, Jr",
)
_FORENAMES = ("Seren", "Mali", "Siân", "Jac", "Wŷn", "Gwenno Haf", "Aled", "Zoë", "Efa", "Ifan")


@dataclass(frozen=True)
class Made:
    """A school as its MIS has it: `people` as they stand now, `earlier` stays of those who came back.

    `accounts` are those of before its leavers left, by the identifier that they belong to. Who has just
    joined has none; who left long ago has one that is released.
    """

    learners: Sequence[Learner]
    staff: Sequence[StaffMember]
    earlier: Sequence[Record]
    accounts: Sequence[Account]
    births: bool
    """Whether its extract tells dates of birth."""

    @property
    def people(self) -> Sequence[Record]:
        """Learners, then staff."""
        return (*self.learners, *self.staff)


def make(seed: int) -> Made:
    """A school of 3 to 40 learners and 1 to 12 staff."""
    chance = random.Random(f"school {seed}")
    births = chance.random() < 0.7
    learners = [_learner(number, chance) for number in range(1, chance.randint(4, 41))]
    staff = [_staff(number, chance) for number in range(1, chance.randint(2, 13))]
    earlier: list[Record] = []
    accounts: list[Account] = []
    for number, person in enumerate((*learners, *staff), start=1):
        account = account_of(person, id=number)
        if births and isinstance(person, Learner):
            account = replace(account, date_of_birth=person.date_of_birth)
        long_ago = person.leaving_date is not None and person.leaving_date < TODAY - timedelta(days=20)
        if person.leaving_date is None and chance.random() < 0.1:
            continue  # has just joined
        accounts.append(released(account) if long_ago else account)
        if person.leaving_date is None and chance.random() < 0.15:
            earlier.append(_earlier_stay(person, chance))
    return Made(learners, staff, earlier, accounts, births)


def _learner(number: int, chance: random.Random) -> Learner:
    year = chance.randint(7, 13)
    return learner(
        number,
        surname=chance.choice(_SURNAMES),
        forename=f"{chance.choice(_FORENAMES)} {_letters(number)}",
        admission_date=date(chance.randint(2018, 2025), 9, chance.randint(1, 28)),
        leaving_date=_leaving_date(chance),
        year_group=str(year),
        class_name=f"{year}{chance.choice('ABC')}",
        date_of_birth=date(2026 - 4 - year, chance.randint(1, 12), chance.randint(1, 28)),
    )


def _staff(number: int, chance: random.Random) -> StaffMember:
    return staff_member(
        f"T{_letters(number)}",
        surname=chance.choice(_SURNAMES),
        forename=f"{chance.choice(_FORENAMES)} {_letters(number)}",
        start_date=date(chance.randint(2012, 2025), 9, 1),
        leaving_date=_leaving_date(chance),
        line=1000 + number,
    )


def _leaving_date(chance: random.Random) -> date | None:
    """Of some the leaving date is new, of some it is of last winter: their accounts are released already."""
    which = chance.random()
    if which < 0.12:
        return TODAY - timedelta(days=chance.randint(1, 20))
    return TODAY - timedelta(days=chance.randint(200, 300)) if which < 0.17 else None


def _earlier_stay(person: Record, chance: random.Random) -> Record:
    """The stay of a person who left, and came back on the day on which the present one began."""
    left = person.joins_on - timedelta(days=chance.randint(40, 400))
    joined = left - timedelta(days=chance.randint(100, 700))
    if isinstance(person, Learner):
        return replace(person, admission_date=joined, leaving_date=left)
    return replace(person, start_date=joined, leaving_date=left)


def _letters(number: int) -> str:
    """A number as letters, so that no two people have both names alike."""
    return f"{'ABCDEFGHIJ'[number // 10 % 10]}{'abcdefghij'[number % 10]}"
