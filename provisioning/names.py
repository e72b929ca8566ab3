"""Legal names as they are compared: folded, in either order, and with damaged characters that say nothing."""

import re
from functools import lru_cache

from anyascii import anyascii

Names = tuple[str, str]
"""A surname and a forename."""

_LOST = re.compile(r"\ufffd+|\?+(?=\ufffd*[^\W\d_])")
"""Characters that stand where others were lost: the replacement character, `?` between or before letters."""
_ERROR = re.compile(r"#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NULL!|NUM!)", re.IGNORECASE)
"""A spreadsheet's error values."""


@lru_cache(maxsize=16_384)
def fold(name: str) -> str:
    """Return the letters of a name, in ASCII and without case:
    accents, hyphens, apostrophes and spaces go.
    """
    return "".join(letter for letter in anyascii(name) if letter.isalpha()).casefold()


def is_damaged(name: str) -> bool:
    """Return whether a name has lost characters on its way, or is no name:
    an error value, or without any letter.
    """
    return _is_lost(name) or _LOST.search(name) is not None


def differing(one: Names, other: Names) -> list[Names]:
    """Return the pairs of names that differ, at most two, in whichever order more of them agree."""
    straight = [pair for pair in zip(one, other, strict=True) if not agree(*pair)]
    crossed = [pair for pair in zip(one, reversed(other), strict=True) if not agree(*pair)]
    return min(straight, crossed, key=len)


def agree(one: str, other: str) -> bool:
    """Return whether two names are one and the same, folded;
    what is damaged in either may have been anything.
    """
    if one == other or _is_lost(one) or _is_lost(other) or fold(one) == fold(other):
        return True
    if _LOST.search(one) and _LOST.search(other):
        return True
    return _could_be(one, other) or _could_be(other, one)


def _could_be(damaged: str, name: str) -> bool:
    parts = [fold(part) for part in _LOST.split(damaged)]
    return len(parts) > 1 and re.fullmatch(".*".join(parts), fold(name)) is not None


def _is_lost(name: str) -> bool:
    return _ERROR.search(name) is not None or not fold(name)
