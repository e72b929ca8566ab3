"""The numbers in a sentence of what learners wait for: "Waiting for Nant Primary (14), a run here (1)."."""

import re

_NUMBER = re.compile(r"\((\d+)\)")


def added_up(said: str) -> int:
    """The sum of the numbers behind what is waited for."""
    return sum(int(number) for number in _NUMBER.findall(said))
