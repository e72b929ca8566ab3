"""A regular expression answers the nastiest long text at once, so that no text from outside holds it."""

import gc
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from bot.questions.listeners import words_of_message
from provisioning import masking, names
from tests.hostile.patterns import SIZE, inline, modules, nasty_texts, patterns, use
from tests.tried import Tried

pytestmark = pytest.mark.slow

SECONDS = 0.2
"""Of this process's own time, so that a busy machine makes no test red."""
OF_OUR_OWN_TEXTS = {"bot.service.pages._PLACEHOLDER", "bot.service.pages._CONDITION"}
"""Patterns that `make pages` uses on the texts of this repository, and nothing else."""
BUILT_OF_KNOWN_NAMES = {"slack_workspace.acts._as_typed"}
"""Functions whose patterns are plain names of the workspace, with nothing in them that repeats."""


@contextmanager
def ended_after(seconds: int) -> Iterator[None]:
    """End what takes longer by an error: `re` listens to signals, and would else go on for hours."""

    def late(*_: Any) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(seconds)
    gc.disable()  # thousands of matches at once make it look through all that the tests have made
    try:
        yield
    finally:
        gc.enable()
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("place", sorted(set(patterns()) - OF_OUR_OWN_TEXTS))
def test_a_pattern_answers_at_once(place: str, tried: Tried) -> None:
    pattern, ways = patterns()[place]
    for text in nasty_texts():
        typed: Any = text.encode("utf-8", "replace") if isinstance(pattern.pattern, bytes) else text
        for way in ways:
            with ended_after(5):
                before = time.process_time()
                use(pattern, way, typed)
                took = time.process_time() - before
            assert took < SECONDS, f"{way} of {text[:20]!r} ... {text[-3:]!r} took {took:.2f} s"
            tried("nasty texts at patterns", 1)


def test_patterns_stand_where_this_test_finds_them() -> None:
    assert len(patterns()) > 60
    made = {function for module in modules() for function in inline(module)}
    assert made == BUILT_OF_KNOWN_NAMES


@pytest.mark.parametrize("does", [masking.masked, masking.plain, words_of_message])
def test_what_reads_a_text_from_outside_answers_at_once(does: Any, tried: Tried) -> None:
    for text in nasty_texts():
        before = time.process_time()
        with ended_after(5):
            does(text)
        assert time.process_time() - before < 2 * SECONDS, f"{text[:20]!r}"
        tried("nasty texts at readers", 1)


def test_damaged_names_are_compared_at_once() -> None:
    """Each lost letter may stand for any letters: 40 of them were more ways than can be tried."""
    with ended_after(5):
        assert not names.agree("a?" * 40 + "b", "a" * 200)
        assert names.agree("a?" * 40 + "b", "a" * 200 + "b")


@pytest.mark.parametrize(
    ("said", "masked"),
    [
        ("ERROR o'brien@example.org skipped", "ERROR *** skipped"),
        ("to <alys.lewis@hwbcymru.net>, again", "to <***>, again"),
        ("'a@b'c@d'", "******'"),
        ("user=alys%40hwb.net&x=1", "user=***&x=1"),
        ("a%20b 100% @ home @alys", "a%20b 100% @ home @alys"),
        ("no H801200001001, H801 200 001 01A", "no ***, ***"),
    ],
)
def test_masking_masks_what_it_did(said: str, masked: str) -> None:
    assert masking.masked(said) == masked


def test_a_line_of_letters_is_masked_in_time_that_grows_with_its_length() -> None:
    with ended_after(5):
        assert masking.masked("x" * SIZE) == "x" * SIZE
