"""No alert, digest, letter, board or date tells a Digital Champion of it in words of the trade."""

from pathlib import PurePosixPath

import pytest

from bot.outbox.kinds import LetterContext
from bot.outbox.letters import Letter
from bot.service.bootstrap import knowledge
from bot.slack.voice import Voice
from knowledge.texts import LANGUAGES, Language
from tests.bot.app_fixtures import CARYS, HELP, HUW, PRYS, Room
from tests.bot.champions_words import NOT_HER_WORDS, WHAT_IS_TYPED
from tests.our_texts import our_texts, variants

KNOWN = knowledge().catalogue
HER_FEATURES = (
    "absence",
    "alerts",
    "diagnosis",
    "feedback",
    "home",
    "identity",
    "missing",
    "outbox",
    "requests",
    "reviews",
    "rollover",
    "runs",
    "slack",
    "still_active",
    "watches",
)
"""The features that write to her or answer her; the Service Desk's letters to her are its people's words."""
OF_OTHERS = ("office.", "help.", "error.")
"""Texts that take the place of others for those who look after files, of the command line, and of files."""


def is_hers(file: str, key: str) -> bool:
    path = PurePosixPath(file)
    in_feature = path.parts[0] == "bot" and path.parts[1] in HER_FEATURES
    return (in_feature or file.startswith("knowledge/texts/")) and not key.startswith(OF_OTHERS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_with_a_word_of_the_trade_has_another_for_her(language: Language) -> None:
    found, hers = [], 0
    for where, of, source in our_texts():
        file, _, key = where.partition(": ")
        if of != language or not is_hers(file, key) or f"everyday.{key.removeprefix('in-slack.')}" in KNOWN:
            continue
        hers += 1
        told = [WHAT_IS_TYPED.sub("", said) for said in variants(source)]
        if any(NOT_HER_WORDS[language].search(said) for said in told):
            found.append(f"{where}: {source}")
    assert hers > 900
    assert found == []


def test_a_letter_that_is_about_no_one_school_is_in_her_words_and_in_exact_ones_for_mis_administrators(
    here: Room,
) -> None:
    unreadable = "step.extract-current.unreadable"
    with here.services.database.reading() as session:
        voices = {
            user: LetterContext(here.services, session, Letter("", user, {}), Voice(KNOWN, "en")).voice
            for user in (CARYS, PRYS, HUW, HELP)
        }
    assert "extract" not in voices[CARYS].plain(unreadable)
    assert "extract" not in voices[PRYS].plain(unreadable)
    assert voices[HUW].plain(unreadable) == voices[HELP].plain(unreadable) == "The extract can't be read."
