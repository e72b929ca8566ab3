"""The table of costs that stay flat: its rows, filled in with figures, and what is not as it should be."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import click

from tests.costs import GROWS_AT_MOST, Cost

Figures = Mapping[str, Mapping[str, float]]
"""What was measured, by the `id` of a row and the name of the figure."""
Pairs = Mapping[str, tuple[Cost, Cost]]
"""By what is done about one school: its cost in the county and in the nation, or in two years."""
BEGIN, END = "<!-- costs: written by the benchmark -->", "<!-- costs: end -->"
_TABLE = ("what", "before", "reach", "now", "held by")
_BESIDE = (
    "about one school, statements / steps",
    "county",
    "nation",
    "ratio",
    "year 1",
    "last year",
    "ratio",
)
_ROWS = Path(__file__).with_name("costs.toml")


@dataclass(frozen=True)
class Row:
    """A row: `now` is a format of its figures, of which none may be over its value in `at_most`."""

    id: str
    what: str
    before: str
    reach: str
    now: str
    held_by: str
    at_most: Mapping[str, float] = field(default_factory=dict)

    def line(self, figures: Mapping[str, float]) -> tuple[str, ...]:
        """Return the cells of the row; what was measured is bold where the reach is missed."""
        now = self.now.format_map(figures)
        return self.what, self.before, self.reach, f"**{now}**" if self.misses(figures) else now, self.held_by

    def misses(self, figures: Mapping[str, float]) -> bool:
        """Return whether any of the `figures` is over what was to be reached."""
        return any(figures[name] > most for name, most in self.at_most.items())


def rows() -> list[Row]:
    """Return the rows of `costs.toml`."""
    return [Row(**row) for row in tomllib.loads(_ROWS.read_text(encoding="utf-8"))["row"]]


def growth_of(pair: tuple[Cost, Cost]) -> float:
    """Return how many times as much the second cost is, in statements or in steps."""
    return max(after / max(1, before) for before, after in zip(*pair, strict=True))


def faults(figures: Figures, nations: Pairs, years: Pairs) -> list[str]:
    """Return in a sentence each what has missed its reach, and what grows by more than a fifth."""
    measured = [row for row in rows() if row.id in figures]
    missed = [
        f"{row.what}: {row.now.format_map(figures[row.id])}; to reach: {row.reach}"
        for row in measured
        if row.misses(figures[row.id])
    ]
    compared = (("in a nation than in a county", nations), ("in the last year than in the first", years))
    return missed + [
        f"{name}: {growth_of(pair):.2f} times as much {where}; at most {GROWS_AT_MOST}"
        for where, pairs in compared
        for name, pair in pairs.items()
        if growth_of(pair) > GROWS_AT_MOST
    ]


def tables(
    figures: Figures, nations: Pairs, years: Pairs, kept: Mapping[str, str] = MappingProxyType({})
) -> list[str]:
    """Return the table of the rows, and that of what is done about one school; none that has no lines.

    What was not measured is as in `kept`, which has lines by their first cells, or left out.
    """
    named = [row.what for row in rows()]
    made = {row.what: in_a_line(row.line(figures[row.id])) for row in rows() if row.id in figures}
    grown = {
        name: in_a_line((name, *_cells(nations, name), *_cells(years, name))) for name in {**nations, **years}
    }
    of_rows = {**kept, **made}
    beside = grown or {name: line for name, line in kept.items() if name not in named}
    both = (_TABLE, [of_rows[name] for name in named if name in of_rows]), (_BESIDE, [*beside.values()])
    return ["\n".join((in_markdown(header, ()), *lines)) for header, lines in both if lines]


def _cells(pairs: Pairs, name: str) -> tuple[str, ...]:
    if name not in pairs:
        return "", "", ""
    pair = pairs[name]
    shown = (f"{each.statements} / {each.steps:,}" for each in pair)
    grown = f"{growth_of(pair):.2f}"
    return *shown, f"**{grown}**" if growth_of(pair) > GROWS_AT_MOST else grown


def in_markdown(header: Sequence[str], lines: Iterable[Sequence[object]]) -> str:
    """Return a table as docs/performance.md has it."""
    return "\n".join(map(in_a_line, (header, ["---"] * len(header), *lines)))


def in_a_line(cells: Sequence[object]) -> str:
    """Return a row of a table."""
    return f"| {' | '.join(map(str, cells))} |"


def put_into(page: str, figures: Figures, nations: Pairs, years: Pairs) -> str:
    """Return the text of a `page` with the tables between the markers; rows that were not measured stay."""
    before, begun, rest = page.partition(BEGIN)
    old, ended, after = rest.partition(END)
    if not (begun and ended):
        raise click.ClickException(
            f"The page has no place for the table; expected {BEGIN}, and below it {END}."
        )
    headers = {in_a_line(line) for line in (_TABLE, _BESIDE)}
    kept = {
        line.split(" | ")[0].removeprefix("| "): line
        for line in old.splitlines()
        if line.startswith("| ") and line not in headers and not line.startswith("| ---")
    }
    written = "\n\n".join(tables(figures, nations, years, kept))
    return f"{before}{BEGIN}\n{written}\n{END}{after}"
