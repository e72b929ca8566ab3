"""A report on a terminal: tables that fit it and cut nothing."""

from rich.text import Text

from bot.cli.output import PlainConsole
from bot.cli.tables import PlainTable
from bot.report.page import Chapter, Page
from bot.report.sections import Section
from knowledge.visible import one_line


def show(page: Page, console: PlainConsole) -> None:
    """Print a `page` on the `console`."""
    _heading(page.title, console)
    console.print(page.as_of, markup=False)
    for chapter in page.chapters:
        if len(page.chapters) > 1:
            console.print()
            _heading(chapter.title, console)
        _chapter(page, chapter, console)


def _chapter(page: Page, chapter: Chapter, console: PlainConsole) -> None:
    console.print(f"\n{chapter.summary}", markup=False)
    for note in chapter.notes:
        console.print(note, markup=False)
    console.print()
    _heading(page.todo_title, console)
    for line in chapter.todo:
        console.print(f"- {line}", markup=False)
    for section in chapter.sections:
        console.print()
        _heading(section.title, console)
        for note in section.notes:
            console.print(note, markup=False)
        if section.rows:
            console.print(_table(section))


def _table(section: Section) -> PlainTable:
    table = PlainTable(*section.head)
    for row in section.rows:
        table.add_row(*row)
    return table


def _heading(words: str, console: PlainConsole) -> None:
    console.print(Text(one_line(words), style="bold"))
