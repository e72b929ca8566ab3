"""Damaged names, misread letters, error values: reader, planner and safeguards go by one rule."""

import pytest

from provisioning.damage import is_lost_class
from provisioning.names import agree, are_of_two_people, differing, is_damaged
from provisioning.records.people import Learner
from provisioning.sources.cells import clean
from provisioning.sources.rows import learner

ROW = {
    "upn": "C680999920001",
    "legal_surname": "Puw",
    "legal_forename": "Seren",
    "admission_date": "2020-09-01",
    "leaving_date": "",
    "year_group": "7",
    "class": "7A",
}

ERROR_VALUES = ["#REF!", "#N/A", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"]
ERROR_VALUES += ["#FIELD!", "#BLOCKED!", "#GETTING_DATA", "#ERROR!", "Err:502", "#n/a", "#####"]


def read(surname: str) -> Learner:
    found = learner({**ROW, "legal_surname": surname}, 2)
    assert isinstance(found, Learner)
    return found


@pytest.mark.parametrize("value", ERROR_VALUES)
def test_an_error_value_is_no_name_and_no_class(value: str) -> None:
    assert read(value).damaged_names
    assert agree(value, "Puw")  # it may have been any name
    assert is_lost_class(value)


@pytest.mark.parametrize(
    ("name", "damaged"),
    [
        ("P\ufffdw", True),
        ("P?w", True),
        ("?ynn", True),
        ("Puw?", False),  # behind the letters nothing is lost
        ("Puw ?2", False),  # nor before a digit
        ("Puw ?", False),
        ("? Puw", True),  # before letters, as a word of its own
        ("Puw ? Ann", True),
        ("O?'Neil", True),
        ("(?) Puw", True),
        ("123", True),
        ("-", True),
        ("Puw #REF!", True),
        ("Err", False),  # a surname
        ("Kerr:502", False),
        ("Łukasz", False),
        ("李", False),
        ("O'Neil", False),
        ("Puw #2", False),
    ],
)
def test_the_reader_and_the_planner_find_the_same_names_damaged(name: str, damaged: bool) -> None:
    assert (read(name).damaged_names, is_damaged(name)) == (damaged, damaged)


# Letters of UTF-8 that another program has read as Windows-1252 before the export

WELSH = "âêîôûŵŷÂÊÎÔÛŴŶáéíóúẃýÁÉÍÓÚẂÝàèìòùẁỳÀÈÌÒÙẀỲäëïöüẅÿÄËÏÖÜẄŸ’"
EUROPEAN = "åãçęħķļłñňøœæąćőťůßþÅÃÇØÆ"


def misread(name: str) -> str:
    """Return a name as Windows-1252 reads its bytes in UTF-8; it leaves five bytes undefined."""
    return "".join(
        bytes([byte]).decode("cp1252") if byte not in b"\x81\x8d\x8f\x90\x9d" else chr(byte)
        for byte in name.encode()
    )


@pytest.mark.parametrize("letter", [*WELSH, *EUROPEAN])
def test_a_letter_that_was_misread_is_damage_wherever_it_stands(letter: str) -> None:
    spellings = [f"Ma{letter}ri"] if letter in "’" else [f"Ma{letter}ri", f"{letter}an", f"Ma{letter}"]
    for name in spellings:
        seen = clean(misread(name))
        assert is_damaged(seen), (name, seen)
        assert read(seen).damaged_names, (name, seen)
        assert agree(seen, name), (name, seen)


@pytest.mark.parametrize("name", ["Siân", "Llŷr", "Môn", "Ŵyn", "O’Neil", "Seán", "María", "Zoë"])
def test_a_misread_name_makes_no_doubt_by_itself(name: str) -> None:
    assert differing((clean(misread(name)), "Puw"), ("Puw", name)) == []
    assert not are_of_two_people(differing((clean(misread(name)), clean(misread("Môn"))), ("Puw", "Ann")))


WHOLE = [
    *("Siân", "SIÂN", "Llŷr", "LLŶR", "Môn", "MÔN", "Ŵyn", "ŴYN-JONES", "Glân", "SIÂN-MAI", "SIÂN MAI"),
    *(
        "O’Neil",
        "Ó’Brien",
        "D’ÂRCY",
        "Å",
        "Åse",
        "ÅSE",
        "Åland",
        "Ångström",
        "Ärlig",
        "PERÄ-SALO",
        "PERÄ–SALO",
    ),
    *(
        "João",
        "JOÃO",
        "GUIMARÃES",
        "GuimarÃes",
        "CONCEIÇÃO",
        "MAÇÃ",
        "IRMÃ MARIA",
        "Brandão",
        "Äiti",
        "Käännä",
    ),
    *("Łukasz", "Škoda", "ŠKODA", "Žižka", "Øyvind", "Þór", "Æsa", "Çelik", "Ñuñez", "Gârbea", "GÂ", "Âşık"),
    *(
        "Mª José",
        "Gal·la",
        "GAL·LA",
        "Ááž",
        "Ååž",
        "Äšš",
        "Ðorđe",
        "İnci",
        "Ġorġ",
        "Ĳsbrand",
        "Œuvray",
        "Ålš",
    ),
]


@pytest.mark.parametrize("name", WHOLE)
def test_no_name_as_people_write_it_counts_as_misread(name: str) -> None:
    assert clean(name) == name
    assert not is_damaged(name)
    assert not read(name).damaged_names


@pytest.mark.parametrize("written", ["SIÂN\xa0MAI", "IRMÃ\xa0MARIA", "SIÂ\xadN", "KÄ\xadRKI"])
def test_spaces_and_hyphens_of_other_kinds_are_no_damage(written: str) -> None:
    assert not is_damaged(clean(written))
