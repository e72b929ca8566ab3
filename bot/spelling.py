"""The known word that is nearest to a misspelt word."""

from collections.abc import Iterable

from rapidfuzz import fuzz, process


def nearest(word: str, known: Iterable[str], least: float = 0.6) -> str | None:
    """Return the word of `known` most like `word`; None where all are less like it than `least` (0 to 1)."""
    found = process.extractOne(word, list(known), scorer=fuzz.ratio, score_cutoff=least * 100)
    return found[0] if found else None
