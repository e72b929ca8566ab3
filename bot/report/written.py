"""A report written out: Markdown for a mail, HTML for a printer."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from jinja2 import Environment, StrictUndefined

from bot.report.page import Chapter, Page
from bot.report.sections import Section
from knowledge.texts import Language
from knowledge.visible import one_line

_TEMPLATE = Path(__file__).parent / "page.html"
_MARKED = re.compile(r"([\\`*_{}\[\]<>#|])")


def markdown(page: Page) -> str:
    """Return a report as Markdown, which reads well as plain text in a mail too."""
    lines = [f"# {_marked(page.title)}", "", _marked(page.as_of), ""]
    for chapter in page.chapters:
        lines += _chapter(page, chapter, alone=len(page.chapters) == 1)
    return "\n".join(lines).rstrip() + "\n"


def html(page: Page, language: Language) -> bytes:
    """Return a report as an HTML page with nothing outside itself, which can be printed."""
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    template = environment.from_string(_TEMPLATE.read_text(encoding="utf-8"))
    return template.render(page=page, language=language).encode()


def _chapter(page: Page, chapter: Chapter, *, alone: bool) -> Iterator[str]:
    level = "##"
    if not alone:
        yield from (f"## {_marked(chapter.title)}", "")
        level = "###"
    for words in (chapter.summary, *chapter.notes):
        yield from (_marked(words), "")
    yield from (f"{level} {page.todo_title}", "")
    yield from (f"- {_marked(line)}" for line in chapter.todo)
    yield ""
    for section in chapter.sections:
        yield from (f"{level} {_marked(section.title)}", "")
        for note in section.notes:
            yield from (_marked(note), "")
        if section.rows:
            yield from _table(section)
            yield ""


def _table(section: Section) -> Iterator[str]:
    """Yield a table with columns of equal width, so that it stands straight as plain text."""
    rows = [[_marked(cell) for cell in row] for row in (section.head, *section.rows)]
    widths = [max(3, *(len(row[column]) for row in rows)) for column in range(len(section.head))]
    head, *others = rows
    yield _row(head, widths)
    yield _row(["-" * width for width in widths], widths)
    yield from (_row(row, widths) for row in others)


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    return f"| {' | '.join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True))} |"


def _marked(words: str) -> str:
    """Return `words` so that nothing in them is read as Markdown, such as a school's name."""
    return _MARKED.sub(r"\\\1", one_line(words))
