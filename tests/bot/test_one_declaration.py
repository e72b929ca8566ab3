"""A new verb is one declaration: everything that reads the registry of verbs knows it."""

from pathlib import Path

import pytest

from bot.commands import Command, Takes, Verb, Verbs
from bot.people.permissions import Act
from bot.service.bootstrap import knowledge as load_everything
from bot.service.features import VERBS
from bot.services import Services
from bot.settings import Settings
from bot.slack.blocks import Screen, section
from bot.slack.context import Answer, Context
from bot.slack.handlers import at_one_school
from knowledge.loading import Knowledge
from provisioning.records.schools import School
from provisioning.store.database import Database
from slack_workspace import WorkspaceServer
from tests.bot.app_fixtures import CARYS, ELIS, GRANTS, NOW, Room, opened, swept, words
from tests.bot.matrix.matrix_table import without_a_row
from tests.builders import Schools

TEXTS = {
    "title": {"en": "Bell times", "cy": "Amseroedd y gloch"},
    "usage": {"en": "bell-times", "cy": "amseroedd-cloch"},
    "help": {"en": "When the school bell rings", "cy": "Pryd mae cloch yr ysgol yn canu"},
}


def bell_times(_context: Context, _command: Command, school: School) -> Answer:
    said = f"The bell of {school.name.en} rings at nine."
    return Answer(Screen(said, [section(said)]))


BELL = Verb("bell-times", "amseroedd-cloch", Takes.SCHOOL, at_one_school(bell_times), Act.DIAGNOSE)


@pytest.fixture(scope="module")
def known() -> Knowledge:
    """The guide with the three texts of one more verb; read for these tests alone, as they add to it."""
    known = load_everything()
    for part, texts in TEXTS.items():
        known.catalogue.add(Path("texts.toml"), f"verb.bell-times.{part}", texts)
    return known


@pytest.fixture
def with_bells(database: Database, tmp_path: Path, served: WorkspaceServer, known: Knowledge) -> Room:
    """A workspace whose bot has one more verb."""
    provisioning = Schools(database, tmp_path / "extracts", known)
    settings = Settings(database_url=str(database.url), extracts=provisioning.folder)
    verbs = Verbs((*VERBS.every, BELL))
    found = opened(Services(settings, provisioning.at(NOW), lambda: verbs), provisioning, swept(served))
    found.grant(*GRANTS)
    return found


@pytest.mark.parametrize("word", ["bell-times", "amseroedd-cloch"])
def test_it_is_answered_by_either_word(with_bells: Room, word: str) -> None:
    assert "rings at nine" in words(with_bells.answer(CARYS, word))


def test_it_is_refused_to_whom_it_is_not_allowed(with_bells: Room) -> None:
    assert "rings at nine" not in words(with_bells.answer(ELIS, "bell-times"))


def test_help_lists_it(with_bells: Room) -> None:
    assert "When the school bell rings" in words(with_bells.answer(CARYS, "help"))


def test_a_slip_in_its_word_is_asked_about(with_bells: Room) -> None:
    assert "bell-times" in words(with_bells.answer(CARYS, "bel-tmes"))


def test_a_question_in_plain_words_finds_it(with_bells: Room) -> None:
    answer = with_bells.answer(CARYS, "ask bell rings")
    buttons = [button for block in answer["blocks"] for button in block.get("elements", ())]
    assert "bell-times" in [button.get("value") for button in buttons]


def test_the_matrix_asks_for_its_row() -> None:
    assert without_a_row(Verbs((*VERBS.every, BELL))) == {(BELL, Act.DIAGNOSE)}
    assert without_a_row(VERBS) == set()
