"""The grammar of `/hwb` and the registry of its verbs.

Each feature declares its verbs, with their handlers, in its `answers.py`. `Verbs` puts them together: it
parses command lines, and dispatch, help, "did you mean", buttons and the search read it. Buttons and menus
carry command lines too, so pressing has the effect of typing.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from bot.identifiers import BETWEEN, LONGEST, identifiers_of
from bot.people.permissions import Act
from bot.spelling import nearest
from knowledge.ids import Question
from knowledge.visible import one_line, seen
from provisioning.records.schools import School

if TYPE_CHECKING:  # `bot.slack` is above the grammar; only the type of a handler names it
    from bot.slack.context import Answer, AskInModal, Context

    Handler = Callable[[Context, "Command", Sequence[School]], Answer | AskInModal]


class Takes(StrEnum):
    """What follows a verb."""

    PERSON = "person"
    """A UPN or staff code, or several, and a school."""
    SCHOOL = "school"
    """A school."""
    SCHOOLS = "schools"
    """A school, or words that narrow a list of schools."""
    COHORT = "cohort"
    """A school, and words that narrow its people."""
    KIND = "kind"
    """A kind of account made by hand, and a school."""
    CASE = "case"
    """The number of a case of the service desk; without one, the list of open cases."""
    TEXT = "text"
    """A pasted text, as it stands."""
    ROLES = "roles"
    """Words that narrow the list of roles."""
    ENTRY = "entry"
    """An entry of the guide."""
    DATES = "dates"
    """The code of a local authority."""
    WORDS = "words"
    """A question in plain words."""
    LANGUAGE = "language"
    """A language."""
    OWN = "own"
    """Nothing: the verb shows what is the caller's own."""
    NOTHING = "nothing"
    """Nothing; the first such verb answers an empty line."""


@dataclass(frozen=True)
class Verb:
    """A verb: its English and Welsh word, what follows it, and `handler`, which answers it.

    `act` is what the caller must be allowed to do; dispatch hands `handler` the schools at which that is
    so, or none where `act` is None. `anywhere`: a role over any place is enough, also while there are no
    schools. `question` is the FAQ's question that the verb asks. `formerly`: its Welsh word of earlier
    versions, which is still understood. The texts of a verb are `verb.<word>.title`, `.usage` and `.help`.
    """

    word: str
    welsh: str
    takes: Takes
    handler: "Handler"
    act: Act | None = None
    question: Question | None = None
    anywhere: bool = False
    formerly: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        """The words by which the verb is typed, each once."""
        return tuple(dict.fromkeys(word for word in (self.word, self.welsh, self.formerly) if word))


_SCHOOL = re.compile(r"[0-9]{7}")
_BETWEEN_WORDS = re.compile(r"[\s,;]")
_LONGEST_WORDS = 120
"""Characters of words that narrow an answer: with verb and school they fit a menu's value."""
_LONGEST_TEXT = 4_000
"""Characters of a pasted text."""
LONGEST_QUESTION = 1_500
"""Characters of a question in plain words, which must fit a button's value."""
_QUESTION_WORDS = 3
"""The fewest words of a line that is read as a question where its first word is no verb."""
_NEAR_IN_A_LINE = 0.8
"""How like a verb (0 to 1) a line's first word must be to be a misspelt verb, not a question's word."""
_NEAR = 0.6
"""How like a verb (0 to 1) a single word must be to be offered as "did you mean"."""
_SMALL_WORDS = frozenset({"at", "in", "for", "yn", "ar", "i"})


@dataclass(frozen=True)
class Command:
    """A verb with what it is about and the school's number; each is blank if it was not said."""

    verb: Verb
    about: str = ""
    school: str = ""

    @property
    def line(self) -> str:
        """The command as it is typed after `/hwb`."""
        return " ".join(part for part in (self.verb.word, self.about, self.school) if part)

    @property
    def people(self) -> tuple[str, ...]:
        """The identifiers of the people that it is about."""
        is_about_people = self.verb.takes is Takes.PERSON and self.about
        return tuple(self.about.split(BETWEEN)) if is_about_people else ()

    def at(self, school: str) -> "Command":
        """Return the command at the school with number `school`."""
        return Command(self.verb, self.about, school)


