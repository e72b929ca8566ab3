"""Dispatch: a command is authorised, answered by its verb's handler, and recorded in the audit.

Slash commands, buttons, menus and modals all use `dispatch`, so all of them are authorised alike. Each verb
carries its handler (`bot.commands.Verb`), so dispatch imports no feature.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot.commands import Command, Unknown, Verb
from bot.people import audit
from bot.slack import notices
from bot.slack.context import Answer, AskInModal, Context, LookedUp
from bot.slack.freeze_words import with_freezes
from diagnostics.verdict import nothing_missing
from provisioning.errors import KnownError
from provisioning.records.schools import School


def dispatch(context: Context, command: Command | Unknown) -> Answer | AskInModal:
    """Answer `command`, refuse it, or ask back for what it did not say; the audit records each outcome."""
    if isinstance(command, Unknown):
        return Answer(notices.unknown(command, context.help().blocks, context.voice))
    people = command.people or (None,)
    try:
        found = _authorise_and_answer(context, command)
    except KnownError as error:
        for subject in people:
            context.record(command.verb.word, command.school, subject, audit.outcome_of(error))
        raise
    answered = _looked_up(found, people, command)
    for looked_up in answered:
        context.record(command.verb.word, looked_up.school, looked_up.subject, looked_up.outcome)
    if isinstance(found, AskInModal) or found.outcome == audit.REFUSED:
        return found
    to_mend = {each.school for each in answered if not nothing_missing(each.outcome)}
    others = {each.school for each in answered} - to_mend
    return replace(found, screen=with_freezes(context, found.screen, to_mend, in_passing=others))


def _looked_up(
    found: Answer | AskInModal, people: Sequence[str | None], command: Command
) -> Sequence[LookedUp]:
    """Return what the audit says of an answer: a record for each of the `people` that are asked about."""
    if isinstance(found, AskInModal):
        return [LookedUp(command.school, subject, audit.ASKED_BACK) for subject in people]
    if found.each:
        return found.each
    school = found.school or command.school
    return [LookedUp(school, found.subject or subject, found.outcome) for subject in people]


def _authorise_and_answer(context: Context, command: Command) -> Answer | AskInModal:
    verb = command.verb
    allowed = _allowed(context, verb)
    if allowed is None or command.school not in ("", *(school.number for school in allowed)):
        if verb.act is not None:
            return Answer(context.refused(verb.act, command.school), outcome=audit.REFUSED)
        allowed = ()
    return verb.handler(context, command, allowed)


def _allowed(context: Context, verb: Verb) -> Sequence[School] | None:
    """Return the schools at which `verb` is allowed to the caller; None where it is allowed nowhere."""
    if verb.act is None:
        return ()
    if verb.anywhere:
        return context.schools(verb.act) if verb.act in context.caller().acts else None
    return context.schools(verb.act) or None
