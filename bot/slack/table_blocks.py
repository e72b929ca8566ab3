"""Tables of typed columns, beside the list that takes their place where Slack shows no table.

A table stands only in a message, a single one in each. `bot.slack.fit` chooses between table and list.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

from bot.slack import limits
from bot.slack.blocks import Block, by_surface
from bot.slack.fit import cut
from knowledge.visible import one_line

T = TypeVar("T")
_LONGEST_CELL = 300
"""Characters of a cell: more is no row of a table, and the list or the file says it in full."""
_NOTHING = "–"
"""What stands in a cell without a value: Slack takes no empty text."""


class Holds(StrEnum):
    """What the cells of a column hold: short words, long words that take several lines, or an emoji."""

    WORDS = "words"
    LONG_WORDS = "long-words"
    SIGN = "sign"


@dataclass(frozen=True)
class Column(Generic[T]):
    """A column: its heading, and the plain text of a row's cell; a `SIGN` is an emoji's code (`:x:`).

    The cells of the first column name their rows.
    """

    heading: str
    cell: Callable[[T], str]
    holds: Holds = Holds.WORDS


def table_or_list(
    columns: Sequence[Column[T]],
    rows: Sequence[T],
    listed: Sequence[Block],
    below: Sequence[Block] = (),
    left_out: Sequence[Block] = (),
) -> list[Block]:
    """Return the table of `rows` with the blocks `listed` in its stead, or only these for too many rows.

    `below` stands under the table alone, such as the buttons that the list has beside its items; `left_out`
    above the list of a message that can't hold the table, such as that a file has all of it. Columns in which
    no row has a value are left out.
    """
    told = [column for column in columns if any(column.cell(row) for row in rows)]
    if not told:
        return list(listed)
    instead = [*left_out, *listed] if left_out else None
    if len(rows) >= limits.TABLE_ROWS or len(told) > limits.TABLE_COLUMNS:
        return [by_surface(instead, listed)] if instead else list(listed)
    return [by_surface([_table(told, rows), *below], listed, too_long=instead)]


def _table(columns: Sequence[Column[T]], rows: Sequence[T]) -> Block:
    """Return Slack's table block: the first row has the headings, the first cell of another its name."""
    head = [_raw(column.heading) for column in columns]
    return {
        "type": "table",
        "column_settings": [_settings(column.holds) for column in columns],
        "rows": [head, *([_cell(column, row) for column in columns] for row in rows)],
    }


def _settings(holds: Holds) -> dict[str, Any]:
    return {"align": "center" if holds is Holds.SIGN else "left", "is_wrapped": holds is Holds.LONG_WORDS}


def _cell(column: Column[T], row: T) -> Block:
    value = column.cell(row)
    return _emoji(value) if column.holds is Holds.SIGN and value else _raw(value)


def _raw(words: str) -> Block:
    return {"type": "raw_text", "text": cut(one_line(words).strip(), _LONGEST_CELL) or _NOTHING}


def _emoji(code: str) -> Block:
    sign = {"type": "emoji", "name": code.strip(":")}
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [sign]}]}
