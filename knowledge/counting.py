"""Numbers with their nouns: `3 accounts`, `3 chyfrif`. Plural classes are Babel's; Welsh forms are data."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from babel import Locale
from jinja2 import pass_context
from jinja2.exceptions import FilterArgumentError
from jinja2.runtime import Context

NOUNS = Path(__file__).parent / "nouns.toml"
"""The Welsh nouns that texts count, with their gender and their forms by plural class."""
_WELSH, _ENGLISH = Locale("cy"), Locale("en")


@cache
def welsh_nouns() -> Mapping[str, Mapping[str, str]]:
    """Return each Welsh noun with its `gender` and those forms that differ, by plural class of Babel's."""
    return tomllib.loads(NOUNS.read_text(encoding="utf-8"))


@pass_context
def count(context: Context, number: int, noun: str, plural: str = "") -> str:
    """Return `number` with its noun, in the language that `context` is rendered in.

    An English text gives `noun` and `plural`: `1 account`, `3 accounts`. A Welsh text gives a noun of
    `nouns.toml` alone, which stays singular and changes its first letter: `1 cyfrif`, `3 chyfrif`.
    Raises `FilterArgumentError` for a Welsh noun that is not there.
    """
    if context["language"] == "cy":
        return f"{number:,} {_welsh(number, noun)}"
    return f"{number:,} {noun if _ENGLISH.plural_form(number) == 'one' else plural}"


def _welsh(number: int, noun: str) -> str:
    forms = welsh_nouns().get(noun)
    if forms is None:
        raise FilterArgumentError(f"no Welsh noun {noun!r} in {NOUNS.name}; add it with its gender and forms")
    return forms.get(_WELSH.plural_form(number)) or forms.get("other", noun)
