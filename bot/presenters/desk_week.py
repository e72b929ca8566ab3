"""A week of the service desk: in words for a channel, as counts and times, and as a picture."""

import io
from collections.abc import Sequence
from datetime import timedelta

from babel.dates import format_timedelta
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from bot.desk.figures import Line, Week
from bot.documents import Document
from bot.presenters.blocks import Block, Screen, context, escape, header, section
from bot.presenters.voice import Voice

_SHOWN = 12
"""Causes told of; what is rarer stands in the total."""
_DPI = 144
_ANSWER, _RESOLUTION = "#56B4E9", "#0072B2"  # Okabe and Ito, told apart by any eyes; the labels differ too
_HOUR = timedelta(hours=1)


def summary(found: Week, voice: Voice) -> Screen:
    """The week in words."""
    title = voice.plain("desk-week.title", monday=found.monday)
    blocks: list[Block] = [header(title), section(_total(found.total, voice))]
    blocks += [section(_line(line, voice)) for line in found.lines[:_SHOWN]]
    blocks.append(context(voice.mrkdwn("desk-week.how")))
    return Screen(title, blocks)


def document(found: Week, voice: Voice) -> Document:
    """The picture, with the same in words for whoever can't see it."""
    title = voice.plain("desk-week.title", monday=found.monday)
    alt = f"{title}: " + " ".join(_plain(_line(line, voice)) for line in found.lines[:_SHOWN])
    return Document(f"hwb-{found.monday}.png", title, alt, picture(found, voice))


def picture(found: Week, voice: Voice) -> bytes:
    """The median times of each cause as bars, in hours, as PNG."""
    lines = found.lines[:_SHOWN]
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
        axes.bar_label(bars, [_time(time, voice) for time in times], padding=3, fontsize=8, parse_math=False)
    axes.set_yticks(places, [_name(line, voice, f" ({line.opened})") for line in lines], fontsize=9)
    axes.invert_yaxis()
    axes.margins(x=0.18)
    axes.set_xlabel(voice.plain("desk-week.hours"), fontsize=9)
    axes.set_title(
        voice.plain("desk-week.title", monday=found.monday),
        loc="left",
        weight="bold",
    )
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(loc="lower right", fontsize=8, frameon=False)
    file = io.BytesIO()
    figure.savefig(file, format="png", facecolor="white")
    return file.getvalue()


def _total(line: Line, voice: Voice) -> str:
    counts = {"opened": line.opened, "resolved": line.resolved, "still_open": line.still_open}
    said = [voice.mrkdwn("desk-week.total", **counts)]
    return "\n".join([f"*{said[0]}*", *_times(line, voice)])


def _line(line: Line, voice: Voice) -> str:
    counts = {"opened": line.opened, "resolved": line.resolved, "still_open": line.still_open}
    said = [f"*{escape(_name(line, voice))}*: {voice.mrkdwn('desk-week.counts', **counts)}"]
    return "\n".join([*said, *_times(line, voice)])


def _times(line: Line, voice: Voice) -> Sequence[str]:
    known = (("first", line.to_answer), ("whole", line.to_resolution))
    told = [voice.mrkdwn(f"desk-week.{key}", time=_time(time, voice)) for key, time in known if time]
    return [" · ".join(told)] if told else []


def _name(line: Line, voice: Voice, more: str = "") -> str:
    return voice.plain(f"missing.{line.cause}" if line.cause else "desk-week.about-nobody") + more


def _time(time: timedelta | None, voice: Voice) -> str:
    """A time in its own unit: `35 minutes`, `2 days`."""
    if time is None:
        return ""
    return str(format_timedelta(time, granularity="minute", threshold=1.5, locale=voice.language))


def _plain(words: str) -> str:
    return words.replace("*", "").replace("\n", ", ") + "."
