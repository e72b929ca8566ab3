"""The elements of a ``context_actions`` block: feedback buttons, and buttons with an icon."""

from typing import Any

from bot.slack import limits
from slack_workspace.checks import Check, Shape, anything, items, plain, string
from slack_workspace.elements import CONFIRM
from slack_workspace.errors import SlackError
from slack_workspace.new_ids import Block

_ID: dict[str, Check] = {"type": anything, "action_id": string(limits.ACTION_ID)}
_LABELLED: dict[str, Check] = {
    "text": plain(limits.BUTTON_TEXT),
    "value": string(limits.BUTTON_VALUE, least=0),
    "accessibility_label": string(limits.BUTTON_ACCESSIBILITY_LABEL),
}
_CHOICE = Shape(_LABELLED, required=("text", "value"))

IN_CONTEXT_ACTIONS: dict[str, Shape] = {
    "feedback_buttons": Shape(
        _ID | {"positive_button": _CHOICE, "negative_button": _CHOICE},
        required=("positive_button", "negative_button"),
    ),
    "icon_button": Shape(
        _ID
        | _LABELLED
        | {
            "icon": string(255),
            "visible_to_user_ids": items(string(255), limits.ICON_BUTTON_PEOPLE),
            "confirm": CONFIRM,
        },
        required=("icon", "text"),
    ),
}


def pressed(element: Block, value: Any) -> Block:
    """Return the text and value of the feedback button of ``element`` whose value is ``value``.

    Raises ``action_not_found`` if neither button has it.
    """
    for name in ("positive_button", "negative_button"):
        if element[name]["value"] == value:
            return {"text": element[name]["text"], "value": value}
    raise SlackError("action_not_found")
