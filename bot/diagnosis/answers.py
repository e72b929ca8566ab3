"""A diagnosis as an answer: what is so, and what the caller can do about it."""

from bot.commands import Command
from bot.diagnosis import screens
from bot.slack.context import Answer, Context
from diagnostics.walk import Question, diagnose
from provisioning.clock import today
from provisioning.records import School


def diagnosis(context: Context, command: Command, question: Question, school: School) -> Answer:
    """Carry out `question` for the person whom `command` names, with the buttons that features contribute."""
    provisioning = context.services.provisioning
    found = diagnose(provisioning, question, command.about, school.number)
    edition = provisioning.knowledge.edition(found.entry, today(provisioning.clock))
    buttons = [
        element
        for contribute in context.features.diagnosis_buttons
        for element in contribute(context, command, question, found)
    ]
    shown = screens.diagnosis(found, edition, context.voice, provisioning.clock.now(), buttons)
    return Answer(shown, outcome=found.cause, subject=found.identifier)
