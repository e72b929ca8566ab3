"""A word that is nearly a known one is taken for it, and any other for none."""

import pytest

from bot.commands import Command, Unknown, parse
from bot.spelling import nearest

VERBS = ("help", "missing", "last-run", "rhediad-diwethaf")


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
    assert nearest(word, VERBS) == meant


def test_how_near_a_word_must_be() -> None:
    assert nearest("last", VERBS) == "last-run"
    assert nearest("last", VERBS, 0.8) is None


@pytest.mark.parametrize(("line", "meant"), [("mising", "missing"), ("mising in year 7", "missing")])
def test_a_slip_in_a_verb_is_asked_about(line: str, meant: str) -> None:
    found = parse(line)
    assert isinstance(found, Unknown)
    assert found.meant is not None
    assert found.meant.word == meant


@pytest.mark.parametrize("line", ["What runs at night", "Pam mae fy athro wedi mynd"])
def test_a_question_is_not_taken_for_a_slip(line: str) -> None:
    found = parse(line)
    assert isinstance(found, Command)
    assert (found.verb.word, found.about) == ("ask", line)
