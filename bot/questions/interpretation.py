"""What a question in plain words comes to: an answer at once, entries to choose from, or nothing."""

from dataclasses import dataclass

from bot.commands import Command, Verb, Verbs
from bot.questions.plain_words import Understood, kind_of
from knowledge.ids import Question
from knowledge.loading import Knowledge
from knowledge.search import Match

MOST_LOOKED_UP = 3
"""People whom one question may name; whoever has more looks at everybody who is missing."""


@dataclass(frozen=True)
class Choice:
    """An entry that is or may be meant, and what carries it out for everybody whom the question names."""

    match: Match
    verb: Verb | None
    commands: tuple[Command, ...]


@dataclass(frozen=True)
class QuestionMatch:
    """What a question comes to.

    `choices` is one where it is `sure`. `about` are the ways to look up who is named where nothing is asked.
    """

    choices: tuple[Choice, ...]
    sure: bool
    courtesy: bool = False
    about: tuple[Command, ...] = ()

    @property
    def command(self) -> Command | None:
        """What to carry out at once: where it is plain what is meant and about whom."""
        commands = self.choices[0].commands if self.sure else ()
        return commands[0] if len(commands) == 1 else None


def match_question(said: Understood, knowledge: Knowledge, verbs: Verbs) -> QuestionMatch:
    """What was understood, as answers."""
    matches = said.found.matches[:1] if said.found.sure else said.found.matches
    return QuestionMatch(
        tuple(_choice(match, said, knowledge, verbs) for match in matches),
        said.found.sure,
        courtesy=said.courtesy and not said.identifiers,
        about=() if said.found.sure else _about(said, knowledge, verbs),
    )


def _choice(match: Match, said: Understood, knowledge: Knowledge, verbs: Verbs) -> Choice:
    """An entry with what carries it out for those of its kind whom the question names."""
    entry = knowledge.entries[match.id]
    if entry.asks is None:
        return Choice(match, None, ())
    verb, school = verbs.asking(entry.asks), _school(said)
    named = [identifier for identifier in said.identifiers if kind_of(identifier) == entry.about]
    commands = (Command(verb, identifier, school) for identifier in named[:MOST_LOOKED_UP])
    return Choice(match, verb, tuple(commands))


def _about(said: Understood, knowledge: Knowledge, verbs: Verbs) -> tuple[Command, ...]:
    """Every question that can be asked about the one person who is named."""
    if len(said.identifiers) != 1 or said.found.matches:
        return ()
    (identifier,) = said.identifiers
    asked = (question for question in Question if knowledge.can_ask(question, kind_of(identifier)))
    return tuple(Command(verbs.asking(question), identifier, _school(said)) for question in asked)


def _school(said: Understood) -> str:
    """The school that is meant; of several, or of names that fit several, nobody can tell."""
    numbers = dict.fromkeys([*said.school_numbers, *(school.number for school in said.schools)])
    return next(iter(numbers)) if len(numbers) == 1 else ""
