"""Whom a hold concerns: by year group, with classes, dates and how many there are in all."""

from dataclasses import replace
from datetime import date

from provisioning.planning.slips import Group
from provisioning.records.changes import ChangeKind
from provisioning.records.people import Kind
from tests.builders import GLAN, NANT, extract, staff_member
from tests.provisioning.planning.grounds_builders import grounds_of, year_of
from tests.provisioning.planning.safeguard_builders import LEFT, LONG_AGO, left

AUGUST = date(2026, 8, 26)
YEAR_5, YEAR_6 = year_of("5", 27, 30), year_of("6", 28, 60)


def test_all_of_year_5_leaves_beside_the_expected_leavers_of_year_6() -> None:
    new = extract(
        *left(YEAR_5, AUGUST), *left(YEAR_6[:2], AUGUST), *left(YEAR_6[2:3]), *YEAR_6[3:], school=NANT
    )
    leavers = grounds_of(new, [*YEAR_5, *YEAR_6], NANT)[0]
    assert leavers.groups == (
        Group(Kind.LEARNER, "5", 27, 27, ("5A", "5B"), AUGUST, AUGUST),
        Group(Kind.LEARNER, "6", 3, 28, ("6A", "6B"), LEFT, AUGUST, expected=True),
    )
    assert (leavers.concerned, leavers.held) == (30, {(ChangeKind.RELEASE, Kind.LEARNER): 30})


def test_staff_are_one_group_without_year_and_class() -> None:
    staff = [staff_member(f"S{n:02}", start_date=LONG_AGO, line=n) for n in range(1, 21)]
    gone = [replace(member, leaving_date=AUGUST) for member in staff[:8]]
    (leavers,) = grounds_of(extract(*gone, *staff[8:]), staff, GLAN)
    assert leavers.groups == (Group(Kind.STAFF, None, 8, 20, (), AUGUST, AUGUST),)


def test_those_who_jump_are_told_from_those_who_only_move_up() -> None:
    up = [replace(person, year_group="6", class_name="6A") for person in YEAR_5[:7]]
    jump = [replace(person, year_group="7", class_name="7A") for person in YEAR_5[7:]]
    (jumps,) = grounds_of(extract(*up, *jump, *YEAR_6, school=NANT), [*YEAR_5, *YEAR_6], NANT)
    assert jumps.groups == (Group(Kind.LEARNER, "5", 20, 27, ("5A", "5B"), to="7"),)
    assert jumps.held == {(ChangeKind.UPDATE, Kind.LEARNER): 27}


def test_a_year_group_that_would_be_torn_in_two_moves_to_no_single_one() -> None:
    torn = [replace(person, year_group=("7", "8")[place % 2]) for place, person in enumerate(YEAR_5)]
    (jumps,) = grounds_of(extract(*torn, *YEAR_6, school=NANT), [*YEAR_5, *YEAR_6], NANT)
    assert jumps.groups == (Group(Kind.LEARNER, "5", 27, 27, ("5A", "5B"), to=None),)


def test_of_new_learners_it_is_told_how_many_of_their_year_group_they_are() -> None:
    here = [*year_of("7", 30, 1), *year_of("8", 30, 31)]
    new = [replace(person, admission_date=date(2026, 9, 1)) for person in year_of("8", 15, 70)]
    intake = [replace(person, admission_date=date(2026, 9, 1)) for person in year_of("7", 2, 95)]
    next_year = replace(year_of("8", 1, 90)[0], admission_date=date(2027, 9, 1))
    (creates,) = grounds_of(extract(*here, *intake, *new, next_year), here)
    first = date(2026, 9, 1)
    assert creates.groups == (
        Group(Kind.LEARNER, "7", 2, 32, ("7A", "7B"), first, first, expected=True),
        Group(Kind.LEARNER, "8", 15, 45, ("8A", "8B"), first, first),
    )


def test_of_those_who_are_gone_the_last_extract_tells_year_and_class() -> None:
    (shrunk,) = grounds_of(extract(*YEAR_5, school=NANT), [*YEAR_5, *YEAR_6], NANT)
    assert shrunk.groups == (Group(Kind.LEARNER, "6", 28, 28, ("6A", "6B")),)


def test_year_groups_stand_from_the_lowest_to_the_highest_then_staff() -> None:
    staff = [staff_member(f"S{n:02}", start_date=LONG_AGO, line=n) for n in range(1, 3)]
    before = [*staff, *year_of("10", 5, 1), *year_of("R", 5, 10), *year_of("2", 5, 20)]
    (shrunk,) = grounds_of(extract(school=NANT), before, NANT)
    assert [group.year_group for group in shrunk.groups] == ["R", "2", "10", None]
