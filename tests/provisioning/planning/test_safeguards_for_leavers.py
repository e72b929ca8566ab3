"""How many may leave without a person's decision: many at once, half of a few, and final years in summer."""

from dataclasses import replace
from datetime import date

import pytest

from provisioning.planning.safeguards import final_years, held_changes
from provisioning.records.changes import ChangeKind
from provisioning.records.people import Kind
from provisioning.records.schools import School
from tests.builders import GLAN, NANT, account_of, extract, planned
from tests.provisioning.planning.safeguard_builders import (
    LEFT,
    SUMMER,
    WINTER,
    colleagues,
    held_by,
    holds,
    left,
    pupils,
    year,
)

# too-many-leavers: 10 or more and over 10 %


@pytest.mark.parametrize(
    ("school_has", "leave", "expected"),
    [
        (30, 9, []),
        (30, 10, [("too-many-leavers", 10, 30)]),
        (100, 10, []),  # 10 % is not over 10 %
        (99, 10, [("too-many-leavers", 10, 99)]),
        (100, 11, [("too-many-leavers", 11, 100)]),
    ],
)
@pytest.mark.parametrize("today", [SUMMER, WINTER])
def test_leavers(today: date, school_has: int, leave: int, expected: list[object]) -> None:
    people = pupils(school_has)
    new = extract(*left(people[:leave]), *people[leave:])
    assert held_by(new, people, today=today) == expected


def test_leavers_hold_back_the_releases_alone() -> None:
    people = pupils(30)
    new = extract(*left(people[:10]), *year(people[10:20], "10"), *people[20:], *pupils(2, start=90))
    (hold,) = holds(new, people)
    assert hold.kinds == {ChangeKind.RELEASE}
    plan = planned(new, *(account_of(person) for person in people))
    assert {change.kind for change in plan.changes} == {
        ChangeKind.RELEASE,
        ChangeKind.UPDATE,
        ChangeKind.CREATE,
    }
    assert {change.kind for change in held_changes(plan, [hold])} == {ChangeKind.RELEASE}
    assert len(held_changes(plan, [hold])) == 10


@pytest.mark.parametrize(
    ("school_has", "leave", "expected"),
    [
        (10, 4, []),  # over 30 %, but fewer than 5
        (16, 5, [("too-many-leavers", 5, 16)]),
        (17, 5, []),  # 29 %
        (40, 12, []),  # 30 % is not over 30 %
        (40, 13, [("too-many-leavers", 13, 40)]),
    ],
)
def test_leavers_of_staff(school_has: int, leave: int, expected: list[object]) -> None:
    people = colleagues(school_has)
    new = extract(*(replace(member, leaving_date=LEFT) for member in people[:leave]), *people[leave:])
    assert held_by(new, people) == expected


def test_leavers_of_staff_do_not_hold_back_the_learners_releases_nor_count_among_them() -> None:
    staff, people = colleagues(10), pupils(100)
    gone = [replace(member, leaving_date=LEFT) for member in staff[:6]]
    new = extract(*left(people[:9]), *people[9:], *gone, *staff[6:])
    hold, half = holds(new, [*people, *staff])
    assert (half.safeguard, half.person, half.measured, half.total) == ("few-but-many", Kind.STAFF, 6, 10)
    assert (hold.safeguard, hold.person, hold.measured, hold.total) == (
        "too-many-leavers",
        Kind.STAFF,
        6,
        10,
    )
    plan = planned(new, *(account_of(person) for person in (*people, *staff)))
    assert [change.record.kind for change in held_changes(plan, [hold])] == [Kind.STAFF] * 6


# few-but-many: 3 or more that are half or more


