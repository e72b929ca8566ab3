"""The answer of the verb `away`: the form that says until when, and who covers."""

from collections.abc import Sequence

from bot.absence import screens
from bot.commands import Command, Takes, Verb
from bot.people import absences, audit
from bot.slack import notices
from bot.slack.context import Answer, AskInModal, Context
from provisioning.clock import today
from provisioning.records.schools import School


def _away(context: Context, _command: Command, _allowed: Sequence[School]) -> Answer | AskInModal:
    if not context.caller().grants:
        return Answer(notices.sentence("refusal.no-grant", context.voice), outcome=audit.REFUSED)
    with context.services.database.reading() as session:
        now = absences.of(session, context.user, today(context.services.clock))
    return AskInModal(screens.form(now, context.voice))


VERBS = (Verb("away", "i-ffwrdd", Takes.OWN, _away),)
