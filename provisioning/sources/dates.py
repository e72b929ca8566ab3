"""Dates as exports write them (`docs/connecting-a-mis.md`)."""

import re
from datetime import date
from functools import lru_cache

EARLIEST, LATEST = date(1930, 1, 1), date(2100, 12, 31)
"""No date of an extract can lie outside these: what does is an empty date of a database, or a slip."""

_TIME = (
    r"(?:(?:T| +)[0-9]{1,2}[:.][0-9]{2}(?:[:.][0-9]{2}(?:[.,][0-9]{1,9})?)?"
    r"(?: *[AaPp]\.?[Mm]\.?)?(?: *(?:Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2}))?)?"
)
_ISO = re.compile(rf"([0-9]{{4}})-([0-9]{{2}})-([0-9]{{2}}){_TIME}")
_DAY_FIRST = re.compile(rf"([0-9]{{1,2}})/([0-9]{{1,2}})/([0-9]{{4}}){_TIME}")
_WITH_NAME = re.compile(rf"([0-9]{{1,2}})([- ]) ?([^\W\d_]{{3,10}})\.?\2 ?([0-9]{{4}}|[0-9]{{2}}){_TIME}")
_MONTHS = (
    ("january", "ionawr"),
    ("february", "chwefror"),
    ("march", "mawrth"),
    ("april", "ebrill"),
    ("may", "mai"),
    ("june", "mehefin"),
    ("july", "gorffennaf"),
    ("august", "awst"),
    ("september", "medi"),
    ("october", "hydref"),
    ("november", "tachwedd"),
    ("december", "rhagfyr"),
)
_CENTURY = 50
"""A year of two digits below this is of the 21st century."""


@lru_cache(maxsize=16_384)
def read_date(value: str) -> date | None:
    """Return a date in one of the forms below, a time behind it left out; None where it is in none.

    `YYYY-MM-DD`, `D/M/YYYY`, `D-Mon-YY` or `D Mon YYYY` with an English or Welsh month. What is no day of
    the calendar is no date.
    """
    if found := _ISO.fullmatch(value):
        year, month, day = map(int, found.groups())
    elif found := _DAY_FIRST.fullmatch(value):
        day, month, year = map(int, found.groups())
    elif found := _WITH_NAME.fullmatch(value):
        day, month, year = int(found.group(1)), _month(found.group(3)), _year(found.group(4))
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


@lru_cache(maxsize=16_384)
def plausible_date(value: str) -> date | None:
    """Return a date that may be meant: one that can be read and lies within `EARLIEST` and `LATEST`."""
    day = read_date(value)
    return day if day is not None and EARLIEST <= day <= LATEST else None


def is_month_first(value: str) -> bool:
    """Return whether a value is a date only if its month stands before its day."""
    found = _DAY_FIRST.fullmatch(value)
    if found is None:
        return False
    month, day, year = map(int, found.groups())
    if day <= 12:
        return False
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _month(word: str) -> int:
    """Return a month by its name, or the first three letters of it or more; 0 where it is none."""
    word = word.casefold()
    names = (number for number, two in enumerate(_MONTHS, 1) if any(name.startswith(word) for name in two))
    return next(names, 0)


def _year(digits: str) -> int:
    number = int(digits)
    if len(digits) == 4:
        return number
    return number + (2000 if number < _CENTURY else 1900)
