"""Names as in Welsh registers: with diacritics, apostrophes, patronymics, double barrels."""

import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from bot.trial.county.chance import Chance

_FILE = Path(__file__).with_name("names.toml")


def draw(chance: Chance) -> tuple[str, str]:
    """Return a surname and a forename, drawn at random; any real person of that name is a coincidence."""
    surnames, forenames = _names()
    return chance.pick(surnames), chance.pick(forenames)


@cache
def _names() -> tuple[Sequence[str], Sequence[str]]:
    names = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return tuple(names["surnames"]), tuple(names["forenames"])
