"""Answers of the verbs that ask for a diagnosis."""

from dataclasses import replace

from bot.commands import Command, Takes, Verb
from bot.diagnosis import screens
from bot.feedback.screens import question as question_under
from bot.feedback.store import Judged
from bot.people.permissions import Act
from bot.slack.context import Answer, Context
from bot.slack.handlers import about_a_person
from diagnostics.walk import diagnose, run_that_mends
from knowledge.ids import Question
from provisioning.clock import today
from provisioning.records.schools import School


def diagnosis(context: Context, command: Command, school: School) -> Answer:
    """Answer the question of `command` about its person at `school`, with the buttons of contributors."""
    question = command.verb.question
    assert question is not None  # noqa: S101 - only verbs with a question have this handler
    provisioning = context.services.provisioning
    found = diagnose(provisioning, question, command.about, school.number)
    edition = provisioning.knowledge.edition(found.entry, today(provisioning.clock))
    buttons = [
        element
        for contribute in context.features.diagnosis_buttons
        for element in contribute(context, command, question, found)
    ]
    mends, voice = run_that_mends(found, today(provisioning.clock)), context.voice
    shown = screens.diagnosis(
        found,
        edition,
        voice.to(context.caller(), school, found.previous),
        provisioning.clock.now(),
        buttons,
        starts=mends is not None and context.caller().may(Act.RUN, mends),
    )
    was_right = question_under(Judged(command.verb.word, found.cause), command.line, context.voice)
    shown = replace(shown, blocks=[*shown.blocks, was_right])
    return Answer(shown, outcome=found.cause, subject=found.identifier)


_diagnose_person = about_a_person(diagnosis)
VERBS = (
    Verb("why-missing", "pam-ar-goll", Takes.PERSON, _diagnose_person, Act.DIAGNOSE, Question.WHY_MISSING),
    Verb("no-password", "dim-cyfrinair", Takes.PERSON, _diagnose_person, Act.DIAGNOSE, Question.NO_PASSWORD),
    Verb("old-class", "hen-ddosbarth", Takes.PERSON, _diagnose_person, Act.DIAGNOSE, Question.OLD_CLASS),
    Verb("move-account", "symud-cyfrif", Takes.PERSON, _diagnose_person, Act.DIAGNOSE, Question.MOVE_ACCOUNT),
)
