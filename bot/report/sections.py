"""The sections of a report: each a title, notes, and a table of words, with the year before beside it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, TypeVar

from bot.desk.week_screens import time_of
from bot.report.figures import (
    LEVELS,
    TO_DO,
    AlertFigures,
    CauseFigures,
    Closing,
    DeskFigures,
    HoldFigures,
    Known,
    SchoolFigures,
    StageFigures,
    StageState,
)
from bot.report.report import Part
from bot.slack.voice import Voice
from diagnostics.stages import STAGES
from knowledge.texts import Text, say_date, say_short_date

T = TypeVar("T")
NOTHING = "–"
"""What stands in a cell without a figure."""


@dataclass(frozen=True)
class Section:
    """A part of a report: `notes` stand under the title, and `rows` under the headings `head`, if any."""

    title: str
    notes: tuple[str, ...] = ()
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def stages(part: Part, voice: Voice) -> Section:
    """Return how many schools did each part of rollover in time, late or not, beside the year before."""
    before = {line.stage: line for line in part.before.stages}
    rows = [
        (
            voice.plain(f"step.{line.stage}.title"),
            _day(line.due, part.now.year, voice) if line.due else NOTHING,
            _in_time(line, voice),
            _number(line.schools[StageState.LATE]),
            _days(line.days, voice),
            _number(line.schools[StageState.OPEN]),
            _number(line.schools[StageState.NOT_DUE]),
            _number(line.schools[StageState.UNKNOWN]),
            *(() if part.before.unknown else (_in_time_then(before[line.stage], voice),)),
        )
        for line in part.now.stages
    ]
    head = _heads(voice, "stage", "due", "in-time", "late", "median-late", "open", "not-due", "unknown")
    last = () if part.before.unknown else (_in_time_before(part, voice),)
    return _tidy(Section(voice.plain("report.stages"), (), (*head, *last), tuple(rows)))


def own_stages(part: Part, voice: Voice) -> Section:
    """Return when a single school did each part of rollover, beside the year before."""
    (now,), (before,), now_year = part.now.schools, part.before.schools, part.now.year
    rows = [
        (
            voice.plain(f"step.{stage}.title"),
            _day(closing.due, now_year, voice),
            closed_words(closing, now_year, voice),
            *(() if part.before.unknown else (closed_words(before.stages[stage], now_year - 1, voice),)),
        )
        for stage, closing in now.stages.items()
    ]
    head = (*_heads(voice, "stage", "due", "closed"), *_before(part, voice))
    return Section(voice.plain("report.stages"), (), head, tuple(rows))


def authorities(named: Sequence[tuple[str, Part]], voice: Voice) -> Section:
    """Return the parts of rollover of each local authority, counted."""
    states = (*TO_DO, StageState.UNKNOWN)
    rows = [
        (
            name,
            str(len(part.now.schools)),
            *(_number(sum(line.schools[state] for line in part.now.stages)) for state in states),
        )
        for name, part in named
    ]
    head = _heads(voice, "authority", "schools", *states)
    return _tidy(Section(voice.plain("report.authorities"), (), head, tuple(rows)))


def schools(part: Part, voice: Voice) -> Section:
    """Return each school with what was late and what is overdue, worst first."""
    rows = [_school(found, voice) for found in part.now.schools]
    head = _heads(voice, "school", "in-time", "late", "open", "not-due")
    return _tidy(Section(voice.plain("report.schools"), (), head, tuple(rows)))


def causes(part: Part, voice: Voice) -> Section:
    """Return the causes of alerts, cases and requests by their number, with the days until they ended."""
    before: Known[tuple[CauseFigures, ...]] = part.before.causes
    last = {line.cause: line.count for line in before.figures or ()}
    rows = [
        (
            cause_name(line.cause, voice),
            _number(line.alerts),
            _number(line.cases),
            _number(line.requests),
            _days(line.days, voice),
            *(() if before.figures is None else (_number(last.get(line.cause, 0)),)),
        )
        for line in part.now.causes.figures or ()
    ]
    head = _heads(voice, "cause", "alerts", "cases", "requests", "median-days")
    last_head = () if before.figures is None else _before(part, voice)
    told = _tidy(Section("", (), (*head, *last_head), tuple(rows)))
    return _told("causes", part.now.causes, told.head, told.rows, part, voice)


def alerts(part: Part, voice: Voice) -> Section:
    """Return how many alerts reached each level, how many are open, and how long the others were."""

    def level(number: int) -> Callable[[AlertFigures], str]:
        return lambda found: str(found.levels[number])

    lines: list[tuple[str, Callable[[AlertFigures], str]]] = [
        *((f"level-{number}", level(number)) for number in range(LEVELS)),
        ("still-open", lambda found: str(found.open)),
        ("alert-days", lambda found: _days(found.days, voice)),
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


def notes(part: Part, voice: Voice) -> tuple[str, ...]:
    """Return what holds for all sections: the year before is not known, and since when all is counted."""
    told = []
    if part.now.uncounted:
        told.append(voice.plain("report.uncounted", year=part.now.year))
    if part.before.unknown and not part.now.unknown:
        told.append(voice.plain("report.before-unknown", year=part.before.year))
    if since := _common_since(part):
        told.append(voice.plain("report.all-since", day=since))
    return tuple(told)


def cause_name(cause: str | None, voice: Voice) -> str:
    """Return the name of a cause, or of the stage that was open."""
    if cause is None:
        return voice.plain("report.no-cause")
    words = voice.plain(f"step.{cause}.title" if cause in STAGES else f"missing.{cause}")
    return words[:1].upper() + words[1:]


def closed_words(closing: Closing, year: int, voice: Voice) -> str:
    """Return when a part of the rollover of `year` was done, and how late, or how it stands."""
    if closing.closed_on is not None and closing.state in (StageState.IN_TIME, StageState.LATE):
        day = _day(closing.closed_on, year, voice)
        return voice.plain("report.closed", day=day, late=closing.late)
    return voice.plain(f"report.state.{closing.state}")


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
    return _told(name, now, (*head, *(() if last is None else _before(part, voice))), told, part, voice)


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
    alone = now.since is not None and _common_since(part) is None
    own = (voice.plain("report.since", day=now.since),) if alone else ()
    if not rows:
        return Section(title, (*own, voice.plain(f"report.no-{name}", over=part.now.over)))
    return Section(title, own, head, tuple(rows))


def _common_since(part: Part) -> date | None:
    """Return from which day on all is counted, where it is one day; None where each section says its own."""
    now = part.now
    days = {known.since for known in (now.causes, now.alerts, now.holds, now.desk)}
    return days.pop() if len(days) == 1 else None


def _day(day: date, year: int, voice: Voice) -> str:
    """Return a day of the rollover of `year`, with its year only where it is another."""
    say = say_short_date if day.year == year else say_date
    return say(day, voice.language)


def _tidy(found: Section) -> Section:
    """Return a section without the rows and columns in which nothing stands but the name."""
    said = [row for row in found.rows if any(cell != NOTHING for cell in row[1:])]
    kept = [
        place for place in range(len(found.head)) if place == 0 or any(row[place] != NOTHING for row in said)
    ]
    rows = tuple(tuple(row[place] for place in kept) for row in said)
    return replace(found, head=tuple(found.head[place] for place in kept), rows=rows)


def _before(part: Part, voice: Voice) -> tuple[str, ...]:
    """Return the heading of the year before; none where nothing is known of it.

    While the rollover is not over, it says that the figures below are of a whole summer.
    """
    if part.before.unknown:
        return ()
    return (voice.plain("report.head.before", year=part.before.year, over=part.now.over),)


def _school(found: SchoolFigures, voice: Voice) -> tuple[str, ...]:
    known = [closing for state in TO_DO for closing in found.of(state)]
    late = [
        voice.plain("report.late-by", stage=Text(f"step.{closing.stage}.title"), late=closing.late)
        for closing in found.of(StageState.LATE)
    ]
    left = [voice.plain(f"step.{closing.stage}.title") for closing in found.of(StageState.OPEN)]
    in_time, ahead = len(found.of(StageState.IN_TIME)), len(found.of(StageState.NOT_DUE))
    return (
        found.school.name.in_(voice.language),
        _of(in_time, len(known), ahead, voice) if known else voice.plain("report.unknown"),
        ", ".join(late) or NOTHING,
        ", ".join(left) or NOTHING,
        _number(ahead),
    )


def _in_time(line: StageFigures, voice: Voice) -> str:
    if line.known:
        return _of(line.schools[StageState.IN_TIME], line.known, line.schools[StageState.NOT_DUE], voice)
    return NOTHING


def _in_time_then(line: StageFigures, voice: Voice) -> str:
    """Return how many did a part in time the year before, of which no column says how many are not known."""
    unknown = not line.known and line.schools[StageState.UNKNOWN]
    return voice.plain("report.unknown") if unknown else _in_time(line, voice)


def _of(count: int, total: int, ahead: int, voice: Voice) -> str:
    """Return how many of a `total` were done in time; nothing where the days of all are still `ahead`."""
    return NOTHING if total == ahead and not count else voice.plain("report.of", count=count, total=total)


def _in_time_before(part: Part, voice: Voice) -> str:
    return voice.plain("report.head.in-time-before", year=part.before.year)


def _heads(voice: Voice, *names: str) -> tuple[str, ...]:
    return tuple(voice.plain(f"report.head.{name}") for name in names)


def _number(number: int) -> str:
    return str(number) if number else NOTHING


def _days(days: int | None, voice: Voice) -> str:
    return NOTHING if days is None else voice.plain("report.days", count=days)


def _time(time: timedelta | None, voice: Voice) -> str:
    return time_of(time, voice) or NOTHING
