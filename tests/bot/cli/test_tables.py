"""Tables of the command line: they fit a console of 80 columns, and nothing in them is cut off."""

import io

import pytest

from bot.cli.output import PlainConsole
from bot.cli.tables import PlainTable, shared_out

WIDTH = 80


def printed(table: PlainTable, width: int = WIDTH) -> list[str]:
    """The lines of a table on a console, or in a pipe, as the command line prints it."""
    out = io.StringIO()
    PlainConsole(file=out, width=width, highlight=False, soft_wrap=True).print(table)
    return out.getvalue().splitlines()


def test_a_long_cell_is_wrapped_between_its_words() -> None:
    table = PlainTable("Number", "School", "Contact")
    table.add_row(
        "6604911",
        "Bro Alarch High School, and the unit for additional needs",
        "darparu@ynysmeillion.example, 01632 960660",
    )
    assert [line.rstrip() for line in printed(table)] == [
        "Number   School                       Contact",
        "6604911  Bro Alarch High School, and  darparu@ynysmeillion.example, 01632 960660",
        "         the unit for additional",
        "         needs",
    ]


def test_a_row_without_room_for_its_longest_words_is_a_list() -> None:
    table = PlainTable("Username", "Name", "Contact", "Decision")
    table.add_row("ParryJonesO.gwestai@hwbcymru.net", "Osian Parry-Jones", "gwestai.osian@hwb.example", "")
    table.add_row("TraethogM@hwbcymru.net", "Mathonwy", "mathonwy.traethog@broalarch.example", "kept")
    assert printed(table) == [
        "Username: ParryJonesO.gwestai@hwbcymru.net",
        "  Name: Osian Parry-Jones",
        "  Contact: gwestai.osian@hwb.example",
        "Username: TraethogM@hwbcymru.net",
        "  Name: Mathonwy",
        "  Contact: mathonwy.traethog@broalarch.example",
        "  Decision: kept",
    ]


@pytest.mark.parametrize("width", [20, 40, 80, 200])
def test_nothing_is_cut_off_however_narrow_the_console(width: int) -> None:
    table = PlainTable("UPN", "What stands in the way", "Contact")
    cells = ("A660999918589", "No [leaving] date, or one still to come", "x" * 90)
    table.add_row(*cells)
    lines = printed(table, width)
    assert all(len(line) <= width for line in lines)
    letters = "".join("".join(lines).split())
    assert all("".join(word.split()) in letters for cell in cells for word in cell.split() if len(word) < 16)
    assert letters.count("x") == 90


@pytest.mark.parametrize(
    ("least", "most", "room", "widths"),
    [
        ([3, 4], [3, 10], 20, [3, 10]),
        ([3, 4], [9, 10], 10, [5, 5]),
        ([3, 4], [9, 10], 7, [3, 4]),
    ],
    ids=["enough for all", "shared", "only the longest words"],
)
def test_the_room_that_is_left_goes_to_the_columns_that_need_it(
    least: list[int], most: list[int], room: int, widths: list[int]
) -> None:
    assert shared_out(least, most, room) == widths
