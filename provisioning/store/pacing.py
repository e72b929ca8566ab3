"""Work on a database in many lots beside other writers, who get their turn between two lots."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

_RESTS = 2
"""How many times as long as a lot took is rested after it."""
_LONGEST = 1.0
"""Seconds of a rest at most: a lot may have waited long for another writer."""


def rested(lot: Callable[[], T], rest: Callable[[float], None] = time.sleep) -> T:
    """Do a `lot` of work, `rest` twice as long as it took, and return what it returned."""
    began = time.perf_counter()
    done = lot()
    rest(min(_RESTS * (time.perf_counter() - began), _LONGEST))
    return done
