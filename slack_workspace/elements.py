"""Slack's block elements and composition objects as a table (docs.slack.dev/reference/block-kit)."""

from bot.slack import limits
from slack_workspace.checks import (
    Check,
    Faults,
    Shape,
    any_of,
    anything,
    flag,
    items,
    number,
    plain,
    string,
    text,
)
from slack_workspace.rich_text_shape import RICH_TEXT
from slack_workspace.undrawn import UNDRAWN_ELEMENTS, UNDRAWN_IN_ACTIONS, UNDRAWN_INPUTS

CONFIRM = Shape(
    {
        "title": plain(limits.CONFIRM_TITLE),
        "text": text(limits.CONFIRM_TEXT),
        "confirm": plain(limits.CONFIRM_CONFIRM),
        "deny": plain(limits.CONFIRM_DENY),
        "style": any_of("primary", "danger"),
    },
    required=("title", "text", "confirm", "deny"),
)


def option(label: Check, description: Check, url: bool = False) -> Shape:
    """Build the shape of a choice in a select, radio buttons, checkboxes or (``url``) an overflow menu."""
    fields = {"text": label, "value": string(limits.OPTION_VALUE, least=0), "description": description}
    return Shape(fields | ({"url": string(limits.BUTTON_URL)} if url else {}), required=("text", "value"))


PLAIN_OPTION = option(plain(limits.OPTION_TEXT), plain(limits.OPTION_DESCRIPTION))
MARKED_OPTION = option(text(limits.OPTION_TEXT), text(limits.OPTION_DESCRIPTION))
OPTIONS = items(PLAIN_OPTION, limits.SELECT_OPTIONS)
OPTION_GROUPS = items(
    Shape({"label": plain(limits.OPTION_GROUP_LABEL), "options": OPTIONS}, required=("label", "options")),
    limits.SELECT_GROUPS,
)

_ID: dict[str, Check] = {"type": anything, "action_id": string(limits.ACTION_ID)}
_ASKS = _ID | {"confirm": CONFIRM, "focus_on_load": flag}
_SELECT = _ASKS | {"placeholder": plain(limits.PLACEHOLDER)}
_MULTI = _SELECT | {"max_selected_items": number}
_DISPATCH = Shape({"trigger_actions_on": items(any_of("on_enter_pressed", "on_character_entered"), 2)})
_TEXT_INPUT = _ID | {
    "placeholder": plain(limits.PLACEHOLDER),
    "dispatch_action_config": _DISPATCH,
    "focus_on_load": flag,
}
_ANY_STRING = string(limits.TEXT_INPUT, least=0)
_IDS = items(_ANY_STRING, limits.SELECT_OPTIONS, least=0)
_FILTER = Shape(
    {
        "include": items(any_of("im", "mpim", "private", "public"), 4),
        "exclude_external_shared_channels": flag,
        "exclude_bot_users": flag,
    }
)


def _select_needs(faults: Faults, value: object, pointer: str) -> None:
    """Refuse options and option groups together; Slack takes exactly one of them."""
    if (
        isinstance(value, dict)
        and value.get("options") is not None
        and value.get("option_groups") is not None
    ):
        faults.add("must provide only one of: options, option_groups", pointer)


class _StaticSelect(Shape):
    def __call__(self, faults: Faults, value: object, pointer: str) -> None:
        super().__call__(faults, value, pointer)
        _select_needs(faults, value, pointer)


