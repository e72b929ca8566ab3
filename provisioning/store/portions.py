"""Many values in portions, for statements that name each of them."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

V = TypeVar("V")

_AT_ONCE = 500
"""Values in one IN list: well below what any database allows."""


def portions(values: Sequence[V], at_once: int = _AT_ONCE) -> Iterator[Sequence[V]]:
    """Yield `values` in portions of `at_once`; those of 500 fit into one statement."""
    for start in range(0, len(values), at_once):
        yield values[start : start + at_once]
