"""What a person has written, as the rich text that Slack sends beside a message's ``text``."""

import html
import re
from typing import Final

from slack_workspace.new_ids import new_id
from slack_workspace.state import Json

_REFERENCE: Final = re.compile(r"<([@#!])?([^<>|\s]{1,3000})(?:\|([^<>]{0,3000}))?>")


def as_rich_text(text: str) -> Json:
    """Return a message's ``text`` as a block of rich text.

    In ``text`` Slack escapes ``&``, ``<`` and ``>``; in rich text they stand as typed, and names and links
    are elements of their own.
    """
    elements: list[Json] = []
    end = 0
    for found in _REFERENCE.finditer(text):
        elements += _plain(text[end : found.start()])
        elements.append(_reference(found[1], found[2], found[3]))
        end = found.end()
    elements += _plain(text[end:])
    section = {"type": "rich_text_section", "elements": elements}
    return {"type": "rich_text", "block_id": new_id(""), "elements": [section]}


def _plain(text: str) -> list[Json]:
    return [{"type": "text", "text": html.unescape(text)}] if text else []


def _reference(sign: str | None, name: str, label: str | None) -> Json:
    if sign == "@":
        return {"type": "user", "user_id": name}
    if sign == "#":
        return {"type": "channel", "channel_id": name}
    if sign == "!":
        return {"type": "broadcast", "range": name}
    link = {"type": "link", "url": html.unescape(name)}
    return link | ({"text": html.unescape(label)} if label else {})
