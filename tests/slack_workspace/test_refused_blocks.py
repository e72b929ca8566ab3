"""Blocks and views that Slack refuses for another reason than their length."""

from typing import Any

import pytest

from slack_workspace.blocks import check_message, check_view
from tests.slack_workspace.block_builders import (
    Json,
    actions,
    asks,
    button,
    marked,
    modal,
    option,
    options,
    plain,
    refusal,
    section,
)

# name: (blocks of a message, what Slack says)
WRONG_IN_MESSAGES: dict[str, tuple[list[Any], str]] = {
    "no block at all": ([{"type": "chapter"}], "unsupported type: chapter [json-pointer:/blocks/0/type]"),
    "no type": ([{"text": plain("x")}], "missing required field: type [json-pointer:/blocks/0]"),
    "not an object": (["x"], "must provide an object [json-pointer:/blocks/0]"),
    "input in a message": (
        [asks({"type": "plain_text_input"})],
        "unsupported type: input [json-pointer:/blocks/0/type]",
    ),
    "unknown element": (
        [actions({"type": "lever"})],
        "unsupported type: lever [json-pointer:/blocks/0/elements/0/type]",
    ),
    "text input outside an input": (
        [actions({"type": "plain_text_input"})],
        "unsupported type: plain_text_input [json-pointer:/blocks/0/elements/0/type]",
    ),
    "section with nothing": (
        [{"type": "section"}],
        "must provide at least one of: text, fields [json-pointer:/blocks/0]",
    ),
    "header without text": ([{"type": "header"}], "missing required field: text [json-pointer:/blocks/0]"),
    "mrkdwn in a header": (
        [{"type": "header", "text": marked("x")}],
        "must be one of the types: plain_text [json-pointer:/blocks/0/text/type]",
    ),
    "mrkdwn on a button": (
        [actions(button(text=marked("x")))],
        "must be one of the types: plain_text [json-pointer:/blocks/0/elements/0/text/type]",
    ),
    "empty text": (
        [section(text=marked(""))],
        "must be more than 0 characters [json-pointer:/blocks/0/text/text]",
    ),
    "text that is a string": ([section(text="x")], "must provide an object [json-pointer:/blocks/0/text]"),
    "no elements": ([actions()], "no fewer than 1 items allowed [json-pointer:/blocks/0/elements]"),
    "no options": (
        [section(accessory={"type": "static_select"})],
        "must provide at least one of: options, option_groups [json-pointer:/blocks/0/accessory]",
    ),
    "half a confirm": (
        [actions(button(confirm={"title": plain("x"), "text": plain("x"), "confirm": plain("x")}))],
        "missing required field: deny [json-pointer:/blocks/0/elements/0/confirm]",
    ),
    "style that is none": (
        [actions(button(style="warning"))],
        "failed to match any allowed value: primary, danger [json-pointer:/blocks/0/elements/0/style]",
    ),
    "field of one's own": (
        [section(colour="red")],
        "invalid additional property: colour [json-pointer:/blocks/0]",
    ),
    "action_id twice in a block": (
        [actions(button(action_id="a"), button(action_id="a"))],
        "`action_id` already exists: a [json-pointer:/blocks/0/elements/1/action_id]",
    ),
    "block_id twice": (
        [section(block_id="a"), section(block_id="a")],
        "`block_id` already exists: a [json-pointer:/blocks/1/block_id]",
    ),
    "image without alt text": (
        [{"type": "image", "image_url": "/x.png"}],
        "missing required field: alt_text [json-pointer:/blocks/0]",
    ),
}


@pytest.mark.parametrize("case", WRONG_IN_MESSAGES)
def test_wrong_blocks(case: str) -> None:
    blocks, what = WRONG_IN_MESSAGES[case]
    code, details = refusal(check_message, blocks)
    assert code == "invalid_blocks"
    assert details[0] == f"[ERROR] {what}"


def test_same_action_id_in_two_blocks_is_fine() -> None:
    check_message([actions(button(action_id="a")), actions(button(action_id="a"))])


def test_every_fault_is_named() -> None:
    code, details = refusal(check_message, [{"type": "header"}, {"type": "section"}])
    assert (code, len(details)) == ("invalid_blocks", 2)


# name: (view, surface, what Slack says)
WRONG_VIEWS: dict[str, tuple[Any, str, str]] = {
    "no object": ("x", "modal", "must provide an object [json-pointer:/view]"),
    "home opened as modal": (
        {"type": "home", "blocks": []},
        "modal",
        "must be of the type: modal [json-pointer:/view/type]",
    ),
    "no title": (
        {"type": "modal", "blocks": []},
        "modal",
        "missing required field: title [json-pointer:/view]",
    ),
    "input without submit": (
        {"type": "modal", "title": plain("x"), "blocks": [asks({"type": "plain_text_input"})]},
        "modal",
        "missing required field: submit (a modal with input blocks needs it) [json-pointer:/view]",
    ),
    "button in an input": (
        modal(asks(button())),
        "modal",
        "unsupported type: button [json-pointer:/view/blocks/0/element/type]",
    ),
    "number input without decimals said": (
        modal(asks({"type": "number_input"})),
        "modal",
        "missing required field: is_decimal_allowed [json-pointer:/view/blocks/0/element]",
    ),
    "file on Home": (
        {"type": "home", "blocks": [{"type": "file", "external_id": "x", "source": "remote"}]},
        "home",
        "unsupported type: file [json-pointer:/view/blocks/0/type]",
    ),
}


@pytest.mark.parametrize("case", WRONG_VIEWS)
def test_wrong_view(case: str) -> None:
    view, surface, what = WRONG_VIEWS[case]
    code, details = refusal(lambda wrong: check_view(wrong, surface), view)
    assert (code, details) == ("invalid_arguments", (f"[ERROR] {what}",))


@pytest.mark.parametrize(
    "element",
    [
        {"type": "plain_text_input", "multiline": True, "max_length": 200, "min_length": 1},
        {"type": "email_text_input"},
        {"type": "number_input", "is_decimal_allowed": False, "min_value": "1", "max_value": "9"},
        {"type": "static_select", "options": options(2), "initial_option": option(1)},
        {"type": "multi_static_select", "options": options(2), "max_selected_items": 1},
        {"type": "external_select", "min_query_length": 0},
        {"type": "users_select"},
        {"type": "conversations_select", "default_to_current_conversation": True},
        {"type": "channels_select"},
        {"type": "datepicker", "initial_date": "2026-08-26"},
        {"type": "timepicker", "initial_time": "06:00"},
        {"type": "radio_buttons", "options": options(2)},
        {"type": "checkboxes", "options": options(2), "initial_options": options(1)},
    ],
    ids=lambda element: str(element["type"]),
)
def test_every_input_element_is_known(element: Json) -> None:
    check_view(modal(asks(element)), "modal")
