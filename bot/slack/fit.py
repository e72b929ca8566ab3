"""Messages, modals and Home cut to Slack's limits, as the last step before they are sent.

Slack refuses a whole message for a single character too many, so texts are cut with an ellipsis, and left
out blocks are replaced by a line that says so.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from bot.slack import limits
from bot.slack.aloud import aloud, headline
from bot.slack.blocks import BY_SURFACE, Block, Screen
from bot.slack.voice import Voice

_ELLIPSIS = "…"
_HALF_AN_ENTITY = re.compile(r"&[a-z]{0,3}$")


def as_message(screen: Screen, voice: Voice, *, bare: bool = False) -> dict[str, Any]:
    """Return the fields of a message that shows `screen`: `text`, escaped, and `blocks`.

    `text` says the whole, for screen readers and notifications, lists in the place of tables; where it is to
    be `bare`, the headline alone.
    """
    fitted = fit(screen, voice.mrkdwn("answer.cut"))
    spoken = replace(fitted, blocks=_standing(screen.blocks, _spoken))
    said = headline(fitted, voice) if bare else aloud(spoken, voice)
    return {"text": said, "blocks": list(fitted.blocks)}


def fit(screen: Screen, more: str) -> Screen:
    """Return a message's screen within Slack's limits; the text `more` replaces blocks that are left out."""
    return Screen(
        cut(screen.text, limits.MESSAGE_TEXT_ADVISED),
        _fit_blocks(
            _in_message(screen.blocks), limits.MESSAGE_BLOCKS, limits.MESSAGE_BLOCKS_TEXT_ADVISED, more
        ),
        screen.aloud,
    )


def fits_a_message(screen: Screen) -> bool:
    """Return whether a message can hold all blocks of `screen`, with its tables."""
    return _is_whole(_standing(screen.blocks, lambda block: block["in_message"]))


def fit_view(blocks: Sequence[Block], more: str) -> list[Block]:
    """Return a modal's or Home's blocks within Slack's limits; `more` replaces those that are left out."""
    return _fit_blocks(elsewhere(blocks), limits.VIEW_BLOCKS, limits.VIEW_TEXT_ADVISED, more)


def elsewhere(blocks: Sequence[Block]) -> list[Block]:
    """Return `blocks` as they stand in a modal or Home: lists in the place of tables."""
    return _standing(blocks, lambda block: block["elsewhere"])


def cut(words: str, length: int) -> str:
    """Return `words` cut to `length` characters, with an ellipsis; an entity (`&amp;`) is not cut in two."""
    if len(words) <= length:
        return words
    kept = words[: length - len(_ELLIPSIS)]
    return _HALF_AN_ENTITY.sub("", kept) + _ELLIPSIS


def paragraphs(lines: Sequence[str]) -> Iterator[str]:
    """Join `lines` into as few section texts as Slack's limit allows."""
    part = ""
    for line in (cut(line, limits.SECTION_TEXT) for line in lines):
        if len(part) + len(line) + 1 > limits.SECTION_TEXT:
            yield part
            part = ""
        part = f"{part}\n{line}" if part else line
    if part:
        yield part


def _in_message(blocks: Sequence[Block]) -> list[Block]:
    """Return `blocks` as they stand in a message: with a table where all of it fits, else with its list.

    A table is never cut, because its reader would take it for the whole.
    """
    whole = _standing(blocks, lambda block: block["in_message"])
    if _tables(whole) == 0 or _is_whole(whole):
        return whole

    def without_table(block: Block) -> Sequence[Block]:
        has_table = any(part["type"] == "table" for part in block["in_message"])
        instead = "too_long" if "too_long" in block else "elsewhere"
        parts: Sequence[Block] = block[instead if has_table else "in_message"]
        return parts

    return _standing(blocks, without_table)


def _is_whole(blocks: Sequence[Block]) -> bool:
    """Return whether a message can hold `blocks`."""
    fits = len(blocks) <= limits.MESSAGE_BLOCKS and _text_in(blocks) <= limits.MESSAGE_BLOCKS_TEXT_ADVISED
    return fits and _tables(blocks) <= limits.MESSAGE_TABLES


def _tables(blocks: Sequence[Block]) -> int:
    return sum(block["type"] == "table" for block in blocks)


def _spoken(block: Block) -> Sequence[Block]:
    """Return the parts of a block that differs by surface which screen readers say."""
    parts: Sequence[Block] = block["spoken" if "spoken" in block else "elsewhere"]
    return parts


def _standing(blocks: Sequence[Block], parts: Callable[[Block], Sequence[Block]]) -> list[Block]:
    """Return `blocks`, with the `parts` of each that differs by surface in its place."""
    standing: list[Block] = []
    for block in blocks:
        if block["type"] == BY_SURFACE:
            standing += parts(block)
        else:
            standing.append(block)
    return standing


def _fit_blocks(blocks: Sequence[Block], most: int, text: int, more: str) -> list[Block]:
    note = {"type": "context", "elements": [{"type": "mrkdwn", "text": more}]}
    fitted: list[Block] = []
    left = text - len(more)
    for block in (_fit_block(block) for block in blocks):
        size = _text_in(block)
        if (len(fitted) == most - 1 and len(blocks) > most) or size > left:
            return [*fitted, note]
        fitted.append(block)
        left -= size
    return fitted


def _fit_block(block: Block) -> Block:
    fitted = dict(block)
    match block["type"]:
        case "section":
            if "text" in block:
                fitted["text"] = _fit_text(block["text"], limits.SECTION_TEXT)
            if "fields" in block:
                fields = block["fields"][: limits.SECTION_FIELDS]
                fitted["fields"] = [_fit_text(field, limits.SECTION_FIELD) for field in fields]
            if "accessory" in block:
                fitted["accessory"] = _fit_element(block["accessory"])
        case "header":
            fitted["text"] = _fit_text(block["text"], limits.HEADER)
        case "context":
            elements = block["elements"][: limits.CONTEXT_ELEMENTS]
            fitted["elements"] = [_fit_text(element, limits.TEXT) for element in elements]
        case "actions":
            elements = block["elements"][: limits.ACTIONS_ELEMENTS]
            fitted["elements"] = [_fit_element(element) for element in elements]
        case "input":
            fitted["label"] = _fit_text(block["label"], limits.INPUT_LABEL)
            fitted["element"] = _fit_element(block["element"])
    return fitted


def _fit_element(element: Block) -> Block:
    fitted = dict(element)
    if element["type"] == "button":
        fitted["text"] = _fit_text(element["text"], limits.BUTTON_TEXT)
        if "accessibility_label" in element:
            label = element["accessibility_label"]
            fitted["accessibility_label"] = cut(label, limits.BUTTON_ACCESSIBILITY_LABEL)
    if "placeholder" in element:
        fitted["placeholder"] = _fit_text(element["placeholder"], limits.PLACEHOLDER)
    if "options" in element:
        options = element["options"][: limits.SELECT_OPTIONS]
        fitted["options"] = [
            {**option, "text": _fit_text(option["text"], limits.OPTION_TEXT)} for option in options
        ]
    return fitted


def _fit_text(text: Block, length: int) -> Block:
    return {**text, "text": cut(text["text"], length)} if "text" in text else text


def _text_in(block: Any) -> int:
    """Return the number of characters of text in a block and all its parts."""
    if isinstance(block, dict):
        own = len(block["text"]) if isinstance(block.get("text"), str) else 0
        return own + sum(_text_in(value) for value in block.values())
    return sum(_text_in(value) for value in block) if isinstance(block, list) else 0
