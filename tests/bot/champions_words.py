"""The words of the trade that no Digital Champion needs to know, and where they stand in what is shown."""

import re
from collections.abc import Iterator
from typing import Any

NOT_HER_WORDS = {
    "en": re.compile(
        r"\b(?:extracts?|rows?|reject(?:ed|s|ion)|held(?! back)|covered|installations?|safeguards?"
        r"|doors?|grants?|stays? undone|stages?)\b|\bline \d",
        re.IGNORECASE,
    ),
    "cy": re.compile(
        r"\b(?:h?echdyniad(?:au)?|rh?es(?:i)?|n?g?wrthodwyd|mesur(?:au)? diogelu|y gosodiad hwn|llinell \d)\b"
        r"|heb (?:ei|eu) g?wneud",
        re.IGNORECASE,
    ),
}
TEXTS = ("text", "label", "placeholder", "title")
WHAT_IS_TYPED = re.compile(r"`[^`]*`|/hwb [\w-]+")


def shown(of: Any) -> Iterator[str]:
    """Every text in what is shown, a line each, without what is to be typed."""
    match of:
        case str():
            yield from WHAT_IS_TYPED.sub("", of).splitlines()
        case dict():
            for name, value in of.items():
                if name in TEXTS or isinstance(value, dict | list):
                    yield from shown(value)
        case list():
            for value in of:
                yield from shown(value)
