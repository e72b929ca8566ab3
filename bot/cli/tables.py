"""Tables of a console that cut nothing: they wrap at words, and become a list where that is not enough."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console, ConsoleOptions, RenderResult
from rich.markup import escape
from rich.measure import Measurement
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from knowledge.visible import one_line

_GAP = 2
"""Blanks between two columns, and before the lines of a row that is a list, after its first."""
_ENDLESS = 1_000_000
"""A width in which nothing has to be wrapped."""


class PlainTable(Table):
    """A table whose cells are shown as they are: what records hold is no markup, and none of it is cut off.

    A cell that is wider than its column is wrapped between words. Where a line has no room for the longest
    word of every column, each row is a list of headings and values.
    """

    def __init__(self, *headings: str) -> None:
        super().__init__(box=None, header_style="bold", pad_edge=False)
        for heading in headings:
            self.add_column(heading, overflow="fold")

    def add_row(self, *cells: Any, **options: Any) -> None:
        """Add a row of texts."""
        super().add_row(
            *(escape(one_line(cell)) if isinstance(cell, str) else cell for cell in cells), **options
        )

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the table, no wider than the console, or the list of its rows."""
        free = options.update(width=_ENDLESS, no_wrap=False)
        wanted = [
            [Measurement.get(console, free, cell) for cell in (column.header, *column.cells)]
            for column in self.columns
        ]
        least = [max(cell.minimum for cell in cells) for cells in wanted]
        most = [max(cell.maximum for cell in cells) for cells in wanted]
        room = options.max_width - _GAP * (len(self.columns) - 1)
        if sum(least) > room:
            yield from self._rows_as_lists(console, options.update(no_wrap=False))
            return
        for column, width in zip(self.columns, shared_out(least, most, room), strict=True):
            column.width = width
        yield from super().__rich_console__(console, options)

    def _rows_as_lists(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the rows below one another, each cell that is not blank on a line by its heading."""
        headings = [str(column.header) for column in self.columns]
        rows = zip(*(column.cells for column in self.columns), strict=True)
        for cells in rows:
            said = [
                Text.from_markup(f"[bold]{escape(heading)}:[/] {cell}", overflow="fold")
                for heading, cell in zip(headings, cells, strict=True)
                if cell
            ]
            for number, line in enumerate(said):
                shown = Padding(line, (0, 0, 0, _GAP if number else 0), expand=False)
                yield from console.render(shown, options)


def shared_out(least: Sequence[int], most: Sequence[int], room: int) -> list[int]:
    """Return the widths of columns that have `room` together: `least` each, and the rest to those in need.

    No column gets more than its `most`; `room` is at least the sum of `least`.
    """
    widths, left = list(least), room - sum(least)
    while left > 0 and (wanting := [at for at, width in enumerate(widths) if width < most[at]]):
        for at in wanting[:left]:
            widths[at] += 1
        left -= len(wanting[:left])
    return widths
