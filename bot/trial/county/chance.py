"""Reproducible random draws, and the issue of UPNs."""

import random
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import TypeVar

from provisioning.upn import LETTERS, check_letter

T = TypeVar("T")

SEED = 20260826

_UNUSED_ESTABLISHMENT = "9999"
"""An establishment number that no school has, so that no UPN here is a real child's."""
_STRIDE = 37
"""Serials go up in strides, coprime with 1,000: neighbours in a class are no neighbours in number."""


class Chance:
    """Random draws from a fixed seed.

    It asks for `random()` alone: the only sequence that Python promises to keep from version to version.
    """

    def __init__(self, seed: int = SEED) -> None:
        self._random = random.Random(seed)  # noqa: S311 - made-up data, no secrets

    def below(self, limit: int) -> int:
        """Return a number from 0 to one below the limit."""
        return int(self._random.random() * limit)

    def pick(self, choices: Sequence[T]) -> T:
        """Return one of `choices`, each as likely as the others."""
        return choices[self.below(len(choices))]

    def happens(self, share: float) -> bool:
        """Return true with this probability."""
        return self._random.random() < share

    def day(self, first: date, days: int) -> date:
        """Return a day from the first one on."""
        return first + timedelta(days=self.below(days))


class Upns:
    """Issues UPNs, each once: local authority, establishment 9999, year of allocation, serial."""

    def __init__(self) -> None:
        self._given: Counter[tuple[str, int]] = Counter()

    def permanent(self, year: int, authority: str = "660") -> str:
        """Return the next permanent UPN of an authority and year; there are a thousand of each."""
        given = self._given[authority, year]
        if given >= 1000:
            raise ValueError(f"all permanent UPNs of {authority} in {year} are given out")
        self._given[authority, year] += 1
        return _with_letter(f"{authority}{_UNUSED_ESTABLISHMENT}{year % 100:02d}{given * _STRIDE % 1000:03d}")

    def temporary(self, year: int, authority: str = "660") -> str:
        """Return the next temporary UPN, a letter in the last place."""
        self._given[f"{authority}T", year] += 1
        serial, letter = divmod(self._given[f"{authority}T", year], len(LETTERS))
        return _with_letter(
            f"{authority}{_UNUSED_ESTABLISHMENT}{year % 100:02d}{serial:02d}{LETTERS[letter]}"
        )


def _with_letter(body: str) -> str:
    return check_letter(body) + body
