"""The sections of a report: each a title, notes, and a table of words, with the year before beside it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from bot.desk.week_screens import time_of
from bot.report.figures import (
    LEVELS,
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
    """Return how many schools closed each stage in time, late or not, beside the year before."""
    before = {line.stage: line for line in part.before.stages}
    rows = [
        (
            voice.plain(f"step.{line.stage}.title"),
            _in_time(line, voice),
            _count(line, StageState.LATE),
            voice.plain("report.days", count=line.days) if line.days is not None else NOTHING,
            _count(line, StageState.OPEN),
            str(line.schools[StageState.UNKNOWN]),
            _in_time(before[line.stage], voice),
        )
        for line in part.now.stages
    ]
    head = _heads(voice, "stage", "in-time", "late", "median-late", "open", "unknown")
    return Section(voice.plain("report.stages"), (), (*head, _in_time_before(part, voice)), tuple(rows))


def own_stages(part: Part, voice: Voice) -> Section:
    """Return when a single school closed each stage, beside the year before."""
    (now,), (before,) = part.now.schools, part.before.schools
    rows = [
        (
            voice.plain(f"step.{stage}.title"),
            voice.plain("report.day", day=closing.due),
            closed_words(closing, voice),
            closed_words(before.stages[stage], voice),
        )
        for stage, closing in now.stages.items()
    ]
    head = (*_heads(voice, "stage", "due", "closed"), str(part.before.year))
    return Section(voice.plain("report.stages"), (), head, tuple(rows))


def authorities(named: Sequence[tuple[str, Part]], voice: Voice) -> Section:
    """Return the stages of each local authority, counted."""
    rows = [
        (
            name,
            str(len(part.now.schools)),
            *(
                str(sum(line.schools[state] for line in part.now.stages))
                for state in (StageState.IN_TIME, StageState.LATE, StageState.OPEN, StageState.UNKNOWN)
            ),
        )
        for name, part in named
    ]
    head = _heads(voice, "authority", "schools", "in-time", "late", "open", "unknown")
    return Section(voice.plain("report.authorities"), (), head, tuple(rows))


def schools(part: Part, voice: Voice) -> Section:
    """Return each school with what was late and what is open, worst first."""
    rows = [_school(found, voice) for found in part.now.schools]
    return Section(
        voice.plain("report.schools"), (), _heads(voice, "school", "in-time", "late", "open"), tuple(rows)
    )


def causes(part: Part, voice: Voice) -> Section:
    """Return the causes of alerts, cases and requests by their number, with the days until they ended."""
    before: Known[tuple[CauseFigures, ...]] = part.before.causes
    last = {line.cause: line.count for line in before.figures or ()}
    unknown = voice.plain("report.unknown")
    rows = [
        (
            cause_name(line.cause, voice),
            str(line.alerts),
            str(line.cases),
            str(line.requests),
            voice.plain("report.days", count=line.days) if line.days is not None else NOTHING,
            unknown if before.figures is None else str(last.get(line.cause, 0)),
        )
        for line in part.now.causes.figures or ()
    ]
    head = (*_heads(voice, "cause", "alerts", "cases", "requests", "median-days"), str(part.before.year))
    notes = _notes(part.now.causes, part, voice)
    if not rows and part.now.causes.figures is not None:
        return Section(voice.plain("report.causes"), (*notes, voice.plain("report.no-causes")))
    return Section(voice.plain("report.causes"), notes, head if rows else (), tuple(rows))


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


def cause_name(cause: str | None, voice: Voice) -> str:
    """Return the name of a cause, or of the stage that was open."""
    if cause is None:
        return voice.plain("report.no-cause")
    words = voice.plain(f"step.{cause}.title" if cause in STAGES else f"missing.{cause}")
    return words[:1].upper() + words[1:]


def closed_words(closing: Closing, voice: Voice) -> str:
    """Return when a stage closed, and how late, or how it stands."""
    if closing.state in (StageState.IN_TIME, StageState.LATE):
        return voice.plain("report.closed", day=closing.closed_on, late=closing.late)
    return voice.plain(f"report.state.{closing.state}")


def _figures(
    name: str,
    now: Known[T],
    before: Known[T],
    lines: Sequence[tuple[str, Callable[[T], str]]],
    part: Part,
    voice: Voice,
) -> Section:
    """Return the section `name`: of each of `lines` its words and its figure, with the year before."""
    notes, found, last = _notes(now, part, voice), now.figures, before.figures
    if found is None:
        return Section(voice.plain(f"report.{name}"), notes)
    rows = [
        (
            voice.plain(f"report.{name}-{line}"),
            say(found),
            voice.plain("report.unknown") if last is None else say(last),
        )
        for line, say in lines
    ]
    head = (voice.plain("report.head.what"), str(part.now.year), str(part.before.year))
    return Section(voice.plain(f"report.{name}"), notes, head, tuple(rows))


def _notes(now: Known[T], part: Part, voice: Voice) -> tuple[str, ...]:
    """Return that figures of the year are not known, or only since a day; nothing where they are whole."""
    if now.figures is None:
        return (voice.plain("report.not-known", year=part.now.year),)
    return (voice.plain("report.since", day=now.since),) if now.since else ()


def _school(found: SchoolFigures, voice: Voice) -> tuple[str, ...]:
    known = [
        closing
        for state in (StageState.IN_TIME, StageState.LATE, StageState.OPEN)
        for closing in found.of(state)
    ]
    late = [
        f"{voice.plain(f'step.{closing.stage}.title')} +{closing.late}"
        for closing in found.of(StageState.LATE)
    ]
    left = [voice.plain(f"step.{closing.stage}.title") for closing in found.of(StageState.OPEN)]
    in_time = len(found.of(StageState.IN_TIME))
    return (
        found.school.name.in_(voice.language),
        voice.plain("report.of", count=in_time, total=len(known)) if known else voice.plain("report.unknown"),
        ", ".join(late) or NOTHING,
        ", ".join(left) or NOTHING,
    )


def _in_time(line: StageFigures, voice: Voice) -> str:
    if line.known:
        return voice.plain("report.of", count=line.schools[StageState.IN_TIME], total=line.known)
    return voice.plain("report.unknown") if line.schools[StageState.UNKNOWN] else NOTHING


def _count(line: StageFigures, state: StageState) -> str:
    return str(line.schools[state]) if line.known else NOTHING


def _in_time_before(part: Part, voice: Voice) -> str:
    return voice.plain("report.head.in-time-before", year=part.before.year)


def _heads(voice: Voice, *names: str) -> tuple[str, ...]:
    return tuple(voice.plain(f"report.head.{name}") for name in names)


def _days(days: int | None, voice: Voice) -> str:
    return NOTHING if days is None else voice.plain("report.days", count=days)


def _time(time: timedelta | None, voice: Voice) -> str:
    return time_of(time, voice) or NOTHING