ELEMENTS: dict[str, Check] = {
    "button": Shape(
        _ID
        | {
            "text": plain(limits.BUTTON_TEXT),
            "value": string(limits.BUTTON_VALUE, least=0),
            "url": string(limits.BUTTON_URL),
            "style": any_of("primary", "danger"),
            "confirm": CONFIRM,
            "accessibility_label": string(limits.BUTTON_ACCESSIBILITY_LABEL),
        },
        required=("text",),
    ),
    "static_select": _StaticSelect(
        _SELECT | {"options": OPTIONS, "option_groups": OPTION_GROUPS, "initial_option": PLAIN_OPTION},
        one_of=("options", "option_groups"),
    ),
    "multi_static_select": _StaticSelect(
        _MULTI
        | {
            "options": OPTIONS,
            "option_groups": OPTION_GROUPS,
            "initial_options": items(PLAIN_OPTION, limits.SELECT_OPTIONS),
        },
        one_of=("options", "option_groups"),
    ),
    "multi_users_select": Shape(_MULTI | {"initial_users": _IDS}),
    "multi_channels_select": Shape(_MULTI | {"initial_channels": _IDS}),
    "multi_conversations_select": Shape(
        _MULTI | {"initial_conversations": _IDS, "default_to_current_conversation": flag, "filter": _FILTER}
    ),
    "external_select": Shape(_SELECT | {"min_query_length": number, "initial_option": PLAIN_OPTION}),
    "users_select": Shape(_SELECT | {"initial_user": _ANY_STRING}),
    "conversations_select": Shape(
        _SELECT
        | {
            "initial_conversation": _ANY_STRING,
            "default_to_current_conversation": flag,
            "response_url_enabled": flag,
            "filter": _FILTER,
        }
    ),
    "channels_select": Shape(_SELECT | {"initial_channel": _ANY_STRING, "response_url_enabled": flag}),
    "overflow": Shape(
        _ID
        | {
            "options": items(
                option(plain(limits.OPTION_TEXT), plain(limits.OPTION_DESCRIPTION), url=True),
                limits.OVERFLOW_OPTIONS,
            ),
            "confirm": CONFIRM,
        },
        required=("options",),
    ),
    "datepicker": Shape(_SELECT | {"initial_date": string(10, least=10)}),
    "timepicker": Shape(_SELECT | {"initial_time": string(5, least=5), "timezone": _ANY_STRING}),
    "radio_buttons": Shape(
        _ASKS | {"options": items(MARKED_OPTION, limits.RADIO_OPTIONS), "initial_option": MARKED_OPTION},
        required=("options",),
    ),
    "checkboxes": Shape(
        _ASKS
        | {
            "options": items(MARKED_OPTION, limits.CHECKBOX_OPTIONS),
            "initial_options": items(MARKED_OPTION, limits.CHECKBOX_OPTIONS),
        },
        required=("options",),
    ),
    "plain_text_input": Shape(
        _TEXT_INPUT
        | {"multiline": flag, "initial_value": _ANY_STRING, "min_length": number, "max_length": number}
    ),
    "email_text_input": Shape(_TEXT_INPUT | {"initial_value": _ANY_STRING}),
    "number_input": Shape(
        _TEXT_INPUT
        | {
            "is_decimal_allowed": flag,
            "initial_value": _ANY_STRING,
            "min_value": _ANY_STRING,
            "max_value": _ANY_STRING,
        },
        required=("is_decimal_allowed",),
    ),
    "rich_text_input": Shape(
        _TEXT_INPUT | {"initial_value": RICH_TEXT, "min_lines": number, "max_lines": number}
    ),
    "image": Shape(
        {
            "type": anything,
            "image_url": string(limits.IMAGE_URL),
            "slack_file": anything,
            "alt_text": string(limits.IMAGE_ALT_TEXT),
        },
        required=("alt_text",),
        one_of=("image_url", "slack_file"),
    ),
    **dict.fromkeys(UNDRAWN_ELEMENTS, anything),
}

CHOOSERS = frozenset(
    {
        "static_select",
        "external_select",
        "users_select",
        "conversations_select",
        "channels_select",
        "datepicker",
        "timepicker",
        "radio_buttons",
        "checkboxes",
        "multi_static_select",
        "multi_users_select",
        "multi_channels_select",
        "multi_conversations_select",
    }
)
IN_ACTIONS = CHOOSERS | UNDRAWN_IN_ACTIONS | {"button", "overflow"}
IN_SECTION = IN_ACTIONS | {"image"}
TEXT_INPUTS = frozenset({"plain_text_input", "email_text_input", "number_input", "rich_text_input"})
IN_INPUT = CHOOSERS | UNDRAWN_INPUTS | TEXT_INPUTS
IN_CONTEXT = frozenset({"image", "mrkdwn", "plain_text"})
