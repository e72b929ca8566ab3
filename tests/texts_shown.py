"""How often each text is shown: `python -m tests.texts_shown` plays the trial's summer and writes it down.

The summer's letters are sent morning by morning, and on some days Digital Champions ask all that they can
about the county. The figures order the texts for a Welsh reader; their size matters, not the last digit.
"""

import csv
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from slack_sdk import WebClient

from bot.service.bootstrap import services
from bot.settings import Settings
from bot.trial.opening import give_roles, seeded
from bot.trial.play import Play
from bot.trial.spec import spec_for
from knowledge.texts import Catalogue, Language, Text
from knowledge.translations import SHOWN
from provisioning.clock import MovableClock
from slack_workspace import WorkspaceServer
from tests.bot.app_fixtures import HELP, room
from tests.bot.trial.champions_county import CHAMPIONS, lines, room_of
from tests.bot.trial.county_builders import Open

START, DAYS = date(2026, 7, 15), 62
ASKED_EVERY = 14
"""After how many days the Champions ask again."""


@contextmanager
def counted() -> Iterator[Counter[str]]:
    """Count the texts that are said, by key."""
    said, say = Counter[str](), Catalogue.say

    def counting(catalogue: Catalogue, what: Text | str, language: Language, **values: Any) -> str:
        said[what if isinstance(what, str) else what.key] += 1
        return say(catalogue, what, language, **values)

    with patch.object(Catalogue, "say", counting):
        yield said


def play(folder: Path, days: int) -> Counter[str]:
    """Play `days` of the trial's summer with files in `folder`; how often each text was shown."""
    settings = Settings(database_url=f"sqlite:///{folder / 'hwb.sqlite3'}", extracts=folder / "extracts")
    clock = MovableClock(datetime(START.year, START.month, START.day, 7, tzinfo=UTC))
    with services(settings, clock) as behind:
        start = clock.now()
        county, story = seeded(behind, START)
        give_roles(behind, county)
        clock.set(start)
        summer = Play(behind, clock, story)
        with (
            WorkspaceServer(spec_for(county, behind, clock, summer)) as letters,
            WorkspaceServer(room(clock.now)) as asked,
            counted() as shown,
        ):
            summer.bind(WebClient(token=letters.bot_token, base_url=letters.api_url))
            for day in range(days):
                summer.mornings(1)
                if day % ASKED_EVERY == 0:
                    provisioning = replace(behind.provisioning, clock=clock)
                    champions = room_of(Open(provisioning), provisioning.knowledge, asked)
                    for user in CHAMPIONS.values():
                        for line in lines():
                            champions.run(user, line, HELP)
                        champions.open_home(user)
                    clock.set(clock.now() + timedelta(minutes=1))
    return shown


def write(shown: Counter[str], path: Path = SHOWN) -> None:
    """Write the figures, most often first."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("key", "times"))
        writer.writerows(sorted(shown.items(), key=lambda each: (-each[1], each[0])))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        write(play(Path(made), DAYS))
