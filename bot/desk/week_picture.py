"""A week of the service desk as a picture: the median times of each cause as bars."""

import io
from datetime import timedelta

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from bot.desk.figures import Week
from bot.desk.week_screens import SHOWN, line_of, name_of, time_of
from bot.slack.uploads import Document
from bot.slack.voice import Voice

_DPI = 144
_ANSWER, _RESOLUTION = "#56B4E9", "#0072B2"  # Okabe and Ito, told apart by any eyes; the labels differ too
_HOUR = timedelta(hours=1)


def document(found: Week, voice: Voice) -> Document:
    """Return the picture as a file, with the figures in words as its alternative text."""
    title = voice.plain("desk-week.title", monday=found.monday)
    alt = f"{title}: " + " ".join(_plain(line_of(line, voice)) for line in found.lines[:SHOWN])
    return Document(f"hwb-{found.monday}.png", title, alt, picture(found, voice))


def picture(found: Week, voice: Voice) -> bytes:
    """Return the median times of each cause as bars, in hours, as PNG."""
    lines = found.lines[:SHOWN]
    height = 1.6 + 0.7 * max(1, len(lines))
    figure = Figure(figsize=(9, height), dpi=_DPI, facecolor="white", layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    places = range(len(lines))
    for shift, colour, key, times in (
        (-0.2, _ANSWER, "answer", [line.to_answer for line in lines]),
        (0.2, _RESOLUTION, "resolution", [line.to_resolution for line in lines]),
    ):
        bars = axes.barh(
            [place + shift for place in places],
            [time / _HOUR if time else 0 for time in times],
            height=0.36,
            color=colour,
            label=voice.plain(f"desk-week.{key}"),
        )
        axes.bar_label(
            bars, [time_of(time, voice) for time in times], padding=3, fontsize=8, parse_math=False
        )
    axes.set_yticks(places, [f"{name_of(line, voice)} ({line.opened})" for line in lines], fontsize=9)
    axes.invert_yaxis()
    axes.margins(x=0.18)
    axes.set_xlabel(voice.plain("desk-week.hours"), fontsize=9)
    axes.set_title(
        voice.plain("desk-week.title", monday=found.monday),
        loc="left",
        weight="bold",
    )
    axes.spines[["top", "right"]].set_visible(False)
    figure.legend(loc="outside lower left", ncols=2, fontsize=8, frameon=False)
    file = io.BytesIO()
    figure.savefig(file, format="png", facecolor="white")
    return file.getvalue()


def _plain(words: str) -> str:
    return words.replace("*", "").replace("\n", ", ") + "."
