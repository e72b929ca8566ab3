"""The report on a terminal of 80 columns: its tables fit, and lose no word."""

import io
from datetime import date

import pytest

from bot.cli.output import PlainConsole
from bot.people.reader import Reader
from bot.report.page import page
from bot.report.terminal import show
from bot.slack.voice import Voice
from knowledge.loading import Knowledge
from knowledge.texts import LANGUAGES, Language
from tests.bot.report.test_report_words import AUTUMN, IN_THE_WEEK, report

WIDE = 80


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("on", [IN_THE_WEEK, AUTUMN])
def test_tables_fit_and_lose_nothing(on: date, language: Language, everything: Knowledge) -> None:
    """Sentences are left to the terminal, as everywhere; in tables a long name goes on in the next line."""
    told = page(report(on, everything), Voice(everything.catalogue, language, Reader()))
    printed = io.StringIO()
    show(told, PlainConsole(highlight=False, soft_wrap=True, width=WIDE, file=printed))
    said = printed.getvalue()
    (chapter,) = told.chapters
    sentences = {told.as_of, chapter.summary, *chapter.notes, *(f"- {line}" for line in chapter.todo)}
    assert [line for line in said.splitlines() if len(line) > WIDE and line not in sentences] == []
    assert sentences <= set(said.splitlines())
    cells = {cell for section in chapter.sections for row in (section.head, *section.rows) for cell in row}
    words = {word for cell in cells for word in cell.split()}
    assert words <= set(said.split())
