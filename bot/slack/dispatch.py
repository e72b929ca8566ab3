"""Dispatch: a command is authorised, answered by its verb's handler, and recorded in the audit.

Slash commands, buttons, menus and modals all come through here, so none of them can do what another may not.
The handlers are carried by the verbs (`bot.commands.Verb`), so dispatch needs no feature.
"""

from collections.abc import Sequence

from bot.commands import Command, Takes, Unknown, Verb
from bot.people import audit
from bot.slack import notices
from bot.slack.context import Answer, AskInModal, Context
from provisioning.errors import KnownError
from provisioning.records import School


def dispatch(context: Context, command: Command | Unknown) -> Answer | AskInModal:
    """Answer a command, refuse it, or ask back for what it left out; the audit records each outcome."""
    if isinstance(command, Unknown):
        return Answer(notices.unknown(command, context.help().blocks, context.voice))
    subject = command.about if command.verb.takes is Takes.PERSON else None
    try:
        found = _authorise_and_answer(context, command)
    except KnownError as error:
        context.record(command.verb.word, command.school, subject, audit.outcome_of(error))
        raise
    if isinstance(found, AskInModal):
        context.record(command.verb.word, command.school, subject, audit.ASKED_BACK)
    else:
        school = found.school or command.school
        context.record(command.verb.word, school, found.subject or subject, found.outcome)
    return found


def _authorise_and_answer(context: Context, command: Command) -> Answer | AskInModal:
    verb = command.verb
    allowed = _allowed(context, verb)
    if allowed is None or command.school not in ("", *(school.number for school in allowed)):
        if verb.act is not None:
            return Answer(context.refused(verb.act, command.school), outcome=audit.REFUSED)
        allowed = ()
    return verb.handler(context, command, allowed)


def _allowed(context: Context, verb: Verb) -> Sequence[School] | None:
    """The schools at which a verb is allowed to the caller; None where it is allowed nowhere."""
    if verb.act is None:
        return ()
    if verb.anywhere:
        return context.schools(verb.act) if verb.act in context.caller().acts else None
    return context.schools(verb.act) or None
