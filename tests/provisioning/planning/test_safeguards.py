"""What a run may not do without a person's decision: a shrunk extract, several safeguards, relaxed ones."""

from dataclasses import replace

import pytest

from provisioning.planning.safeguards import SAFEGUARDS, Allowance, held_changes
from provisioning.records.changes import ChangeKind
from provisioning.records.people import Kind
from provisioning.records.runs import Hold
from tests.builders import account_of, extract, planned, rejected, staff_member
from tests.provisioning.planning.safeguard_builders import (
    LEFT,
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
        (12, 12, [("extract-shrunk", 12, 12)]),  # the extract has no learner left
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
    plan = planned(new, *(account_of(person) for person in people))
    assert held_changes(plan, [hold]) == plan.changes
    assert len(plan.changes) == 18


def test_learners_who_have_left_may_go_from_the_extract() -> None:
    """A MIS drops last year's leavers after its end-of-year procedure."""
    people = left(pupils(20)) + pupils(20, start=21)
    assert held_by(extract(*people[20:]), people) == []


def test_a_rejected_row_is_a_row() -> None:
    people = pupils(30)
    new = extract(*people[:10], rejections=[rejected(person) for person in people[10:]])
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
    ("up_to", "waiting"),
    [
        (16, []),
        (10, [("staff", 6, 10)]),  # the ten learners have used it up
        (9, [("learner", 10, 0)]),  # what is not reached uses nothing
        (5, [("learner", 10, 0), ("staff", 6, 0)]),
    ],
)
def test_a_relaxation_is_of_learners_and_staff_together(
    up_to: int, waiting: list[tuple[str, int, int]]
) -> None:
    """Of 50 learners ten leave, and of 13 members of staff six."""
    learners, staff = pupils(50), colleagues(13)
    gone = [replace(member, leaving_date=LEFT) for member in staff[:6]]
    new = extract(*left(learners[:10]), *learners[10:], *gone, *staff[6:])
    relaxed = {"too-many-leavers": Allowance(up_to)}
    found = holds(new, [*learners, *staff], relaxed=relaxed)
    assert [(hold.person, hold.measured, hold.used) for hold in found] == waiting


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
