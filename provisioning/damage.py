"""Cells that a spreadsheet has spoilt: a class turned into a date, an error in the place of a value. Pure."""

import re
from functools import lru_cache

_MONTH = (
    "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    "|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|ion(?:awr)?|chwe?f?(?:ror)?|maw(?:rth)?|ebr(?:ill)?|mai"
    "|meh(?:efin)?|gorf?f?(?:ennaf)?|awst?|medi?|hyd(?:ref)?|tach?(?:wedd)?|rhag?(?:fyr)?)"
)
_TIME = r"(?:[ t][0-9]{1,2}:[0-9]{2}.*)?"
_LOOKS_LIKE_A_DATE = re.compile(
    rf"[0-9]{{4}}-[0-9]{{1,2}}-[0-9]{{1,2}}{_TIME}"
    rf"|[0-9]{{1,2}}[/.][0-9]{{1,2}}[/.][0-9]{{2,4}}{_TIME}"
    rf"|[0-9]{{1,2}}[- ]{_MONTH}(?:[- ][0-9]{{2,4}})?{_TIME}"
    rf"|{_MONTH}[- ][0-9]{{2,4}}",
    re.IGNORECASE,
)
_ERROR = r"#(?:n/a|div/0!|name\?|getting_data|[a-z]+!)|\berr:[0-9]{3}\b"
_HOLDS_ERROR = re.compile(_ERROR, re.IGNORECASE)
_IS_ERROR = re.compile(rf"{_ERROR}|#+|err(?:or)?:?[0-9]*", re.IGNORECASE)


def holds_error_value(text: str) -> bool:
    """Return whether a spreadsheet's error value, such as `#REF!`, stands in `text`."""
    return _HOLDS_ERROR.search(text) is not None


def is_error_value(cell: str) -> bool:
    """Return whether a cell is a spreadsheet's error value, or `####` of a column that is too narrow."""
    return _IS_ERROR.fullmatch(cell.strip()) is not None


def looks_like_a_date(cell: str) -> bool:
    """Return whether a cell holds a date, which spreadsheets make of the classes `7/1` or `6-1`.

    `5/6` itself is a class.
    """
    return _LOOKS_LIKE_A_DATE.fullmatch(cell.strip()) is not None


@lru_cache(maxsize=1_024)
def is_lost_class(cell: str | None) -> bool:
    """Return whether a class is lost: blank, an error value, or what looks like a date."""
    return not cell or not cell.strip() or is_error_value(cell) or looks_like_a_date(cell)
