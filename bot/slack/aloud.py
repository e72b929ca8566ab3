"""Blocks as plain words: what screen readers and phone notifications take of a message.

Both take its top-level `text` alone (https://docs.slack.dev/reference/methods/chat.postMessage), so that
says what the blocks show: headings, sections, fields, tables and small print, then what can be done.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from bot.slack.blocks import Block, escape
from bot.slack.voice import Voice

DECORATION = frozenset(
    {
        "alarm_clock",
        "envelope",
        "handshake",
        "incoming_envelope",
        "leftwards_arrow_with_hook",
        "speech_balloon",
        "sunrise",
        "tada",
        "wave",
    }
)
"""The emoji beside which a text says all; the others have words of their own, `aloud.emoji.*`."""
_EMOJI = re.compile(r":([a-z][a-z0-9_+-]*):")
_LEADING_EMOJI = re.compile(r"(?::[a-z][a-z0-9_+-]*:\s*)+")
_LINK = re.compile(r"<(?!@|#|!subteam\^)([^<>|]*)(?:\|([^<>|]*))?>")
_BOLD = re.compile(r"(?<![\w*])\*([^*\n]+)\*(?![\w*])")
_ITALIC = re.compile(r"(?<!\w)_([^_\n]+)_(?!\w)")
_STRUCK = re.compile(r"(?<![\w~])~([^~\n]+)~(?![\w~])")
_DOT = re.compile(r"(?<=\S) *· *(\S?)")
_ARROW = re.compile(r"(?<=\S) *→ *")
_GAP = re.compile(r"(?<=\S) {2,}(?=\S)|` `")
_SPACES = re.compile(r"[ \t]+")
_ENDS = (".", "!", "?", ":", ";", ",", "…")


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


def in_words(mrkdwn: str, voice: Voice) -> Iterator[str]:
    """Yield the lines of `mrkdwn` without marks: emoji in words, links by their labels."""
    for line in mrkdwn.replace("```", "").splitlines():
        words = _emoji_in_words(line.removeprefix(">").strip(), voice)
        words = _LINK.sub(lambda link: link[2] or link[1], words)
        words = _GAP.sub(", ", words).replace("`", "")
        for mark in (_BOLD, _ITALIC):
            words = mark.sub(r"\1", words)
        words = _STRUCK.sub(lambda struck: voice.plain("aloud.struck", words=struck[1]), words)
        words = words.removeprefix("•").strip()
        following = voice.plain("aloud.emoji.point_right")
        if words.startswith("→"):
            words = f"{following}: {words[1:].strip()}"
        words = _DOT.sub(_paused, _ARROW.sub(f"; {following.lower()}: ", words))
        if words := _SPACES.sub(" ", words).strip():
            yield words


def _paused(dot: re.Match[str]) -> str:
    """Return what stands for a dot between two parts of a line: a full stop before a new sentence."""
    if dot.string[dot.start() - 1] in _ENDS:
        return f" {dot[1]}"
    return f". {dot[1]}" if dot[1].isupper() else f", {dot[1]}"


def _emoji_in_words(line: str, voice: Voice) -> str:
    """Return `line` with emoji as words; those at its beginning stand before a colon."""
    begins = _LEADING_EMOJI.match(line)
    signs = [_emoji(name, voice) for name in _EMOJI.findall(begins[0])] if begins else []
    rest = line[begins.end() :] if begins else line
    rest = _EMOJI.sub(lambda found: _emoji(found[1], voice), rest)
    return ": ".join(filter(None, [", ".join(filter(None, signs)), rest]))


def _emoji(name: str, voice: Voice) -> str:
    key = f"aloud.emoji.{name}"
    if name in DECORATION:
        return ""
    return voice.plain(key) if key in voice.catalogue else name.replace("_", " ")


def _offers(block: Block) -> Iterator[str]:
    """Yield the words of a block's buttons and menus."""
    elements = block.get("elements", ()) if block["type"] in ("actions", "context_actions") else ()
    for element in (*elements, *([block["accessory"]] if "accessory" in block else [])):
        words = element.get("text") if element["type"] == "button" else element.get("placeholder")
        if words:
            yield words["text"].rstrip(" …")


def _sentence(line: str) -> str:
    """Return a line that ends as a sentence does, so that a voice pauses after it."""
    return line if line.endswith(_ENDS) else f"{line}."
