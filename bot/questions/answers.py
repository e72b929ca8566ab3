"""Answers of questions in plain words, and of the verb `faq`."""

from collections.abc import Sequence

from bot.commands import Command, Takes, Verb
from bot.diagnosis.screens import faq, faq_list
from bot.people import audit
from bot.people.permissions import Act
from bot.questions import screens
from bot.questions.described_verbs import described_verbs
from bot.questions.interpretation import Choice, QuestionMatch, Wish, match_question
from bot.questions.plain_words import understand
from bot.questions.school_contacts import school_contacts
from bot.questions.school_freezes import FREEZE, school_freezes
from bot.questions.verb_search import VerbFinders
from bot.questions.wish_screens import Asker
from bot.services import Services
from bot.slack import modals
from bot.slack.blocks import Block, Screen
from bot.slack.context import Answer, AskInModal, Context
from bot.slack.dispatch import dispatch
from bot.slack.handlers import showing
from provisioning.clock import today
from provisioning.errors import KnownError
from provisioning.records.schools import School

_CONTACTS = "contacts"
"""The guide's part about whom to contact, by its id."""


def answer_question(context: Context, words: str, *, kept: bool = False) -> Answer:
    """Answer a question in plain words; where question and person are clear, by the diagnosis.

    With `kept` the answer stays in the conversation, so persons are only offered as buttons.
    """
    allowed, day = context.schools(Act.DIAGNOSE), today(context.services.clock)
    guide = context.services.provisioning.knowledge
    known = context.known()
    meant = interpret(words, context.services, known)
    if meant.command is not None and (not meant.command.about or (allowed and not kept)):
        found = dispatch(context, meant.command)
        if isinstance(found, Answer):
            return found
    outcome = audit.OK if meant.sure or meant.courtesy else audit.ASKED_BACK
    asker = Asker(context.voice, bool(allowed), context.caller().acts, kept)
    further = screens.Further(
        _own_contacts(context, meant, known),
        _described(words, context.services),
        _own_freezes(context, meant, allowed),
    )
    return Answer(screens.shown(meant, guide, day, asker, words, further), outcome=outcome)


def _own_contacts(context: Context, meant: QuestionMatch, known: Sequence[School]) -> list[Block]:
    """Return the contacts of the named school, or the caller's only one, where contacts are asked for."""
    if not (isinstance(meant.best, Choice) and meant.best.match.id == _CONTACTS):
        return []
    schools = [school for school in known if school.number == meant.school] if meant.school else known
    return school_contacts(context.services, schools[0], context.voice) if len(schools) == 1 else []


def _own_freezes(context: Context, meant: QuestionMatch, allowed: Sequence[School]) -> list[Block]:
    """Return whether the named school, or those `allowed` to the caller, are frozen, where that is asked."""
    if not (isinstance(meant.best, Wish) and meant.best.verb.word == FREEZE):
        return []
    named = [school for school in allowed if school.number == meant.school]
    return school_freezes(context, named if meant.school else allowed)


def _described(words: str, services: Services) -> tuple[Verb, ...]:
    asked_for = services.kept(VerbFinders).finder(services.provisioning.knowledge).words
    return described_verbs(words, services.verbs, asked_for, services.catalogue)


def interpret(words: str, services: Services, schools: Sequence[School]) -> QuestionMatch:
    """Return what `words` mean, by the guide and the verbs; `schools` are those whose names are known."""
    guide = services.provisioning.knowledge
    verbs = services.kept(VerbFinders).finder(guide)
    understood = understand(words, services.finder, schools, today(services.clock))
    wished = verbs.find(understood.wish, names_a_person=bool(understood.identifiers))
    return match_question(understood, wished, guide, services.verbs)


def _ask(context: Context, command: Command, _allowed: Sequence[School]) -> Answer | AskInModal:
    if not command.about:
        return AskInModal(modals.ask_in_words(context.voice))
    return answer_question(context, command.about)


def _faq(context: Context, command: Command) -> Screen:
    guide, day = context.services.provisioning.knowledge, today(context.services.clock)
    if not command.about:
        return faq_list([(entry, entry.in_force(day)) for entry in guide.entries.values()], context.voice)
    entry = guide.entries.get(command.about.casefold())
    if entry is None:
        raise KnownError("entry-unknown", entry=command.about, known=", ".join(guide.entries))
    return faq(entry.in_force(day), context.voice)


VERBS = (
    Verb("ask", "gofyn", Takes.WORDS, _ask),
    Verb("faq", "cwestiynau", Takes.ENTRY, showing(_faq)),
)
