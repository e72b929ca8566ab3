"""Tables, markdown, alerts, feedback and what the page can't draw: what Slack takes of each, and refuses."""

from typing import Any

import pytest

from bot.slack import limits as most
from slack_workspace import feedback
from slack_workspace.blocks import check_message, check_view
from slack_workspace.errors import SlackError
from slack_workspace.inputs import InputFault, filled, input_faults
from slack_workspace.new_ids import with_ids
from tests.browser.all_blocks import FEEDBACK, FORM, MESSAGE
from tests.slack_workspace.block_builders import (
    Json,
    asks,
    longer,
    marked,
    modal,
    more_than,
    plain,
    refusal,
    section,
)


def cell(text: str = "x") -> Json:
    return {"type": "raw_text", "text": text}


def table(rows: int = 1, columns: int = 1, text: str = "x", **more: Any) -> Json:
    return {"type": "table", "rows": [[cell(text)] * columns] * rows} | more


def feedback_with(**more: Any) -> Json:
    return {"type": "context_actions", "elements": [FEEDBACK["elements"][0] | more]}


def icon_button(number: int = 0, **more: Any) -> Json:
    named = {"icon": "trash", "text": plain("x"), "action_id": f"a{number}"}
    return {"type": "icon_button", **named} | more


def test_a_message_with_every_block_and_a_form_with_every_input_are_taken() -> None:
    check_message(list(MESSAGE))
    check_view(FORM, "modal")


# name: (blocks that Slack refuses, its code, its words)
REFUSED: dict[str, tuple[list[Json], str, str]] = {
    "101 rows": (
        [table(rows=most.TABLE_ROWS + 1)],
        "invalid_blocks",
        f"{more_than(100)} [json-pointer:/blocks/0/rows]",
    ),
    "21 columns": (
        [table(columns=most.TABLE_COLUMNS + 1)],
        "invalid_blocks",
        f"{more_than(20)} [json-pointer:/blocks/0/rows/0]",
    ),
    "no rows": (
        [table(rows=0)],
        "invalid_blocks",
        "no fewer than 1 items allowed [json-pointer:/blocks/0/rows]",
    ),
    "empty cell": (
        [table(text="")],
        "invalid_blocks",
        "must be more than 0 characters [json-pointer:/blocks/0/rows/0/0/text]",
    ),
    "button in a cell": (
        [{"type": "table", "rows": [[{"type": "button"}]]}],
        "invalid_blocks",
        "unsupported type: button [json-pointer:/blocks/0/rows/0/0/type]",
    ),
    "number without its text": (
        [{"type": "table", "rows": [[{"type": "raw_number", "value": 1.5}]]}],
        "invalid_blocks",
        "missing required field: text [json-pointer:/blocks/0/rows/0/0]",
    ),
    "column that is set in the middle": (
        [table(column_settings=[{"align": "middle"}])],
        "invalid_blocks",
        "failed to match any allowed value: left, center, right"
        " [json-pointer:/blocks/0/column_settings/0/align]",
    ),
    "two tables": ([table(), table()], "invalid_attachments", "only_one_table_allowed"),
    "cells too long together": (
        [table(rows=2, text="x" * 5_001)],
        "invalid_attachments",
        longer(10_000),
    ),
    "markdown too long": (
        [{"type": "markdown", "text": "x" * (most.MARKDOWN_TEXT + 1)}],
        "invalid_blocks",
        f"{longer(12_000)} [json-pointer:/blocks/0/text]",
    ),
    "alert of no known level": (
        [{"type": "alert", "text": marked("x"), "level": "loud"}],
        "invalid_blocks",
        "failed to match any allowed value: default, info, warning, error, success"
        " [json-pointer:/blocks/0/level]",
    ),
    "six icons": (
        [{"type": "context_actions", "elements": [icon_button(n) for n in range(6)]}],
        "invalid_blocks",
        f"{more_than(5)} [json-pointer:/blocks/0/elements]",
    ),
    "icon for eleven people": (
        [{"type": "context_actions", "elements": [icon_button(visible_to_user_ids=["U1"] * 11)]}],
        "invalid_blocks",
        f"{more_than(10)} [json-pointer:/blocks/0/elements/0/visible_to_user_ids]",
    ),
    "half of the feedback": (
        [feedback_with(negative_button=None)],
        "invalid_blocks",
        "missing required field: negative_button [json-pointer:/blocks/0/elements/0]",
    ),
    "one action_id for two icons": (
        [{"type": "context_actions", "elements": [icon_button(), icon_button()]}],
        "invalid_blocks",
        "`action_id` already exists: a0 [json-pointer:/blocks/0/elements/1/action_id]",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str) -> None:
    blocks, code, what = REFUSED[case]
    assert refusal(check_message, blocks) == (code, (f"[ERROR] {what}",))


def test_at_the_limits_all_is_taken() -> None:
    check_message([table(most.TABLE_ROWS, most.TABLE_COLUMNS, "xxxxx")])
    check_message([{"type": "markdown", "text": "x" * 6_000}] * 2)


def test_markdown_blocks_count_together() -> None:
    blocks = [{"type": "markdown", "text": "x" * 6_001}] * 2
    assert refusal(check_message, blocks) == ("msg_blocks_too_long", ())


@pytest.mark.parametrize(
    "block", [table(), {"type": "markdown", "text": "x"}, FEEDBACK], ids=lambda b: b["type"]
)
def test_stands_in_messages_alone(block: Json) -> None:
    what = f"[ERROR] unsupported type: {block['type']} [json-pointer:/view/blocks/0/type]"
    assert refusal(lambda view: check_view(view, "modal"), modal(block)) == ("invalid_arguments", (what,))


def test_what_the_page_cannot_draw_is_taken_as_slack_takes_it() -> None:
    check_message([{"type": "video", "title": plain("x")}, section(accessory={"type": "workflow_button"})])
    unknown = "[ERROR] unsupported type: chapter [json-pointer:/blocks/0/type]"
    assert refusal(check_message, [{"type": "chapter"}]) == ("invalid_blocks", (unknown,))


def test_field_that_the_page_cannot_draw_holds_no_form_back() -> None:
    (block,) = with_ids([asks({"type": "file_input"})])
    assert input_faults([block], filled([block], {})) == {}


def test_rich_text_field_begins_with_its_value_and_wants_something() -> None:
    value = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": []}]}
    blocks = [asks({"type": "rich_text_input", "action_id": "a", "initial_value": value}, block_id="b")]
    assert filled(blocks, {})["b"]["a"] == {"type": "rich_text_input", "rich_text_value": value}
    emptied = {"b": {"a": {"type": "rich_text_input", "rich_text_value": None}}}
    assert input_faults(blocks, emptied) == {"b": InputFault.REQUIRED.value}


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("multi_users_select", "selected_users"),
        ("multi_channels_select", "selected_channels"),
        ("multi_conversations_select", "selected_conversations"),
    ],
)
def test_multi_select_begins_with_nothing_chosen(kind: str, key: str) -> None:
    blocks = [asks({"type": kind, "action_id": "a"}, block_id="b")]
    values = filled(blocks, {})
    assert values["b"]["a"] == {"type": kind, key: []}
    assert input_faults(blocks, values) == {"b": InputFault.REQUIRED.value}


def test_feedback_is_one_of_its_two_buttons() -> None:
    (element, _) = FEEDBACK["elements"]
    assert feedback.pressed(element, "yes") == {"text": plain("Right"), "value": "yes"}
    with pytest.raises(SlackError, match="action_not_found"):
        feedback.pressed(element, "perhaps")
