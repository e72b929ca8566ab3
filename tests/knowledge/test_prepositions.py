"""Welsh prepositions before names of schools, which keep their first letter."""

import pytest
from jinja2.exceptions import FilterArgumentError

from knowledge.prepositions import after


@pytest.mark.parametrize(
    ("preposition", "name", "said"),
    [
        ("i", "Ysgol Glan", "i Ysgol Glan"),
        ("i", "Penrhyn Gwyn", "i Penrhyn Gwyn"),
        ("yn", "Penrhyn Gwyn", "yn Penrhyn Gwyn"),
        ("yn", "Bro Alarch", "yn Bro Alarch"),
        ("o", "Caerdydd High School", "o Caerdydd High School"),
        ("gan", "Ysgol Glan", "gan Ysgol Glan"),
        ("ar gyfer", "Ysgol Glan", "ar gyfer Ysgol Glan"),
    ],
)
def test_a_name_keeps_its_first_letter(preposition: str, name: str, said: str) -> None:
    assert after(name, preposition) == said


@pytest.mark.parametrize(
    ("preposition", "name", "said"),
    [
        ("a", "Ysgol Glan", "ac Ysgol Glan"),
        ("a", "Ynys Meillion", "ac Ynys Meillion"),
        ("a", "Glan High", "a Glan High"),
        ("a", "Îlan Primary", "ac Îlan Primary"),
        ("a", "Iolo Morganwg", "ac Iolo Morganwg"),
        ("a", "Wdig", "ac Wdig"),
        ("a", "Wern Primary", "a Wern Primary"),
        ("a", "Wrecsam", "a Wrecsam"),
        ("a", "York House", "a York House"),
        ("a", "Hafod", "a Hafod"),
        ("a", "11A", "ac 11A"),
        ("a", "8 Heol Fawr", "ac 8 Heol Fawr"),
        ("a", "10 Heol Fawr", "a 10 Heol Fawr"),
        ("a", "“Ysgol Glan”", "ac “Ysgol Glan”"),
        ("â", "Ysgol Glan", "ag Ysgol Glan"),
        ("â", "Glan High", "â Glan High"),
        ("gyda", "Ysgol Glan", "gydag Ysgol Glan"),
        ("na", "Ysgol Glan", "nac Ysgol Glan"),
        ("na", "Glan High", "na Glan High"),
    ],
)
def test_the_form_before_a_vowel(preposition: str, name: str, said: str) -> None:
    assert after(name, preposition) == said


@pytest.mark.parametrize(
    ("preposition", "name", "said"),
    [
        ("i", "Y Bont Faen", "i'r Bont Faen"),
        ("i", "Yr Hafod", "i'r Hafod"),
        ("o", "Y Bont Faen", "o'r Bont Faen"),
        ("a", "Yr Hafod", "a'r Hafod"),
        ("â", "Y Pant", "â'r Pant"),
        ("gyda", "Y Pant", "gyda'r Pant"),
        ("neu", "Y Pant", "neu'r Pant"),
        ("yn", "Y Bont Faen", "yn y Bont Faen"),
        ("gan", "Yr Hafod", "gan yr Hafod"),
        ("ar gyfer", "Yr Hafod", "ar gyfer yr Hafod"),
        ("i", "Y", "i Y"),
        ("i", "Yr", "i Yr"),
        ("yn", "Yrfa Newydd", "yn Yrfa Newydd"),
    ],
)
def test_the_article_of_a_name_is_taken_in_or_is_no_longer_a_capital(
    preposition: str, name: str, said: str
) -> None:
    assert after(name, preposition) == said


def test_a_preposition_that_begins_a_sentence_has_its_capital() -> None:
    assert after("Ysgol Glan", "Yn") == "Yn Ysgol Glan"
    assert after("Y Bont Faen", "I") == "I'r Bont Faen"
    assert after("Ysgol Glan", "A") == "Ac Ysgol Glan"


def test_an_unknown_preposition_is_an_error_that_names_the_file() -> None:
    with pytest.raises(FilterArgumentError, match=r"prepositions\.toml"):
        after("Ysgol Glan", "yng")
