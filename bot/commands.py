"""The grammar of `/hwb`: every verb declared once, and a pure parser.

A command line is also what a button or a menu carries, so that pressing is the same as typing.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.people.permissions import Act
from bot.spelling import nearest
from diagnostics.walk import Question


class Takes(StrEnum):
    """What a verb is about."""

    PERSON = "person"
    SCHOOL = "school"
    SCHOOLS = "schools"
    COHORT = "cohort"
    KIND = "kind"
    CASE = "case"
    TEXT = "text"
    ROLES = "roles"
    ENTRY = "entry"
    DATES = "dates"
    WORDS = "words"
    LANGUAGE = "language"
    OWN = "own"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Verb:
    """A verb by its English and Welsh word; `act` is what the caller must be allowed to do.

    Its help stands in the catalogue under `verb.<word>.help`, its way of writing under `verb.<word>.usage`.
    """

    word: str
    welsh: str
    takes: Takes
    act: Act | None = None
    question: Question | None = None


VERBS = (
    Verb("why-missing", "pam-ar-goll", Takes.PERSON, Act.DIAGNOSE, Question.WHY_MISSING),
    Verb("missing", "ar-goll", Takes.COHORT, Act.DIAGNOSE),
    Verb("no-password", "dim-cyfrinair", Takes.PERSON, Act.DIAGNOSE, Question.NO_PASSWORD),
    Verb("old-class", "hen-ddosbarth", Takes.PERSON, Act.DIAGNOSE, Question.OLD_CLASS),
    Verb("move-account", "symud-cyfrif", Takes.PERSON, Act.DIAGNOSE, Question.MOVE_ACCOUNT),
    Verb("last-run", "rhediad-diwethaf", Takes.SCHOOL, Act.LAST_RUN),
    Verb("run", "rhedeg", Takes.SCHOOL, Act.RUN),
    Verb("forecast", "rhagolwg", Takes.SCHOOL, Act.RUN),
    Verb("review", "adolygu", Takes.KIND, Act.REVIEW),
    Verb("rollover", "trosglwyddo", Takes.SCHOOLS, Act.BOARD),
    Verb("triage", "brysbennu", Takes.TEXT, Act.DESK),
    Verb("desk", "desg", Takes.CASE, Act.DESK),
    Verb("grants", "caniatadau", Takes.ROLES, Act.GRANTS),
    Verb("dates", "dyddiadau", Takes.DATES),
    Verb("ask", "gofyn", Takes.WORDS),
    Verb("faq", "cwestiynau", Takes.ENTRY),
    Verb("watches", "gwylio", Takes.OWN),
    Verb("language", "iaith", Takes.LANGUAGE),
    Verb("help", "cymorth", Takes.NOTHING),
)
HELP = VERBS[-1]
ASK = next(verb for verb in VERBS if verb.takes is Takes.WORDS)

_BY_WORD = {word: verb for verb in VERBS for word in (verb.word, verb.welsh)}
_SCHOOL = re.compile(r"[0-9]{7}")
LONGEST = 40
"""Characters of an identifier: what is longer is none, and must fit where Slack carries it."""
_LONGEST_WORDS = 120
"""Characters of words that narrow an answer: with verb and school they fit a menu's line."""
_LONGEST_TEXT = 4_000
"""Characters of what somebody else wrote."""
LONGEST_QUESTION = 1_500
"""Characters of a question in plain words, which a button has to be able to carry."""
_A_QUESTION = 3
"""Words of a line that is tried as a question where its first word is no verb."""
_A_SLIP = 0.8
"""How near to a verb a line's first word must be, so that it is not a question's."""
_SMALL_WORDS = frozenset({"at", "in", "for", "yn", "ar", "i"})


@dataclass(frozen=True)
class Command:
    """A verb with what it is about; blank where that was left out."""

    verb: Verb
    about: str = ""
    school: str = ""

    @property
    def line(self) -> str:
        """The command as it would be typed after `/hwb`."""
        return " ".join(part for part in (self.verb.word, self.about, self.school) if part)

    def at(self, school: str) -> "Command":
        """The same command at a school."""
        return Command(self.verb, self.about, school)


@dataclass(frozen=True)
class Unknown:
    """A word that is no verb, and the nearest one that is."""

    word: str
    meant: Verb | None


def verb_for(question: Question) -> Verb:
    """The verb that asks one of the FAQ's questions."""
    return next(verb for verb in VERBS if verb.question is question)


def parse(line: str) -> Command | Unknown:
    """A command from what was typed after `/hwb`; nothing at all asks for help."""
    words = line.split()
    if not words:
        return Command(HELP)
    first = words[0].casefold().lstrip("/")
    verb = _BY_WORD.get(first)
    if verb is None:
        question = len(words) >= _A_QUESTION
        near = nearest(first, _BY_WORD, _A_SLIP) if question else nearest(first, _BY_WORD)
        if question and near is None:
            return Command(ASK, line.strip()[:LONGEST_QUESTION])
        return Unknown(words[0], _BY_WORD[near] if near else None)
    if verb.takes is Takes.TEXT:
        return Command(verb, "".join(line.strip().split(maxsplit=1)[1:])[:_LONGEST_TEXT])
    rest = words[1:]
    if verb.takes in (Takes.SCHOOLS, Takes.COHORT):
        return _about_schools(verb, rest)
    if verb.takes in (Takes.PERSON, Takes.SCHOOL, Takes.KIND):
        return _at_school(verb, rest)
    longest = LONGEST_QUESTION if verb is ASK else LONGEST
    return Command(verb, " ".join(rest)[:longest])


def _about_schools(verb: Verb, words: list[str]) -> Command:
    """A school, or words that say which schools or whom of a school, and in what form."""
    school = next((word for word in words if _SCHOOL.fullmatch(word)), "")
    about = " ".join(word for word in words if word != school and word.casefold() not in _SMALL_WORDS)
    return Command(verb, about[:_LONGEST_WORDS], school)


def _at_school(verb: Verb, words: list[str]) -> Command:
    """A person and a school in either order; a UPN may have been typed with spaces."""
    numbers = [word for word in words if _SCHOOL.fullmatch(word)]
    # A single number of seven digits after a question about a person is the person: a staff code.
    school = numbers[-1] if numbers and (verb.takes is not Takes.PERSON or len(words) > 1) else ""
    about = [word for word in words if word != school and word.casefold() not in _SMALL_WORDS]
    return Command(verb, "" if verb.takes is Takes.SCHOOL else "".join(about)[:LONGEST], school)
