"""Damaged names and error values: the file's reader, the planner and the safeguards go by one rule."""

import pytest

from provisioning.damage import is_lost_class
from provisioning.names import agree, is_damaged
from provisioning.records.people import Learner
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
