"""Search of the guide for a question: BM25 over the sentences with which its entries are asked for.

An entry's sentences are its paraphrases in both languages and its own questions, folded by `words.toml`. A
question is ranked twice, by all sentences of an entry together and by the few nearest. A match is sure only
where its score is high enough and clearly above the next; `tests/knowledge/test_search.py` derives these
limits from the sentences.
"""

import logging
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from heapq import nlargest
from itertools import accumulate, chain
from statistics import mean
from typing import NamedTuple

from knowledge.folding import Folder, words_of
from knowledge.loading import Knowledge
from knowledge.models import Entry, InBoth
from knowledge.texts import LANGUAGES, Language

LONGEST = 2_000
"""The number of characters of a question that are read."""
_FEWEST_CHOICES, _MOST_CHOICES = 2, 3
"""The least and greatest number of entries to choose from."""
_ENTRY_K1 = 8.0
"""BM25's k1 for whole entries, high because a word that many of their sentences have is significant."""
_NEAREST = 3
"""The number of nearest sentences that score an entry."""
_SURE_SCORE = 3.0
"""The least score of a sure match."""
_SURE_LEAD, _SURE_LEAD_IF_OPEN = 0.2, 0.3
"""The fraction of its score by which a sure match must exceed any other: the larger one where the question
leaves open what distinguishes the two entries."""
_SHOWN_SCORE = 1.5
"""The least best score at which entries are shown at all."""
_THIRD_SHARE = 0.5
"""The fraction of the best score that a third entry must reach."""
_UNKNOWN_SHARE, _SCORE_DESPITE_UNKNOWN = 0.25, 6.0
"""A question with this fraction of unknown words may be about something else, unless the best score is as
high as this."""
_OTHER_PEOPLE = 0.6
"""The factor on the score of an entry about learners where a question names only staff, and the reverse."""
_HOW = "how"
_PEOPLE = frozenset({"learner", "staff"})
_ARE_LEARNERS = frozenset({"class", "year"})
"""Meanings that imply learners."""


class Match(NamedTuple):
    """An entry that may be meant, with the question of its edition in force."""

    id: str
    question: InBoth
    score: float


class Found(NamedTuple):
    """The entries that a question may mean, best first; `sure` where it means the first."""

    matches: tuple[Match, ...]
    sure: bool

    @property
    def best(self) -> Match | None:
        """The entry that is meant; None where that is not sure."""
        return self.matches[0] if self.sure else None


