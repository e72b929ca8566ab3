"""How several UPNs or staff codes are typed or pasted after a verb."""

import pytest

from bot.commands import Command
from bot.identifiers import MOST, identifiers_of
from bot.service.features import VERBS

GLAN = "6809903"


@pytest.mark.parametrize(
    ("typed", "people", "school"),
    [
        ("A1234 B5678 JEV9", ("A1234", "B5678", "JEV9"), ""),
        ("A1234, B5678 6809903", ("A1234", "B5678"), GLAN),
        ("A1234 and B5678 at 6809903", ("A1234", "B5678"), GLAN),
        ("A1234\r\nB5678\nA1234", ("A1234", "B5678"), ""),
        ("JEV; ELJ", ("JEV", "ELJ"), ""),
        ("A6809 9992 0001", ("A680999920001",), ""),
        ("A6809 9992 0001 6809903", ("A680999920001",), GLAN),
        ("jac jev", ("jacjev",), ""),
        ("6809903", (GLAN,), ""),
        ("", (), ""),
    ],
)
def test_whom_a_line_names(typed: str, people: tuple[str, ...], school: str) -> None:
    command = VERBS.parse(f"why-missing {typed}")
    assert isinstance(command, Command)
    assert (command.people, command.school) == (people, school)
    assert VERBS.parse(command.line) == command


def test_of_a_whole_register_one_more_is_read_than_is_answered() -> None:
    assert len(identifiers_of("\n".join(f"A{number}" for number in range(900)))) == MOST + 1
