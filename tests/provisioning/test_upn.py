"""The Unique Pupil Number: the domain notes' own examples, every slip of one key, what is wrong with it."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from provisioning.upn import (
    LETTERS,
    UpnFault,
    check_letter,
    fault,
    is_temporary,
    is_valid,
    looks_like,
    normalise,
)

PERMANENT = [
    "R201100018042",
    "H801200001001",
    "G681999920001",
    "W660999920001",
    "K669999920001",
    "H672999920001",
]
TEMPORARY = ["T20110001804V", "F68199992001A"]

bodies = st.from_regex(r"[0-9]{11}[0-9A-HJ-NP-RT-Z]", fullmatch=True)


@pytest.mark.parametrize("upn", PERMANENT + TEMPORARY)
def test_a_right_one_is_valid_and_has_no_fault(upn: str) -> None:
    assert is_valid(upn)
    assert fault(upn) is None
    assert is_temporary(upn) == (upn in TEMPORARY)


@pytest.mark.parametrize(
    ("upn", "wrong"),
    [
        ("A801200005001", UpnFault.CHECK_LETTER),  # B is right
        ("X80120000A001", UpnFault.DIGITS),
        ("", UpnFault.LENGTH),
        ("H80120000100", UpnFault.LENGTH),
        ("H8012000010011", UpnFault.LENGTH),
        ("I801200001001", UpnFault.CHECK_LETTER_SHAPE),
        ("O801200001001", UpnFault.CHECK_LETTER_SHAPE),
        ("S801200001001", UpnFault.CHECK_LETTER_SHAPE),
        ("8801200001001", UpnFault.CHECK_LETTER_SHAPE),
        ("H8O1200001001", UpnFault.DIGITS),
        ("H80120000100I", UpnFault.LAST),
        ("T20110001804S", UpnFault.LAST),
        ("H80120000100-", UpnFault.LAST),
        ("H80120000100١", UpnFault.LAST),  # a digit, but not one that a UPN has
        ("T20110001804W", UpnFault.CHECK_LETTER),
    ],
)
def test_a_wrong_one_names_its_first_fault(upn: str, wrong: UpnFault) -> None:
    assert not is_valid(upn)
    assert fault(upn) is wrong


def test_the_right_letter_is_told() -> None:
    assert check_letter("801200005001") == "B"


@given(bodies, st.integers(0, 10), st.integers(1, 9))
def test_every_slip_of_a_digit_is_caught(body: str, place: int, off: int) -> None:
    slipped = f"{body[:place]}{(int(body[place]) + off) % 10}{body[place + 1 :]}"
    assert not is_valid(check_letter(body) + slipped)


@given(bodies, st.sampled_from(LETTERS))
def test_every_other_check_letter_and_every_other_last_character_is_caught(body: str, other: str) -> None:
    letter = check_letter(body)
    assume(other != letter)
    assert not is_valid(other + body)
    if other != body[-1]:
        assert is_valid(letter + body[:-1] + other) == (check_letter(body[:-1] + other) == letter)


@given(bodies, st.integers(0, 11))
def test_every_swap_of_neighbours_is_caught(body: str, place: int) -> None:
    whole = check_letter(body) + body
    swapped = whole[:place] + whole[place + 1] + whole[place] + whole[place + 2 :]
    assume(swapped != whole)
    assert not is_valid(swapped)


@given(st.text(max_size=15))
def test_whatever_is_typed_is_either_valid_or_has_a_fault(typed: str) -> None:
    upn = normalise(typed)
    assert is_valid(upn) == (fault(upn) is None)


def test_spaces_and_case_do_not_matter() -> None:
    assert normalise(" h8012 0000\u00a01001\t") == "H801200001001"


@pytest.mark.parametrize(
    "typed", ["H801200001001", "h801 2000 01001", "A801200005001", "H8012000", "80120000100"]
)
def test_a_upn_with_a_slip_still_looks_like_one(typed: str) -> None:
    assert looks_like(typed)


@pytest.mark.parametrize("typed", ["JEV", "EVANSJ", "S01", "12345", "T4", "S00123"])
def test_a_staff_code_does_not_look_like_a_upn(typed: str) -> None:
    assert not looks_like(typed)
