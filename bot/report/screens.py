"""The report in Slack: what to do first, then the stages, and the other sections as tables in a few lines."""

from collections.abc import Sequence

from bot.report.actions import ReportAction
from bot.report.page import Chapter, Page, page
from bot.report.report import Report
from bot.report.sections import NOTHING, Section
from bot.slack import limits
from bot.slack.blocks import (
    Block,
    Screen,
    actions,
    button,
    context_block,
    divider,
    escape,
    option,
    section,
    select,
)
from bot.slack.fit import cut, paragraphs
from bot.slack.table_blocks import Column, Holds, table_or_list
from bot.slack.voice import Voice

SHOWN = 10
"""Rows of a section but the first that are listed in Slack; the files have all."""


def report(found: Report, line: str, authorities: Sequence[str], voice: Voice) -> Screen:
    """Return the report; `line` is the command line that shows it.

    `authorities` are the codes to choose from.
    """
    told = page(found, voice)
    chapter = told.chapters[0]
    blocks: list[Block] = [
        section(f"*{escape(told.title)}*\n{escape(chapter.summary)}"),
        context_block(escape("\n".join((*chapter.notes, told.as_of)))),
        actions(_buttons(found, line, voice)),
    ]
    if len(authorities) > 1:
        blocks.append(actions([_menu(found.year, authorities, voice)]))
    blocks += [divider(), *_todo(told, chapter)]
    for place, each in enumerate(chapter.sections):
        blocks += _listed(each, voice) if place else [divider(), *_first(each)]
    return Screen(told.title, blocks)


def _todo(told: Page, chapter: Chapter) -> list[Block]:
    lines = [f"*{escape(told.todo_title)}*", *(f"• {escape(line)}" for line in chapter.todo)]
    return [section(part) for part in paragraphs(lines)]


def _buttons(found: Report, line: str, voice: Voice) -> list[Block]:
    year = found.year - 1
    words, before = (
        voice.plain("button.report-before", year=year),
        line.replace(str(found.year), str(year), 1),
    )
    earlier = [] if found.whole.before.unknown else [button(ReportAction.BEFORE, words, before)]
    return [
        button(ReportAction.PICTURE, voice.plain("button.report-picture"), f"{line} picture"),
        button(ReportAction.HTML, voice.plain("button.report-html"), f"{line} html"),
        button(ReportAction.MARKDOWN, voice.plain("button.report-markdown"), f"{line} markdown"),
        *earlier,
    ]


def _menu(year: int, codes: Sequence[str], voice: Voice) -> Block:
    every = option(voice.plain("board.every-authority"), f"report {year}")
    named = sorted((voice.authority(code), code) for code in codes)
    options = [option(cut(name, limits.OPTION_TEXT), f"report {year} {code}") for name, code in named]
    return select(ReportAction.AUTHORITY, voice.plain("board.which-authority"), [every, *options])


def _first(found: Section) -> list[Block]:
    """Return the first section as a table; where Slack shows none, as lines."""

    def column(place: int) -> Column[tuple[str, ...]]:
        holds = Holds.LONG_WORDS if place == 0 else Holds.WORDS
        return Column(found.head[place], lambda row: row[place], holds)

    columns = [column(place) for place in range(len(found.head))]
    listed = [section(part) for part in paragraphs(_lines(found))]
    return [section(f"*{escape(found.title)}*"), *table_or_list(columns, found.rows, listed)]


def _listed(found: Section, voice: Voice) -> list[Block]:
    """Return a section as lines; of a long one the first."""
    shown = Section(found.title, found.notes, found.head, found.rows[:SHOWN])
    lines = [f"*{escape(found.title)}*", *(f"_{escape(note)}_" for note in found.notes), *_lines(shown)]
    if len(found.rows) > SHOWN:
        lines.append(f"_{voice.mrkdwn('report.more-schools', shown=SHOWN, count=len(found.rows))}_")
    return [section(part) for part in paragraphs(lines)]


def _lines(found: Section) -> list[str]:
    """Return the rows of a section as mrkdwn: the first cell, then each other that says something.

    A heading stands before each cell, but for a year alone, which is that of the report.
    """
    year_alone = len(found.head) == 2 and found.head[1].isdigit()
    lines = []
    for name, *cells in found.rows:
        told = [
            escape(cell) if year_alone else f"{escape(head)}: {escape(cell)}"
            for head, cell in zip(found.head[1:], cells, strict=True)
            if cell != NOTHING
        ]
        lines.append(f"• *{escape(name)}* · {'; '.join(told)}")
    return lines
