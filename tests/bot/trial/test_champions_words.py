"""What a Digital Champion reads in the made-up county has no words of the trade, in either language."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from knowledge.loading import Knowledge
from knowledge.texts import LANGUAGES, Language
from slack_workspace import WorkspaceServer
from tests.bot.app_fixtures import HELP, Room
from tests.bot.trial.champions_county import CHAMPIONS, lines, room_of
from tests.bot.trial.county_builders import Open

NOT_HER_WORDS = {
    "en": re.compile(
        r"\b(?:extracts?|rows?|reject(?:ed|s|ion)|held(?! back)|covered|installations?|safeguards?"
        r"|doors?|grants?|stays? undone|stages?)\b|\bline \d",
        re.IGNORECASE,
    ),
    "cy": re.compile(
        r"\b(?:h?echdyniad(?:au)?|rh?es(?:i)?|n?g?wrthodwyd|mesur(?:au)? diogelu|y gosodiad hwn|llinell \d)\b"
        r"|heb (?:ei|eu) g?wneud",
        re.IGNORECASE,
    ),
}
TEXTS = ("text", "label", "placeholder", "title")
WHAT_IS_TYPED = re.compile(r"`[^`]*`|/hwb [\w-]+")


@pytest.fixture(scope="module")
def room(wednesday: Open, everything: Knowledge, served: WorkspaceServer) -> Room:
    """The county's bot, asked by Champions."""
    return room_of(wednesday, everything, served)


def shown(of: Any) -> Iterator[str]:
    """Every text in what is shown, a line each, without what is to be typed."""
    match of:
        case str():
            yield from WHAT_IS_TYPED.sub("", of).splitlines()
        case dict():
            for name, value in of.items():
                if name in TEXTS or isinstance(value, dict | list):
                    yield from shown(value)
        case list():
            for value in of:
                yield from shown(value)


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
