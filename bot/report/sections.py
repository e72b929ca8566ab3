"""The sections of a report about its parts of rollover, and what all sections are made of.

Each is a title, notes, and a table of words, with the year before beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.report.figures import (
    TO_DO,
    Closing,
    SchoolFigures,
    StageFigures,
    StageState,
)
from bot.report.report import Part
from bot.slack.voice import Voice
from knowledge.texts import Text, say_date, say_short_date

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
            number(line.schools[StageState.LATE]),
            days(line.days, voice),
            number(line.schools[StageState.OPEN]),
            number(line.schools[StageState.NOT_DUE]),
            number(line.schools[StageState.UNKNOWN]),
            *(() if part.before.unknown else (_in_time_then(before[line.stage], voice),)),
        )
        for line in part.now.stages
    ]
    head = heads(voice, "stage", "due", "in-time", "late", "median-late", "open", "not-due", "unknown")
    last = () if part.before.unknown else (_in_time_before(part, voice),)
    return tidy(Section(voice.plain("report.stages"), (), (*head, *last), tuple(rows)))


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
    head = (*heads(voice, "stage", "due", "closed"), *before_head(part, voice))
    return Section(voice.plain("report.stages"), (), head, tuple(rows))


def authorities(named: Sequence[tuple[str, Part]], voice: Voice) -> Section:
    """Return the parts of rollover of each local authority, counted."""
    states = (*TO_DO, StageState.UNKNOWN)
    rows = [
        (
            name,
            str(len(part.now.schools)),
            *(number(sum(line.schools[state] for line in part.now.stages)) for state in states),
        )
        for name, part in named
    ]
    head = heads(voice, "authority", "schools", *states)
    return tidy(Section(voice.plain("report.authorities"), (), head, tuple(rows)))


def schools(part: Part, voice: Voice) -> Section:
    """Return each school with what was late and what is overdue, worst first."""
    rows = [_school(found, voice) for found in part.now.schools]
    head = heads(voice, "school", "in-time", "late", "open", "not-due")
    return tidy(Section(voice.plain("report.schools"), (), head, tuple(rows)))


def notes(part: Part, voice: Voice) -> tuple[str, ...]:
    """Return what holds for all sections: the year before is not known, and since when all is counted."""
    told = []
    if part.now.uncounted:
        told.append(voice.plain("report.uncounted", year=part.now.year))
    if part.before.unknown and not part.now.unknown:
        told.append(voice.plain("report.before-unknown", year=part.before.year))
    if since := common_since(part):
        told.append(voice.plain("report.all-since", day=since))
    return tuple(told)


def closed_words(closing: Closing, year: int, voice: Voice) -> str:
    """Return when a part of the rollover of `year` was done, and how late, or how it stands."""
    if closing.closed_on is not None and closing.state in (StageState.IN_TIME, StageState.LATE):
        day = _day(closing.closed_on, year, voice)
        return voice.plain("report.closed", day=day, late=closing.late)
    return voice.plain(f"report.state.{closing.state}")


def common_since(part: Part) -> date | None:
    """Return from which day on all is counted, where it is one day; None where each section says its own."""
    now = part.now
    since = {known.since for known in (now.causes, now.alerts, now.holds, now.desk)}
    return since.pop() if len(since) == 1 else None


def _day(day: date, year: int, voice: Voice) -> str:
    """Return a day of the rollover of `year`, with its year only where it is another."""
    say = say_short_date if day.year == year else say_date
    return say(day, voice.language)


def tidy(found: Section) -> Section:
    """Return a section without the rows and columns in which nothing stands but the name."""
    said = [row for row in found.rows if any(cell != NOTHING for cell in row[1:])]
    kept = [
        place for place in range(len(found.head)) if place == 0 or any(row[place] != NOTHING for row in said)
    ]
    rows = tuple(tuple(row[place] for place in kept) for row in said)
    return replace(found, head=tuple(found.head[place] for place in kept), rows=rows)


def before_head(part: Part, voice: Voice) -> tuple[str, ...]:
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
        number(ahead),
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


def heads(voice: Voice, *names: str) -> tuple[str, ...]:
    """Return the headings of columns by their `names`."""
    return tuple(voice.plain(f"report.head.{name}") for name in names)


def number(found: int) -> str:
    """Return a number for a cell; nought is nothing."""
    return str(found) if found else NOTHING


def days(found: int | None, voice: Voice) -> str:
    """Return a number of days for a cell."""
    return NOTHING if found is None else voice.plain("report.days", count=found)
