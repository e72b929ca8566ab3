"""Block Kit, as far as we use it: plain functions that return what Slack wants."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.slack.buttons import Action, variant_of

Block = dict[str, Any]


@dataclass(frozen=True)
class Screen:
    """What is shown: blocks, and the same in one line for notifications and screen readers."""

    text: str
    blocks: Sequence[Block]


def escape(words: str) -> str:
    """Words made safe for mrkdwn: what they hold is shown, never carried out (Slack's own three)."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(words: str) -> str:
    """Words as they were typed: Slack sends the text of a command escaped."""
    return words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def plain(words: str) -> Block:
    """A plain text object."""
    return {"type": "plain_text", "text": words, "emoji": True}


def section(mrkdwn: str, accessory: Block | None = None) -> Block:
    """A paragraph; the caller has escaped what is not markup."""
    block: Block = {"type": "section", "text": {"type": "mrkdwn", "text": mrkdwn}}
    return block | ({"accessory": accessory} if accessory else {})


def header(words: str) -> Block:
    """A heading."""
    return {"type": "header", "text": plain(words)}


def context_block(mrkdwn: str) -> Block:
    """Small print."""
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": mrkdwn}]}


def divider() -> Block:
    """A line."""
    return {"type": "divider"}


def button(
    action: Action, words: str, value: str, style: str | None = None, *, which: object = None
) -> Block:
    """A button; `value` is the command line, or the thing, that pressing it is about.

    `which` tells several buttons of an action apart: Slack takes an id only once in a row.
    """
    id_ = action.value if which is None else variant_of(action, which)
    element: Block = {"type": "button", "action_id": id_, "text": plain(words), "value": value}
    return element | ({"style": style} if style else {})


def confirm(title: str, question: str, yes: str, no: str) -> Block:
    """What Slack asks before a button does what it says."""
    return {"title": plain(title), "text": plain(question), "confirm": plain(yes), "deny": plain(no)}


def actions(elements: Sequence[Block]) -> Block:
    """A row of buttons and menus."""
    return {"type": "actions", "elements": list(elements)}


def option(words: str, value: str) -> Block:
    """One line of a menu."""
    return {"text": plain(words), "value": value}


def select(action: str, placeholder: str, options: Sequence[Block]) -> Block:
    """A menu."""
    return {
        "type": "static_select",
        "action_id": action,
        "placeholder": plain(placeholder),
        "options": list(options),
    }
