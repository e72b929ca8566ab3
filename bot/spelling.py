"""The known word that is nearest to a misspelt word."""

from collections.abc import Iterable


def nearest(word: str, known: Iterable[str], least: float = 0.6) -> str | None:
    """Return the word of `known` most like `word`; None where all are less like it than `least` (0 to 1)."""
    from rapidfuzz import fuzz, process  # most commands have no word to mend

    found = process.extractOne(word, list(known), scorer=fuzz.ratio, score_cutoff=least * 100)
    return found[0] if found else None
