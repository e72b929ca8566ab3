"""The interpretation of a question in plain words: entries of the guide, verbs, a command, or nothing."""

from dataclasses import dataclass

from bot.commands import Command, Takes, Verb, Verbs
from bot.questions.filling import MOST_LOOKED_UP, commands_of
from bot.questions.plain_words import Understood, kind_of
from bot.questions.verb_search import VerbsFound
from knowledge.ids import Question
from knowledge.loading import Knowledge
from knowledge.search import Match

_REVIEWED = {"non-mis-review": "non-mis", "governor-review": "governors"}
"""The kind of accounts, as the verb `review` names it, that an entry says how to review."""
_SCALE = 10.0
"""The score of a verb that is named word for word, beside the scores of entries."""


@dataclass(frozen=True)
class Choice:
    """An entry that is or may be meant, with a command for each person that the question names."""

    match: Match
    verb: Verb | None
    commands: tuple[Command, ...]


@dataclass(frozen=True)
class Wish:
    """A verb that is or may be meant, with its command, filled in; several where several people are named."""

    verb: Verb
    commands: tuple[Command, ...]
    score: float


@dataclass(frozen=True)
class QuestionMatch:
    """The interpretation of a question: `meanings`, the best first.

    Where it is `sure`, the first of them is meant. Where only a person is named, `about` are the commands
    that look that person up. `courtesy` is whether the text is only a greeting or thanks, `thanks` the
    latter; `said` is whether there is any word in it. `school` is the number of the named school, or blank.
    """

    meanings: tuple[Choice | Wish, ...]
    sure: bool
    courtesy: bool = False
    thanks: bool = False
    said: bool = True
    about: tuple[Command, ...] = ()
    school: str = ""

    @property
    def greeting(self) -> str | None:
        """The key of the text that answers a greeting or thanks; None where the text is neither."""
        if not (self.courtesy and self.said):
            return None
        return "ask.thanks" if self.thanks else "ask.courtesy"

    @property
    def best(self) -> Choice | Wish | None:
        """What is meant; None where that is not sure."""
        return self.meanings[0] if self.sure else None

    @property
    def command(self) -> Command | None:
        """The command to carry out at once, which tells something; None where it is not clear."""
        match self.best:
            case Choice(commands=[command]):
                return command
            case Wish(verb=verb, commands=[command]) if verb.takes is Takes.DATES or (
                verb.question and command.about
            ):
                return command
            case _:
                return None


def match_question(
    understood: Understood, wished: VerbsFound, knowledge: Knowledge, verbs: Verbs
) -> QuestionMatch:
    """Match what was understood, and the verbs that were found, with the guide's entries and the verbs."""
    found = understood.found
    choices = [_choice(match, understood, knowledge, verbs) for match in found.matches]
    wishes = [
        Wish(verb, commands_of(verb, understood, knowledge.catalogue), round(_SCALE * score, 3))
        for verb, score in ((verbs.named(word), score) for word, score in wished.matches)
    ]
    asked = choices[0].verb if found.sure else None
    alike = asked is not None and bool(wishes) and wishes[0].verb is asked
    if asked is not None and wishes and wishes[0].verb.question not in (None, asked.question):
        wished = wished._replace(sure=False)  # the entry and the verb ask two things about the person
    elif asked is not None and asked.question is Question.WHY_MISSING and choices[0].commands and not wishes:
        wishes = [Wish(asked, choices[0].commands, choices[0].match.score)]
    elif found.sure and choices[0].match.id in _REVIEWED and not wishes:
        review = verbs.named("review")
        command = Command(review, _REVIEWED[choices[0].match.id], understood.school)
        wishes = [Wish(review, (command,), choices[0].match.score)]
        if understood.school:  # who names a school wants its accounts, not the guide
            wished = VerbsFound((), sure=True, nearer=True)
    sure = wished.sure or (found.sure and (alike or not wished.nearer))
    meanings: tuple[Choice | Wish, ...]
    if (wished.nearer and (wished.sure or not alike)) or not choices:
        meanings = (*wishes, *choices)
    else:
        meanings = (choices[0], *wishes, *choices[1:])
    return QuestionMatch(
        meanings,
        sure,
        courtesy=understood.courtesy and not understood.identifiers,
        thanks=understood.thanks,
        said=bool(understood.wish),
        about=() if sure else _about(understood, knowledge, verbs),
        school=understood.school,
    )


def _choice(match: Match, understood: Understood, knowledge: Knowledge, verbs: Verbs) -> Choice:
    """Return an entry with a command for each named person of the entry's kind."""
    entry = knowledge.entries[match.id]
    if entry.asks is None:
        return Choice(match, None, ())
    verb = verbs.asking(entry.asks)
    named = [identifier for identifier in understood.identifiers if kind_of(identifier) == entry.about]
    commands = (Command(verb, identifier, understood.school) for identifier in named[:MOST_LOOKED_UP])
    return Choice(match, verb, tuple(commands))


def _about(understood: Understood, knowledge: Knowledge, verbs: Verbs) -> tuple[Command, ...]:
    """Return a command for every question about the named person, where nothing but that person is clear."""
    if len(understood.identifiers) != 1 or understood.found.matches:
        return ()
    (identifier,) = understood.identifiers
    asked = (question for question in Question if knowledge.can_ask(question, kind_of(identifier)))
    return tuple(Command(verbs.asking(question), identifier, understood.school) for question in asked)
