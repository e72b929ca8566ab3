"""A report in words: its sections as sentences and tables, alike in text, Markdown, HTML and Slack."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter

from bot.report import counted_sections, sections
from bot.report.advice import Advice, middle_of_july
from bot.report.figures import TO_DO, SchoolFigures, StageState
from bot.report.report import Part, Report
from bot.report.sections import Section
from bot.slack.voice import Voice

_NAMED = 8
"""Schools that a piece of advice names; the table of schools has all."""


@dataclass(frozen=True)
class Cell:
    """A school's stage in the grid: how it has ended, its mark, and its words."""

    state: StageState
    mark: str
    words: str


@dataclass(frozen=True)
class Chapter:
    """The sections about some schools under a `title`; the `grid` has a row of cells for each school."""

    title: str
    summary: str
    notes: tuple[str, ...]
    todo: tuple[str, ...]
    sections: tuple[Section, ...]
    stages: tuple[str, ...] = ()
    grid: tuple[tuple[str, tuple[Cell, ...]], ...] = ()


@dataclass(frozen=True)
class Page:
    """A report in a reader's language; of several authorities, the first chapter is of all together.

    The `key` says what the marks mean that are in the grid.
    """

    title: str
    as_of: str
    todo_title: str
    grid_title: str
    chapters: tuple[Chapter, ...]
    key: tuple[Cell, ...]


MARKS = {
    StageState.IN_TIME: "✓",
    StageState.LATE: "+",
    StageState.OPEN: "✗",
    StageState.NOT_DUE: "…",
    StageState.NOT_HERE: "–",
    StageState.UNKNOWN: "?",
}


def page(found: Report, voice: Voice) -> Page:
    """Return a report in words."""
    title = title_of(found, voice)
    alone = len(found.authorities) == 1
    chapters = [_chapter(found, found.whole, place_of(found, voice), voice, with_schools=alone)]
    if not alone:
        chapters += [
            _chapter(found, part, name, voice, with_schools=True) for name, part in _by_name(found, voice)
        ]
    stand = {closing.state for school in found.whole.now.schools for closing in school.stages.values()}
    key = tuple(
        Cell(state, "+4" if state is StageState.LATE else mark, voice.plain(f"report.state.{state}"))
        for state, mark in MARKS.items()
        if state in stand
    )
    return Page(
        title,
        voice.plain("report.as-of", now=found.as_of),
        voice.plain("report.todo", year=found.year + 1),
        voice.plain("report.grid"),
        tuple(chapters),
        key,
    )


def title_of(found: Report, voice: Voice) -> str:
    """Return the title of a report: the rollover's year, where, and until it is over how far it goes."""
    values = {"year": found.year, "place": place_of(found, voice)}
    if found.whole.now.over:
        return voice.plain("report.title", **values)
    return voice.plain("report.title-so-far", **values, day=found.whole.now.on)


def place_of(found: Report, voice: Voice) -> str:
    """Return what a report is about: a school, a local authority, or all of them."""
    if found.school is not None:
        return found.school.name.in_(voice.language)
    if found.authority is not None:
        return voice.authority(found.authority)
    return voice.plain("report.everywhere", count=len(found.authorities))


def summary(part: Part, voice: Voice) -> str:
    """Return a sentence with how many parts of rollover were done in time, late, or not."""
    states = (*TO_DO, StageState.UNKNOWN)
    counts = {state: sum(line.schools[state] for line in part.now.stages) for state in states}
    asked, schools = sum(counts.values()), len(part.now.schools)
    if counts[StageState.UNKNOWN] == asked:
        return voice.plain("report.summary-unknown", count=schools)
    told = [voice.plain(f"report.number.{state}", count=counts[state]) for state in states if counts[state]]
    return voice.plain("report.summary", count=schools, asked=asked, told=", ".join(told))


def todo_lines(part: Part, voice: Voice) -> tuple[str, ...]:
    """Return what to do before the next rollover, or a sentence that says why there is nothing."""
    if part.advice:
        return tuple(todo_line(each, voice) for each in part.advice)
    if part.now.on >= middle_of_july(part.now.year):
        return (voice.plain("report.nothing-past", year=part.now.year + 1),)
    return (voice.plain("report.nothing" if part.now.over else "report.nothing-so-far"),)


def todo_line(found: Advice, voice: Voice) -> str:
    """Return a piece of advice, with the names of the first schools that it is about."""
    names = [school.name.in_(voice.language) for school in found.schools[:_NAMED]]
    more = len(found.schools) - len(names)
    return voice.plain(
        f"report.advice.{found.rule}",
        count=found.number,
        by=found.by,
        schools=", ".join(names),
        more=more,
        cause=counted_sections.cause_name(found.cause, voice) if found.cause else "",
    )


def cells(found: SchoolFigures, year: int, voice: Voice) -> tuple[Cell, ...]:
    """Return the cells of a school's parts of the rollover of `year`, in their order."""
    return tuple(
        Cell(
            closing.state,
            f"+{closing.late}" if closing.state is StageState.LATE else MARKS[closing.state],
            sections.closed_words(closing, year, voice),
        )
        for closing in found.stages.values()
    )


def _chapter(found: Report, part: Part, title: str, voice: Voice, *, with_schools: bool) -> Chapter:
    several = len(part.now.schools) != 1
    listed: Sequence[SchoolFigures] = part.now.schools if with_schools and several else ()
    return Chapter(
        title,
        summary(part, voice),
        sections.notes(part, voice),
        todo_lines(part, voice),
        tuple(_sections(found, part, voice, with_schools=with_schools)),
        tuple(voice.plain(f"step.{line.stage}.title") for line in part.now.stages),
        tuple(
            (school.school.name.in_(voice.language), cells(school, part.now.year, voice)) for school in listed
        ),
    )


def _sections(found: Report, part: Part, voice: Voice, *, with_schools: bool) -> Iterator[Section]:
    """Yield the sections of which something is known."""
    several = len(part.now.schools) != 1
    if not part.now.unknown:
        yield sections.stages(part, voice) if several else sections.own_stages(part, voice)
        if not with_schools:
            yield sections.authorities(_by_name(found, voice), voice)
        elif several and not _all_to_come(part):
            yield sections.schools(part, voice)
    if not part.now.uncounted:
        yield counted_sections.causes(part, voice)
        yield counted_sections.alerts(part, voice)
        yield counted_sections.holds(part, voice)
        yield counted_sections.desk(part, voice)


def _all_to_come(part: Part) -> bool:
    """Return whether nothing is done or overdue yet at any school, so that a line for each says nothing."""
    ahead = (StageState.NOT_DUE, StageState.NOT_HERE)
    return all(closing.state in ahead for school in part.now.schools for closing in school.stages.values())


def _by_name(found: Report, voice: Voice) -> list[tuple[str, Part]]:
    """Return the parts of the local authorities with their names, in the order of these."""
    named = [(voice.authority(code), part) for code, part in found.authorities.items()]
    return sorted(named, key=itemgetter(0))
