"""What a person's own words say: who, which school, in which language; and what is no question."""

from datetime import date

import pytest

from bot.questions.plain_words import Understood, understand
from knowledge.folding import mutations, words_of
from knowledge.loading import Knowledge
from knowledge.search import Finder
from tests.builders import BRYN, GLAN, NANT

DAY = date(2026, 9, 1)


@pytest.fixture(scope="module")
def finder(knowledge: Knowledge) -> Finder:
    return Finder(knowledge)


def said(text: str, finder: Finder) -> Understood:
    return understand(text, finder, (GLAN, NANT, BRYN), DAY)


@pytest.mark.parametrize(
    ("text", "identifiers"),
    [
        ("H801200001001 isn't on hwb", ["H801200001001"]),
        ("h801200001001 isn't on hwb", ["H801200001001"]),
        ("where is H801 2000 01001 please", ["H801200001001"]),
        ("H8012000010 01, a UPN with a space", ["H801200001001"]),
        ("a slip: H80120000100 (12 characters)", ["H80120000100"]),
        ("H801200001001, H801200001002 and H801200001001", ["H801200001001", "H801200001002"]),
        ("teacher JEV has no account", ["JEV"]),
        ("athrawes JEV2 heb gyfrif", ["JEV2"]),
        ("her code is jev", ["JEV"]),
        ("ei chod staff yw: cod jev", ["JEV"]),
        ("JEV", ["JEV"]),
        ("the UMP, our MIS (SIMS), a UPN and HWB", []),
        ("Y6, 7C, 4B, KS2 and Year 10", []),
        ("the PE teacher and the SENCO, ASAP", []),
        ("DYLAN IS NOT IN THE PORTAL", []),
        ("Dylan started on Monday", []),
        ("phone 03000 25 25 25", []),
        ("school 6809903", []),
    ],
)
def test_identifiers(text: str, identifiers: list[str], finder: Finder) -> None:
    assert list(said(text, finder).identifiers) == identifiers


@pytest.mark.parametrize(
    ("text", "schools", "numbers"),
    [
        ("pupil at 6809903 missing", [GLAN], ["6809903"]),
        ("pupil at 6701234 missing", [], ["6701234"]),
        ("a pupil at Glan High", [GLAN], []),
        ("disgybl yn Ysgol Glan", [GLAN], []),
        ("disgybl yn ysgol y bryn", [BRYN], []),
        ("from Nant to Glan", [GLAN, NANT], []),
        ("glandular fever, nantlle", [], []),
        ("our high school", [], []),
    ],
)
def test_schools(text: str, schools: list[object], numbers: list[str], finder: Finder) -> None:
    found = said(text, finder)
    assert list(found.schools) == schools
    assert list(found.school_numbers) == numbers


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("a new pupil isn't on hwb", "en"),
        ("disgybl newydd ddim ar hwb", "cy"),
        ("mae'r kid newydd ddim ar hwb", "cy"),
        ("H801200001001", "en"),
        ("", "en"),
    ],
)
def test_language(text: str, language: str, finder: Finder) -> None:
    assert said(text, finder).language == language


@pytest.mark.parametrize(
    ("text", "courtesy"),
    [
        ("hi", True),
        ("Diolch yn fawr!", True),
        ("bore da", True),
        ("Thanks a lot :)", True),
        ("hi, a pupil has no password", False),
        ("", True),
        ("🎉🎉", True),
        ("JEV", False),
    ],
)
def test_greetings_thanks_and_silence_are_no_questions(text: str, courtesy: bool, finder: Finder) -> None:
    assert said(text, finder).courtesy is courtesy


@pytest.mark.parametrize(
    "text",
    ["", "   ", "🎉🎉", "\x00\x07\x1b[31m", "<!channel> <@U0CARYS>", "x" * 10_000, "qwzx vbnm " * 1_000],
)
def test_what_says_nothing_finds_nothing(text: str, finder: Finder) -> None:
    found = said(text, finder)
    assert not found.found.sure
    assert found.identifiers == ()


def test_what_is_beyond_two_thousand_characters_is_not_read(finder: Finder) -> None:
    assert said(f"{'. ' * 1_000}password reset H801200001001", finder).identifiers == ()


def test_a_upn_says_that_it_is_a_learner(finder: Finder) -> None:
    found = said("H801 2000 01001 isn't on hwb", finder).found
    assert found.best is not None
    assert found.best.id == "learner-missing"


@pytest.mark.parametrize(
    ("word", "forms"),
    [
        ("disgybl", {"disgybl", "ddisgybl", "nisgybl"}),
        ("cyfrif", {"cyfrif", "gyfrif", "nghyfrif", "chyfrif"}),
        ("plentyn", {"plentyn", "blentyn", "mhlentyn", "phlentyn"}),
        ("gwag", {"gwag", "wag", "ngwag"}),
        ("llaw", {"llaw", "law"}),
        ("chwilio", {"chwilio"}),
        ("athro", {"athro", "hathro"}),
    ],
)
def test_mutations(word: str, forms: set[str]) -> None:
    assert set(mutations(word)) == forms


def test_words_are_folded_by_their_shape() -> None:
    assert words_of("Isn’t Siân in Bl 7 (7C)?") == ["is", "not", "sian", "in", "year", "year7", "class"]
