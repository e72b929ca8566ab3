"""Table and markdown blocks: the shape of each, and what Slack says of all in a message together."""

from collections.abc import Iterator
from typing import Any

from bot.slack import limits
from slack_workspace.checks import (
    Check,
    Faults,
    Shape,
    any_of,
    anything,
    flag,
    items,
    string,
    typed,
)
from slack_workspace.errors import SlackError
from slack_workspace.new_ids import Block
from slack_workspace.rich_text_shape import RICH_TEXT

_ID: dict[str, Check] = {"type": anything, "block_id": string(limits.BLOCK_ID)}


def _amount(faults: Faults, value: Any, pointer: str) -> None:
    """Check for a number, whole or not."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        faults.add("must provide a number", pointer)


_CELLS: dict[str, Shape] = {
    "raw_text": Shape({"type": anything, "text": string(limits.TABLE_TEXT)}, required=("text",)),
    "raw_number": Shape(
        {"type": anything, "value": _amount, "text": string(limits.TABLE_TEXT)}, required=("value", "text")
    ),
    "rich_text": RICH_TEXT,
}
_COLUMN = Shape({"align": any_of("left", "center", "right"), "is_wrapped": flag})


def _column(faults: Faults, value: Any, pointer: str) -> None:
    """Check the settings of a column; null leaves it as it is."""
    if value is not None:
        _COLUMN(faults, value, pointer)


TABLE = Shape(
    _ID
    | {
        "rows": items(items(typed(_CELLS, _CELLS.keys()), limits.TABLE_COLUMNS), limits.TABLE_ROWS),
        "column_settings": items(_column, limits.TABLE_COLUMNS, least=0),
    },
    required=("rows",),
)
MARKDOWN = Shape(_ID | {"text": string(limits.MARKDOWN_TEXT)}, required=("text",))


def check_together(blocks: list[Block]) -> None:
    """Raise what Slack answers if the tables or markdown of ``blocks`` are too many or too long together.

    ``invalid_attachments`` is its code for a second table, also where the table stands among the blocks.
    """
    tables = [block for block in blocks if block["type"] == "table"]
    if len(tables) > limits.MESSAGE_TABLES:
        raise SlackError("invalid_attachments", ["[ERROR] only_one_table_allowed"])
    if sum(map(len, texts_in(tables))) > limits.TABLE_TEXT:
        raise SlackError(
            "invalid_attachments", [f"[ERROR] must be less than {limits.TABLE_TEXT + 1} characters"]
        )
    if sum(map(len, texts_in([b for b in blocks if b["type"] == "markdown"]))) > limits.MARKDOWN_TEXT:
        raise SlackError("msg_blocks_too_long")


def texts_in(value: Any) -> Iterator[str]:
    """Yield every ``text`` in a JSON value."""
    if isinstance(value, list):
        for item in value:
            yield from texts_in(item)
    elif isinstance(value, dict):
        for name, item in value.items():
            if name == "text" and isinstance(item, str):
                yield item
            else:
                yield from texts_in(item)
