"""Masks what may name a person in text from outside, because texts about runs reach channels."""

import re

from knowledge.visible import seen
from provisioning import upn

MASK = "***"

# Every word is taken whole, with an address behind it or without: a search that began anew at each letter
# of a long word would take a time that grows by its square.
_WORD = re.compile(
    r"(?:[^\s@<>\"(),;:=\[\]{}|&/%]|%(?!40))++(?P<address>(?:@|%40)[^\s<>\"'(),;=\[\]{}|&/]+)?"
)
_URL = re.compile(r"(?<![A-Za-z0-9+.-])[A-Za-z][A-Za-z0-9+.-]*+://[^\s\"'<>]+")
_TOKENS = frozenset({"http", "https"})
_SECRET = re.compile(
    r"(?<![^&;])(?P<name>[^&;=]{0,40}(?:pass|pwd|secret|token|key|sig|auth|cred|code)[^&;=]{0,40}=)[^&;#]*",
    re.IGNORECASE,
)
_TOKEN = re.compile(
    r"(?<![A-Za-z0-9])(?:(?:xoxe\.)?xox[a-z]-[\w-]{8,}+|xapp-[\w-]{8,}+|hwb_[\w-]{40,}+|whsec_[\w+/=-]{16,}+)"
)
"""Tokens of Slack and of this program's API, and secrets of webhooks, by their beginnings."""
_SEQUENCE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07\x1b\n]*(?:\x07|\x1b\\)?")
_SPACE = re.compile(r"[^\S\n ]")


def masked(text: str) -> str:
    """Return `text` with all masked that looks like a UPN, a username, an e-mail address, or a token."""
    if "://" in text:
        text = _URL.sub(lambda url: without_secrets(url[0]), text)
    if "@" in text or "%40" in text:
        text = _WORD.sub(lambda word: MASK if word["address"] else word[0], text)
    return upn.HIDDEN.sub(MASK, _TOKEN.sub(MASK, text))


def without_secrets(url: str) -> str:
    """Return `url` as it may be shown: without its password, and without secrets in its query.

    A password with an unescaped `@` ends at the last one. A user alone is shown, but for the web, where it is
    a token. What has no `://` is shown as it is.
    """
    scheme, between, rest = url.partition("://")
    if not between:
        return url
    secret, at, address = rest.rpartition("@")
    if at and not rest.startswith("/"):
        user, colon, _ = secret.partition(":")
        if colon:
            rest = f"{user}:{MASK}@{address}"
        elif "@" in secret or scheme.casefold() in _TOKENS:
            rest = f"{MASK}@{address}"
    where, question, query = rest.partition("?")
    return scheme + between + where + question + _SECRET.sub(rf"\g<name>{MASK}", query)


def plain(text: str) -> str:
    """Return `text` without terminal sequences, and without what can't be seen but its line breaks."""
    return _SPACE.sub(" ", seen(_SEQUENCE.sub("", text)))
