"""The likely slip behind a hold: named where most of what is held fits it, not where it only nearly does."""

from dataclasses import replace
from datetime import date

import pytest

from provisioning.planning.slips import SlipKind
from provisioning.records.people import Learner
from tests.builders import GLAN, NANT, extract, staff_member, upn
from tests.provisioning.planning.grounds_builders import NAMES, slips, year_of
from tests.provisioning.planning.safeguard_builders import LEFT, LONG_AGO, WINTER, left

IN_NANT = [*year_of("4", 26, 1), *year_of("5", 27, 30), *year_of("6", 28, 60)]
"""Years 4, 5 and 6 of a primary, whose final year is 6."""
YEAR_4, YEAR_5, YEAR_6 = IN_NANT[:26], IN_NANT[26:53], IN_NANT[53:]


def shown_in(people: list[Learner], year_group: str) -> list[Learner]:
    return [replace(person, year_group=year_group, class_name=f"{year_group}A") for person in people]


# All of a year group leaves at once


def test_all_of_year_5_leaves_on_one_day_so_the_end_of_year_was_done_for_the_wrong_year() -> None:
    new = extract(*YEAR_4, *left(YEAR_5), *YEAR_6, school=NANT)
    assert slips(new, IN_NANT, NANT) == [("too-many-leavers", SlipKind.YEAR_ENDED, "5")]


def test_years_4_and_5_leave_whole_so_no_single_year_is_named() -> None:
    new = extract(*left(YEAR_4), *left(YEAR_5), *YEAR_6, school=NANT)
    assert ("too-many-leavers", SlipKind.YEAR_ENDED, None) in slips(new, IN_NANT, NANT)


def test_that_year_6_leaves_too_in_summer_changes_nothing() -> None:
    new = extract(*YEAR_4, *left(YEAR_5), *left(YEAR_6), school=NANT)
    assert ("too-many-leavers", SlipKind.YEAR_ENDED, "5") in slips(new, IN_NANT, NANT)


def test_two_thirds_of_year_5_leave_which_is_no_whole_year() -> None:
    new = extract(*YEAR_4, *left(YEAR_5[:18]), *YEAR_5[18:], *YEAR_6, school=NANT)
    assert slips(new, IN_NANT, NANT) == [("too-many-leavers", None, None)]


def test_all_of_year_5_has_left_over_the_year_one_by_one() -> None:
    each = [replace(person, leaving_date=date(2026, 7, 1 + day)) for day, person in enumerate(YEAR_5)]
    assert slips(extract(*YEAR_4, *each, *YEAR_6, school=NANT), IN_NANT, NANT) == [
        ("too-many-leavers", None, None)
    ]


def test_two_year_groups_of_two_leave_which_are_too_few_to_tell() -> None:
    few = [*year_of("3", 2, 1), *year_of("4", 2, 3), *year_of("5", 3, 5)]
    new = extract(*left(few[:4]), *few[4:], school=NANT)
    assert slips(new, few, NANT) == [("few-but-many", None, None)]


# The final year leaves outside summer


def test_year_6_leaves_in_january() -> None:
    new = extract(*YEAR_4, *YEAR_5, *left(YEAR_6), school=NANT)
    assert slips(new, IN_NANT, NANT, WINTER) == [("too-many-leavers", SlipKind.FINAL_YEAR_EARLY, None)]


def test_in_january_as_many_of_year_4_leave_as_of_year_6() -> None:
    new = extract(*left(YEAR_4[:12]), *YEAR_4[12:], *YEAR_5, *left(YEAR_6[:12]), *YEAR_6[12:], school=NANT)
    assert slips(new, IN_NANT, NANT, WINTER) == [("too-many-leavers", None, None)]


def test_in_summer_a_large_year_6_leaves_and_some_of_year_5() -> None:
    large = year_of("6", 50, 60)
    new = extract(*YEAR_4, *left(YEAR_5[:11]), *YEAR_5[11:], *left(large), school=NANT)
    assert slips(new, [*YEAR_4, *YEAR_5, *large], NANT)[:1] == [("too-many-leavers", None, None)]


# Rolled over twice, or not at all


