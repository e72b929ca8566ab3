"""Block Kit, as far as the bot uses it: functions that return its JSON objects."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.slack.buttons import Action, variant_of
from knowledge.visible import seen

Block = dict[str, Any]
BY_SURFACE = "by-surface"
"""The type of the block that `by_surface` returns."""
_SLACK_USER = re.compile(r"(?:T[A-Z0-9]+/)?[UW][A-Z0-9]{2,}")


@dataclass(frozen=True)
class Screen:
    """Blocks, and `text`, their headline.

    `aloud` is what screen readers and notifications say of it, in plain lines; by default they say the
    headline and what the blocks show. `more` are the messages that follow, where one can't hold the whole;
    a modal shows all blocks together.
    """

    text: str
    blocks: Sequence[Block]
    aloud: str | None = None
    more: tuple["Screen", ...] = ()


def escape(words: str) -> str:
    """Return `words` escaped for mrkdwn, by Slack's three entities, and without what can't be seen."""
    return seen(words).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(words: str) -> str:
    """Return `words` as typed: Slack sends the text of commands and messages escaped."""
    return words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def mention(who: str) -> str:
    """Return `who` as mrkdwn: a Slack user as a mention, another name as it is, escaped."""
    return f"<@{who}>" if _SLACK_USER.fullmatch(who) else escape(who)


def plain(words: str) -> Block:
    """Return a plain text object, without what can't be seen."""
    return {"type": "plain_text", "text": seen(words) or "–", "emoji": True}


def section(mrkdwn: str, accessory: Block | None = None) -> Block:
    """Return a section; `mrkdwn` is already escaped, and `accessory` an element beside it."""
    block: Block = {"type": "section", "text": {"type": "mrkdwn", "text": mrkdwn}}
    return block | ({"accessory": accessory} if accessory else {})


def header(words: str) -> Block:
    """Return a heading."""
    return {"type": "header", "text": plain(words)}


def context_block(mrkdwn: str) -> Block:
    """Return a context block: small, grey text."""
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": mrkdwn}]}


def divider() -> Block:
    """Return a dividing line."""
    return {"type": "divider"}


def by_surface(
    in_message: Sequence[Block],
    elsewhere: Sequence[Block],
    spoken: Sequence[Block] | None = None,
    too_long: Sequence[Block] | None = None,
) -> Block:
    """Return the blocks that stand in a message, with those for a modal or Home, which take fewer kinds.

    `spoken` are those that screen readers say, `too_long` those of a message that can't hold its tables; by
    default both are the ones for elsewhere. It is none of Slack's blocks: `bot.slack.fit` puts one of them
    in its place.
    """
    block: Block = {"type": BY_SURFACE, "in_message": list(in_message), "elsewhere": list(elsewhere)}
    block |= {} if spoken is None else {"spoken": list(spoken)}
    return block if too_long is None else block | {"too_long": list(too_long)}


def button(
    action: Action,
    words: str,
    value: str,
    style: str | None = None,
    *,
    which: object = None,
    about: str = "",
) -> Block:
    """Return a button; `value` is its command line, or the id of what it is about.

    `which` tells several buttons of an action apart, because Slack takes an id only once in a block; `about`
    names what it acts on to screen readers, where a screen has several buttons with these words.
    """
    id_ = action.value if which is None else variant_of(action, which)
    element: Block = {"type": "button", "action_id": id_, "text": plain(words), "value": value}
    element |= {"accessibility_label": seen(f"{words}: {about}")} if about else {}
    return element | ({"style": style} if style else {})


def again(action_id: str, words: str, value: str, about: str) -> Block:
    """Return a button that was kept by its `action_id` and `value`, as `button` made it."""
    element: Block = {"type": "button", "action_id": action_id, "text": plain(words), "value": value}
    return element | {"accessibility_label": seen(f"{words}: {about}")}


def confirm(title: str, question: str, yes: str, no: str) -> Block:
    """Return a confirmation dialog, which Slack shows before it sends the press of a button."""
    return {"title": plain(title), "text": plain(question), "confirm": plain(yes), "deny": plain(no)}


def actions(elements: Sequence[Block]) -> Block:
    """Return an actions block of buttons and menus."""
    return {"type": "actions", "elements": list(elements)}


def input_block(name: str, label: str, element: Block, *, hint: str = "", optional: bool = False) -> Block:
    """Return a field of a form; by `name`, the id of its block and its `element`, its value is found."""
    block: Block = {"type": "input", "block_id": name, "label": plain(label)}
    block |= {"element": element | {"action_id": name}}
    block |= {"hint": plain(hint)} if hint else {}
    return block | ({"optional": True} if optional else {})


def option(words: str, value: str) -> Block:
    """Return an option of a menu."""
    return {"text": plain(words), "value": value}


def select(action: str, placeholder: str, options: Sequence[Block]) -> Block:
    """Return a static menu."""
    return {
        "type": "static_select",
        "action_id": action,
        "placeholder": plain(placeholder),
        "options": list(options),
    }


def users_select(action: str, placeholder: str) -> Block:
    """Return a menu of the workspace's users."""
    return {"type": "users_select", "action_id": action, "placeholder": plain(placeholder)}
