"""The interpretation of a question in plain words: a command, entries to choose from, or nothing."""

from dataclasses import dataclass

from bot.commands import Command, Verb, Verbs
from bot.questions.plain_words import Understood, kind_of
from knowledge.ids import Question
from knowledge.loading import Knowledge
from knowledge.search import Match

MOST_LOOKED_UP = 3
"""People that are looked up for a question; for more of them there is `/hwb missing`."""


@dataclass(frozen=True)
class Choice:
    """An entry that is or may be meant, with a command for each person that the question names."""

    match: Match
    verb: Verb | None
    commands: tuple[Command, ...]


@dataclass(frozen=True)
class QuestionMatch:
    """The interpretation of a question.

    Where it is `sure`, `choices` has a single item. Where only a person is named, `about` are the commands
    that look that person up. `courtesy` is whether the text is only a greeting or thanks.
    """

    choices: tuple[Choice, ...]
    sure: bool
    courtesy: bool = False
    about: tuple[Command, ...] = ()

    @property
    def command(self) -> Command | None:
        """The command to carry out at once; None where entry or person are not clear."""
        commands = self.choices[0].commands if self.sure else ()
        return commands[0] if len(commands) == 1 else None


def match_question(understood: Understood, knowledge: Knowledge, verbs: Verbs) -> QuestionMatch:
    """Match what was understood with the guide's entries and the verbs."""
    matches = understood.found.matches[:1] if understood.found.sure else understood.found.matches
    return QuestionMatch(
        tuple(_choice(match, understood, knowledge, verbs) for match in matches),
        understood.found.sure,
        courtesy=understood.courtesy and not understood.identifiers,
        about=() if understood.found.sure else _about(understood, knowledge, verbs),
    )


def _choice(match: Match, understood: Understood, knowledge: Knowledge, verbs: Verbs) -> Choice:
    """Return an entry with a command for each named person of the entry's kind."""
    entry = knowledge.entries[match.id]
    if entry.asks is None:
        return Choice(match, None, ())
    verb, school = verbs.asking(entry.asks), _school(understood)
    named = [identifier for identifier in understood.identifiers if kind_of(identifier) == entry.about]
    commands = (Command(verb, identifier, school) for identifier in named[:MOST_LOOKED_UP])
    return Choice(match, verb, tuple(commands))


def _about(understood: Understood, knowledge: Knowledge, verbs: Verbs) -> tuple[Command, ...]:
    """Return a command for every question about the named person, where nothing but that person is clear."""
    if len(understood.identifiers) != 1 or understood.found.matches:
        return ()
    (identifier,) = understood.identifiers
    asked = (question for question in Question if knowledge.can_ask(question, kind_of(identifier)))
    return tuple(Command(verbs.asking(question), identifier, _school(understood)) for question in asked)


def _school(understood: Understood) -> str:
    """Return the number of the named school; blank where none, or more than one, is named."""
    numbers = dict.fromkeys([*understood.school_numbers, *(school.number for school in understood.schools)])
    return next(iter(numbers)) if len(numbers) == 1 else ""