def test_everybody_is_shown_two_years_up_so_the_end_of_year_was_done_twice() -> None:
    new = extract(*shown_in(YEAR_4, "6"), *YEAR_5, *YEAR_6, school=NANT)
    assert slips(new, IN_NANT, NANT) == [("year-jump", SlipKind.ROLLED_OVER_TWICE, None)]


def test_everybody_is_shown_a_year_down_so_the_data_is_last_years() -> None:
    new = extract(*YEAR_4, *shown_in(YEAR_5, "4"), *shown_in(YEAR_6, "5"), school=NANT)
    assert slips(new, IN_NANT, NANT) == [("year-jump", SlipKind.LAST_YEARS_DATA, None)]


def test_some_go_up_two_years_and_as_many_go_down_one() -> None:
    new = extract(*shown_in(YEAR_4, "6"), *shown_in(YEAR_5, "4"), *YEAR_6, school=NANT)
    assert slips(new, IN_NANT, NANT) == [("year-jump", None, None)]


def test_a_year_group_is_torn_in_two() -> None:
    torn = [*shown_in(YEAR_4[:13], "6"), *shown_in(YEAR_4[13:], "7")]
    assert slips(extract(*torn, *YEAR_5, *YEAR_6, school=NANT), IN_NANT, NANT) == [("year-jump", None, None)]


# The class column


def test_every_class_is_empty_so_the_columns_have_shifted() -> None:
    without = [replace(person, class_name="") for person in IN_NANT]
    assert slips(extract(*without, school=NANT), IN_NANT, NANT) == [
        ("classes-lost", SlipKind.CLASS_COLUMN, None)
    ]


def test_a_date_of_birth_stands_where_the_class_stood_so_the_columns_have_shifted() -> None:
    born = [
        replace(person, class_name=f"2016-01-{1 + place % 28:02}") for place, person in enumerate(IN_NANT)
    ]
    assert slips(extract(*born, school=NANT), IN_NANT, NANT) == [
        ("classes-lost", SlipKind.CLASS_COLUMN, None)
    ]


def test_every_class_has_become_the_same_date_for_all_in_it_so_a_spreadsheet_did_it() -> None:
    dates = {"4A": "04-Jan", "4B": "04-Feb", "5A": "05-Jan", "5B": "05-Feb", "6A": "06-Jan", "6B": "06-Feb"}
    spoilt = [replace(person, class_name=dates[str(person.class_name)]) for person in IN_NANT]
    assert slips(extract(*spoilt, school=NANT), IN_NANT, NANT) == [
        ("classes-lost", SlipKind.CLASSES_AS_DATES, None)
    ]


# UPNs


def test_the_upns_have_slipped_by_a_row_while_twelve_others_leave() -> None:
    slipped = [
        replace(person, upn=above.upn)
        for person, above in zip(YEAR_4, [YEAR_4[-1], *YEAR_4[:-1]], strict=True)
    ]
    new = extract(*slipped, *left(YEAR_5[:12]), *YEAR_5[12:], *YEAR_6, school=NANT)
    assert slips(new, IN_NANT, NANT) == [("too-many-leavers", SlipKind.UPNS_MIXED, None)]


@pytest.mark.parametrize("few", [9, 12])  # 12 of 81 are under a fifth
def test_the_upns_of_few_have_changed_places_while_twelve_others_leave(few: int) -> None:
    some = YEAR_4[:few]
    pairs = zip(some, [*some[1:], some[0]], strict=True)
    slipped = [replace(person, upn=above.upn) for person, above in pairs]
    new = extract(*slipped, *YEAR_4[few:], *left(YEAR_5[:12]), *YEAR_5[12:], *YEAR_6, school=NANT)
    assert slips(new, IN_NANT, NANT) == [("too-many-leavers", None, None)]


def test_that_the_upns_have_slipped_says_nothing_of_staff_who_leave() -> None:
    pairs = zip(YEAR_4, [YEAR_4[-1], *YEAR_4[:-1]], strict=True)
    slipped = [replace(person, upn=above.upn) for person, above in pairs]
    staff = [staff_member(f"S{n:02}", start_date=LONG_AGO, line=900 + n) for n in range(1, 21)]
    gone = [replace(member, leaving_date=LEFT) for member in staff[:8]]
    new = extract(*slipped, *YEAR_5, *YEAR_6, *gone, *staff[8:], school=NANT)
    assert slips(new, [*IN_NANT, *staff], NANT) == [("too-many-leavers", None, None)]


