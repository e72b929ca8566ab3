"""Masks what may name a person in text from outside, because texts about runs reach channels."""

import re

from provisioning import upn

MASK = "***"

# Every word is taken whole, with an address behind it or without: a search that began anew at each letter
# of a long word would take a time that grows by its square.
_WORD = re.compile(
    r"(?:[^\s@<>\"(),;:=\[\]{}|&/%]|%(?!40))++(?P<address>(?:@|%40)[^\s<>\"'(),;=\[\]{}|&/]+)?"
)
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|[^\S\n ]|[\x00-\x09\x0b-\x1f\x7f-\x9f]")


def masked(text: str) -> str:
    """Return `text` with everything masked that looks like a UPN, a username or an e-mail address."""
    if "@" in text or "%40" in text:
        text = _WORD.sub(lambda word: MASK if word["address"] else word[0], text)
    return upn.HIDDEN.sub(MASK, text)


def plain(text: str) -> str:
    """Return `text` without terminal escape sequences and control characters."""
    return _CONTROL.sub(lambda found: "" if found.group().startswith("\x1b") else " ", text)
