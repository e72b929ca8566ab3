"""Key dates of a rollover: a file where the year has one, a rule where it has not."""

from collections.abc import Mapping
from datetime import date, timedelta

from knowledge.models import KeyDates

_IN_SIGHT = 5
"""The month from which on schools prepare for the summer's rollover."""


def derive(year: int) -> KeyDates:
    """The key dates of a year without a file, by the pattern of the 2020 guide.

    The week is the last Monday-to-Sunday week that ends in August; the deadline is the Friday before it.
    """
    last_of_august = date(year, 8, 31)
    week_end = last_of_august - timedelta(days=(last_of_august.weekday() + 1) % 7)
    week_start = week_end - timedelta(days=6)
    return KeyDates(
        year=year,
        source="derived from the pattern of the 2020 guide",
        end_of_year_deadline=week_start - timedelta(days=3),
        week_start=week_start,
        week_end=week_end,
    )


def key_dates(years: Mapping[int, KeyDates], year: int) -> KeyDates:
    """The key dates of a year: as published, otherwise derived."""
    return years.get(year) or derive(year)


def rollover_in_focus(years: Mapping[int, KeyDates], today: date) -> KeyDates:
    """The rollover that people have in mind on a day: from May on the coming one, before that the last."""
    return key_dates(years, today.year if today.month >= _IN_SIGHT else today.year - 1)


def rollover_in_force(years: Mapping[int, KeyDates], today: date) -> KeyDates:
    """The latest rollover whose end-of-year deadline has passed: by it a MIS must have rolled over."""
    this_year = key_dates(years, today.year)
    if today > this_year.end_of_year_deadline:
        return this_year
    return key_dates(years, today.year - 1)
