"""The report as a picture: schools in rows, stages in columns, the days by which each was late."""

from textwrap import wrap

from bot.report.figures import StageState
from bot.report.page import Cell, Page
from bot.slack.sheet import GREY, LINE, SMALLEST, Sheet
from bot.slack.voice import Voice

ROWS = 30
"""Schools in a picture, in the order of the grid; more can't be read in Slack."""
STYLES = {
    StageState.IN_TIME: ("#00664B", "white"),
    StageState.LATE: ("#E69F00", "black"),
    StageState.OPEN: ("#A63C00", "white"),
    StageState.NOT_DUE: ("#DCE9F5", "#1B1B1B"),
    StageState.NOT_HERE: ("#E5E5E5", "#404040"),
    StageState.UNKNOWN: ("#FFFFFF", "#404040"),
}
"""Fill and ink of each state, which differ for people with any kind of colour blindness; marks differ too."""
_CELL, _ROW, _NAMES, _EDGE = 0.46, 0.5, 2.4, 0.15
_KEY, _KEY_ROW, _LETTER = 0.15, 0.3, 0.09
"""Inches: the edge around what the marks mean, each of its rows, and at most a letter of a heading."""
_LEAST = 6.7
_NAME, _HEADING, _SENTENCE = 26, 20, 68
"""Characters in a line: of a school's name, of a column's heading, of a sentence."""


def report_picture(found: Page, voice: Voice) -> bytes:
    """Return the grid of schools and stages as PNG, with what its marks mean below it."""
    grid = [row for chapter in found.chapters for row in chapter.grid]
    stages, shown = found.chapters[0].stages, grid[:ROWS]
    width = max(_LEAST, 2 * _EDGE + _NAMES + _CELL * len(stages))
    key = _rows_of(found.key, width)
    left_out = len(grid) - len(shown)
    more = wrap(voice.plain("report.left-out", count=left_out), _SENTENCE) if left_out else []
    title, rest = wrap(found.title, _SENTENCE - 12), wrap(found.chapters[0].summary, _SENTENCE)
    headings = [wrap(stage, _HEADING) for stage in stages]
    longest = max((len(line) for lines in headings for line in lines), default=0)
    top = 0.35 + 0.25 * len(title) + LINE * len(rest) + _LETTER * longest
    key_top = top + _ROW * max(1, len(shown)) + _KEY
    more_top = key_top + _KEY_ROW * len(key)
    sheet = Sheet(width, more_top + LINE * len(more) + _KEY)
    for place, line in enumerate(title):
        sheet.write(_EDGE, 0.3 + 0.25 * place, line, 14, weight="bold")
    sheet.write(_EDGE, 0.3 + 0.25 * len(title), "\n".join(rest), va="top")
    for column, heading in enumerate(headings):
        words = "\n".join(heading)
        middle = _EDGE + _NAMES + _CELL * (column + 0.5)
        sheet.write(middle, top - 0.08, words, rotation=90, ha="center", va="bottom", linespacing=1)
    for row, (name, cells) in enumerate(shown):
        _draw_school(sheet, name, cells, top + _ROW * row)
    for row, entries in enumerate(key):
        for left, cell in entries:
            _draw_cell(sheet, cell, left, key_top + _KEY_ROW * row, 0.34, 0.24, SMALLEST)
            sheet.write(left + 0.42, key_top + _KEY_ROW * row + 0.12, cell.words)
    sheet.write(_EDGE, more_top, "\n".join(more), va="top", color=GREY)
    return sheet.png()


def _draw_school(sheet: Sheet, name: str, cells: tuple[Cell, ...], top: float) -> None:
    lines = wrap(name, _NAME, max_lines=2, placeholder="…")
    first = top + _ROW / 2 - LINE * (len(lines) - 1) / 2
    for place, line in enumerate(lines):
        sheet.write(_EDGE, first + LINE * place, line)
    for column, cell in enumerate(cells):
        _draw_cell(sheet, cell, _EDGE + _NAMES + _CELL * column, top, _CELL, _ROW, 12)


def _draw_cell(
    sheet: Sheet, cell: Cell, left: float, top: float, width: float, height: float, size: float
) -> None:
    fill, ink = STYLES[cell.state]
    sheet.box(left, top, width, height, fill)
    sheet.write(left + width / 2, top + height / 2, cell.mark, size, ha="center", color=ink)


def _rows_of(key: tuple[Cell, ...], width: float) -> list[list[tuple[float, Cell]]]:
    """Return what each mark means, in rows of `width` inches: its left end, and the cell."""
    rows, left = [list[tuple[float, Cell]]()], _EDGE
    for cell in key:
        taken = 0.68 + 0.095 * len(cell.words)
        if left + taken > width and rows[-1]:
            rows.append([])
            left = _EDGE
        rows[-1].append((left, cell))
        left += taken
    return rows
