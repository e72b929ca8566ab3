"""Answers of the verbs that ask for a diagnosis, of one person or of several."""

from collections.abc import Sequence
from dataclasses import replace

from bot.after_freeze import after_freeze
from bot.commands import Command, Takes, Verb
from bot.diagnosis import screens, several_screens
from bot.diagnosis.several import AnswerOfOne, answer_each, schools_meant
from bot.diagnosis.several_screens import Told
from bot.feedback.screens import question as question_under
from bot.feedback.store import Judged
from bot.identifiers import MOST
from bot.people import audit
from bot.people.permissions import Act
from bot.slack import notices
from bot.slack.context import Answer, AskInModal, Context, LookedUp
from bot.slack.handlers import about_a_person
from bot.slack.own_moves import may_start
from diagnostics.known_at import Known
from diagnostics.walk import diagnose
from knowledge.ids import Question
from knowledge.texts import Text
from provisioning.clock import today
from provisioning.errors import KnownError
from provisioning.records.schools import School


def diagnosis(context: Context, command: Command, school: School) -> Answer:
    """Answer the question of `command` about its person at `school`, with the buttons of contributors."""
    question = _question(command)
    provisioning = context.services.provisioning
    found = diagnose(provisioning, question, command.about, school.number)
    found = after_freeze(found, context.frozen)
    edition = provisioning.knowledge.edition(found.entry, today(provisioning.clock))
    buttons = [
        element
        for contribute in context.features.diagnosis_buttons
        for element in contribute(context, command, question, found)
    ]
    shown = screens.diagnosis(
        found,
        edition,
        context.voice.to(context.caller(), school, found.previous),
        provisioning.clock.now(),
        buttons,
        starts=may_start(found.runs, context),
        notes=[
            line for contribute in context.features.diagnosis_notes for line in contribute(context, found)
        ],
    )
    was_right = question_under(Judged(command.verb.word, found.cause), command.line, context.voice)
    shown = replace(shown, blocks=[*shown.blocks, was_right])
    return Answer(shown, outcome=found.cause, subject=found.identifier)


def _several(context: Context, command: Command, allowed: Sequence[School]) -> Answer:
    """Answer the question of `command` about each of its people, in a table; the audit has each of them."""
    if len(command.people) > MOST:
        raise KnownError("people-too-many", most=MOST)
    provisioning = context.services.provisioning
    among = [school for school in allowed if command.school in ("", school.number)]
    answers = [
        _after_freeze(answer, context)
        for answer in answer_each(provisioning, _question(command), command.people, among)
    ]
    told = [_told(answer, context) for answer in answers]
    found = [answer.found for answer in answers if answer.found is not None]
    parts = [
        block
        for contribute in context.features.several_parts
        for block in contribute(context, command, found)
    ]
    shown = several_screens.several(told, command, context.voice, provisioning.clock.now(), parts)
    return Answer(shown, each=[_looked_up(answer, command) for answer in answers])


def _after_freeze(answer: AnswerOfOne, context: Context) -> AnswerOfOne:
    found = answer.found
    return answer if found is None else replace(answer, found=after_freeze(found, context.frozen))


def _told(answer: AnswerOfOne, context: Context) -> Told:
    found = answer.found
    if found is None:
        return Told(answer, context.voice)
    voice = context.voice.to(context.caller(), found.school, found.previous)
    return Told(answer, voice, starts=may_start(found.runs, context))


def _looked_up(answer: AnswerOfOne, command: Command) -> LookedUp:
    if answer.found is None:
        return LookedUp(command.school, answer.identifier, audit.ASKED_BACK)
    return LookedUp(answer.found.school.number, answer.found.identifier, answer.found.cause)


def _question(command: Command) -> Question:
    question = command.verb.question
    assert question is not None  # noqa: S101 - only verbs with a question have this handler
    return question


_about_one = about_a_person(diagnosis)


def _about_people(context: Context, command: Command, allowed: Sequence[School]) -> Answer | AskInModal:
    """Answer a question about people, each at the school that was named or whose records know them."""
    if len(command.people) > 1:
        return _several(context, command, allowed)
    if command.about and not command.school and len(allowed) > 1:
        provisioning = context.services.provisioning
        (known,) = schools_meant(provisioning, _question(command), [command.about], allowed)
        if known is None or len(known) != 1:
            return _which_school(context, command, known, allowed)
        command = command.at(known[0].number)
    return _about_one(context, command, allowed)


def _which_school(context: Context, command: Command, known: Known, allowed: Sequence[School]) -> Answer:
    """Ask which school is meant: of those whose records know the person, else of all that are `allowed`."""
    kind = "which-school" if known is None else "known-at-several" if known else "known-nowhere"
    said = Text(f"question.{kind}", {"identifier": command.about})
    asks = notices.which_school(command, known or allowed, context.voice, said)
    return Answer(asks, outcome=audit.ASKED_BACK)


VERBS = (
    Verb("why-missing", "pam-ar-goll", Takes.PERSON, _about_people, Act.DIAGNOSE, Question.WHY_MISSING),
    Verb("no-password", "dim-cyfrinair", Takes.PERSON, _about_people, Act.DIAGNOSE, Question.NO_PASSWORD),
    Verb("old-class", "hen-ddosbarth", Takes.PERSON, _about_people, Act.DIAGNOSE, Question.OLD_CLASS),
    Verb("move-account", "symud-cyfrif", Takes.PERSON, _about_people, Act.DIAGNOSE, Question.MOVE_ACCOUNT),
)
