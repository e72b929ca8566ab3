"""Blocks as plain words: what screen readers and phone notifications take of a message.

Both take its top-level `text` alone (https://docs.slack.dev/reference/methods/chat.postMessage), so that
says what the blocks show: headings, sections, fields, tables and small print, then what can be done.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from bot.slack import limits
from bot.slack.blocks import Block, Screen, escape
from bot.slack.mrkdwn_words import ENDS, in_words
from bot.slack.voice import Voice

_HEAD = 4
"""The lines among which a screen's headline is looked for, so that it is not said twice."""


def aloud(screen: Screen, voice: Voice) -> str:
    """Return what screen readers and notifications say of `screen`, escaped, within Slack's limit.

    That is its own `aloud`, or its headline and what its blocks show.
    """
    if screen.aloud is not None:
        lines = [escape(line) for line in screen.aloud.splitlines()]
    else:
        lines, first = lines_of(screen.blocks, voice), headline(screen, voice)
        if _letters(first) not in _letters(" ".join(lines[:_HEAD])):
            lines.insert(0, first)
    return _whole_lines(lines, voice.mrkdwn("aloud.more"), limits.MESSAGE_TEXT_ADVISED)


def headline(screen: Screen, voice: Voice) -> str:
    """Return the headline of `screen` without marks, escaped."""
    return " ".join(in_words(escape(screen.text), voice))


def lines_of(blocks: Sequence[Block], voice: Voice) -> list[str]:
    """Return what `blocks` show as sentences, escaped, a line each; mentions stay mentions.

    The words of buttons and menus stand in the last line, each once.
    """
    lines = [_sentence(line) for block in blocks for line in _lines(block, voice) if line]
    offered = dict.fromkeys(words for block in blocks for words in _offers(block))
    return (
        [*lines, _sentence(voice.mrkdwn("aloud.you-can", offered=", ".join(offered)))] if offered else lines
    )


def _lines(block: Block, voice: Voice) -> Iterator[str]:
    match block["type"]:
        case "header" | "section" | "alert":
            yield from _said(block.get("text"), voice)
            for field in block.get("fields", ()):
                yield _field(list(_said(field, voice)))
        case "context":
            for element in block["elements"]:
                yield from _said(element, voice)
        case "image":
            yield from _said(block, voice)
        case "table":
            yield from _rows(block["rows"], voice)
        case "rich_text":
            yield from in_words(_rich(block, voice), voice)
        case "markdown":
            yield from in_words(escape(block["text"]), voice)
        case "input":
            yield from _said(block["label"], voice)


def _said(element: Any, voice: Voice) -> Iterator[str]:
    """Yield the lines of a text object, or of an image its description."""
    match element:
        case {"type": "image", "alt_text": words} | {"type": "plain_text", "text": words}:
            yield from in_words(escape(words), voice)
        case {"type": "mrkdwn", "text": words}:
            yield from in_words(words, voice)


def _field(lines: Sequence[str]) -> str:
    """Return a section's field, whose first line names what stands below it."""
    name, *values = lines or [""]
    return f"{name.rstrip(':')}: {', '.join(values)}" if values else name


def _rows(rows: Sequence[Sequence[Block]], voice: Voice) -> Iterator[str]:
    """Yield each row below the first, each cell with the name of its column, which stands in the first."""
    names, *others = [[_cell(cell, voice) for cell in row] for row in rows] or [[]]
    if not others:
        yield ", ".join(filter(None, names))
    for row in others:
        pairs = zip(names, row, strict=False)
        yield "; ".join(f"{name}: {value}" if name else value for name, value in pairs if value)


def _cell(cell: Block, voice: Voice) -> str:
    words = _rich(cell, voice) if cell["type"] == "rich_text" else escape(cell.get("text", ""))
    return ", ".join(in_words(words, voice))


def _rich(part: Block, voice: Voice) -> str:
    """Return a part of rich text as mrkdwn."""
    match part:
        case {"type": "text", "text": words}:
            return escape(words)
        case {"type": "emoji", "name": name}:
            return f":{name}:"
        case {"type": "user", "user_id": user}:
            return f"<@{user}>"
        case {"type": "usergroup", "usergroup_id": group}:
            return f"<!subteam^{group}>"
        case {"type": "channel", "channel_id": channel}:
            return f"<#{channel}>"
        case {"type": "link", "url": url}:
            return escape(part.get("text") or url)
    between = "" if part["type"] == "rich_text_section" else "\n"
    return between.join(_rich(inner, voice) for inner in part.get("elements", ()))


def _offers(block: Block) -> Iterator[str]:
    """Yield the words of a block's buttons and menus."""
    elements = block.get("elements", ()) if block["type"] == "actions" else ()
    for element in (*elements, *([block["accessory"]] if "accessory" in block else [])):
        words = element.get("text") if element["type"] == "button" else element.get("placeholder")
        if words:
            yield words["text"].rstrip(" …")


def _sentence(line: str) -> str:
    """Return a line that ends as a sentence does, so that a voice pauses after it."""
    return line if line.endswith(ENDS) else f"{line}."


def _whole_lines(lines: Sequence[str], more: str, length: int) -> str:
    """Join `lines` up to `length` characters; the line `more` replaces those that are left out."""
    if sum(len(line) + 1 for line in lines) - 1 <= length:
        return "\n".join(lines)
    left, kept = length - len(more) - 1, list[str]()
    for line in lines:
        if len(line) > left:
            break
        kept.append(line)
        left -= len(line) + 1
    return "\n".join([*kept, more])


def _letters(words: str) -> str:
    """Return the letters and digits of `words` alone."""
    return "".join(filter(str.isalnum, words))
