"""Answers of questions in plain words, and of the verb `faq`."""

from collections.abc import Sequence

from bot.commands import Command, Takes, Verb
from bot.diagnosis.screens import faq, faq_list
from bot.people import audit
from bot.people.permissions import Act
from bot.questions import interpretation, screens
from bot.questions.plain_words import understand
from bot.questions.verb_search import verbs_meant
from bot.slack import modals
from bot.slack.blocks import Screen
from bot.slack.context import Answer, AskInModal, Context
from bot.slack.dispatch import dispatch
from bot.slack.handlers import showing
from provisioning.clock import today
from provisioning.errors import KnownError
from provisioning.records.schools import School


def answer_question(context: Context, words: str, *, kept: bool = False) -> Answer:
    """Answer a question in plain words; where question and person are clear, by the diagnosis.

    With `kept` the answer stays in the conversation, so persons are only offered as buttons.
    """
    services = context.services
    allowed, day = context.schools(Act.DIAGNOSE), today(services.clock)
    guide = services.provisioning.knowledge
    understood = understand(words, services.finder, allowed, day)
    meant = interpretation.match_question(understood, guide, services.verbs)
    if meant.command is not None and allowed and not kept:
        found = dispatch(context, meant.command)
        if isinstance(found, Answer):
            return found
    outcome = audit.OK if meant.sure or meant.courtesy else audit.ASKED_BACK
    verbs = () if meant.sure else verbs_meant(words, services.verbs, services.catalogue)
    return Answer(
        screens.shown(meant, verbs, guide, day, context.voice, bool(allowed), words), outcome=outcome
    )


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
    return faq(entry, entry.in_force(day), context.voice)


VERBS = (
    Verb("ask", "gofyn", Takes.WORDS, _ask),
    Verb("faq", "cwestiynau", Takes.ENTRY, showing(_faq)),
)
