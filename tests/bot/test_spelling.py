"""A word that is nearly a known one is taken for it, and any other for none."""

import pytest

from bot.commands import Command, Unknown
from bot.service.features import VERBS
from bot.spelling import nearest

WORDS = ("help", "missing", "last-run", "rhediad-diwethaf")


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("helpp", "help"),
        ("mising", "missing"),
        ("lst-run", "last-run"),
        ("rhediad-diwetaf", "rhediad-diwethaf"),
        ("zebra", None),
        ("", None),
    ],
)
def test_the_nearest_word(word: str, meant: str | None) -> None:
    assert nearest(word, WORDS) == meant


def test_how_near_a_word_must_be() -> None:
    assert nearest("last", WORDS) == "last-run"
    assert nearest("last", WORDS, 0.8) is None


@pytest.mark.parametrize(("line", "meant"), [("mising", "missing"), ("mising in year 7", "missing")])
def test_a_slip_in_a_verb_is_asked_about(line: str, meant: str) -> None:
    found = VERBS.parse(line)
    assert isinstance(found, Unknown)
    assert found.meant is not None
    assert found.meant.word == meant


@pytest.mark.parametrize("line", ["What runs at night", "Pam mae fy athro wedi mynd"])
def test_a_question_is_not_taken_for_a_slip(line: str) -> None:
    found = VERBS.parse(line)
    assert isinstance(found, Command)
    assert (found.verb.word, found.about) == ("ask", line)
