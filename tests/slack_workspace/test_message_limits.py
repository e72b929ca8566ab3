"""Every limit of a message: at the limit accepted, above it refused in Slack's words."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.slack import limits as most
from slack_workspace.blocks import check_message
from tests.slack_workspace.block_builders import (
    Json,
    actions,
    button,
    longer,
    marked,
    more_than,
    option,
    options,
    plain,
    refusal,
    section,
)


def confirm(**more: Any) -> Json:
    return {"title": plain("x"), "text": plain("x"), "confirm": plain("x"), "deny": plain("x")} | more


# name: (limit, a block with something of length n in it, the refusal, where)
IN_MESSAGES: dict[str, tuple[int, Callable[[int], Json], str, str]] = {
    "section text": (
        most.SECTION_TEXT,
        lambda n: section(text=marked("x" * n)),
        longer(3_000),
        "/blocks/0/text/text",
    ),
    "section fields": (
        most.SECTION_FIELDS,
        lambda n: section(fields=[plain("x")] * n),
        more_than(10),
        "/blocks/0/fields",
    ),
    "field": (
        most.SECTION_FIELD,
        lambda n: section(fields=[marked("x" * n)]),
        longer(2_000),
        "/blocks/0/fields/0/text",
    ),
    "header": (
        most.HEADER,
        lambda n: {"type": "header", "text": plain("x" * n)},
        longer(150),
        "/blocks/0/text/text",
    ),
    "context elements": (
        most.CONTEXT_ELEMENTS,
        lambda n: {"type": "context", "elements": [marked("x")] * n},
        more_than(10),
        "/blocks/0/elements",
    ),
    "context text": (
        most.TEXT,
        lambda n: {"type": "context", "elements": [marked("x" * n)]},
        longer(3_000),
        "/blocks/0/elements/0/text",
    ),
    "actions elements": (
        most.ACTIONS_ELEMENTS,
        lambda n: actions(*[button()] * n),
        more_than(25),
        "/blocks/0/elements",
    ),
    "block_id": (most.BLOCK_ID, lambda n: section(block_id="x" * n), longer(255), "/blocks/0/block_id"),
    "action_id": (
        most.ACTION_ID,
        lambda n: actions(button(action_id="x" * n)),
        longer(255),
        "/blocks/0/elements/0/action_id",
    ),
    "button text": (
        most.BUTTON_TEXT,
        lambda n: actions(button(text=plain("x" * n))),
        longer(75),
        "/blocks/0/elements/0/text/text",
    ),
    "button value": (
        most.BUTTON_VALUE,
        lambda n: actions(button(value="x" * n)),
        longer(2_000),
        "/blocks/0/elements/0/value",
    ),
    "button url": (
        most.BUTTON_URL,
        lambda n: actions(button(url="x" * n)),
        longer(3_000),
        "/blocks/0/elements/0/url",
    ),
    "option text": (
        most.OPTION_TEXT,
        lambda n: section(accessory={"type": "static_select", "options": [option(text=plain("x" * n))]}),
        longer(75),
        "/blocks/0/accessory/options/0/text/text",
    ),
    "option value": (
        most.OPTION_VALUE,
        lambda n: section(accessory={"type": "static_select", "options": [option(value="x" * n)]}),
        longer(150),
        "/blocks/0/accessory/options/0/value",
    ),
    "option description": (
        most.OPTION_DESCRIPTION,
        lambda n: section(
            accessory={"type": "radio_buttons", "options": [option(description=plain("x" * n))]}
        ),
        longer(75),
        "/blocks/0/accessory/options/0/description/text",
    ),
    "select options": (
        most.SELECT_OPTIONS,
        lambda n: section(accessory={"type": "static_select", "options": options(n)}),
        more_than(100),
        "/blocks/0/accessory/options",
    ),
    "select groups": (
        most.SELECT_GROUPS,
        lambda n: section(
            accessory={
                "type": "static_select",
                "option_groups": [{"label": plain("x"), "options": options(1)}] * n,
            }
        ),
        more_than(100),
        "/blocks/0/accessory/option_groups",
    ),
    "overflow": (
        most.OVERFLOW_OPTIONS,
        lambda n: section(accessory={"type": "overflow", "options": options(n)}),
        more_than(5),
        "/blocks/0/accessory/options",
    ),
    "radio buttons": (
        most.RADIO_OPTIONS,
        lambda n: section(accessory={"type": "radio_buttons", "options": options(n)}),
        more_than(10),
        "/blocks/0/accessory/options",
    ),
    "checkboxes": (
        most.CHECKBOX_OPTIONS,
        lambda n: section(accessory={"type": "checkboxes", "options": options(n)}),
        more_than(10),
        "/blocks/0/accessory/options",
    ),
    "placeholder": (
        most.PLACEHOLDER,
        lambda n: actions({"type": "users_select", "placeholder": plain("x" * n)}),
        longer(150),
        "/blocks/0/elements/0/placeholder/text",
    ),
    "confirm title": (
        most.CONFIRM_TITLE,
        lambda n: actions(button(confirm=confirm(title=plain("x" * n)))),
        longer(100),
        "/blocks/0/elements/0/confirm/title/text",
    ),
    "confirm text": (
        most.CONFIRM_TEXT,
        lambda n: actions(button(confirm=confirm(text=plain("x" * n)))),
        longer(300),
        "/blocks/0/elements/0/confirm/text/text",
    ),
    "confirm confirm": (
        most.CONFIRM_CONFIRM,
        lambda n: actions(button(confirm=confirm(confirm=plain("x" * n)))),
        longer(30),
        "/blocks/0/elements/0/confirm/confirm/text",
    ),
    "confirm deny": (
        most.CONFIRM_DENY,
        lambda n: actions(button(confirm=confirm(deny=plain("x" * n)))),
        longer(30),
        "/blocks/0/elements/0/confirm/deny/text",
    ),
    "image alt text": (
        most.IMAGE_ALT_TEXT,
        lambda n: {"type": "image", "image_url": "/x.png", "alt_text": "x" * n},
        longer(2_000),
        "/blocks/0/alt_text",
    ),
}


@pytest.mark.parametrize("case", IN_MESSAGES)
def test_message_limit(case: str) -> None:
    limit, build, what, where = IN_MESSAGES[case]
    check_message([build(limit)])
    assert refusal(check_message, [build(limit + 1)]) == (
        "invalid_blocks",
        (f"[ERROR] {what} [json-pointer:{where}]",),
    )


def test_blocks_of_a_message() -> None:
    check_message([section()] * most.MESSAGE_BLOCKS)
    code, details = refusal(check_message, [section()] * (most.MESSAGE_BLOCKS + 1))
    assert (code, details) == (
        "invalid_blocks",
        ("[ERROR] no more than 50 items allowed [json-pointer:/blocks]",),
    )


def test_all_text_of_a_message() -> None:
    parts = [section(text=marked("x" * 2_400))] * 4
    check_message(parts)
    assert refusal(check_message, [*parts, section()])[0] == "msg_blocks_too_long"
