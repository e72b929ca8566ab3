"""Learners, accounts and proposals of the sizes at which safeguards hold back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from provisioning.planning.safeguard_limits import DEFAULT_LIMITS, SafeguardLimits
from provisioning.planning.safeguards import Allowance, Situation, safeguards
from provisioning.records.accounts import Account
from provisioning.records.extracts import Covered, Extract
from provisioning.records.people import Key, Learner, Record, StaffMember
from provisioning.records.runs import Hold
from provisioning.records.schools import School
from tests.builders import (
    GLAN,
    TODAY,
    account_of,
    learner,
    planned,
    staff_member,
)

LONG_AGO = date(2020, 9, 1)


LEFT = date(2026, 7, 17)


SUMMER, WINTER = TODAY, date(2027, 1, 11)


def pupils(count: int, year: str = "9", start: int = 1, **fields: object) -> list[Learner]:
    """Learners who have been at the school for long."""
    numbers = range(start, start + count)
    return [learner(number, year_group=year, admission_date=LONG_AGO, **fields) for number in numbers]


def colleagues(count: int, start: int = 0) -> list[StaffMember]:
    """Members of staff who have been at the school for long."""
    return [staff_member(f"S{n}", start_date=LONG_AGO, line=2000 + n) for n in range(start, start + count)]


def left(people: Iterable[Learner], on: date = LEFT) -> list[Learner]:
    return [replace(person, leaving_date=on) for person in people]


def year(people: Iterable[Learner], group: str, class_name: str = "X") -> list[Learner]:
    return [replace(person, year_group=group, class_name=class_name) for person in people]


def applied(people: Iterable[Record]) -> dict[Key, Covered]:
    """What the last applied extract had of them."""
    return {
        person.key: Covered(person.kind, person.identifier, person.joins_on, person.leaving_date, None, None)
        for person in people
    }


def holds(
    new: Extract,
    before: Sequence[Record],
    *others: Account,
    school: School = GLAN,
    today: date = TODAY,
    relaxed: Iterable[str] | Mapping[str, Allowance] = (),
    limits: SafeguardLimits = DEFAULT_LIMITS,
) -> tuple[Hold, ...]:
    """What is held of a new extract at a school that has an account for each record of the extract before."""
    accounts = (*(account_of(record, school) for record in before), *others)
    wanted = planned(new, *accounts, today=today)
    allowed = relaxed if isinstance(relaxed, Mapping) else {name: Allowance(None) for name in relaxed}
    return safeguards(wanted, Situation(school, new, accounts, applied(before), limits), allowed)


def held_by(*args: object, **fields: object) -> list[tuple[str, int, int]]:
    return [(hold.safeguard, hold.measured, hold.total) for hold in holds(*args, **fields)]  # type: ignore[arg-type]


# Rollover as a whole


def whole_school(years: range, each: int = 30) -> list[Learner]:
    return [pupil for group in years for pupil in pupils(each, str(group), start=1 + group * each)]
