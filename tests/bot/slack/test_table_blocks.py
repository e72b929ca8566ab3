"""Tables in messages: headings, a row for each person, and lists wherever Slack takes no table."""

from collections.abc import Sequence

import pytest

from bot.slack import limits
from bot.slack.blocks import Block, Screen, context_block, section
from bot.slack.fit import fit, fit_view
from bot.slack.table_blocks import Column, Holds, table_or_list
from slack_workspace.blocks import check_message, check_view
from tests.bot.app_fixtures import rows

MORE = "There is more."
LISTED = [section("one, two")]
SCHOOL = Column[str]("School", lambda row: row)
WHY = Column[str]("Why", lambda row: f"because of {row}", Holds.LONG_WORDS)
SIGN = Column[str]("Ready", lambda row: ":x:" if row == "Nant" else "", Holds.SIGN)
BLANK = Column[str]("Note", lambda row: "")


def shown(blocks: Sequence[Block], *others: Block) -> list[Block]:
    """The blocks of a message, which the workspace takes within Slack's limits."""
    fitted = list(fit(Screen("x", [*others, *blocks]), MORE).blocks)
    check_message(fitted)
    return fitted


def kinds(blocks: Sequence[Block]) -> list[str]:
    return [block["type"] for block in blocks]


def test_headings_first_and_each_row_named_by_its_first_cell() -> None:
    blocks = shown(table_or_list([SCHOOL, WHY, SIGN], ["Glan", "Nant"], LISTED))
    assert rows({"blocks": blocks}) == [
        ["School", "Why", "Ready"],
        ["Glan", "because of Glan", "–"],
        ["Nant", "because of Nant", "x"],
    ]
    (table,) = blocks
    assert [column["align"] for column in table["column_settings"]] == ["left", "left", "center"]
    assert [column["is_wrapped"] for column in table["column_settings"]] == [False, True, False]


def test_a_column_in_which_no_row_has_anything_is_left_out() -> None:
    blocks = shown(table_or_list([SCHOOL, BLANK], ["Glan"], LISTED))
    assert rows({"blocks": blocks}) == [["School"], ["Glan"]]


def test_a_modal_and_home_show_the_list() -> None:
    blocks = fit_view(table_or_list([SCHOOL], ["Glan"], LISTED, [context_block("below")]), MORE)
    assert blocks == LISTED
    title = {"type": "plain_text", "text": "Title"}
    check_view({"type": "modal", "title": title, "blocks": blocks}, "modal")


def test_what_stands_below_comes_with_the_table_alone() -> None:
    blocks = table_or_list([SCHOOL], ["Glan"], LISTED, [context_block("below")])
    assert kinds(shown(blocks)) == ["table", "context"]


@pytest.mark.parametrize(("count", "kind"), [(99, "table"), (100, "section")])
def test_a_hundred_rows_with_the_headings_at_most(count: int, kind: str) -> None:
    names = [str(number) for number in range(count)]
    assert kinds(shown(table_or_list([SCHOOL], names, LISTED))) == [kind]


@pytest.mark.parametrize("width", [1, 200], ids=["too many rows", "too much text"])
def test_that_a_table_is_left_out_is_said_in_messages_alone(width: int) -> None:
    """A modal takes no table, so that its reader misses none."""
    names = [f"{number} {'x' * width}" for number in range(100 if width == 1 else 99)]
    table = table_or_list([SCHOOL], names, LISTED, left_out=[context_block("too long")])
    assert shown(table) == [context_block("too long"), *LISTED]
    assert fit_view(table, MORE) == LISTED
    small = table_or_list([SCHOOL], ["Glan"], LISTED, left_out=[context_block("too long")])
    assert kinds(shown(small)) == ["table"]


@pytest.mark.parametrize(("count", "kind"), [(20, "table"), (21, "section")])
def test_twenty_columns_at_most(count: int, kind: str) -> None:
    assert kinds(shown(table_or_list([SCHOOL] * count, ["Glan"], LISTED))) == [kind]


def test_one_table_a_message() -> None:
    table = table_or_list([SCHOOL], ["Glan"], LISTED)
    assert shown([*table, *table]) == [*LISTED, *LISTED]


def test_no_rows_are_no_table() -> None:
    assert shown(table_or_list([SCHOOL], [], LISTED)) == LISTED


def test_a_table_with_too_much_text_beside_it_is_a_list_and_never_cut() -> None:
    names = [f"School {number} {'x' * 80}" for number in range(90)]
    table = table_or_list([SCHOOL], names, LISTED)
    assert kinds(shown(table)) == ["table"]
    assert shown(table, *[section("m" * 500)] * 3)[3:] == LISTED


def test_a_table_takes_a_place_among_fifty_blocks() -> None:
    others = [section("m")] * (limits.MESSAGE_BLOCKS - 1)
    table = table_or_list([SCHOOL], ["Glan"], [])
    assert kinds(shown(table, *others))[-1] == "table"
    assert "table" not in kinds(shown(table, *others, section("m")))


def test_a_long_cell_is_cut_and_an_empty_one_has_a_dash() -> None:
    blocks = shown(table_or_list([SCHOOL, SIGN], ["Nant", " ", "y" * 400], LISTED))
    assert [row[0] for row in rows({"blocks": blocks})] == ["School", "Nant", "–", "y" * 299 + "…"]
