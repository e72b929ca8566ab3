"""The order of a batch: a previous school before the school that its leavers have been admitted to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioning.runs.order import Order, order


@pytest.mark.parametrize(
    ("schools", "moves", "expected"),
    [
        ([], [], Order(())),
        (["2", "1", "3"], [], Order(("1", "2", "3"))),
        (["1", "2"], [("2", "1")], Order(("2", "1"))),
        (["1", "2", "3"], [("3", "2"), ("2", "1")], Order(("3", "2", "1"))),  # a chain
        (["1", "2", "3", "4"], [("2", "1"), ("3", "1")], Order(("2", "3", "4", "1"))),  # two primaries
        (["1", "2"], [("9", "1"), ("2", "9")], Order(("1", "2"))),  # a school that does not run now
        (["1"], [("1", "1")], Order(("1",))),
    ],
    ids=["none", "no moves", "one move", "chain", "two to one", "outside the batch", "itself"],
)
def test_previous_schools_go_first(schools: list[str], moves: list[tuple[str, str]], expected: Order) -> None:
    assert order(schools, moves) == expected
    assert order(list(reversed(schools)), list(reversed(moves))) == expected


def test_of_two_schools_that_swap_learners_the_first_runs_again() -> None:
    assert order(["1", "2"], [("1", "2"), ("2", "1")]) == Order(("1", "2"), again=("1",))


def test_a_circle_of_three_is_gone_round_and_its_first_school_runs_again() -> None:
    assert order(["1", "2", "3"], [("1", "2"), ("2", "3"), ("3", "1")]) == Order(
        ("1", "2", "3"), again=("1",)
    )


@given(st.sets(st.tuples(st.sampled_from("12345"), st.sampled_from("12345"))))
def test_every_school_runs_once_and_again_if_it_had_to_go_before_a_previous_school(
    moves: set[tuple[str, str]],
) -> None:
    found = order("12345", moves)
    assert sorted(found.schools) == list("12345")
    place = {school: number for number, school in enumerate(found.schools)}
    too_early = {new for origin, new in moves if place[origin] > place[new]}
    assert too_early <= set(found.again)
