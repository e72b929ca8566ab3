"""Welsh prepositions before any name: `i Ysgol Glan`, `i'r Bont Faen`, `ac Ysgol Glan`. Forms are data."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from jinja2.exceptions import FilterArgumentError

PREPOSITIONS = Path(__file__).parent / "prepositions.toml"
"""The Welsh words that texts say before names, with their forms before a vowel and before the article."""
_ARTICLE = re.compile(r"(?:y|yr)\s+(?=\S)", re.IGNORECASE)
_VOWEL = re.compile(r"[aeiou]|y(?![aeiou])|w(?![aeiouwyrl])", re.IGNORECASE)
"""The beginning of names that are said with a vowel: `Ysgol`, `Wdig`; but not `York`, `Wrecsam`, `Wern`."""
_NUMBER_WITH_VOWEL = re.compile(r"(?:1|8\d{0,2}|1[1-9])(?!\d)")
"""Numbers whose word begins with a vowel: un, wyth, un deg un."""


@cache
def prepositions() -> Mapping[str, Mapping[str, str]]:
    """Return each word with those of its forms, `vowel` and `article`, that differ from it."""
    return tomllib.loads(PREPOSITIONS.read_text(encoding="utf-8"))


def after(name: object, preposition: str) -> str:
    """Return `name` after `preposition`, in the form that the beginning of the name asks for.

    The name keeps its first letter, as names of institutions do; only its article is no longer a capital.
    Raises `FilterArgumentError` for a preposition that is not in `prepositions.toml`.
    """
    forms = prepositions().get(preposition.lower())
    if forms is None:
        raise FilterArgumentError(f"no preposition {preposition!r} in {PREPOSITIONS.name}")
    said = str(name)
    if article := _ARTICLE.match(said):
        rest = said[article.end() :]
        form = forms.get("article") or f"{preposition} {article[0].strip().lower()}"
    else:
        rest, form = said, forms.get("vowel", preposition) if _is_vowel(said) else preposition
    return f"{_as_written(form, preposition)} {rest}"


def _is_vowel(name: str) -> bool:
    """Return whether `name` begins with a vowel in Welsh, under whatever accent, or is such a number."""
    plain = unicodedata.normalize("NFD", name.lstrip("\"'“‘("))
    return bool(_VOWEL.match(plain) or _NUMBER_WITH_VOWEL.match(plain))


def _as_written(form: str, preposition: str) -> str:
    """Return `form` with a capital where `preposition` has one, at the beginning of a sentence."""
    return form[:1].upper() + form[1:] if preposition[:1].isupper() else form
