"""The sections of a report about what is counted: causes, alerts, what runs held, and the desk's cases."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, TypeVar

from bot.desk.week_screens import time_of
from bot.report.figures import LEVELS, AlertFigures, CauseFigures, DeskFigures, HoldFigures, Known
from bot.report.report import Part
from bot.report.sections import NOTHING, Section, before_head, common_since, days, heads, number, tidy
from bot.slack.voice import Voice
from diagnostics.stages import STAGES

T = TypeVar("T")


def causes(part: Part, voice: Voice) -> Section:
    """Return the causes of alerts, cases and requests by their number, with the days until they ended."""
    before: Known[tuple[CauseFigures, ...]] = part.before.causes
    last = {line.cause: line.count for line in before.figures or ()}
    rows = [
        (
            cause_name(line.cause, voice),
            number(line.alerts),
            number(line.cases),
            number(line.requests),
            days(line.days, voice),
            *(() if before.figures is None else (number(last.get(line.cause, 0)),)),
        )
        for line in part.now.causes.figures or ()
    ]
    head = heads(voice, "cause", "alerts", "cases", "requests", "median-days")
    last_head = () if before.figures is None else before_head(part, voice)
    told = tidy(Section("", (), (*head, *last_head), tuple(rows)))
    return _told("causes", part.now.causes, told.head, told.rows, part, voice)


def alerts(part: Part, voice: Voice) -> Section:
    """Return how many alerts reached each level, how many are open, and how long the others were."""

    def reached(level: int) -> Callable[[AlertFigures], str]:
        return lambda found: str(found.levels[level])

    lines: list[tuple[str, Callable[[AlertFigures], str]]] = [
        *((f"level-{level}", reached(level)) for level in range(LEVELS)),
        ("still-open", lambda found: str(found.open)),
        ("alert-days", lambda found: days(found.days, voice)),
    ]
    return _figures("alerts", part.now.alerts, part.before.alerts, lines, part, voice)


def holds(part: Part, voice: Voice) -> Section:
    """Return what became of what runs held, and how long people took to decide."""
    lines: list[tuple[str, Callable[[HoldFigures], str]]] = [
        ("approved", lambda found: str(found.approved)),
        ("rejected", lambda found: str(found.rejected)),
        ("undone", lambda found: str(found.undone)),
        ("replaced", lambda found: str(found.replaced)),
        ("waiting", lambda found: str(found.waiting)),
        ("to-decision", lambda found: _time(found.to_decision, voice)),
    ]
    return _figures("holds", part.now.holds, part.before.holds, lines, part, voice)


def desk(part: Part, voice: Voice) -> Section:
    """Return the service desk's cases, and their median times."""
    lines: list[tuple[str, Callable[[DeskFigures], str]]] = [
        ("opened", lambda found: str(found.opened)),
        ("resolved", lambda found: str(found.resolved)),
        ("to-answer", lambda found: _time(found.to_answer, voice)),
        ("to-resolution", lambda found: _time(found.to_resolution, voice)),
    ]
    return _figures("desk", part.now.desk, part.before.desk, lines, part, voice)


def cause_name(cause: str | None, voice: Voice) -> str:
    """Return the name of a cause, or of the stage that was open."""
    if cause is None:
        return voice.plain("report.no-cause")
    words = voice.plain(f"step.{cause}.title" if cause in STAGES else f"missing.{cause}")
    return words[:1].upper() + words[1:]


def _figures(
    name: str,
    now: Known[T],
    before: Known[T],
    lines: Sequence[tuple[str, Callable[[T], str]]],
    part: Part,
    voice: Voice,
) -> Section:
    """Return the section `name`: of each of `lines` its words and its figure, with the year before.

    A line without a figure in either year is left out.
    """
    found, last = now.figures, before.figures
    years = [figures for figures in (found, last) if figures is not None]
    rows = [
        (voice.plain(f"report.{name}-{line}"), *(say(figures) for figures in years)) for line, say in lines
    ]
    told = [row for row in rows if not {NOTHING, "0"}.issuperset(row[1:])]
    head = (voice.plain("report.head.what"), str(part.now.year))
    return _told(name, now, (*head, *(() if last is None else before_head(part, voice))), told, part, voice)


def _told(
    name: str,
    now: Known[Any],
    head: tuple[str, ...],
    rows: Sequence[tuple[str, ...]],
    part: Part,
    voice: Voice,
) -> Section:
    """Return the section `name` with its `rows`; one sentence where there are none, or they are not known."""
    title = voice.plain(f"report.{name}")
    if now.figures is None:
        return Section(title, (voice.plain("report.not-known", year=part.now.year),))
    alone = now.since is not None and common_since(part) is None
    own = (voice.plain("report.since", day=now.since),) if alone else ()
    if not rows:
        return Section(title, (*own, voice.plain(f"report.no-{name}", over=part.now.over)))
    return Section(title, own, head, tuple(rows))


def _time(time: timedelta | None, voice: Voice) -> str:
    return time_of(time, voice) or NOTHING
