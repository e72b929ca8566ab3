"""The numbers of schools in every place, on each morning of the trial's summer and before its runs."""

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.alerts.known_facts import KnownFacts
from bot.service.bootstrap import services
from bot.settings import Settings
from bot.trial.opening import seeded
from bot.trial.play import Play
from provisioning.clock import MovableClock
from tests.bot.service.numbers_everywhere import numbers_everywhere

DAYS = int(os.environ.get("SUMMER_DAYS", "0"))
START = datetime(2026, 7, 15, 7, tzinfo=UTC)
pytestmark = [pytest.mark.slow, pytest.mark.integration]


@pytest.mark.skipif(not DAYS, reason="tests/bot/service/test_summer.py compares some mornings")
def test_every_place_says_the_same_numbers_all_summer(tmp_path: Path) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'hwb.sqlite3'}", extracts=tmp_path / "extracts")
    clock = MovableClock(START)
    with services(settings, clock) as behind:
        _, story = seeded(behind, date(2026, 7, 15))
        clock.set(START)
        play, known = Play(behind, clock, story), KnownFacts(settings.groups)
        for _ in range(DAYS):
            play.mornings(1)
            for moment in (clock.now(), clock.now() + timedelta(hours=21)):
                places = numbers_everywhere(behind, known, moment)
                assert len(set(places.values())) == 1, (moment, places)
