"""The words of all texts: one name for one thing, sentences that can be read once, and who acts is named."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.our_texts import GUIDE, OurText, our_texts, sentences, variants, words

GLOSSARY = tomllib.loads(Path(__file__).with_name("glossary.toml").read_text(encoding="utf-8"))
LONG_IN_THE_GUIDE = tomllib.loads(
    Path(__file__).with_name("long_in_the_guide.toml").read_text(encoding="utf-8")
)
MOST_WORDS = 25
NOBODYS_PASSIVE = {
    "en": {
        r"\b(?:is|are|has been|have been|will be) told\b(?! apart)": "You will be told what comes of it.",
        r"\b(?:is|are) held back\b": "Changes are held back for a decision.",
        r"\b(?:is|are|will be) (?:reminded|notified|informed|escalated)\b": "They are reminded on Monday.",
        r"\b(?:digest|message|letter|reminder)s? (?:is|are|will be) sent\b": "Your digest is sent at eight.",
        r"\b(?:client|run) (?:is|has been|was) started for\b": "The client has been started for Glan.",
        r"\bfile is being made\b": "The file is being made.",
    },
    "cy": {
        r"(?i)\bdywedir wrth": "Dywedir wrthych yma.",
        r"(?i)\bgofynnir i ": "Gofynnir i Mair.",
        r"(?i)\banfonir (?:crynodeb|eich|neges|llythyr)": "Anfonir crynodeb am wyth.",
        r"(?i)\b(?:atgoffir|hysbysir)\b": "Atgoffir hwy ddydd Llun.",
        r"(?i)\bcewch (?:chithau )?wybod (?:beth|pan)\b": "Cewch wybod beth ddaw ohono.",
        r"\bMae'r Cleient Darparu wedi'i gychwyn\b": "Mae'r Cleient Darparu wedi'i gychwyn ar gyfer Glan.",
        r"\byn cael (?:ei|eu) dal yn ôl\b": "mae newidiadau yn cael eu dal yn ôl",
    },
}
"""What the bot does itself, told as if no one did it, with an example: it tells, asks, sends, starts."""
OF_OTHERS = (
    "cli.",
    "help.",
    "audit.",
    "subject.",
    "held.approve-title",
    "review.list-waits",
    "run.differs",
)
"""Texts of the command line, of what is kept, and of what is so until a person decides."""


@pytest.fixture(scope="module")
def english() -> list[OurText]:
    """Every English text of ours."""
    found = [text for text in our_texts() if text.language == "en"]
    assert len(found) > 2_500
    return [text for text in found if not text.where.startswith(GUIDE)]


@pytest.mark.parametrize("thing", GLOSSARY)
def test_a_thing_has_one_name(thing: str, english: list[OurText]) -> None:
    name = GLOSSARY[thing]
    others = [re.compile(pattern) for pattern in name["not_said"]]
    assert not any(other.search(name["said"]) for other in others)
    assert all(any(other.search(faulty) for other in others) for faulty in name["faulty"])
    found = [text for text in english if any(other.search(text.source) for other in others)]
    assert [f"{text.where}: {text.source}" for text in found] == []


@pytest.mark.parametrize("language", ["en", "cy"])
def test_no_sentence_of_ours_is_longer_than_can_be_read_once(language: str) -> None:
    long = {
        (where, said)
        for where, of, source in our_texts()
        if of == language and where not in LONG_IN_THE_GUIDE
        for variant in variants(source)
        for said in sentences(variant)
        if words(said) > MOST_WORDS
    }
    assert sorted(long) == []


def test_the_long_sentences_are_all_the_guides() -> None:
    found = {text.where: text.source for text in our_texts() if text.language == "en"}
    for where, quoted in LONG_IN_THE_GUIDE.items():
        assert where.startswith(GUIDE)
        assert quoted in found[where]


@pytest.mark.parametrize("language", NOBODYS_PASSIVE)
def test_the_bot_says_i_of_what_it_does(language: str) -> None:
    patterns = {re.compile(pattern): faulty for pattern, faulty in NOBODYS_PASSIVE[language].items()}
    assert all(pattern.search(faulty) for pattern, faulty in patterns.items())
    found = [
        f"{where}: {source}"
        for where, of, source in our_texts()
        if of == language
        and not where.startswith((*GUIDE, "settings."))
        and not where.partition(": ")[2].startswith(OF_OTHERS)
        and any(pattern.search(source) for pattern in patterns)
    ]
    assert found == []
