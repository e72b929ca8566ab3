"""Mrkdwn as plain words: marks are left out, and emoji that tell a state are said."""

import re
from collections.abc import Iterator

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
ENDS = (".", "!", "?", ":", ";", ",", "…")
"""The signs at which a voice pauses."""


def in_words(mrkdwn: str, voice: Voice) -> Iterator[str]:
    """Yield the lines of `mrkdwn` without marks: emoji in words, links by their labels."""
    for line in mrkdwn.replace("```", "").splitlines():
        words = _emoji_in_words(line.removeprefix(">").strip(), voice)
        # A search for one sign is much faster than a pattern, and most lines have few.
        if "<" in words:
            words = _LINK.sub(lambda link: link[2] or link[1], words)
        words = _GAP.sub(", ", words).replace("`", "")
        for sign, mark in (("*", _BOLD), ("_", _ITALIC)):
            words = mark.sub(r"\1", words) if sign in words else words
        if "~" in words:
            words = _STRUCK.sub(lambda struck: voice.plain("aloud.struck", words=struck[1]), words)
        words = words.removeprefix("•").strip()
        if "→" in words:
            words = _with_next(words, voice.plain("aloud.emoji.point_right"))
        if "·" in words:
            words = _DOT.sub(_paused, words)
        if words := _SPACES.sub(" ", words).strip():
            yield words


def _with_next(words: str, following: str) -> str:
    """Return `words` with `following` in place of arrows, which point to who acts."""
    if words.startswith("→"):
        return f"{following}: {words[1:].strip()}"
    return _ARROW.sub(f"; {following.lower()}: ", words)


def _paused(dot: re.Match[str]) -> str:
    """Return what stands for a dot between two parts of a line: a full stop before a new sentence."""
    if dot.string[dot.start() - 1] in ENDS:
        return f" {dot[1]}"
    return f". {dot[1]}" if dot[1].isupper() else f", {dot[1]}"


def _emoji_in_words(line: str, voice: Voice) -> str:
    """Return `line` with emoji as words; those at its beginning stand before a colon."""
    if ":" not in line:
        return line
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