def newly_numbered(people: list[Learner], surname: str = "") -> list[Learner]:
    """The learners under UPNs that another school has given, in another year group, so not to be found."""
    return [
        replace(
            person,
            upn=upn(number, issued_by="6809998"),
            surname=surname or person.surname,
            year_group="11",
            line=500 + number,
        )
        for number, person in enumerate(people, start=1)
    ]


IN_GLAN = [*year_of("7", 26, 1), *year_of("8", 27, 30), *year_of("9", 28, 60)]


def test_known_names_come_under_new_upns() -> None:
    new = extract(*IN_GLAN, *newly_numbered(IN_GLAN[:26]))
    assert slips(new, IN_GLAN) == [("too-many-creates", SlipKind.IDENTIFIERS_CHANGED, None)]


def test_everybody_comes_under_a_new_upn_and_twenty_are_really_new() -> None:
    again = [
        replace(person, upn=upn(number, issued_by="6809997"), line=700 + number)
        for number, person in enumerate(IN_GLAN, start=1)
    ]
    new = extract(*again, *newly_numbered(IN_GLAN[:20], surname="Newydd"))
    assert slips(new, IN_GLAN) == [("too-many-creates", SlipKind.IDENTIFIERS_CHANGED, None)]


def test_sixteen_come_under_new_upns_and_more_are_really_new() -> None:
    again = [
        replace(person, upn=upn(number, issued_by="6809997"), line=700 + number)
        for number, person in enumerate(IN_GLAN[:16], start=1)
    ]
    new = extract(*again, *IN_GLAN[16:], *newly_numbered(IN_GLAN[:18], surname="Newydd"))
    assert slips(new, IN_GLAN) == [("too-many-creates", None, None)]


def test_learners_whom_the_school_does_not_know_come_under_new_upns() -> None:
    strangers = newly_numbered(IN_GLAN[:26], surname="Newydd")
    assert slips(extract(*IN_GLAN, *strangers), IN_GLAN) == [("too-many-creates", None, None)]


def test_staff_who_have_accounts_come_under_new_codes() -> None:
    staff = [
        staff_member(f"S{n:02}", surname=s, forename=f, start_date=LONG_AGO, line=n)
        for n, (s, f) in enumerate(NAMES[:20], start=1)
    ]
    again = [replace(member, staff_code=f"N{member.staff_code}", line=100 + member.line) for member in staff]
    assert slips(extract(*staff, *again), staff) == [("too-many-creates", SlipKind.IDENTIFIERS_CHANGED, None)]


# Part of the extract is missing


def test_all_of_year_6_is_gone_from_the_extract() -> None:
    new = extract(*YEAR_4, *YEAR_5, school=NANT)
    assert slips(new, IN_NANT, NANT) == [("extract-shrunk", SlipKind.PART_MISSING, "6")]


def test_half_of_every_year_group_is_gone_so_the_file_was_cut_short() -> None:
    new = extract(*YEAR_4[13:], *YEAR_5[13:], *YEAR_6[14:], school=NANT)
    assert slips(new, IN_NANT, NANT) == [("extract-shrunk", SlipKind.CUT_SHORT, None)]


def test_a_third_of_every_year_group_is_gone() -> None:
    new = extract(*YEAR_4[9:], *YEAR_5[9:], *YEAR_6[9:], school=NANT)
    assert slips(new, IN_NANT, NANT) == [("extract-shrunk", None, None)]


def test_many_of_the_staff_leave_which_looks_like_no_slip_that_is_known() -> None:
    staff = [staff_member(f"S{n:02}", start_date=LONG_AGO, line=n) for n in range(1, 21)]
    gone = [replace(member, leaving_date=LEFT) for member in staff[:8]]
    assert slips(extract(*gone, *staff[8:]), staff, GLAN) == [("too-many-leavers", None, None)]
