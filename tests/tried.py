"""How many attacks of each kind the tests have tried, printed at the end of a run."""

from collections import Counter
from collections.abc import Callable, Iterable

Tried = Callable[[str, int], None]
"""Notes that a test has tried so many attacks of a kind."""
PROPERTY = "tried"


def lines(properties: Iterable[tuple[str, object]]) -> list[str]:
    """Return a line for each kind of attack, from what the tests of all workers have noted."""
    counted: Counter[str] = Counter()
    for name, value in properties:
        if name == PROPERTY:
            kind, _, number = str(value).rpartition(": ")
            counted[kind] += int(number)
    return [f"tried: {number:>9,} {kind}" for kind, number in sorted(counted.items())]
