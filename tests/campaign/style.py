"""How a school's program writes its files, by a seed."""

import csv
import random
from dataclasses import dataclass
from typing import Literal

_ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp1252")


@dataclass(frozen=True)
class Style:
    """How a school's program writes: `day_first` dates, spreadsheet cells of dates and numbers as `typed`."""

    encoding: str
    delimiter: str
    newline: str
    line_end: bool
    quoting: Literal[0, 1]
    day_first: bool
    typed: bool
    zipped: bool


def style(seed: int) -> Style:
    """One of the styles."""
    chance = random.Random(f"style {seed}")
    return Style(
        encoding=chance.choice(_ENCODINGS),
        delimiter=chance.choice(",,;\t"),
        newline=chance.choice(("\n", "\r\n")),
        line_end=chance.random() < 0.8,
        quoting=chance.choice((csv.QUOTE_MINIMAL, csv.QUOTE_ALL)),
        day_first=chance.random() < 0.5,
        typed=chance.random() < 0.5,
        zipped=chance.random() < 0.5,
    )
