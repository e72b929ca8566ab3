"""Sheets on which the pictures for Slack are drawn: boxes and words, in inches from the top left corner."""

import io
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

SMALLEST = 11
"""Points of the smallest letters: in Slack's preview, 480 pixels wide, they are eleven pixels high."""
GREY = "#555555"
LINE = 0.19
"""Inches between two lines of the smallest letters."""
_FONT = "DejaVu Sans"
_DPI = 144


class Sheet:
    """An empty sheet of `width` and `height` inches, on which is drawn from its top left corner."""

    def __init__(self, width: float, height: float) -> None:
        self._figure = Figure(figsize=(width, height), dpi=_DPI, facecolor="white")
        FigureCanvasAgg(self._figure)
        self._axes = self._figure.add_axes((0.0, 0.0, 1.0, 1.0))
        self._axes.set_xlim(0, width)
        self._axes.set_ylim(height, 0)
        self._axes.axis("off")

    def write(self, x: float, y: float, words: str, size: float = SMALLEST, **style: Any) -> None:
        """Write `words` with their left end at `x`, or as `style` says, and their middle at `y`."""
        # No mathtext: a school's name may hold a dollar sign.
        style = {"va": "center"} | style
        self._axes.text(x, y, words, fontsize=size, parse_math=False, family=_FONT, **style)

    def box(self, left: float, top: float, width: float, height: float, fill: str) -> None:
        """Draw a box, filled with a colour."""
        box = Rectangle((left, top), width, height, facecolor=fill, edgecolor="#767676", lw=0.8)
        self._axes.add_patch(box)

    def png(self) -> bytes:
        """Return the sheet as PNG."""
        file = io.BytesIO()
        self._figure.savefig(file, format="png", facecolor="white")
        return file.getvalue()
