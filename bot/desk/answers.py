"""The verbs of the service desk: its queue or a case, and triage of a text."""

from collections.abc import Sequence

from bot.commands import Command, Takes, Verb
from bot.desk import form_screens
from bot.desk.case import EnquirySource
from bot.desk.view import DeskView
from bot.people.permissions import Act
from bot.slack.context import Answer, AskInModal, Context
from provisioning.records.schools import School


def _cases(context: Context, command: Command, _allowed: Sequence[School]) -> Answer:
    desk = DeskView(context.services, context.voice, context.caller())
    if not command.about.isdecimal():
        return Answer(desk.queue())
    seen = desk.look_up(int(command.about))
    return Answer(seen.screen, outcome=seen.outcome)


def _triage(context: Context, command: Command, allowed: Sequence[School]) -> Answer | AskInModal:
    if not command.about:
        return AskInModal(form_screens.paste(allowed, context.voice))
    desk = DeskView(context.services, context.voice, context.caller())
    return Answer(desk.opened(*desk.triage(command.about, EnquirySource.PASTED, allowed)))


VERBS = (
    Verb("triage", "brysbennu", Takes.TEXT, _triage, Act.DESK),
    Verb("desk", "desg", Takes.CASE, _cases, Act.DESK),
)
