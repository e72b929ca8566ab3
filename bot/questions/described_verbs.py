"""The verbs without sentences of their own that a question may mean, by their titles and help."""

from collections.abc import Container

from rapidfuzz import fuzz, process

from bot.commands import Verb, Verbs
from knowledge.folding import words_of
from knowledge.texts import LANGUAGES, Catalogue

_LIKE = 75.0
"""How like a verb's title or help (0 to 100) a question must be."""
_OFFERED = 2


def described_verbs(
    question: str, verbs: Verbs, asked_for: Container[str], catalogue: Catalogue
) -> tuple[Verb, ...]:
    """Return the verbs whose title or help is most like the question, the best first; at most two.

    Those whose words are in `asked_for` have sentences, by which they are found.
    """
    asked = " ".join(words_of(question))
    texts = {
        (verb.word, part, language): " ".join(words_of(catalogue.say(f"verb.{verb.word}.{part}", language)))
        for verb in verbs.every
        if verb.word not in asked_for
        for part in ("title", "help")
        for language in LANGUAGES
        if f"verb.{verb.word}.{part}" in catalogue
    }
    found = process.extract(asked, texts, scorer=fuzz.token_set_ratio, score_cutoff=_LIKE, limit=None)
    words = dict.fromkeys(key[0] for _, _, key in found)
    return tuple(verbs.named(word) for word in list(words)[:_OFFERED])
