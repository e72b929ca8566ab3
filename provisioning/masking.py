"""Takes out of foreign text what may name a person: texts about runs reach channels."""

import re

MASK = "***"

_MAIL = r"[^\s@<>\"(),;:=\[\]{}|&/]+(?:@|%40)[^\s@<>\"'(),;=\[\]{}|&/]+"
_UPN = r"[A-Za-z](?:[ -]?[0-9]){11}[ -]?[0-9A-Za-z]"
_PRIVATE = re.compile(f"{_MAIL}|{_UPN}")
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|[^\S\n ]|[\x00-\x09\x0b-\x1f\x7f-\x9f]")


def masked(text: str) -> str:
    """A text without anything that looks like a UPN, a username or an e-mail address."""
    return _PRIVATE.sub(MASK, text)


def plain(text: str) -> str:
    """A text without the marks that a terminal would take for colours or movements."""
    return _CONTROL.sub(lambda found: "" if found.group().startswith("\x1b") else " ", text)
