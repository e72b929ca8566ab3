"""What a run may not do without a person's decision, at the numbers of each safeguard."""

from dataclasses import replace
from datetime import date

import pytest

from provisioning.planning.safeguards import (
    SAFEGUARDS,
    Allowance,
    Situation,
    final_years,
    held_changes,
    intake_years,
    safeguards,
)
from provisioning.records.changes import ChangeKind
from provisioning.records.people import Kind
from provisioning.records.runs import Hold
from provisioning.records.schools import School
from tests.builders import (
    GLAN,
    NANT,
    account_of,
    extract,
    learner,
    planned,
    rejected,
    released,
    staff_member,
)
from tests.provisioning.planning.safeguard_builders import (
    LEFT,
    SUMMER,
    WINTER,
    colleagues,
    held_by,
    holds,
    left,
    pupils,
    whole_school,
    year,
)

# extract-shrunk: 10 or more and over 20 %


@pytest.mark.parametrize(
    ("before", "gone", "expected"),
    [
        (30, 9, []),  # over 20 %, but fewer than 10
        (30, 10, [("extract-shrunk", 10, 30)]),
        (50, 10, []),  # 20 % is not over 20 %
        (49, 10, [("extract-shrunk", 10, 49)]),
        (50, 11, [("extract-shrunk", 11, 50)]),
        (12, 12, [("extract-shrunk", 12, 12)]),  # nobody is left
    ],
)
def test_an_extract_that_lost_people(before: int, gone: int, expected: list[object]) -> None:
    people = pupils(before)
    assert held_by(extract(*people[gone:]), people) == expected


def test_a_shrunk_extract_holds_everything_back() -> None:
    people = pupils(30)
    new = extract(*year(people[:15], "10"), *pupils(3, start=100))
    (hold,) = holds(new, people)
    assert hold == Hold("extract-shrunk", 15, 30, 20, frozenset(ChangeKind))
    plan = planned(new, *(account_of(one) for one in people))
    assert held_changes(plan, [hold]) == plan.changes
    assert len(plan.changes) == 18


def test_whoever_has_left_may_go_from_the_extract() -> None:
    """A MIS drops last year's leavers after its end-of-year procedure."""
    people = left(pupils(20)) + pupils(20, start=21)
    assert held_by(extract(*people[20:]), people) == []


def test_a_rejected_row_is_a_row() -> None:
    people = pupils(30)
    new = extract(*people[:10], rejections=[rejected(one) for one in people[10:]])
    assert held_by(new, people) == []


def test_staff_count_as_records_too() -> None:
    people = [staff_member(f"S{number}") for number in range(20)]
    assert held_by(extract(*people[:9]), people) == [("extract-shrunk", 11, 20)]


def test_learners_and_staff_shrink_apart() -> None:
    """Ten of thirty members of staff are gone: among two hundred learners that would be few."""
    staff = colleagues(30)
    people = [*pupils(200), *staff]
    assert held_by(extract(*people[:-10]), people) == [("extract-shrunk", 10, 30)]
    assert held_by(extract(*people[10:200], *staff), people) == []


def test_a_first_extract_has_nothing_to_shrink_from() -> None:
    assert held_by(extract(), []) == []
    assert held_by(extract(*pupils(300)), []) == []


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
    plan = planned(new, *(account_of(one) for one in people))
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
    new = extract(*(replace(one, leaving_date=LEFT) for one in people[:leave]), *people[leave:])
    assert held_by(new, people) == expected


def test_leavers_of_staff_do_not_hold_back_the_learners_releases_nor_count_among_them() -> None:
    staff, people = colleagues(10), pupils(100)
    gone = [replace(one, leaving_date=LEFT) for one in staff[:6]]
    new = extract(*left(people[:9]), *people[9:], *gone, *staff[6:])
    (hold,) = holds(new, [*people, *staff])
    assert (hold.safeguard, hold.person, hold.measured, hold.total) == (
        "too-many-leavers",
        Kind.STAFF,
        6,
        10,
    )
    plan = planned(new, *(account_of(one) for one in (*people, *staff)))
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
        (20, 10, [("too-many-leavers", 10, 20)]),  # then it is the other safeguard's
    ],
)
def test_half_of_a_small_school(school_has: int, leave: int, expected: list[object]) -> None:
    people = pupils(school_has)
    assert held_by(extract(*left(people[:leave]), *people[leave:]), people) == expected


def test_half_of_a_few_members_of_staff() -> None:
    people = colleagues(8)
    gone = [replace(one, leaving_date=LEFT) for one in people[:4]]
    (hold,) = holds(extract(*gone, *people[4:], *pupils(30)), [*people, *pupils(30)])
    assert (hold.safeguard, hold.person, hold.measured, hold.total) == ("few-but-many", Kind.STAFF, 4, 8)
    assert hold.kinds == {ChangeKind.RELEASE}


