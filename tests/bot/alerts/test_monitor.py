"""A watch: what can be watched, and why it ends. Pure."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.watches.watch import LASTS, Watch, WatchNews, news_of, watchable
from diagnostics.verdict import Diagnosis, Next
from knowledge.ids import Question
from knowledge.texts import Bilingual, Text
from tests.builders import GLAN, NOW

WATCH = Watch("U0ANN", GLAN.number, Question.WHY_MISSING, "A1", "never-run", NOW)


def found(cause: str) -> Diagnosis:
    move = Next("nobody", Bilingual("x", "x"), Text("x"))
    return Diagnosis("learner-missing", GLAN, "A1", (), (cause,), (Text("x"),), move)


@pytest.mark.parametrize(
    ("cause", "after", "news"),
    [
        ("never-run", timedelta(), None),
        ("never-run", LASTS - timedelta(seconds=1), None),
        ("never-run", LASTS, WatchNews.WEEK),
        ("present", timedelta(), WatchNews.THERE),
        ("present", LASTS, WatchNews.THERE),
        ("up-to-date", timedelta(), WatchNews.THERE),
        ("transferred", timedelta(), WatchNews.THERE),
        ("new-account", timedelta(), WatchNews.THERE),
        ("run-held", timedelta(), WatchNews.CHANGED),
        ("row-rejected", LASTS, WatchNews.CHANGED),
    ],
)
def test_why_it_ends(cause: str, after: timedelta, news: WatchNews | None) -> None:
    assert news_of(WATCH, found(cause), NOW + after) is news


@pytest.mark.parametrize(
    ("question", "cause", "can"),
    [
        (Question.WHY_MISSING, "never-run", True),
        (Question.WHY_MISSING, "present", False),
        (Question.NO_PASSWORD, "not-in-mis", True),
        (Question.NO_PASSWORD, "transferred", False),
        (Question.NO_PASSWORD, "new-account", False),
        (Question.OLD_CLASS, "mis-not-rolled-over", True),
        (Question.OLD_CLASS, "up-to-date", False),
        (Question.MOVE_ACCOUNT, "contact-service-desk", False),
    ],
)
def test_what_can_be_watched(question: Question, cause: str, can: bool) -> None:
    assert watchable(question, found(cause)) is can


def test_its_line_asks_the_question_again() -> None:
    assert WATCH.line == "why-missing A1 6809903"
    assert replace(WATCH, since=NOW).until == NOW + timedelta(days=7)
