"""The report's words: what a Digital Champion and an authority officer know, whatever there is to tell."""

import re
from collections.abc import Iterator
from datetime import date, datetime

import pytest

from bot.people.permissions import Role
from bot.people.reader import Reader
from bot.report import screens, written
from bot.report.advice import advice
from bot.report.figures import AlertFigures, CauseFigures, DeskFigures, HoldFigures, YearFigures
from bot.report.page import page
from bot.report.report import Part, Report
from bot.slack.voice import Voice
from diagnostics.stages import STAGES
from knowledge.loading import Knowledge
from knowledge.texts import LANGUAGES, UK, Language
from tests.bot.report.report_builders import NOT_HERE, OPEN, days, hours, in_august, in_september, year
from tests.bot.trial.test_champions_words import NOT_HER_WORDS, shown
from tests.builders import BRYN, GLAN, NANT

AUTUMN, IN_THE_WEEK = date(2026, 11, 2), in_august(26)
TAG = re.compile(r"<[^>]*>")
OF_STATISTICS = {"en": ("median)", "level that"), "cy": ("canolrif)", "fesul lefel")}


def bad_year(number: int, on: date, everything: Knowledge) -> YearFigures:
    """The figures of a year in which all went wrong that can, at three schools or what is known of them."""
    return year(
        (NANT, days(NANT, mis_end_of_year=in_august(27), extract_current=in_september(4), client_ran=OPEN)),
        (GLAN, days(GLAN, OPEN, client_ran=in_august(25), governors_reviewed=NOT_HERE)),
        (BRYN, {}),
        number=number,
        on=on,
        causes=tuple(CauseFigures(cause, 3, 8, 5, 2) for cause in (*STAGES, *everything.causes, None)),
        alerts=AlertFigures((1, 2, 3, 4), 2, 5),
        holds=HoldFigures(5, 4, 3, 2, 2, 1, hours(72)),
        desk=DeskFigures(9, 4, hours(49), hours(90)),
    )


def report(on: date, everything: Knowledge) -> Report:
    """The report of a bad summer after a bad summer, as it stood on a day."""
    now, before = bad_year(2026, on, everything), bad_year(2025, on, everything)
    part = Part(now, before, advice(now, before))
    return Report(2026, datetime(on.year, on.month, on.day, 9, tzinfo=UK), part, {"680": part})


def readings(language: Language, everything: Knowledge) -> Iterator[str]:
    """Every line that a Champion reads in Slack, and an officer in the files, in the week and after it."""
    champion = Reader(frozenset({Role.DIGITAL_CHAMPION}))
    for on in (IN_THE_WEEK, AUTUMN):
        found = report(on, everything)
        voice = Voice(everything.catalogue, language, champion)
        screen = screens.report(found, "report 2026", ("680", "681"), voice)
        yield from shown({"text": screen.text, "blocks": list(screen.blocks)})
        told = page(found, Voice(everything.catalogue, language, Reader()))
        yield from written.markdown(told).splitlines()
        html = written.html(told, language).decode().partition("</style>")[2]
        yield from TAG.sub("", html).splitlines()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_of_the_trade(language: Language, everything: Knowledge) -> None:
    lines = list(readings(language, everything))
    assert len(lines) > 400
    assert [line for line in lines if NOT_HER_WORDS[language].search(line)] == []
    assert [line for line in lines if any(word in line for word in OF_STATISTICS[language])] == []


def test_the_bad_summer_calls_for_everything_of_which_there_is_a_text(everything: Knowledge) -> None:
    """The MIS of Nant was late too, but Nant is told of its leaving dates alone."""
    told = {found.rule for found in report(AUTUMN, everything).whole.advice}
    keys = [key.split(".") for key in sorted(everything.catalogue.keys())]
    assert {key[-1] for key in keys if key[:2] == ["report", "advice"]} == told
