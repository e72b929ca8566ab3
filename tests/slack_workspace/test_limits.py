"""Every limit that the workspace knows: at the limit accepted, one over refused in Slack's words."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.slack import limits as most
from slack_workspace.blocks import check_message, check_view
from slack_workspace.errors import SlackError

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def marked(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def section(**more: Any) -> Json:
    return {"type": "section", "text": marked("x")} | more


def option(number: int = 0, **more: Any) -> Json:
    return {"text": plain(f"o{number}"), "value": str(number)} | more


def options(count: int) -> list[Json]:
    return [option(number) for number in range(count)]


def button(**more: Any) -> Json:
    return {"type": "button", "text": plain("x")} | more


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def asks(element: Json, **more: Any) -> Json:
    return {"type": "input", "label": plain("x"), "element": element} | more


def confirm(**more: Any) -> Json:
    return {"title": plain("x"), "text": plain("x"), "confirm": plain("x"), "deny": plain("x")} | more


def modal(*blocks: Json, **more: Any) -> Json:
    return {"type": "modal", "title": plain("x"), "submit": plain("x"), "blocks": list(blocks)} | more


def longer(limit: int) -> str:
    return f"must be less than {limit + 1} characters"


def more_than(limit: int) -> str:
    return f"no more than {limit} items allowed"


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


# name: (limit, a view with something of length n in it, the refusal, where)
IN_VIEWS: dict[str, tuple[int, Callable[[int], Json], str, str]] = {
    "blocks": (most.VIEW_BLOCKS, lambda n: modal(*[section()] * n), more_than(100), "/view/blocks"),
    "title": (most.VIEW_TITLE, lambda n: modal(title=plain("x" * n)), longer(24), "/view/title/text"),
    "submit": (most.VIEW_SUBMIT, lambda n: modal(submit=plain("x" * n)), longer(24), "/view/submit/text"),
    "close": (most.VIEW_CLOSE, lambda n: modal(close=plain("x" * n)), longer(24), "/view/close/text"),
    "private_metadata": (
        most.VIEW_PRIVATE_METADATA,
        lambda n: modal(private_metadata="x" * n),
        longer(3_000),
        "/view/private_metadata",
    ),
    "callback_id": (
        most.VIEW_CALLBACK_ID,
        lambda n: modal(callback_id="x" * n),
        longer(255),
        "/view/callback_id",
    ),
    "label": (
        most.INPUT_LABEL,
        lambda n: modal(asks({"type": "plain_text_input"}, label=plain("x" * n))),
        longer(2_000),
        "/view/blocks/0/label/text",
    ),
    "hint": (
        most.INPUT_HINT,
        lambda n: modal(asks({"type": "plain_text_input"}, hint=plain("x" * n))),
        longer(2_000),
        "/view/blocks/0/hint/text",
    ),
    "text input placeholder": (
        most.PLACEHOLDER,
        lambda n: modal(asks({"type": "plain_text_input", "placeholder": plain("x" * n)})),
        longer(150),
        "/view/blocks/0/element/placeholder/text",
    ),
    "multi select options": (
        most.SELECT_OPTIONS,
        lambda n: modal(asks({"type": "multi_static_select", "options": options(n)})),
        more_than(100),
        "/view/blocks/0/element/options",
    ),
}


@pytest.mark.parametrize("case", IN_VIEWS)
def test_view_limit(case: str) -> None:
    limit, build, what, where = IN_VIEWS[case]
    check_view(build(limit), "modal")
    assert refusal(lambda view: check_view(view, "modal"), build(limit + 1)) == (
        "invalid_arguments",
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
    parts = [section(text=marked("x" * 2_600))] * 5
    check_message(parts)
    assert refusal(check_message, [*parts, section()])[0] == "msg_blocks_too_long"


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


def refusal(check: Callable[[Any], None], value: Any) -> tuple[str, tuple[str, ...]]:
    with pytest.raises(SlackError) as caught:
        check(value)
    return caught.value.code, caught.value.details
