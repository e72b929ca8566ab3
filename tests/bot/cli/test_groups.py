"""Lists on the command line: what stands in the way, whose move it is, what to do, and who."""

import pytest

from bot.cli.groups import side_by_side
from tests.bot.command_line import CommandLine
from tests.bot.hand_written import AUGUST, SECONDARY, SION


def test_identifiers_stand_beside_one_another_and_are_never_broken() -> None:
    upns = [f"A6609999180{number}" for number in range(10, 17)]
    assert side_by_side(upns, 40) == [
        "  A660999918010  A660999918011",
        "  A660999918012  A660999918013",
        "  A660999918014  A660999918015",
        "  A660999918016",
    ]
    assert side_by_side(["learners.csv:794 (a long name)"], 10) == ["  learners.csv:794 (a long name)"]
    assert side_by_side([], 40) == []


def test_a_group_says_what_stands_in_the_way_and_whose_move_it_is_before_whom_it_is_about(
    ran: CommandLine,
) -> None:
    lines = ran(f"missing --school {SECONDARY} --at {AUGUST}").out.splitlines()
    at = next(number for number, line in enumerate(lines) if line == f"  {SION}")
    assert "still active at Bryn Mawr Primary" in lines[at - 3]
    assert lines[at - 2].startswith("→ The previous school: Enter or check the leaving date")
    assert lines[at - 1].startswith("  Contact the previous school")
    rejected = next(line for line in lines if line.startswith("  X12: "))
    assert "was rejected" in rejected


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "→ The school’s MIS administrator: Complete the end-of-year procedures in the MIS"),
        ("cy", "→ Gweinyddwr MIS yr ysgol: "),
    ],
)
def test_an_open_stage_of_the_rollover_says_what_to_do(language: str, told: str, ran: CommandLine) -> None:
    out = ran(f"rollover --school {SECONDARY} --at {AUGUST} --lang {language}").out
    assert told in out