class Finder:
    """Finds entries; slow to build, built once, safe for concurrent use."""

    def __init__(self, knowledge: Knowledge) -> None:
        # Imported here, because numpy takes 0.2 s and most commands do not search.
        from bm25s import BM25

        logging.getLogger("bm25s").setLevel(logging.WARNING)  # it sets its own to DEBUG
        self.knowledge = knowledge
        self._entries = tuple(knowledge.entries.values())
        asked = [asked_by(entry) for entry in self._entries]
        courtesies = knowledge.courtesies
        self._courtesies = {word for text in (*courtesies.en, *courtesies.cy) for word in words_of(text)}
        self._thanks = {
            word for text in (*knowledge.thanks.en, *knowledge.thanks.cy) for word in words_of(text)
        }
        self._folder = Folder(knowledge.words, chain.from_iterable(asked))
        folded = [[self._folder.fold(sentence) for sentence in sentences] for sentences in asked]
        self._whole, self._sentences = BM25(k1=_ENTRY_K1), BM25()
        self._whole.index([list(chain.from_iterable(sentences)) for sentences in folded], show_progress=False)
        self._sentences.index(list(chain.from_iterable(folded)), show_progress=False)
        self._ends = list(accumulate(map(len, folded)))
        english, welsh = (_words_in(self._entries, language) for language in LANGUAGES)
        self._english, self._welsh = english - welsh, welsh - english

    def find(self, question: str, today: date, among: Collection[str] | None = None) -> Found:
        """Return the entries that a question may mean, in their editions in force on a day.

        With `among`, only these entries are considered.
        """
        read = question[:LONGEST]
        words = self._folder.fold(read)
        possible = [scored for scored in self._scored(words) if among is None or scored[0].id in among]
        ranked = sorted(possible, key=lambda scored: -scored[1])
        if not ranked or ranked[0][1] < _SHOWN_SCORE:
            return Found((), sure=False)
        matches = (
            Match(entry.id, entry.in_force(today).question, round(score, 3))
            for place, (entry, score) in enumerate(ranked[:_MOST_CHOICES])
            if place < _FEWEST_CHOICES or score >= _THIRD_SHARE * ranked[0][1]
        )
        strange = ranked[0][1] < _SCORE_DESPITE_UNKNOWN and self._folder.unknown_share(read) >= _UNKNOWN_SHARE
        return Found(tuple(matches), not strange and _is_sure(ranked, words))

    def knows(self, word: str) -> bool:
        """Return whether a word is in the guide or its vocabulary, so that it is no code or name."""
        return self._folder.knows(word)

    def language(self, text: str) -> Language:
        """Return the language of a text; English where it is unclear."""
        words = set(words_of(text[:LONGEST]))
        return "cy" if len(words & self._welsh) > len(words & self._english) else "en"

    def is_courtesy(self, text: str) -> bool:
        """Return whether a text is empty or only a greeting or thanks."""
        return self._courtesies.issuperset(words_of(text))

    def has_thanks(self, text: str) -> bool:
        """Return whether a text has a word of thanks."""
        return not self._thanks.isdisjoint(words_of(text[:LONGEST]))

    def _scored(self, words: Collection[str]) -> Iterator[tuple[Entry, float]]:
        """Yield the entries that have any of `words`, with their scores."""
        named = _named(words)
        known = [word for word in words if word in self._whole.vocab_dict]
        if not known:
            return
        whole, sentences = (index.get_scores(known).tolist() for index in (self._whole, self._sentences))
        for entry, start, end, score in zip(self._entries, [0, *self._ends], self._ends, whole, strict=False):
            if score > 0:
                about_others = named and entry.about in _PEOPLE - named
                nearest = mean(nlargest(_NEAREST, sentences[start:end]))
                yield entry, (score + nearest / 2) * (_OTHER_PEOPLE if about_others else 1)


def asked_by(entry: Entry) -> list[str]:
    """Return the sentences with which an entry is asked for."""
    questions = [edition.question for edition in entry.editions]
    return [
        *entry.paraphrases["en"],
        *entry.paraphrases["cy"],
        *(text for q in questions for text in (q.en, q.cy)),
    ]


def _words_in(entries: Iterable[Entry], language: Language) -> set[str]:
    """Return the words of all sentences in a language."""
    return {word for entry in entries for text in entry.paraphrases[language] for word in words_of(text)}


def _is_sure(ranked: Sequence[tuple[Entry, float]], words: Collection[str]) -> bool:
    """Return whether the first entry of `ranked`, best first, is meant by a question's folded `words`."""
    (best, score), *others = ranked
    return score >= _SURE_SCORE and all(
        score - other >= (_SURE_LEAD_IF_OPEN if _open_between(best, entry, words) else _SURE_LEAD) * score
        for entry, other in others
    )


def _named(words: Collection[str]) -> set[str]:
    """Return whom a question names, as meanings: learners, staff, both or neither."""
    learners = {"learner"} if _ARE_LEARNERS.intersection(words) else set()
    return learners | _PEOPLE.intersection(words)


def _open_between(best: Entry, other: Entry, words: Collection[str]) -> bool:
    """Return whether a question leaves open what distinguishes two entries: whom they are about, or `how`."""
    about_whom = best.about != other.about and {best.about, other.about} <= _PEOPLE
    how = best.kind == "faq" and other.kind == "flow" and _HOW in words
    return how or (about_whom and best.about not in _named(words))
