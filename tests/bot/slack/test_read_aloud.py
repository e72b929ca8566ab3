"""Typical answers, read aloud: each says what was found, who acts, what to do, and whom to ask.

What is said stands whole, in both languages, in `read_aloud.toml` beside this file.
"""

import tomllib
from datetime import date
from pathlib import Path

import pytest

from bot.alerts.tables import StageDayRow
from bot.people.permissions import Grant, Role
from tests.bot.app_fixtures import PRYS, SEREN, WYN, Room
from tests.builders import GLAN, NANT

SAID = tomllib.loads(Path(__file__).with_name("read_aloud.toml").read_text(encoding="utf-8"))


@pytest.fixture
def authority(glan: Room) -> Room:
    """Prys looks after the authority's two schools, and so does Wyn, who reads Welsh.

    Nant was late with its end of year this summer, and Glan's staff records are incomplete still.
    """
    glan.grant(Grant(WYN, Role.LOCAL_AUTHORITY, "680"))
    done = (
        (NANT, "mis-end-of-year", date(2026, 8, 27)),
        (GLAN, "client-ran", date(2026, 8, 25)),
        (GLAN, "staff-complete", None),
    )
    with glan.services.database.writing() as session:
        session.add_all(
            StageDayRow(school=school.number, year=2026, stage=stage, applies=True, closed_on=day)
            for school, stage, day in done
        )
    return glan


@pytest.mark.parametrize(("user", "language"), [(PRYS, "en"), (WYN, "cy")])
@pytest.mark.parametrize(
    ("answer", "line"),
    [
        ("a-learner", f"why-missing {SEREN.upn} {GLAN.number}"),
        ("who-is-missing", f"missing {GLAN.number}"),
        ("a-schools-rollover", f"rollover {GLAN.number}"),
        ("the-board", "rollover"),
        ("a-run-that-failed", f"run {NANT.number}"),
        ("a-report", "report"),
    ],
)
def test_the_answer_read_aloud(answer: str, line: str, user: str, language: str, authority: Room) -> None:
    assert authority.run(user, line)[-1]["text"] == SAID[answer][language].rstrip("\n")