@pytest.mark.parametrize(
    ("school_has", "leave", "expected"),
    [
        (3, 2, []),
        (6, 3, [("few-but-many", 3, 6)]),
        (7, 3, []),
        (3, 3, [("few-but-many", 3, 3)]),
        (18, 9, [("few-but-many", 9, 18)]),
        (20, 10, [("too-many-leavers", 10, 20), ("few-but-many", 10, 20)]),  # each by its own condition
    ],
)
def test_half_of_a_small_school(school_has: int, leave: int, expected: list[object]) -> None:
    people = pupils(school_has)
    assert held_by(extract(*left(people[:leave]), *people[leave:]), people) == expected


def test_who_relaxes_one_of_the_two_has_not_relaxed_the_other() -> None:
    people = pupils(20)
    new = extract(*left(people[:10]), *people[10:])
    assert held_by(new, people, relaxed=["too-many-leavers"]) == [("few-but-many", 10, 20)]
    assert held_by(new, people, relaxed=["few-but-many"]) == [("too-many-leavers", 10, 20)]
    assert held_by(new, people, relaxed=["too-many-leavers", "few-but-many"]) == []


def test_half_of_a_few_members_of_staff() -> None:
    people = colleagues(8)
    gone = [replace(member, leaving_date=LEFT) for member in people[:4]]
    (hold,) = holds(extract(*gone, *people[4:], *pupils(30)), [*people, *pupils(30)])
    assert (hold.safeguard, hold.person, hold.measured, hold.total) == ("few-but-many", Kind.STAFF, 4, 8)
    assert hold.kinds == {ChangeKind.RELEASE}


def test_a_small_schools_final_year_may_be_half_of_it() -> None:
    people = pupils(5, "6") + pupils(4, "3", start=61)
    new = extract(*left(people[:5]), *people[5:], school=NANT)
    assert held_by(new, people, school=NANT) == []
    assert held_by(new, people, school=NANT, today=WINTER) == []


# Final years, who leave in summer


@pytest.mark.parametrize(
    ("today", "held"),
    [
        (date(2026, 5, 31), True),
        (date(2026, 6, 1), False),
        (date(2026, 9, 30), False),
        (date(2026, 10, 1), True),
        (date(2027, 1, 11), True),
    ],
)
@pytest.mark.parametrize(("school", "final"), [(NANT, "6"), (GLAN, "13"), (GLAN, "11")])
def test_a_final_year_leaves_in_summer(school: School, final: str, today: date, held: bool) -> None:
    people = pupils(60, final) + pupils(60, "3", start=61)
    gone = left(people[:60], on=date(2026, 5, 29))
    new = extract(*gone, *people[60:], school=school)
    found = held_by(new, people, school=school, today=today)
    assert found == ([("too-many-leavers", 60, 120)] if held else [])


def test_in_summer_the_others_are_counted_without_the_final_year() -> None:
    people = pupils(60, "6") + pupils(60, "3", start=61)
    new = extract(*left(people[:69]), *people[69:], school=NANT)
    assert held_by(new, people, school=NANT) == []
    new = extract(*left(people[:73]), *people[73:], school=NANT)
    assert held_by(new, people, school=NANT) == [("too-many-leavers", 13, 120)]


def test_the_final_year_is_the_accounts_not_the_extracts() -> None:
    """Run twice, an end-of-year procedure shows a Year 5 as Year 6, and its leavers as expected ones."""
    people = pupils(60, "5") + pupils(20, "3", start=61)
    new = extract(*left(year(people[:60], "6")), *people[60:], school=NANT)
    assert held_by(new, people, school=NANT) == [("too-many-leavers", 60, 80), ("few-but-many", 60, 80)]


@pytest.mark.parametrize(
    ("phase", "final_year", "expected"),
    [
        ("primary", "6", {"6"}),
        ("infant", "2", {"2"}),
        ("nursery", "N2", {"N2"}),
        ("secondary", "13", {"11", "13"}),
        ("secondary", "11", {"11"}),
        ("middle", "13", {"11", "13"}),
        ("special", None, {"11", "13"}),
    ],
)
def test_final_years(phase: str, final_year: str | None, expected: set[str]) -> None:
    assert final_years(replace(GLAN, phase=phase, final_year=final_year)) == expected
