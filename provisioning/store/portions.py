"""Many values in portions, for statements that name each of them."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

V = TypeVar("V")

_AT_ONCE = 500
"""Values in one IN list: well below what any database allows."""


def portions(values: Sequence[V]) -> Iterator[Sequence[V]]:
    """Yield `values` in portions that fit into one statement."""
    for start in range(0, len(values), _AT_ONCE):
        yield values[start : start + _AT_ONCE]
