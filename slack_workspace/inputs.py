"""The fields of a surface, as Slack's own client handles them: initial values and validation."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from slack_workspace.blocks import elements_of
from slack_workspace.state import Json

# The state of an element: its key, and the element's own field that it begins with
_STATE: Final[Mapping[str, tuple[str, str]]] = {
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "multi_static_select": ("selected_options", "initial_options"),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_users_select": ("selected_users", "initial_users"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "users_select": ("selected_user", "initial_user"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "channels_select": ("selected_channel", "initial_channel"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
}
_LISTS: Final = frozenset(
    {"selected_options", "selected_users", "selected_channels", "selected_conversations"}
)


class InputFault(StrEnum):
    """Why a field is invalid; the page has the sentence in both languages."""

    REQUIRED = "required"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    NO_NUMBER = "no_number"
    NO_EMAIL = "no_email"
    TOO_SMALL = "too_small"
    TOO_LARGE = "too_large"


def filled(blocks: list[Json], values: Json) -> Json:
    """Give ``state.values`` in full: entered values, and the initial ones of all other fields."""
    full: Json = {}
    for block in blocks:
        for _, element in elements_of(block):
            key, initial = _STATE.get(element["type"], ("", ""))
            if key:
                nothing: list[Json] | None = [] if key in _LISTS else None
                begun = {"type": element["type"], key: element.get(initial, nothing)}
                entered = values.get(block["block_id"], {}).get(element["action_id"])
                full.setdefault(block["block_id"], {})[element["action_id"]] = entered or begun
    return full


def input_faults(blocks: list[Json], values: Json) -> dict[str, str]:
    """Find the fault of each input block's value, by block id."""
    found: dict[str, str] = {}
    for block in blocks:
        if block.get("type") == "input":
            element = block["element"]
            if element["type"] not in _STATE:
                continue  # the page can't draw it, so no person can fill it in
            value = values.get(block["block_id"], {}).get(element["action_id"], {})
            fault = _fault(block, element, value)
            if fault is not None:
                found[block["block_id"]] = fault.value
    return found


def _fault(block: Json, element: Json, value: Json) -> InputFault | None:
    entered = [value[name] for name in value if name != "type"]
    if not any(entered):
        return None if block.get("optional") else InputFault.REQUIRED
    text = value.get("value")
    if not isinstance(text, str):
        return None
    if element["type"] == "number_input":
        return _number_fault(element, text)
    if element["type"] == "email_text_input" and ("@" not in text[1:-1] or " " in text):
        return InputFault.NO_EMAIL
    if len(text) < int(element.get("min_length") or 0):
        return InputFault.TOO_SHORT
    if len(text) > int(element.get("max_length") or 3_000):
        return InputFault.TOO_LONG
    return None


def _number_fault(element: Json, text: str) -> InputFault | None:
    try:
        number = float(text) if element.get("is_decimal_allowed") else int(text)
        least, most = (element.get(name) for name in ("min_value", "max_value"))
        if least is not None and number < float(least):
            return InputFault.TOO_SMALL
        if most is not None and number > float(most):
            return InputFault.TOO_LARGE
    except ValueError:
        return InputFault.NO_NUMBER
    return None
