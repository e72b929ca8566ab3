"""What a Digital Champion reads in the made-up county has no words of the trade, in either language."""

import pytest

from knowledge.loading import Knowledge
from knowledge.texts import LANGUAGES, Language
from slack_workspace import WorkspaceServer
from tests.bot.app_fixtures import HELP, Room
from tests.bot.champions_words import NOT_HER_WORDS, shown
from tests.bot.trial.champions_county import CHAMPIONS, lines, room_of
from tests.bot.trial.county_builders import Open


@pytest.fixture(scope="module")
def room(wednesday: Open, everything: Knowledge, served: WorkspaceServer) -> Room:
    """The county's bot, asked by Champions."""
    return room_of(wednesday, everything, served)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_champions_answers_are_in_her_words(language: Language, room: Room) -> None:
    champion, found, read = CHAMPIONS[language], dict[str, str](), 0
    screens = {line: room.run(champion, line, HELP) for line in lines()} | {"Home": room.open_home(champion)}
    for line, screen in screens.items():
        for said in shown(screen):
            read += 1
            if word := NOT_HER_WORDS[language].search(said):
                found.setdefault(f"{word[0]}: {said}", line)
    assert read > 1_000
    assert "\n".join(f"{said} | {line}" for said, line in found.items()) == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_are_found_where_they_stand(language: Language) -> None:
    faulty = {
        "en": ("The row on line 4 was rejected.", "Changes are held.", "It stays undone.", "the extract"),
        "cy": ("Gwrthodwyd y rhes.", "yr echdyniad", "yn aros heb ei wneud"),
    }
    assert all(NOT_HER_WORDS[language].search(said) for said in faulty[language])
    assert not NOT_HER_WORDS["en"].search("I have held back 12 changes until you decide.")
