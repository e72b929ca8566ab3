"""Masks what may name a person in text from outside, because texts about runs reach channels."""

import re

MASK = "***"

_MAIL = r"[^\s@<>\"(),;:=\[\]{}|&/]+(?:@|%40)[^\s@<>\"'(),;=\[\]{}|&/]+"
_UPN = r"[A-Za-z](?:[ -]?[0-9]){11}[ -]?[0-9A-Za-z]"
_PRIVATE = re.compile(f"{_MAIL}|{_UPN}")
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|[^\S\n ]|[\x00-\x09\x0b-\x1f\x7f-\x9f]")


def masked(text: str) -> str:
    """Return `text` with everything masked that looks like a UPN, a username or an e-mail address."""
    return _PRIVATE.sub(MASK, text)


def plain(text: str) -> str:
    """Return `text` without terminal escape sequences and control characters."""
    return _CONTROL.sub(lambda found: "" if found.group().startswith("\x1b") else " ", text)
