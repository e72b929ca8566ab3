"""How many may be new, lose their class or jump in year group without a person's decision."""

from dataclasses import replace

import pytest

from provisioning.planning.safeguards import Situation, intake_years, safeguards
from provisioning.records.changes import ChangeKind
from tests.builders import GLAN, NANT, account_of, extract, learner, planned, released, staff_member
from tests.provisioning.planning.safeguard_builders import colleagues, held_by, holds, left, pupils, year

# too-many-creates: with 50 or more active accounts, 10 or more and over 20 %


@pytest.mark.parametrize(
    ("school_has", "new", "expected"),
    [
        (50, 10, []),  # 20 % is not over 20 %
        (50, 11, [("too-many-creates", 11, 50)]),
        (49, 40, []),  # a small school, or one that is still being loaded
        (54, 11, [("too-many-creates", 11, 54)]),
        (55, 11, []),
    ],
)
def test_new_people(school_has: int, new: int, expected: list[object]) -> None:
    people = pupils(school_has)
    assert held_by(extract(*people, *pupils(new, start=500), *pupils(1, "7", 900)), people) == expected


def test_creates_hold_back_the_creates_alone() -> None:
    people = pupils(60, "7") + pupils(1, "7", 70)
    (hold,) = holds(extract(*people, *pupils(13, "9", start=500)), people)
    assert hold.kinds == {ChangeKind.CREATE}


@pytest.mark.parametrize(
    ("school_has", "new", "expected"),
    [
        (9, 20, []),  # a school that is still being loaded
        (10, 4, []),
        (13, 4, []),
        (16, 5, [("too-many-creates", 5, 16)]),
        (17, 5, []),
        (20, 6, []),  # 30 % is not over 30 %
        (20, 7, [("too-many-creates", 7, 20)]),
    ],
)
def test_new_members_of_staff(school_has: int, new: int, expected: list[object]) -> None:
    people = colleagues(school_has)
    assert held_by(extract(*people, *colleagues(new, start=500)), people) == expected


def test_new_staff_do_not_count_among_the_learners() -> None:
    people, staff = pupils(100), colleagues(10)
    new = extract(*people, *staff, *pupils(15, start=500), *pupils(1, "7", 900), *colleagues(4, start=500))
    assert held_by(new, [*people, *staff]) == []


def test_an_intake_is_expected() -> None:
    people = pupils(100, "8") + pupils(100, "9", start=101)
    assert held_by(extract(*people, *pupils(100, "7", start=500)), people) == []
    assert held_by(extract(*people, *pupils(60, "8", start=500), *pupils(1, "7", 900)), people) == [
        ("too-many-creates", 60, 200)
    ]


@pytest.mark.parametrize(
    ("phase", "years", "expected"),
    [
        ("primary", ("N1", "R", "6"), {"N1"}),
        ("primary", ("3", "R"), {"R"}),
        ("secondary", ("8", "9"), {"7", "8"}),
        ("middle", ("3", "9"), {"3"}),
        ("secondary", (), {"7"}),
        ("primary", (), set()),
    ],
)
def test_intake_years(phase: str, years: tuple[str, ...], expected: set[str]) -> None:
    people = [learner(number, year_group=group) for number, group in enumerate(years, 1)]
    assert intake_years(replace(GLAN, phase=phase), extract(*people)) == expected


def test_accounts_of_others_do_not_count() -> None:
    """Neither inactive ones, nor other schools', nor those made by hand."""
    people = pupils(49)
    others = [
        released(account_of(learner(800, line=800))),
        account_of(learner(801, line=801), NANT),
    ]
    new = extract(*people, *pupils(20, start=500), *pupils(1, "7", 900))
    assert held_by(new, people, *others) == []
    assert held_by(new, people, account_of(learner(802, line=802))) == [("too-many-creates", 20, 50)]


# classes-lost: 10 or more and over 20 % of the learners with a class


@pytest.mark.parametrize(
    "now",
    [
        "",
        " ",
        "#REF!",
        "#N/A",
        "#NAME?",
        "05-Jun",
        "7-Jan",
        "6 Mai",
        "Jun-05",
        "2026-07-01",
        "01/07/2026 00:00",
    ],
)
@pytest.mark.parametrize(
    ("school_has", "lose", "expected"),
    [(30, 9, []), (30, 10, [("classes-lost", 10, 30)]), (50, 10, []), (49, 10, [("classes-lost", 10, 49)])],
)
def test_classes_that_are_lost(now: str, school_has: int, lose: int, expected: list[object]) -> None:
    people = pupils(school_has)
    new = extract(*(replace(pupil, class_name=now) for pupil in people[:lose]), *people[lose:])
    assert held_by(new, people) == expected


@pytest.mark.parametrize("now", ["5/6", "1/2", "7 Mayfield", "Derwen", "3-4", "7.1", "May", "Med 2 B", "N1"])
def test_other_classes_are_no_lost_ones(now: str) -> None:
    people = pupils(40)
    assert held_by(extract(*(replace(pupil, class_name=now) for pupil in people)), people) == []


def test_only_learners_who_have_a_class_can_lose_it() -> None:
    people = pupils(40)
    accounts = [account_of(pupil, class_name="") for pupil in people[:30]]
    accounts += [account_of(pupil) for pupil in people[30:]]
    new = extract(*(replace(pupil, class_name="05-Jun") for pupil in people))
    wanted = planned(new, *accounts)
    (hold,) = safeguards(wanted, Situation(GLAN, new, accounts, {}))
    assert (hold.safeguard, hold.measured, hold.total) == ("classes-lost", 10, 10)
    assert hold.kinds == {ChangeKind.UPDATE}


# year-jump: 10 or more and over 20 % of the learners who have an account


@pytest.mark.parametrize(
    ("school_has", "jump", "expected"),
    [
        (30, 9, []),
        (30, 10, [("year-jump", 10, 30)]),
        (50, 10, []),
        (49, 10, [("year-jump", 10, 49)]),
    ],
)
@pytest.mark.parametrize("to", ["11", "8", "R", "N1"])
def test_year_groups_that_jump(to: str, school_has: int, jump: int, expected: list[object]) -> None:
    people = pupils(school_has)
    assert held_by(extract(*year(people[:jump], to), *people[jump:]), people) == expected


def test_jumps_hold_back_the_updates_alone() -> None:
    people = pupils(30)
    new = extract(*year(people[:20], "11"), *left(people[20:22]), *people[22:], *pupils(2, start=90))
    (hold,) = holds(new, people)
    assert hold.kinds == {ChangeKind.UPDATE}


def test_staff_are_no_learners_who_could_jump() -> None:
    people = pupils(40)
    staff = [staff_member(f"S{number}") for number in range(100)]
    new = extract(*year(people[:10], "11"), *people[10:], *staff)
    assert held_by(new, [*people, *staff]) == [("year-jump", 10, 40)]


def test_an_account_without_a_year_group_makes_no_jump() -> None:
    people = pupils(12)
    unplaced = [account_of(pupil, year_group=None) for pupil in people]
    wanted = planned(extract(*people), *unplaced)
    assert [change.kind for change in wanted.changes] == [ChangeKind.UPDATE] * 12
    assert safeguards(wanted, Situation(GLAN, extract(*people), unplaced, {})) == ()


@pytest.mark.parametrize(
    ("before", "after"), [("R", "1"), ("N2", "R"), ("N1", "N2"), ("9", "9"), ("9", "10")]
)
def test_a_year_up_or_another_class_is_no_jump(before: str, after: str) -> None:
    people = pupils(100, before)
    assert held_by(extract(*year(people, after)), people) == []
