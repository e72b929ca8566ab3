"""Folds typed text, in either language and with typing errors, into the meanings of `words.toml`.

A text becomes meanings ("learner", "missing"), each pair of neighbouring meanings, and the words that are in
the guide without a meaning. All other words are dropped.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from rapidfuzz import process
from rapidfuzz.distance import OSA

from knowledge.models import Synonyms

_MUTATIONS: tuple[Mapping[str, str], ...] = (
    {"ll": "l", "rh": "r", "p": "b", "t": "d", "c": "g", "b": "f", "d": "dd", "g": "", "m": "f"},
    {"p": "mh", "t": "nh", "c": "ngh", "b": "m", "d": "n", "g": "ng"},
    {"p": "ph", "t": "th", "c": "ch"},
)
"""Soft, nasal and aspirate: how the beginning of a Welsh word changes after another word."""
_DIGRAPHS = ("ch", "dd", "ff", "ng", "ll", "ph", "rh", "th")

_REWRITTEN = (
    (re.compile(r"n't\b"), " not"),
    (re.compile(r"\bmis (?=ionawr|chwef|mawrth|ebrill|mai|meh|gorff|awst|medi|hyd|tach|rhag)"), ""),
    (re.compile(r"\bnon[- ]?mis\b"), "nonmis"),
    (re.compile(r"\be-(?=mail|bost|byst)"), "e"),
    (re.compile(r"\b[a-z]\d{6,11}[a-z0-9]?\b"), " learner "),
    (re.compile(r"\b(?:y|(?:year|yr|bl|[bfm]?lwyddyn)\s?)(\d{1,2})s?\b"), r" year year\1 "),
    (re.compile(r"\b(?:1[0-3]|[1-9])[a-z]\b"), " class "),
)
"""Words recognised by their shape: a negation, a month (`mis Medi` is no MIS), a UPN (a learner's), a year
group, a class such as 4B."""
_WORD = re.compile(r"[a-z]{2,30}\d{0,2}")
_SHORTEST_WITH_A_SLIP, _SHORTEST_WITH_TWO = 5, 8


class Folder:
    """Folds texts by a vocabulary and the words of the searched texts."""

    def __init__(self, vocabulary: Mapping[str, Synonyms], texts: Iterable[str]) -> None:
        self._meanings: dict[tuple[str, ...], tuple[str, ...]] = {}
        for meaning, synonyms in vocabulary.items():
            for phrase in _phrases(synonyms):
                known = self._meanings.get(phrase, ())
                self._meanings[phrase] = known if meaning in known else (*known, meaning)
        self._longest = max(len(phrase) for phrase in self._meanings)
        spelt = {word for phrase in self._meanings for word in phrase}
        spelt.update(word for text in texts for word in words_of(text))
        self._spelt = dict.fromkeys(sorted(spelt))

    def fold(self, text: str) -> list[str]:
        """Return the meanings and words of a text, in its order, then the pairs of neighbouring meanings."""
        words = [word for word in map(self._spell, words_of(text)) if word]
        folded: list[str] = []
        meanings: list[str] = []
        while words:
            length = next((n for n in range(self._longest, 0, -1) if tuple(words[:n]) in self._meanings), 0)
            found = self._meanings.get(tuple(words[:length]), ())
            meanings += [meaning for meaning in found if meanings[-1:] != [meaning]]
            folded += found or words[:1]
            words = words[length or 1 :]
        return [*folded, *(f"{word} {next_}" for word, next_ in pairwise(meanings))]

    def unknown_share(self, text: str) -> float:
        """Return the fraction of a text's words in neither the vocabulary nor the searched texts."""
        words = words_of(text)
        return sum(self._spell(word) is None for word in words) / len(words) if words else 1.0

    def knows(self, word: str) -> bool:
        """Return whether a word is in the vocabulary or in the searched texts."""
        return word.casefold() in self._spelt

    def _spell(self, word: str) -> str | None:
        """Return the known word that `word` means: itself, its singular or the nearest spelling, if any."""
        singular = f"{word[:-3]}y" if word.endswith("ies") else word.removesuffix("s")
        if (word,) not in self._meanings and singular in self._spelt:
            return singular
        if word in self._spelt or word[-1].isdigit():
            return word
        if len(word) < _SHORTEST_WITH_A_SLIP:
            return None
        slips = 2 if len(word) >= _SHORTEST_WITH_TWO else 1
        # The first letter is seldom mistyped, and another first letter usually makes another word.
        alike = [known for known in self._spelt if known[0] == word[0]]
        near = process.extractOne(word, alike, scorer=OSA.distance, score_cutoff=slips)
        return near[0] if near else None


def words_of(text: str) -> list[str]:
    """Return a text's words in lower case without accents, after `_REWRITTEN`."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("’", "'"))
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    for shape, instead in _REWRITTEN:
        plain = shape.sub(instead, plain)
    return _WORD.findall(plain)


def _phrases(synonyms: Synonyms) -> Iterator[tuple[str, ...]]:
    """Yield every phrase as words, Welsh phrases also with their first word mutated."""
    yield from map(tuple, map(words_of, synonyms.en))
    for first, *rest in map(words_of, synonyms.cy):
        yield from ((form, *rest) for form in mutations(first))


def mutations(word: str) -> Iterator[str]:
    """Yield a Welsh word and its mutated forms."""
    yield word
    for forms in _MUTATIONS:
        begins = next((letters for letters in forms if word.startswith(letters)), "")
        if begins and (len(begins) == 2 or not word.startswith(_DIGRAPHS)):
            yield forms[begins] + word[len(begins) :]
    if word[0] in "aeiouwy":
        yield f"h{word}"
