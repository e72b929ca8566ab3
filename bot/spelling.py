"""Which known word was meant by one that is not known."""

from collections.abc import Iterable

from rapidfuzz import fuzz, process


def nearest(word: str, known: Iterable[str], least: float = 0.6) -> str | None:
    """The word of `known` that is most like `word`; None where none is as like as `least`, of 0 to 1."""
    found = process.extractOne(word, list(known), scorer=fuzz.ratio, score_cutoff=least * 100)
    return found[0] if found else None
