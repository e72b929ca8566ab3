"""The days on which a rule of a whole authority begins or ends: no day of a key date is passed over."""

from datetime import date, timedelta
from typing import Any

import pytest

from diagnostics.lasting import AT_MOST, turns_of
from knowledge.keydates import Calendar, derive
from knowledge.loading import Knowledge
from knowledge.models import KeyDates, Pause

TUESDAY, FRIDAY = date(2026, 6, 9), date(2026, 6, 12)
MONDAY = date(2026, 6, 15)
"""Of a week far from every key date of 2026, but for those that a case sets."""


def until(knowledge: Knowledge, today: date, **dates: Any) -> date:
    """The first day after `today` that may tell something else, with these key dates in 2026."""
    values = derive(2026).model_dump(exclude={"week_end"}) | dates
    calendar = Calendar({2026: KeyDates.model_validate(values)})
    return turns_of(calendar, (), knowledge, today).until


def test_nothing_in_sight(knowledge: Knowledge) -> None:
    assert until(knowledge, TUESDAY) == TUESDAY + AT_MOST


@pytest.mark.parametrize(
    "dates",
    [
        {"end_of_year_deadline": FRIDAY},
        {"class_updates_off": FRIDAY},
        {"class_updates_off": date(2026, 6, 1), "class_updates_on": FRIDAY},
        {"must_run_on": (FRIDAY,)},
        {"first_day_of_term": FRIDAY},
        {"pauses": (Pause(year_groups=("6",), left_after=date(2026, 5, 20), until=FRIDAY),)},
    ],
    ids=lambda dates: next(reversed(dates)),
)
def test_a_key_date_and_the_day_after_it(knowledge: Knowledge, dates: dict[str, Any]) -> None:
    """A rule may hold from a day on, or until it."""
    assert until(knowledge, TUESDAY, **dates) == FRIDAY
    assert until(knowledge, FRIDAY, **dates) == FRIDAY + timedelta(days=1)
    assert until(knowledge, FRIDAY + timedelta(days=1), **dates) > FRIDAY + timedelta(days=2)


def test_rollover_week(knowledge: Knowledge) -> None:
    dates = {"end_of_year_deadline": date(2026, 6, 1), "week_start": MONDAY}
    assert until(knowledge, TUESDAY, **dates) == MONDAY
    assert until(knowledge, MONDAY + timedelta(days=1), **dates) == date(2026, 6, 21)  # its Sunday


@pytest.mark.parametrize("turn", [date(2027, 1, 1), date(2026, 5, 1), date(2026, 9, 1)])
def test_another_rollover_in_focus_and_another_academic_year(knowledge: Knowledge, turn: date) -> None:
    """From May on this year's rollover is in focus; in January the year of the deadline is another."""
    assert until(knowledge, turn - timedelta(days=1)) == turn


def test_a_school_that_closes(knowledge: Knowledge) -> None:
    turns = turns_of(Calendar({2026: derive(2026)}), [FRIDAY], knowledge, TUESDAY)
    assert turns.until == FRIDAY
