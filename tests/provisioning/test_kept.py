"""What is kept for all who ask: made once, and again when its mark has changed."""

import pytest

from provisioning.kept import Kept


def test_a_value_is_made_once_while_its_mark_is_as_it_was() -> None:
    kept: Kept[str, int] = Kept(2)
    made = iter((1, 2, 3))
    assert [kept.get("glan", mark, lambda: next(made)) for mark in ("a", "a", "b", "b", "a")] == [
        1,
        1,
        2,
        2,
        3,
    ]


def test_each_key_has_a_value_of_its_own() -> None:
    kept: Kept[str, str] = Kept(2)
    assert [kept.get(key, 0, lambda key=key: key) for key in ("glan", "nant", "glan")] == [
        "glan",
        "nant",
        "glan",
    ]


def test_those_used_last_are_kept() -> None:
    kept: Kept[str, str] = Kept(2)
    made: list[str] = []

    def ask(key: str) -> None:
        kept.get(key, 0, lambda: made.append(key) or key)

    for key in ("glan", "nant", "glan", "bryn", "glan", "nant"):
        ask(key)
    assert made == ["glan", "nant", "bryn", "nant"]


def test_what_could_not_be_made_is_tried_again() -> None:
    kept: Kept[str, int] = Kept(1)
    with pytest.raises(ZeroDivisionError):
        kept.get("glan", 0, lambda: 1 // 0)
    assert kept.get("glan", 0, lambda: 1) == 1
