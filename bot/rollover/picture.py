"""The board as a picture: schools in rows, stages in columns, outcomes by colour and by mark."""

import io
from collections.abc import Sequence
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from bot.rollover.boards import Board
from bot.rollover.screens import title_of
from bot.slack.fit import cut
from bot.slack.voice import Voice
from diagnostics.readiness import Readiness
from diagnostics.verdict import Outcome

ROWS = 60
"""Schools in a picture, worst first; more can't be read in Slack."""

# Okabe and Ito's colours, which differ for people with any kind of colour blindness; the marks differ too.
_STYLES = {
    Outcome.HOLDS: ("#009E73", "white", "✓"),
    Outcome.FAILS: ("#D55E00", "white", "✗"),
    Outcome.UNKNOWN: ("#F0E442", "black", "?"),
    Outcome.NOT_REACHED: ("#FFFFFF", "#555555", "○"),
    Outcome.NOT_APPLICABLE: ("#E5E5E5", "#555555", "–"),
}
_FONT = "DejaVu Sans"
_DPI = 144
_CELL, _ROW, _NAMES, _WHO = 1.15, 0.34, 3.6, 2.2
"""Inches: a column, a row, the schools' names on the left, who acts on the right."""
_TOP, _BOTTOM, _EDGE = 1.35, 0.75, 0.2
_NAME_LENGTH = 42


class _Sheet:
    """An empty sheet of `width` and `height` inches, on which is drawn from its top left corner."""

    def __init__(self, width: float, height: float) -> None:
        self._figure = Figure(figsize=(width, height), dpi=_DPI, facecolor="white")
        FigureCanvasAgg(self._figure)
        self._axes = self._figure.add_axes((0.0, 0.0, 1.0, 1.0))
        self._axes.set_xlim(0, width)
        self._axes.set_ylim(height, 0)
        self._axes.axis("off")

    def write(self, x: float, y: float, words: str, size: float = 9, **style: Any) -> None:
        """Write `words` with their left end at `x`, or as `style` says, and their middle at `y`."""
        # No mathtext: a school's name may hold a dollar sign.
        self._axes.text(x, y, words, fontsize=size, parse_math=False, va="center", family=_FONT, **style)

    def box(self, left: float, top: float, width: float, height: float, fill: str) -> None:
        """Draw a box, filled with a colour."""
        box = Rectangle((left, top), width, height, facecolor=fill, edgecolor="#BBBBBB", lw=0.8)
        self._axes.add_patch(box)

    def png(self) -> bytes:
        """Return the sheet as PNG."""
        file = io.BytesIO()
        self._figure.savefig(file, format="png", facecolor="white")
        return file.getvalue()


def board_picture(found: Board, voice: Voice) -> bytes:
    """Return the board as PNG; above `ROWS` schools it shows the worst and the number left out."""
    shown, stages = found.schools[:ROWS], found.stages
    width = _EDGE + _NAMES + _CELL * len(stages) + _WHO
    height = _TOP + _ROW * max(1, len(shown)) + _BOTTOM
    sheet = _Sheet(width, height)
    _draw_heading(sheet, found, voice)
    for row, school in enumerate(shown):
        _draw_school(sheet, school, stages, _TOP + _ROW * row, voice)
    _draw_legend(sheet, height - _BOTTOM + 0.3, voice)
    left_out = len(found.schools) - len(shown)
    if left_out:
        sheet.write(_EDGE, height - 0.18, voice.plain("board.left-out", count=left_out), 8, color="#555555")
    return sheet.png()


def _draw_heading(sheet: _Sheet, found: Board, voice: Voice) -> None:
    """Draw the title, and the headings of the columns."""
    stages = found.stages
    sheet.write(_EDGE, 0.3, title_of(found, voice), 14, weight="bold")
    sheet.write(_EDGE, 0.62, voice.plain("board.as-of", now=found.as_of), 9, color="#555555")
    for column, stage in enumerate(stages):
        middle = _EDGE + _NAMES + _CELL * (column + 0.5)
        sheet.write(middle, _TOP - 0.28, _wrapped(voice.plain(f"step.{stage}.title")), 8, ha="center")
    sheet.write(_who_column(stages), _TOP - 0.2, voice.plain("board.column.who"), 8)


def _draw_school(sheet: _Sheet, found: Readiness, stages: Sequence[str], top: float, voice: Voice) -> None:
    """Draw the row of a school: its name, the outcomes of `stages`, and who acts next."""
    middle = top + _ROW / 2
    sheet.write(_EDGE, middle, cut(found.school.name.in_(voice.language), _NAME_LENGTH))
    for column, outcome in enumerate(_outcomes(found, stages)):
        left = _EDGE + _NAMES + _CELL * column
        fill, ink, mark = _STYLES[outcome]
        sheet.box(left, top, _CELL, _ROW, fill)
        sheet.write(left + _CELL / 2, middle, mark, 11, ha="center", color=ink)
    who = voice.plain(f"who-short.{found.next.who}") if found.next else ""
    sheet.write(_who_column(stages), middle, who, 8)


def _draw_legend(sheet: _Sheet, middle: float, voice: Voice) -> None:
    """Draw what each mark means, in a line."""
    left = _EDGE
    for outcome, (fill, ink, mark) in _STYLES.items():
        words = voice.plain(f"outcome.{outcome}")
        sheet.box(left, middle - 0.12, 0.3, 0.24, fill)
        sheet.write(left + 0.15, middle, mark, 9, ha="center", color=ink)
        sheet.write(left + 0.38, middle, words, 8)
        left += 0.38 + 0.07 * len(words) + 0.3


def _who_column(stages: Sequence[str]) -> float:
    """Return where the column of who acts begins."""
    return _EDGE + _NAMES + _CELL * len(stages) + 0.15


def _outcomes(school: Readiness, stages: Sequence[str]) -> list[Outcome]:
    found = {stage.step: stage.outcome for stage in school.stages}
    return [found.get(stage, Outcome.NOT_APPLICABLE) for stage in stages]


def _wrapped(words: str) -> str:
    """Return a heading in lines that fit a column's width."""
    lines = [""]
    for word in words.split():
        if lines[-1] and len(lines[-1]) + len(word) + 1 > 14:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return "\n".join(lines)
