"""Numbers with their nouns: English plurals, and Welsh nouns, whose first letter changes after a number."""

from pathlib import Path

import pytest
from jinja2 import TemplateError

from knowledge.counting import welsh_nouns
from knowledge.texts import Catalogue

SOFT = {"p": "b", "t": "d", "c": "g", "b": "f", "d": "dd", "g": "", "m": "f", "ll": "l", "rh": "r"}
BREATHED = {"p": "ph", "t": "th", "c": "ch"}
ALREADY_ONE_LETTER = ("ch", "dd", "ff", "ng", "ph", "th")
NOT_AFTER_ONE = ("ll", "rh")
"""Feminine nouns with these letters keep them after "un": "un rhes", but "un gell"."""


def first_letter(noun: str) -> str:
    return noun[:2] if noun.startswith((*ALREADY_ONE_LETTER, *NOT_AFTER_ONE)) else noun[:1]


def changed(noun: str, letters: dict[str, str]) -> str:
    letter = first_letter(noun)
    return letters.get(letter, letter) + noun.removeprefix(letter)


def expected_forms(noun: str, gender: str) -> dict[str, str]:
    """The noun after un, dau or dwy, tri or tair, and chwe."""
    soft, breathed = changed(noun, SOFT), changed(noun, BREATHED)
    if gender == "m":
        return {"one": noun, "two": soft, "few": breathed, "many": breathed}
    one = noun if first_letter(noun) in NOT_AFTER_ONE else soft
    return {"one": one, "two": soft, "few": noun, "many": breathed}


@pytest.mark.parametrize("noun", sorted(welsh_nouns()))
def test_the_forms_of_a_noun_follow_from_its_gender(noun: str) -> None:
    forms = dict(welsh_nouns()[noun])
    gender = forms.pop("gender")
    if noun == "person":  # "1 person", and from then on the plural after "o"
        assert forms == {"one": "person", "other": "o bobl"}
        return
    assert forms == {number: form for number, form in expected_forms(noun, gender).items() if form != noun}


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    (tmp_path / "some.toml").write_text(
        """
[accounts]
en = "{{ n | count('account', 'accounts') }}"
cy = "{{ n | count('cyfrif') }}"
[rows]
en = "{{ n | count('row', 'rows') }}"
cy = "{{ n | count('rhes') }}"
[unknown]
en = "{{ n | count('cat', 'cats') }}"
cy = "{{ n | count('cath') }}"
""",
        encoding="utf-8",
    )
    return Catalogue([tmp_path])


@pytest.mark.parametrize(
    ("n", "accounts", "cyfrifon", "rhesi"),
    [
        (0, "0 accounts", "0 cyfrif", "0 rhes"),
        (1, "1 account", "1 cyfrif", "1 rhes"),
        (2, "2 accounts", "2 gyfrif", "2 res"),
        (3, "3 accounts", "3 chyfrif", "3 rhes"),
        (5, "5 accounts", "5 cyfrif", "5 rhes"),
        (6, "6 accounts", "6 chyfrif", "6 rhes"),
        (11, "11 accounts", "11 cyfrif", "11 rhes"),
        (1200, "1,200 accounts", "1,200 cyfrif", "1,200 rhes"),
    ],
)
def test_a_noun_follows_its_number(
    catalogue: Catalogue, n: int, accounts: str, cyfrifon: str, rhesi: str
) -> None:
    assert catalogue.say("accounts", "en", n=n) == accounts
    assert catalogue.say("accounts", "cy", n=n) == cyfrifon
    assert catalogue.say("rows", "cy", n=n) == rhesi


def test_a_welsh_noun_must_be_in_the_list(catalogue: Catalogue) -> None:
    assert catalogue.say("unknown", "en", n=3) == "3 cats"
    with pytest.raises(TemplateError, match="no Welsh noun 'cath'"):
        catalogue.say("unknown", "cy", n=3)
