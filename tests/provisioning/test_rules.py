"""The rules that the planner acts by and the diagnosis explains by, on both sides of every boundary."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from knowledge.loading import Knowledge
from provisioning.records.extracts import LEAD
from provisioning.records.rejections import Reason, Rejection
from provisioning.rules import (
    has_joined,
    is_leaver,
    is_on_roll,
    may_be_on_roll,
    mis_rolled_over,
    paused_until,
    year_group_by_age,
    year_number,
)
from tests.builders import TODAY, learner, rejected, staff_member


@pytest.mark.parametrize(
    ("leaving_date", "leaver"),
    [
        (None, False),
        (date(2026, 9, 6), True),
        (date(2026, 9, 7), True),  # today
        (date(2026, 9, 8), False),
    ],
)
def test_a_leaver_has_a_leaving_date_of_today_or_earlier(leaving_date: date | None, leaver: bool) -> None:
    assert is_leaver(learner(leaving_date=leaving_date), TODAY) is leaver
    assert is_leaver(staff_member(leaving_date=leaving_date), TODAY) is leaver
    assert is_on_roll(learner(leaving_date=leaving_date), TODAY, LEAD) is not leaver


@pytest.mark.parametrize(
    ("joins_on", "joined"),
    [
        (date(2020, 9, 1), True),
        (date(2026, 9, 20), True),
        (date(2026, 9, 21), True),  # 14 days from today
        (date(2026, 9, 22), False),
    ],
)
def test_accounts_are_made_14_days_ahead(joins_on: date, joined: bool) -> None:
    assert has_joined(learner(admission_date=joins_on), TODAY, LEAD) is joined
    assert is_on_roll(staff_member(start_date=joins_on), TODAY, LEAD) is joined


@pytest.mark.parametrize(
    ("lead", "last"), [(1, date(2026, 9, 8)), (7, date(2026, 9, 14)), (28, date(2026, 10, 5))]
)
def test_another_number_of_days_ahead(lead: int, last: date) -> None:
    """On Monday 7 September, 7 days ahead: who joins on the 14th gets an account, on the 15th not yet."""
    for joins_on, joined in ((last, True), (last + timedelta(days=1), False)):
        row = rejected(learner(admission_date=joins_on))
        assert is_on_roll(learner(admission_date=joins_on), TODAY, timedelta(days=lead)) is joined
        assert may_be_on_roll(row, TODAY, timedelta(days=lead)) is joined


@pytest.mark.parametrize(
    ("row", "may_be"),
    [
        (rejected(learner()), True),
        (replace(rejected(learner()), joins_on=None), True),  # what can't be read rules nothing out
        (rejected(learner(admission_date=date(2026, 9, 21))), True),  # 14 days from today
        (rejected(learner(admission_date=date(2026, 9, 22))), False),
        (replace(rejected(learner()), leaving_date=TODAY), False),
        (rejected(staff_member(), Reason.STAFF_CODE_DUPLICATE), True),
        (rejected(learner(), Reason.NOT_MAIN_REGISTRATION), False),  # another school has the main one
    ],
)
def test_who_has_a_rejected_row_may_be_on_roll(row: Rejection, may_be: bool) -> None:
    assert may_be_on_roll(row, TODAY, LEAD) is may_be


@pytest.mark.parametrize(
    ("born", "year_group"),
    [
        (date(2015, 8, 31), 7),  # 11 on 31 August 2026
        (date(2015, 9, 1), 6),
        (date(2014, 9, 1), 7),
        (date(2014, 8, 31), 8),
        (date(2021, 9, 1), 0),  # Reception
        (date(2022, 9, 1), -1),
        (date(2016, 2, 29), 6),
    ],
)
def test_the_age_on_31_august_gives_the_year_group(born: date, year_group: int) -> None:
    assert year_group_by_age(born, 2026) == year_group


def test_year_groups_before_year_1_have_numbers_too() -> None:
    assert [year_number(group) for group in ("N1", "N2", "R", "1", "13")] == [-2, -1, 0, 1, 13]


BEHIND = {"year_group": "6", "date_of_birth": date(2015, 3, 1)}
RIGHT = {"year_group": "7", "date_of_birth": date(2015, 3, 1)}
AHEAD = {"year_group": "8", "date_of_birth": date(2015, 3, 1)}
UNTOLD = {"year_group": "6"}
LEFT = BEHIND | {"leaving_date": TODAY}
TO_COME = BEHIND | {"admission_date": date(2026, 9, 22)}


@pytest.mark.parametrize(
    ("learners", "rolled_over"),
    [
        ([], None),
        ([UNTOLD, UNTOLD], None),
        ([BEHIND], False),
        ([RIGHT], True),
        ([AHEAD], True),
        ([BEHIND, BEHIND, RIGHT], False),
        ([BEHIND, RIGHT], True),  # half of them is not most of them
        ([BEHIND, UNTOLD, UNTOLD], False),  # only those with a date of birth count
        ([RIGHT, LEFT, LEFT], True),
        ([RIGHT, TO_COME, TO_COME], True),
        ([LEFT, TO_COME], None),
    ],
)
def test_a_mis_has_not_rolled_over_when_most_learners_are_behind_their_age(
    learners: Sequence[dict[str, object]], rolled_over: bool | None
) -> None:
    people = [learner(number, **fields) for number, fields in enumerate(learners, start=1)]
    assert mis_rolled_over(people, 2026, TODAY, LEAD) is rolled_over


@pytest.mark.parametrize(
    ("year_group", "leaving", "today", "until"),
    [
        ("11", date(2025, 6, 20), date(2025, 7, 1), date(2025, 8, 29)),
        ("12", date(2025, 6, 2), date(2025, 6, 2), date(2025, 8, 29)),
        ("13", date(2025, 8, 28), date(2025, 8, 28), date(2025, 8, 29)),
        ("13", date(2025, 6, 1), date(2025, 7, 1), None),  # left by 1 June: not after it
        ("10", date(2025, 6, 20), date(2025, 7, 1), None),
        ("11", date(2025, 6, 20), date(2025, 8, 29), None),  # the pause is over
        ("11", None, date(2025, 7, 1), None),
    ],
)
def test_the_pause_of_2025(
    year_group: str, leaving: date | None, today: date, until: date | None, knowledge: Knowledge
) -> None:
    pauses = knowledge.key_dates(2025).pauses
    assert paused_until(learner(year_group=year_group, leaving_date=leaving), pauses, today) == until


def test_there_is_no_pause_for_staff(knowledge: Knowledge) -> None:
    gone = staff_member(leaving_date=date(2025, 6, 20))
    assert paused_until(gone, knowledge.key_dates(2025).pauses, date(2025, 7, 1)) is None
