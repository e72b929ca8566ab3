"""Slack's blocks and views as a table, and the checks of what may be posted, opened or published.

``invalid_blocks`` for messages and ``invalid_arguments`` for views are Slack's codes; the details are in
its words.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from bot.slack import limits
from slack_workspace.checks import (
    Check,
    Faults,
    Shape,
    any_of,
    anything,
    flag,
    items,
    plain,
    string,
    text,
    typed,
    unique,
)
from slack_workspace.elements import (
    ELEMENTS,
    IN_ACTIONS,
    IN_CONTEXT,
    IN_INPUT,
    IN_SECTION,
    OPTION_GROUPS,
    OPTIONS,
)
from slack_workspace.errors import SlackError
from slack_workspace.feedback import IN_CONTEXT_ACTIONS
from slack_workspace.new_ids import Block
from slack_workspace.rich_text_shape import RICH_TEXT
from slack_workspace.tables import MARKDOWN, TABLE, check_together, texts_in
from slack_workspace.undrawn import UNDRAWN_BLOCKS, UNDRAWN_IN_VIEWS

_ID: dict[str, Check] = {"type": anything, "block_id": string(limits.BLOCK_ID)}


def _element(allowed: frozenset[str]) -> Check:
    return typed(ELEMENTS, allowed)


def _in_context(faults: Faults, value: Any, pointer: str) -> None:
    """Check one element of a context block: an image, or a text of any length that a text may have."""
    is_text = isinstance(value, dict) and value.get("type") in ("mrkdwn", "plain_text")
    (text(limits.TEXT) if is_text else _element(IN_CONTEXT))(faults, value, pointer)


BLOCKS: dict[str, Check] = {
    "section": Shape(
        _ID
        | {
            "text": text(limits.SECTION_TEXT),
            "fields": items(text(limits.SECTION_FIELD), limits.SECTION_FIELDS),
            "accessory": _element(IN_SECTION),
            "expand": flag,
        },
        one_of=("text", "fields"),
    ),
    "divider": Shape(_ID),
    "header": Shape(_ID | {"text": plain(limits.HEADER)}, required=("text",)),
    "context": Shape(_ID | {"elements": items(_in_context, limits.CONTEXT_ELEMENTS)}, required=("elements",)),
    "actions": Shape(
        _ID | {"elements": items(_element(IN_ACTIONS), limits.ACTIONS_ELEMENTS)}, required=("elements",)
    ),
    "image": Shape(
        _ID
        | {
            "image_url": string(limits.IMAGE_URL),
            "slack_file": anything,
            "alt_text": string(limits.IMAGE_ALT_TEXT),
            "title": plain(limits.IMAGE_TITLE),
        },
        required=("alt_text",),
        one_of=("image_url", "slack_file"),
    ),
    "input": Shape(
        _ID
        | {
            "label": plain(limits.INPUT_LABEL),
            "hint": plain(limits.INPUT_HINT),
            "optional": flag,
            "dispatch_action": flag,
            "element": _element(IN_INPUT),
        },
        required=("label", "element"),
    ),
    "rich_text": RICH_TEXT,
    "table": TABLE,
    "markdown": MARKDOWN,
    "alert": Shape(
        _ID | {"text": text(limits.TEXT), "level": any_of("default", "info", "warning", "error", "success")},
        required=("text",),
    ),
    "context_actions": Shape(
        _ID
        | {
            "elements": items(
                typed(IN_CONTEXT_ACTIONS, IN_CONTEXT_ACTIONS.keys()), limits.CONTEXT_ACTIONS_ELEMENTS
            )
        },
        required=("elements",),
    ),
    "file": Shape(
        _ID | {"external_id": string(255), "source": any_of("remote")}, required=("external_id", "source")
    ),
    **dict.fromkeys(UNDRAWN_BLOCKS, anything),
}

_EVERYWHERE = frozenset({"section", "divider", "header", "context", "actions", "image", "rich_text", "alert"})
SURFACES: Final[Mapping[str, frozenset[str]]] = {
    "message": _EVERYWHERE | UNDRAWN_BLOCKS | {"file", "table", "markdown", "context_actions"},
    "modal": _EVERYWHERE | UNDRAWN_IN_VIEWS | {"input"},
    "home": _EVERYWHERE | UNDRAWN_IN_VIEWS | {"input"},
}

_VIEW: dict[str, Check] = {
    "type": any_of("modal", "home"),
    "private_metadata": string(limits.VIEW_PRIVATE_METADATA, least=0),
    "callback_id": string(limits.VIEW_CALLBACK_ID, least=0),
    "external_id": string(255, least=0),
    "blocks": anything,
}
_MODAL: dict[str, Check] = _VIEW | {
    "title": plain(limits.VIEW_TITLE),
    "submit": plain(limits.VIEW_SUBMIT),
    "close": plain(limits.VIEW_CLOSE),
    "clear_on_close": flag,
    "notify_on_close": flag,
    "submit_disabled": flag,
}
VIEWS: dict[str, Shape] = {
    "modal": Shape(_MODAL, required=("title", "blocks")),
    # Slack takes and forgets a modal's fields on a Home view
    "home": Shape(_MODAL, required=("blocks",)),
}


def check_message(blocks: list[Block]) -> None:
    """Raise ``invalid_blocks`` (or ``msg_blocks_too_long``) if Slack would not post these blocks."""
    faults = Faults()
    _check_surface(faults, blocks, "message", limits.MESSAGE_BLOCKS, "/blocks")
    if faults.messages:
        raise SlackError("invalid_blocks", faults.messages)
    check_together(blocks)
    rest = [
        block for block in blocks if block["type"] not in ("table", "markdown")
    ]  # have limits of their own
    if sum(map(len, texts_in(rest))) > limits.MESSAGE_BLOCKS_TEXT:
        raise SlackError("msg_blocks_too_long")


def check_view(view: Any, surface: str) -> None:
    """Raise ``invalid_arguments`` if Slack would not open (``modal``) or publish (``home``) this view."""
    faults = Faults()
    if not isinstance(view, dict):
        faults.add("must provide an object", "/view")
    elif view.get("type") != surface:
        faults.add(f"must be of the type: {surface}", "/view/type")
    else:
        VIEWS[surface](faults, view, "/view")
        blocks = view.get("blocks")
        _check_surface(faults, blocks, surface, limits.VIEW_BLOCKS, "/view/blocks")
        asks = isinstance(blocks, list) and any(_type(block) == "input" for block in blocks)
        if surface == "modal" and asks and view.get("submit") is None:
            faults.add("missing required field: submit (a modal with input blocks needs it)", "/view")
    if faults.messages:
        raise SlackError("invalid_arguments", faults.messages)
    if len(json.dumps(view)) > limits.VIEW_BYTES:
        raise SlackError("view_too_large")


def check_options(answer: Mapping[str, Any]) -> None:
    """Raise ``invalid_arguments`` if these are no options for an external select."""
    faults = Faults()
    if "option_groups" in answer:
        OPTION_GROUPS(faults, answer["option_groups"], "/option_groups")
    elif answer.get("options") != []:  # nothing found is an answer too
        OPTIONS(faults, answer.get("options"), "/options")
    if faults.messages:
        raise SlackError("invalid_arguments", faults.messages)


def elements_of(block: Block) -> list[tuple[str, Block]]:
    """Return every element of a block that can be acted on, with its pointer inside the block."""
    found: list[tuple[str, Any]] = [
        ("/accessory", block.get("accessory")),
        ("/element", block.get("element")),
    ]
    if block.get("type") in ("actions", "context_actions") and isinstance(block.get("elements"), list):
        found += [(f"/elements/{index}", element) for index, element in enumerate(block["elements"])]
    return [(pointer, element) for pointer, element in found if isinstance(element, dict)]


def _check_surface(faults: Faults, blocks: Any, surface: str, limit: int, pointer: str) -> None:
    items(typed(BLOCKS, SURFACES[surface]), limit, least=0)(faults, blocks, pointer)
    if not isinstance(blocks, list):
        return
    real = [(index, block) for index, block in enumerate(blocks) if isinstance(block, dict)]
    ids = [(str(block["block_id"]), f"{pointer}/{i}/block_id") for i, block in real if block.get("block_id")]
    unique(faults, ids, "block_id")
    for index, block in real:
        named = [(element, where) for where, element in elements_of(block) if element.get("action_id")]
        unique(
            faults,
            [(str(element["action_id"]), f"{pointer}/{index}{where}/action_id") for element, where in named],
            "action_id",
        )


def _type(block: Any) -> Any:
    return block.get("type") if isinstance(block, dict) else None
