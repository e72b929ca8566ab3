"""`hwb feedback`: what was said of answers, by cause or entry and language, most often wrong first."""

from datetime import date

import pytest

from bot.feedback.actions import Said
from bot.feedback.store import Judged, count
from provisioning.store.database import Database
from tests.bot.command_line import CommandLine

WAITS, PASSWORD = Judged("why-missing", "never-run"), Judged("ask", "learner-no-password")


@pytest.fixture
def judged(hwb: CommandLine) -> CommandLine:
    assert hwb("schools list").status == 0  # makes the database
    database = Database(f"sqlite:///{hwb.folder / 'data' / 'hwb.sqlite3'}")
    with database.writing() as session:
        for said in (Said.YES, Said.YES, Said.NO, Said.WHO):
            count(session, date(2026, 9, 7), WAITS, "cy", said)
        count(session, date(2026, 9, 1), PASSWORD, "en", Said.YES)
    database.close()
    return hwb


def test_in_words(judged: CommandLine) -> None:
    head, waits, password = judged("feedback").out.splitlines()
    assert head.split() == ["Command", "Cause", "or", "entry", "Language", "Right", "Wrong", "Why", "wrong"]
    assert waits.split()[:5] == ["why-missing", "never-run", "cy", "2", "1"]
    assert waits.endswith("It is for another person to act 1")
    assert password.split()[:5] == ["ask", "learner-no-password", "en", "1", "0"]


def test_as_json_since_a_day(judged: CommandLine) -> None:
    assert judged("feedback --json --since 2026-09-02").shape == {
        "since": "2026-09-02",
        "feedback": [
            {
                "verb": "why-missing",
                "about": "never-run",
                "language": "cy",
                "yes": 2,
                "no": 1,
                "reasons": {"who": 1},
            }
        ],
    }


def test_in_welsh_where_nothing_was_said(hwb: CommandLine) -> None:
    assert "Ni ddywedwyd am yr un ateb" in hwb("feedback --lang cy").out


def test_a_day_that_is_none(hwb: CommandLine) -> None:
    assert hwb("feedback --since yesterday").status == 2
