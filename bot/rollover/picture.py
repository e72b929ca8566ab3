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


def board_picture(found: Board, voice: Voice) -> bytes:
    """Return the board as PNG; above `ROWS` schools it shows the worst and the number left out."""
    shown, stages = found.schools[:ROWS], found.stages
    width = _EDGE + _NAMES + _CELL * len(stages) + _WHO
    height = _TOP + _ROW * max(1, len(shown)) + _BOTTOM
    figure = Figure(figsize=(width, height), dpi=_DPI, facecolor="white")
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_xlim(0, width)
    axes.set_ylim(height, 0)
    axes.axis("off")

    def write(x: float, y: float, words: str, size: float = 9, **style: Any) -> None:
        # No mathtext: a school's name may hold a dollar sign.
        axes.text(x, y, words, fontsize=size, parse_math=False, va="center", family=_FONT, **style)

    write(_EDGE, 0.3, title_of(found, voice), 14, weight="bold")
    write(_EDGE, 0.62, voice.plain("board.as-of", now=found.as_of), 9, color="#555555")
    for column, stage in enumerate(stages):
        middle = _EDGE + _NAMES + _CELL * (column + 0.5)
        write(middle, _TOP - 0.28, _wrapped(voice.plain(f"stage.{stage}.short")), 8, ha="center")
    write(_EDGE + _NAMES + _CELL * len(stages) + 0.15, _TOP - 0.2, voice.plain("board.column.who"), 8)
    for row, readiness in enumerate(shown):
        top = _TOP + _ROW * row
        write(_EDGE, top + _ROW / 2, cut(readiness.school.name.in_(voice.language), _NAME_LENGTH))
        for column, outcome in enumerate(_outcomes(readiness, stages)):
            left = _EDGE + _NAMES + _CELL * column
            fill, ink, mark = _STYLES[outcome]
            axes.add_patch(Rectangle((left, top), _CELL, _ROW, facecolor=fill, edgecolor="#BBBBBB", lw=0.8))
            write(left + _CELL / 2, top + _ROW / 2, mark, 11, ha="center", color=ink)
        who = voice.plain(f"who-short.{readiness.next.who}") if readiness.next else ""
        write(_EDGE + _NAMES + _CELL * len(stages) + 0.15, top + _ROW / 2, who, 8)
    x, foot = _EDGE, height - _BOTTOM + 0.3
    for outcome, (fill, ink, mark) in _STYLES.items():
        words = voice.plain(f"outcome.{outcome}")
        axes.add_patch(Rectangle((x, foot - 0.12), 0.3, 0.24, facecolor=fill, edgecolor="#BBBBBB", lw=0.8))
        write(x + 0.15, foot, mark, 9, ha="center", color=ink)
        write(x + 0.38, foot, words, 8)
        x += 0.38 + 0.07 * len(words) + 0.3
    left_out = len(found.schools) - len(shown)
    if left_out:
        write(_EDGE, height - 0.18, voice.plain("board.left-out", count=left_out), 8, color="#555555")
    file = io.BytesIO()
    figure.savefig(file, format="png", facecolor="white")
    return file.getvalue()


def _outcomes(readiness: Readiness, stages: Sequence[str]) -> list[Outcome]:
    found = {stage.step: stage.outcome for stage in readiness.stages}
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
