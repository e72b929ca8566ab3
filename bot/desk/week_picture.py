"""A week of the service desk as a picture: the median times of each cause as bars."""

import io
from datetime import timedelta
from textwrap import wrap

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from bot.desk.figures import Week
from bot.desk.week_screens import SHOWN, line_of, name_of, time_of
from bot.slack.uploads import Document
from bot.slack.voice import Voice

_DPI = 144
ANSWER, RESOLUTION = "#0072B2", "#A63C00"
"""Blue and a dark vermilion, which any eyes tell apart, each 4.5:1 on white; the second is hatched too."""
SMALLEST = 11
"""Points of the smallest letters: in Slack's preview, 480 pixels wide, they are eleven pixels high."""
_WIDTH, _NAME = 6.7, 24
"""Inches of the picture; characters in a line of a cause's name."""
_HOUR = timedelta(hours=1)


def document(found: Week, voice: Voice) -> Document:
    """Return the picture as a file, with the figures in words as its alternative text."""
    title = voice.plain("desk-week.title", monday=found.monday)
    alt = f"{title}: " + " ".join(_plain(line_of(line, voice)) for line in found.lines[:SHOWN])
    return Document(f"hwb-{found.monday}.png", title, alt, picture(found, voice))


def picture(found: Week, voice: Voice) -> bytes:
    """Return the median times of each cause as bars, in hours, as PNG."""
    lines = found.lines[:SHOWN]
    height = 1.9 + 0.75 * max(1, len(lines))
    figure = Figure(figsize=(_WIDTH, height), dpi=_DPI, facecolor="white", layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    places = range(len(lines))
    for shift, colour, hatch, key, times in (
        (-0.2, ANSWER, "", "answer", [line.to_answer for line in lines]),
        (0.2, RESOLUTION, "//", "resolution", [line.to_resolution for line in lines]),
    ):
        bars = axes.barh(
            [place + shift for place in places],
            [time / _HOUR if time else 0 for time in times],
            height=0.36,
            facecolor=colour,
            edgecolor="white",
            hatch=hatch,
            label=voice.plain(f"desk-week.{key}"),
        )
        said = [time_of(time, voice) for time in times]
        axes.bar_label(bars, said, padding=3, fontsize=SMALLEST, parse_math=False)
    names = ["\n".join(wrap(f"{name_of(line, voice)} ({line.opened})", _NAME)) for line in lines]
    axes.set_yticks(places, names, fontsize=SMALLEST)
    axes.tick_params(axis="x", labelsize=SMALLEST)
    axes.invert_yaxis()
    axes.margins(x=0.5)
    axes.set_xlabel(voice.plain("desk-week.hours"), fontsize=SMALLEST)
    figure.suptitle(voice.plain("desk-week.title", monday=found.monday), x=0.02, ha="left", weight="bold")
    axes.spines[["top", "right"]].set_visible(False)
    figure.legend(loc="outside lower left", ncols=2, fontsize=SMALLEST, frameon=False)
    file = io.BytesIO()
    figure.savefig(file, format="png", facecolor="white")
    return file.getvalue()


def _plain(words: str) -> str:
    return words.replace("*", "").replace("\n", ", ") + "."
