"""Key dates: as published where a year has a file, by the 2020 guide's pattern where it has not."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.keydates import derive
from knowledge.loading import Knowledge, load_knowledge

SUNDAY = 6


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge()


DERIVED = [  # year, the Friday by which a MIS has rolled over, the week's Monday and Sunday, all in August
    (2021, 20, 23, 29),
    (2022, 19, 22, 28),
    (2023, 18, 21, 27),
    (2024, 16, 19, 25),
    (2025, 22, 25, 31),
    (2026, 21, 24, 30),
    (2027, 20, 23, 29),
    (2028, 18, 21, 27),
    (2029, 17, 20, 26),
    (2030, 16, 19, 25),
]


@pytest.mark.parametrize(("year", "deadline", "monday", "sunday"), DERIVED)
def test_a_year_is_derived_from_the_pattern(year: int, deadline: int, monday: int, sunday: int) -> None:
    dates = derive(year)
    assert dates.end_of_year_deadline == date(year, 8, deadline)
    assert (dates.week_start, dates.week_end) == (date(year, 8, monday), date(year, 8, sunday))


def test_the_pattern_gives_the_guides_own_year(knowledge: Knowledge) -> None:
    published, derived = knowledge.key_dates(2020), derive(2020)
    assert published.source != derived.source
    assert published.model_copy(update={"source": derived.source}) == derived


@given(st.integers(2000, 2200))
def test_the_week_is_the_last_whole_one_of_august(year: int) -> None:
    dates = derive(year)
    assert dates.week_end.weekday() == SUNDAY
    assert dates.week_end.month == 8
    assert (dates.week_end + timedelta(days=7)).month == 9


def test_a_published_year_comes_before_the_pattern(knowledge: Knowledge) -> None:
    assert knowledge.key_dates(2025).end_of_year_deadline == date(2025, 8, 8)
    assert knowledge.key_dates(2026).end_of_year_deadline == date(2026, 8, 21)


@pytest.mark.parametrize(
    ("today", "year"),
    [
        (date(2020, 8, 21), 2019),  # on the day itself the MIS may still be at it
        (date(2020, 8, 22), 2020),
        (date(2021, 1, 1), 2020),
        (date(2025, 8, 8), 2024),  # a published deadline, two weeks before the pattern's
        (date(2025, 8, 9), 2025),
        (date(2026, 8, 21), 2025),
        (date(2026, 8, 22), 2026),
    ],
)
def test_a_rollover_is_in_force_once_its_deadline_has_passed(
    knowledge: Knowledge, today: date, year: int
) -> None:
    assert knowledge.calendar.in_force(today).year == year


@pytest.mark.parametrize(("day", "inside"), [(23, False), (24, True), (27, True), (30, True), (31, False)])
def test_rollover_week_is_from_monday_to_sunday(day: int, inside: bool) -> None:
    assert derive(2026).in_week(date(2026, 8, day)) is inside
