"""What a username begins with: surname and first initial, in ASCII letters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioning.store.usernames import stem


@pytest.mark.parametrize(
    ("surname", "forename", "expected"),
    [
        ("Bloggs", "Jo", "BloggsJ"),
        ("Ŵyn", "Ŷfa", "WynY"),
        ("Siân-Prŷs", "âlun", "SianPrysA"),
        ("O'Neil", "Aoife", "ONeilA"),
        ("O’Neil", "Aoife", "ONeilA"),
        ("ap Rhys", "Gwyn", "apRhysG"),
        ("EVANS", "SEREN", "EvansS"),
        ("evans", "seren", "EvansS"),
        ("McDonald", "Ian", "McDonaldI"),
        ("Müller", "Øystein", "MullerO"),
        ("王", "小明", "WangX"),
        ("حسن", "أحمد", "HsnH"),
        ("Evans", "", "EvansS"[:-1]),
        ("", "", "User"),
        ("---", "1", "User"),
    ],
)
def test_a_stem(surname: str, forename: str, expected: str) -> None:
    assert stem(surname, forename) == expected


@given(st.text(max_size=12), st.text(max_size=12))
def test_a_stem_is_always_a_few_ascii_letters(surname: str, forename: str) -> None:
    made = stem(surname, forename)
    assert made.isascii()
    assert made.isalpha()
