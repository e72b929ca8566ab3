"""Legal names as they are compared: folded, in either order; damaged characters agree with any."""

import re
from collections.abc import Sequence
from functools import lru_cache

from anyascii import anyascii

from provisioning.damage import holds_error_value
from provisioning.misreading import PATTERN

Names = tuple[str, str]
"""A surname and a forename."""

_LOST = re.compile(rf"[ÂÃÄÅâ]?\ufffd+|(?<!\?)\?++(?=[\W\d_]{{0,60}}[^\W\d_])|{PATTERN}")
"""What stands where letters were lost: U+FFFD, `?` between or before letters, or misread ones.

A `?` that stands by itself counts where a letter follows behind it, 60 characters away at most.
"""


@lru_cache(maxsize=16_384)
def fold(name: str) -> str:
    """Return the letters of `name` in ASCII, without case.

    Accents, hyphens, apostrophes and spaces are dropped.
    """
    return "".join(letter for letter in anyascii(name) if letter.isalpha()).casefold()


@lru_cache(maxsize=16_384)
def is_damaged(name: str) -> bool:
    """Return whether `name` has lost characters, or is no name: an error value, or without any letter."""
    whole = name.isascii() and name.isalpha()
    return not whole and (_is_lost(name) or _LOST.search(name) is not None)


def differing(names: Names, other: Names) -> list[Names]:
    """Return the pairs of names that differ, at most two, in the order in which more of them agree."""
    straight = [pair for pair in zip(names, other, strict=True) if not agree(*pair)]
    crossed = [pair for pair in zip(names, reversed(other), strict=True) if not agree(*pair)]
    return min(straight, crossed, key=len)


def are_of_two_people(differ: Sequence[Names]) -> bool:
    """Return whether the pairs of names that `differ` are of two people: both do, and not by damage alone."""
    return len(differ) == 2 and not all(any(map(is_damaged, pair)) for pair in differ)


def agree(name: str, other: str) -> bool:
    """Return whether two names are equal once folded; damaged characters agree with any."""
    if name == other or _is_lost(name) or _is_lost(other) or fold(name) == fold(other):
        return True
    if _LOST.search(name) and _LOST.search(other):
        return True
    return _could_be(name, other) or _could_be(other, name)


def _could_be(damaged: str, name: str) -> bool:
    first, *others = (fold(part) for part in _LOST.split(damaged))
    whole = fold(name)
    if not others or not whole.startswith(first):
        return False
    at = len(first)
    for part in others[:-1]:
        at = whole.find(part, at) + len(part)
        if at < len(part):
            return False
    return at + len(others[-1]) <= len(whole) and whole.endswith(others[-1])


def _is_lost(name: str) -> bool:
    return holds_error_value(name) or not any(map(str.isalpha, name))