def test_a_small_schools_final_year_may_be_half_of_it() -> None:
    people = pupils(5, "6") + pupils(4, "3", start=61)
    new = extract(*left(people[:5]), *people[5:], school=NANT)
    assert held_by(new, people, school=NANT) == []
    assert held_by(new, people, school=NANT, today=WINTER) == []


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
    new = extract(*(replace(one, class_name=now) for one in people[:lose]), *people[lose:])
    assert held_by(new, people) == expected


@pytest.mark.parametrize("now", ["5/6", "1/2", "7 Mayfield", "Derwen", "3-4", "7.1", "May", "Med 2 B", "N1"])
def test_other_classes_are_no_lost_ones(now: str) -> None:
    people = pupils(40)
    assert held_by(extract(*(replace(one, class_name=now) for one in people)), people) == []


def test_only_learners_who_have_a_class_can_lose_it() -> None:
    people = pupils(40)
    accounts = [account_of(one, class_name="") for one in people[:30]]
    accounts += [account_of(one) for one in people[30:]]
    new = extract(*(replace(one, class_name="05-Jun") for one in people))
    wanted = planned(new, *accounts)
    (hold,) = safeguards(wanted, Situation(GLAN, new, accounts, ()))
    assert (hold.safeguard, hold.measured, hold.total) == ("classes-lost", 10, 10)
    assert hold.kinds == {ChangeKind.UPDATE}


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
    assert held_by(new, people, school=NANT) == [("too-many-leavers", 60, 80)]


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
    unplaced = [account_of(one, year_group=None) for one in people]
    wanted = planned(extract(*people), *unplaced)
    assert [change.kind for change in wanted.changes] == [ChangeKind.UPDATE] * 12
    assert safeguards(wanted, Situation(GLAN, extract(*people), unplaced, ())) == ()


@pytest.mark.parametrize(
    ("before", "after"), [("R", "1"), ("N2", "R"), ("N1", "N2"), ("9", "9"), ("9", "10")]
)
def test_a_year_up_or_another_class_is_no_jump(before: str, after: str) -> None:
    people = pupils(100, before)
    assert held_by(extract(*year(people, after)), people) == []


# Several, and relaxed ones


def test_each_says_its_own_numbers() -> None:
    before = whole_school(range(7, 12))
    new = extract(*left(before[:30]), *year(before[30:90], "13"), *before[90:], *pupils(40, "9", start=900))
    found = holds(new, before)
    assert {(hold.safeguard, hold.measured, hold.total, hold.percent) for hold in found} == {
        ("too-many-leavers", 30, 150, 10),
        ("too-many-creates", 40, 150, 20),
        ("year-jump", 60, 150, 20),
    }
    assert [hold.safeguard for hold in found] == [
        name for name in SAFEGUARDS if name in {hold.safeguard for hold in found}
    ]


def test_a_relaxed_safeguard_lets_pass_and_the_others_do_not() -> None:
    before = whole_school(range(7, 12))
    new = extract(*left(before[:30]), *year(before[30:90], "13"), *before[90:])
    assert [hold.safeguard for hold in holds(new, before, relaxed=["year-jump"])] == ["too-many-leavers"]
    assert holds(new, before, relaxed=SAFEGUARDS) == ()


@pytest.mark.parametrize(
    ("up_to", "used", "held"),
    [
        (30, 0, False),
        (29, 0, True),
        (40, 10, False),
        (40, 11, True),  # eleven have been let pass already: that leaves 29
        (None, 99, False),  # from before there were limits
    ],
)
def test_a_relaxation_reaches_as_far_as_it_says(up_to: int | None, used: int, held: bool) -> None:
    before = whole_school(range(7, 12))
    new = extract(*left(before[:30]), *before[30:])
    found = holds(new, before, relaxed={"too-many-leavers": Allowance(up_to, used)})
    assert [(hold.measured, hold.up_to, hold.used) for hold in found] == ([(30, up_to, used)] if held else [])


@pytest.mark.parametrize(
    "hold",
    [
        Hold("year-jump", 12, 40, 20, frozenset({ChangeKind.UPDATE})),
        Hold("too-many-leavers", 5, 10, 30, frozenset({ChangeKind.RELEASE}), Kind.STAFF, up_to=4, used=2),
    ],
)
def test_a_hold_survives_being_stored(hold: Hold) -> None:
    assert Hold.from_json(hold.to_json()) == hold


def test_a_hold_that_was_stored_before_it_had_a_kind_of_person_is_of_everybody() -> None:
    stored = {"safeguard": "too-many-leavers", "measured": 12, "total": 40, "percent": 10}
    hold = Hold.from_json({**stored, "kinds": ["release"]})
    assert hold.scope == {(ChangeKind.RELEASE, Kind.LEARNER), (ChangeKind.RELEASE, Kind.STAFF)}
