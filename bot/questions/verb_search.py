"""Search of the verbs for a question: which of them, if any, would do what it asks for.

A verb is asked for by the sentences in its feature's `phrases.toml`. A question is compared with each of
them and with the sentences of the guide, folded into meanings: their likeness is the cosine of their words,
of which rare ones weigh more. A verb is meant where it is nearer than the guide and clearly nearer than any
other verb.
"""

from collections.abc import Iterable, Mapping
from heapq import nlargest
from itertools import chain
from math import log, sqrt
from pathlib import Path
from statistics import mean
from typing import NamedTuple

from bot.texts import PHRASES
from knowledge.folding import Folder, words_of
from knowledge.loading import Knowledge
from knowledge.models import Synonyms
from knowledge.reading import read, sheet
from knowledge.search import LONGEST, asked_by
from knowledge.texts import KnowledgeError

WHY_MISSING = "why-missing"
"""The verb that is about a single person."""
_VOCABULARY = Path(__file__).with_name("vocabulary.toml")
_ELSEWHERE = Path(__file__).with_name("elsewhere.toml")
_NO_VERB = ""
"""In the place of a verb's word: the guide, and what the bot knows nothing of."""
_NEAREST = 3
"""The number of nearest sentences that score a verb."""
_PAIR = 0.5
"""The weight of two neighbouring meanings, beside that of a single one."""
_NAMED, _UNNAMED, _OTHER_VERB = 1.2, 0.6, 0.7
"""The factors on the score of the verb about a person where a question names one, and where it names none;
and on that of the other verbs where it names one."""
_SURE_SCORE, _SURE_LEAD, _LEAD_OF_GUIDE = 0.42, 0.12, 0.06
"""The least score of a sure verb, and the fractions of it by which it must exceed every other verb, and the
guide."""
_SHOWN_SCORE = 0.36
"""The least score at which a verb is offered."""
_UNKNOWN = 4.0
"""The weight of a word that no sentence has."""
_UNKNOWN_SHARE, _SCORE_DESPITE_UNKNOWN = 0.25, 0.6
"""A question with this fraction of unknown words may be about something else, unless the score is as high as
this."""
_OFFERED = 2


class VerbMatch(NamedTuple):
    """A verb that may be meant, by its word, with a score from 0 to 1."""

    word: str
    score: float


class VerbsFound(NamedTuple):
    """The verbs that a question may mean, best first; `sure` where it means the first.

    `nearer` is whether the first is near, and nearer than the guide.
    """

    matches: tuple[VerbMatch, ...]
    sure: bool = False
    nearer: bool = False


class VerbFinder:
    """Finds verbs; built once, safe for concurrent use."""

    def __init__(self, knowledge: Knowledge, phrases: Mapping[str, Synonyms]) -> None:
        """Build the index of `phrases`, by the word of their verb, and of the guide's sentences."""
        asked = {word: [*texts.en, *texts.cy] for word, texts in phrases.items()}
        elsewhere = sheet(Synonyms, read(_ELSEWHERE), _ELSEWHERE)
        asked[_NO_VERB] = [
            *chain.from_iterable(asked_by(entry) for entry in knowledge.entries.values()),
            *elsewhere.en,
            *elsewhere.cy,
        ]
        self.words = frozenset(phrases)
        self._folder = Folder(_vocabulary(knowledge), chain.from_iterable(asked.values()))
        self._sentences = [
            (word, set(self._folder.fold(text))) for word, texts in asked.items() for text in texts
        ]
        among = len(self._sentences)
        counts: dict[str, int] = {}
        for folded in chain.from_iterable(words for _, words in self._sentences):
            counts[folded] = counts.get(folded, 0) + 1
        self._weights = {
            folded: log(1 + among / count) * (_PAIR if " " in folded else 1)
            for folded, count in counts.items()
        }
        self._rarest = log(1 + among)
        self._lengths = [self._length(words) for _, words in self._sentences]

    def find(self, question: str, *, names_a_person: bool) -> VerbsFound:
        """Return the verbs that a question may mean; none where the guide is nearer than all of them."""
        read = question[:LONGEST]
        scores = self._scores(read, names_a_person)
        guide = scores.pop(_NO_VERB, 0.0)
        ranked = sorted(scores.items(), key=lambda scored: -scored[1])
        matches = tuple(
            VerbMatch(word, round(score, 3))
            for word, score in ranked[:_OFFERED]
            if score >= max(_SHOWN_SCORE, guide * (1 - _SURE_LEAD))
        )
        if not matches:
            return VerbsFound(())
        best, *others = (score for _, score in ranked)
        strange = best < _SCORE_DESPITE_UNKNOWN and self._folder.unknown_share(read) >= _UNKNOWN_SHARE
        clear = all(best - other >= _SURE_LEAD * best for other in others)
        nearer = best >= _SURE_SCORE and best > guide
        return VerbsFound(
            matches, clear and nearer and not strange and best - guide >= _LEAD_OF_GUIDE * best, nearer
        )

    def _scores(self, question: str, names_a_person: bool) -> dict[str, float]:
        """Return the scores by verb, and that of the guide."""
        asked = set(self._folder.fold(question))
        strange = self._folder.unknown_share(question) * len(words_of(question))
        length = sqrt(self._length(asked) ** 2 + strange * _UNKNOWN**2)
        likenesses: dict[str, list[float]] = {}
        for (word, words), other in zip(self._sentences, self._lengths, strict=True):
            if common := asked & words:
                likeness = sum(self._weights[folded] ** 2 for folded in common) / (length * other)
                likenesses.setdefault(word, []).append(likeness)
        return {
            word: mean([max(near), mean(nlargest(_NEAREST, near))]) * _factor(word, names_a_person)
            for word, near in likenesses.items()
        }

    def _length(self, words: Iterable[str]) -> float:
        return (
            sqrt(sum(self._weights.get(word, 0 if " " in word else self._rarest) ** 2 for word in words))
            or 1.0
        )


class VerbFinders:
    """The finder of verbs, which is made when it is first asked for."""

    def __init__(self) -> None:
        self._made: VerbFinder | None = None

    def finder(self, knowledge: Knowledge) -> VerbFinder:
        """Return the finder beside the guide in `knowledge`."""
        if self._made is None:
            self._made = VerbFinder(knowledge, read_phrases())
        return self._made


def read_phrases() -> Mapping[str, Synonyms]:
    """Return the sentences with which verbs are asked for, by the verb's word."""
    return {
        word: sheet(Synonyms, texts, path, under=word)
        for path in PHRASES
        for word, texts in read(path).items()
    }


def _factor(word: str, names_a_person: bool) -> float:
    if word == WHY_MISSING:
        return _NAMED if names_a_person else _UNNAMED
    return _OTHER_VERB if names_a_person and word != _NO_VERB else 1.0


def _vocabulary(knowledge: Knowledge) -> Mapping[str, Synonyms]:
    """Return the meanings of the guide's words and of those in which a verb is asked for."""
    own = read(_VOCABULARY).get("meanings", {})
    if both := own.keys() & knowledge.words.keys():
        raise KnowledgeError(
            _VOCABULARY, f"meanings.{min(both)}", "is a meaning of the guide's words already"
        )
    own = {name: sheet(Synonyms, words, _VOCABULARY, under=f"meanings.{name}") for name, words in own.items()}
    return {**knowledge.words, **own}
