"""Identifiers of one person or of several, as they are typed or pasted after a verb. Pure."""

import re
from collections.abc import Iterable, Sequence

MOST = 20
"""People about whom a question is answered at once."""
LONGEST = 40
"""Characters of an identifier: longer ones do not exist, and would not fit a menu's value."""
LONGEST_LIST = MOST * 20
"""Characters of the identifiers in a form."""
BETWEEN = ", "
"""What stands between the identifiers in a command's line."""
_SEPARATORS = re.compile(r"[,;\r\n]")
_AND = frozenset({"and", "a", "ac", "&"})


def identifiers_of(text: str, without: Iterable[str] = ()) -> Sequence[str]:
    """Return the identifiers in `text`, each once, at most one more than `MOST`, without the words `without`.

    A comma, a semicolon and a line's end separate them, and so does a space between words that each begin
    with a letter and have a digit. Other spaces are of a single identifier: "H801 2000 01001".
    """
    left_out = frozenset(without)
    found: dict[str, None] = {}
    for part in _SEPARATORS.split(text):
        words = [word for word in part.split() if word not in left_out]
        named = [word for word in words if word.casefold() not in _AND]
        several = len(named) > 1 and all(map(_stands_alone, named))
        found |= dict.fromkeys(word[:LONGEST] for word in (named if several else ["".join(words)]) if word)
        if len(found) > MOST:
            break
    return tuple(found)[: MOST + 1]


def _stands_alone(word: str) -> bool:
    return word[0].isalpha() and any(map(str.isdecimal, word))
