"""What Slack's client itself says about the fields of a modal, before the app hears of them."""

from typing import Any

import pytest

from slack_workspace.inputs import InputFault, filled, input_faults

Json = dict[str, Any]


def field(element: Json, **more: Any) -> list[Json]:
    return [{"type": "input", "block_id": "b", "element": {"action_id": "a"} | element} | more]


TEXT = {"type": "plain_text_input", "min_length": 2, "max_length": 4}
WHOLE = {"type": "number_input", "is_decimal_allowed": False, "min_value": "1", "max_value": "9"}
DECIMAL = {"type": "number_input", "is_decimal_allowed": True}
EMAIL = {"type": "email_text_input"}


@pytest.mark.parametrize(
    ("element", "entered", "fault"),
    [
        (TEXT, None, InputFault.REQUIRED),
        (TEXT, "", InputFault.REQUIRED),
        (TEXT, "x", InputFault.TOO_SHORT),
        (TEXT, "xx", None),
        (TEXT, "xxxx", None),
        (TEXT, "xxxxx", InputFault.TOO_LONG),
        (WHOLE, "five", InputFault.NO_NUMBER),
        (WHOLE, "1.5", InputFault.NO_NUMBER),
        (WHOLE, "0", InputFault.TOO_SMALL),
        (WHOLE, "5", None),
        (WHOLE, "10", InputFault.TOO_LARGE),
        (DECIMAL, "1.5", None),
        (EMAIL, "ann", InputFault.NO_EMAIL),
        (EMAIL, "ann @example.org", InputFault.NO_EMAIL),
        (EMAIL, "ann@example.org", None),
    ],
)
def test_text_entered(element: Json, entered: str | None, fault: InputFault | None) -> None:
    values = {"b": {"a": {"type": element["type"], "value": entered}}}
    assert input_faults(field(element), values) == ({} if fault is None else {"b": fault})


@pytest.mark.parametrize(
    ("type_", "value", "good"),
    [
        ("static_select", {"selected_option": None}, False),
        ("static_select", {"selected_option": {"value": "1"}}, True),
        ("checkboxes", {"selected_options": []}, False),
        ("checkboxes", {"selected_options": [{"value": "1"}]}, True),
        ("datepicker", {"selected_date": None}, False),
        ("datepicker", {"selected_date": "2026-08-26"}, True),
    ],
)
def test_choice_made(type_: str, value: Json, good: bool) -> None:
    values = {"b": {"a": {"type": type_, **value}}}
    assert input_faults(field({"type": type_}), values) == ({} if good else {"b": "required"})


def test_optional_field_may_stay_empty() -> None:
    assert input_faults(field(TEXT, optional=True), {}) == {}


def test_what_was_left_alone_is_as_it_began() -> None:
    option = {"text": {"type": "plain_text", "text": "One"}, "value": "1"}
    blocks = [
        *field({"type": "static_select", "initial_option": option}),
        {"type": "section", "block_id": "c", "accessory": {"type": "checkboxes", "action_id": "d"}},
        {"type": "actions", "block_id": "e", "elements": [{"type": "button", "action_id": "f"}]},
    ]
    assert filled(blocks, {}) == {
        "b": {"a": {"type": "static_select", "selected_option": option}},
        "c": {"d": {"type": "checkboxes", "selected_options": []}},
    }


def test_what_was_entered_stays() -> None:
    entered = {"b": {"a": {"type": "plain_text_input", "value": "abc"}}}
    assert filled(field(TEXT), entered) == entered
