"""Texts without what can't be seen: control characters, invisible ones, and those that turn text round.

A terminal obeys control characters, and a line break in a name makes lines of its own. `one_line`
is for what comes from outside: cells, typed words, logs. `seen` is for what leaves whole, with our own lines.
Pure.
"""

import re
import unicodedata
from typing import Any

_BREAKS = frozenset("\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\u2028\u2029")
"""Controls that are spaces; what follows them is another word."""
_HIDDEN = frozenset({"Cc", "Cf", "Cs"})
_JOINED = re.compile(
    r"(?<=[\u2190-\U0001faff\ufe0f])\u200d(?=[\u2190-\U0001faff])"
    r"|\U0001f3f4[\U000e0061-\U000e007a]{2,6}\U000e007f"
)
"""What makes one sign of several: a joiner between two emoji, the letters of a flag such as that of Wales."""


def one_line(text: str) -> str:
    """Return `text` in one line: breaks become spaces, other characters that can't be seen are left out."""
    return text if text.isprintable() else _cleaned(text, kept="")


def seen(text: str) -> str:
    """Return `text` as `one_line` does, but with its line breaks and tabs."""
    return text if text.isprintable() else _cleaned(text, kept="\n\t")


def seen_in(value: Any) -> Any:
    """Return plain JSON, as `json.loads` gives it, with all its texts in it `seen`."""
    if isinstance(value, str):
        return seen(value)
    if isinstance(value, dict):
        return {seen_in(name): seen_in(part) for name, part in value.items()}
    return [seen_in(part) for part in value] if isinstance(value, list | tuple) else value


def _cleaned(text: str, kept: str) -> str:
    text, pieces, at = text.replace("\r\n", "\n"), [], 0  # that is one break, and so one space
    for sign in _JOINED.finditer(text):
        pieces += [_shown(text[at : sign.start()], kept), sign[0]]
        at = sign.end()
    return "".join([*pieces, _shown(text[at:], kept)])


def _shown(text: str, kept: str) -> str:
    return "".join(character for each in text if (character := _of(each, kept)))


def _of(character: str, kept: str) -> str:
    if character in kept:
        return character
    if character in _BREAKS:
        return " "
    return "" if unicodedata.category(character) in _HIDDEN else character