@dataclass(frozen=True)
class Unknown:
    """A word that is no verb, and `meant`, the verb that is spelt like it, if there is any."""

    word: str
    meant: Verb | None


@dataclass(frozen=True)
class Verbs:
    """All verbs, in the order in which help lists them."""

    every: tuple[Verb, ...]

    @cached_property
    def _by_word(self) -> dict[str, Verb]:
        return {word: verb for verb in self.every for word in verb.words}

    def named(self, word: str) -> Verb:
        """Return the verb with an English or Welsh word."""
        return self._by_word[word]

    def asking(self, question: Question) -> Verb:
        """Return the verb that asks a question of the FAQ."""
        return next(verb for verb in self.every if verb.question is question)

    def taking(self, takes: Takes) -> Verb:
        """Return the first verb that is followed by `takes`."""
        return next(verb for verb in self.every if verb.takes is takes)

    def allowed(self, act: Act | None) -> list[Verb]:
        """Return the verbs that need the permission `act`; with None, those that need none."""
        return [verb for verb in self.every if verb.act is act]

    def parse(self, line: str) -> Command | Unknown:
        """Parse what was typed after `/hwb`; an empty line asks for help.

        A line of several words that begins with no verb, nor a misspelt one, is a question in plain words.
        """
        line = seen(line)
        words = line.split()
        if not words:
            return Command(self.taking(Takes.NOTHING))
        first = words[0].casefold().lstrip("/")
        verb = self._by_word.get(first)
        if verb is None:
            return self._question_or_unknown(first, line)
        if verb.takes is Takes.TEXT:
            return Command(verb, "".join(line.strip().split(maxsplit=1)[1:])[:_LONGEST_TEXT])
        rest = words[1:]
        if verb.takes is Takes.PERSON:
            return _about_people(verb, "".join(line.strip().split(maxsplit=1)[1:]))
        if verb.takes in (Takes.SCHOOLS, Takes.COHORT):
            return _about_schools(verb, rest)
        if verb.takes in (Takes.SCHOOL, Takes.KIND):
            return _at_school(verb, rest)
        longest = LONGEST_QUESTION if verb.takes is Takes.WORDS else LONGEST
        return Command(verb, " ".join(rest)[:longest])

    def _question_or_unknown(self, first: str, line: str) -> Command | Unknown:
        words = line.split()
        is_question = len(words) >= _QUESTION_WORDS
        near = nearest(first, self._by_word, least=_NEAR_IN_A_LINE if is_question else _NEAR)
        if is_question and near is None:
            return Command(self.taking(Takes.WORDS), one_line(line).strip()[:LONGEST_QUESTION])
        return Unknown(words[0], self._by_word[near] if near is not None else None)


def _about_schools(verb: Verb, words: list[str]) -> Command:
    """Parse a school's number and the words beside it, which narrow the answer or name a file type."""
    school = next((word for word in words if _SCHOOL.fullmatch(word)), "")
    about = " ".join(word for word in words if word != school and word.casefold() not in _SMALL_WORDS)
    return Command(verb, about[:_LONGEST_WORDS], school)


def _about_people(verb: Verb, typed: str) -> Command:
    """Parse the identifiers of people and a school's number in any order."""
    words = [word for word in _BETWEEN_WORDS.split(typed) if word]
    numbers = [word for word in words if _SCHOOL.fullmatch(word)]
    # Seven digits alone after a question about a person are that person's staff code.
    school = numbers[-1] if numbers and len(words) > 1 else ""
    small = [word for word in words if word == school or word.casefold() in _SMALL_WORDS]
    return Command(verb, BETWEEN.join(identifiers_of(typed, small)), school)


def _at_school(verb: Verb, words: list[str]) -> Command:
    """Parse a thing's name and a school in either order; a name may contain spaces."""
    school = next((word for word in reversed(words) if _SCHOOL.fullmatch(word)), "")
    about = [word for word in words if word != school and word.casefold() not in _SMALL_WORDS]
    return Command(verb, "" if verb.takes is Takes.SCHOOL else "".join(about)[:LONGEST], school)
