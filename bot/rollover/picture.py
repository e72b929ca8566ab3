"""The board as a picture: schools in rows, stages in columns, outcomes by colour and by mark."""

from collections.abc import Sequence
from textwrap import wrap

from bot.rollover.boards import Board
from bot.rollover.screens import title_of
from bot.slack.fit import cut
from bot.slack.sheet import GREY, LINE, Sheet
from bot.slack.voice import Voice
from diagnostics.school_stages import SchoolStages
from diagnostics.verdict import Outcome

ROWS = 30
"""Schools in a picture, worst first; more can't be read in Slack."""
STYLES = {
    Outcome.HOLDS: ("#00664B", "white", "✓"),
    Outcome.FAILS: ("#A63C00", "white", "✗"),
    Outcome.UNKNOWN: ("#F0E442", "black", "?"),
    Outcome.NOT_REACHED: ("#FFFFFF", "#404040", "○"),
    Outcome.NOT_APPLICABLE: ("#E5E5E5", "#404040", "–"),
}
"""Fill, ink and mark of each outcome.

The hues are Okabe and Ito's, which differ for people with any kind of colour blindness, darkened where white
stands on them, so that each mark has 4.5:1 (WCAG 1.4.3); the marks differ too.
"""
_CELL, _ROW, _NAMES, _EDGE = 0.4, 0.66, 2.4, 0.15
"""Inches: a column, a row, the schools' names with who acts below them, the margin."""
_TOP, _KEY, _KEY_ROW = 3.0, 0.15, 0.3
"""Inches: above the rows, between them and what the marks mean, a row of that."""
_LEAST = 6.7
"""Inches of width that a title and the key need."""
_NAME, _WHO, _HEADING, _SENTENCE = 26, 28, 20, 68
"""Characters in a line: of a school's name, of who acts, of a column's heading, of a sentence."""


def board_picture(found: Board, voice: Voice) -> bytes:
    """Return the board as PNG; above `ROWS` schools it shows the worst and the number left out."""
    shown, stages = found.schools[:ROWS], found.stages
    width = max(_LEAST, 2 * _EDGE + _NAMES + _CELL * len(stages))
    key = _key(width, voice)
    left_out = len(found.schools) - len(shown)
    more = wrap(voice.plain("board.left-out", count=left_out), _SENTENCE) if left_out else []
    key_top = _TOP + _ROW * max(1, len(shown)) + _KEY
    more_top = key_top + _KEY_ROW * len(key)
    sheet = Sheet(width, more_top + LINE * len(more) + _KEY)
    _draw_heading(sheet, found, voice)
    for row, school in enumerate(shown):
        _draw_school(sheet, school, stages, _TOP + _ROW * row, voice)
    for row, entries in enumerate(key):
        _draw_key(sheet, entries, key_top + _KEY_ROW * (row + 0.5))
    sheet.write(_EDGE, more_top, "\n".join(more), va="top", color=GREY)
    return sheet.png()


def _draw_heading(sheet: Sheet, found: Board, voice: Voice) -> None:
    """Draw the title, and the headings of the columns, which are read from below."""
    sheet.write(_EDGE, 0.3, title_of(found, voice), 14, weight="bold")
    rest = wrap(voice.plain(found.tally.rest), _SENTENCE)
    sheet.write(_EDGE, 0.48, "\n".join(rest), va="top")
    as_of = voice.plain("board.as-of", now=found.as_of)
    sheet.write(_EDGE, 0.62 + LINE * len(rest), as_of, color=GREY)
    for column, stage in enumerate(found.stages):
        words = "\n".join(wrap(voice.plain(f"step.{stage}.title"), _HEADING))
        middle = _EDGE + _NAMES + _CELL * (column + 0.5)
        sheet.write(middle, _TOP - 0.08, words, rotation=90, ha="center", va="bottom", linespacing=1)
    sheet.write(_EDGE, _TOP - 0.2 - LINE, voice.plain("board.column.school"))
    sheet.write(_EDGE, _TOP - 0.2, voice.plain("board.column.who"), color=GREY)


def _draw_school(sheet: Sheet, found: SchoolStages, stages: Sequence[str], top: float, voice: Voice) -> None:
    """Draw the row of a school: its name in up to two lines, who acts next, the outcomes of `stages`."""
    middle = top + _ROW / 2
    lines = wrap(found.school.name.in_(voice.language), _NAME, max_lines=2, placeholder="…")
    who = [cut(voice.plain(f"who-short.{found.next.who}"), _WHO)] if found.next else []
    first = middle - LINE * (len(lines) + len(who) - 1) / 2
    for place, line in enumerate([*lines, *who]):
        colour = GREY if place == len(lines) else "black"
        sheet.write(_EDGE, first + LINE * place, line, color=colour)
    for column, outcome in enumerate(_outcomes(found, stages)):
        left = _EDGE + _NAMES + _CELL * column
        fill, ink, mark = STYLES[outcome]
        sheet.box(left, top, _CELL, _ROW, fill)
        sheet.write(left + _CELL / 2, middle, mark, 16, ha="center", color=ink)


def _key(width: float, voice: Voice) -> list[list[tuple[float, Outcome, str]]]:
    """Return what each mark means, in rows of `width` inches: left end, outcome, and its words."""
    rows, left = [list[tuple[float, Outcome, str]]()], _EDGE
    for outcome in STYLES:
        words = voice.plain(f"outcome.{outcome}")
        taken = 0.65 + 0.095 * len(words)
        if left + taken > width and rows[-1]:
            rows.append([])
            left = _EDGE
        rows[-1].append((left, outcome, words))
        left += taken
    return rows


def _draw_key(sheet: Sheet, entries: Sequence[tuple[float, Outcome, str]], middle: float) -> None:
    for left, outcome, words in entries:
        fill, ink, mark = STYLES[outcome]
        sheet.box(left, middle - 0.12, 0.3, 0.24, fill)
        sheet.write(left + 0.15, middle, mark, ha="center", color=ink)
        sheet.write(left + 0.38, middle, words)


def _outcomes(school: SchoolStages, stages: Sequence[str]) -> list[Outcome]:
    found = {stage.step: stage.outcome for stage in school.stages}
    return [found.get(stage, Outcome.NOT_APPLICABLE) for stage in stages]
