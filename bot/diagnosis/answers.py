"""A diagnosis as an answer: what is so, and what whoever asks can do about it."""

from bot.commands import Command, Takes, Verb
from bot.desk.screens import ask_button
from bot.diagnosis import screens
from bot.people import permissions
from bot.people.permissions import Act
from bot.requests.recipients import alone
from bot.requests.screens import manager_button
from bot.requests.wanted import of_diagnosis
from bot.runs.screens import reconsider_button
from bot.slack.blocks import Block, button
from bot.slack.context import Answer, Context
from bot.slack.handlers import about_a_person
from bot.watches.screens import watch_button
from bot.watches.watch import watchable
from diagnostics.verdict import Diagnosis
from diagnostics.walk import Question, diagnose, run_that_mends
from provisioning.clock import today
from provisioning.records import School


def diagnosis(context: Context, command: Command, school: School) -> Answer:
    """Carry out the question of a command for its person, with the buttons that the caller may press."""
    question = command.verb.question
    assert question is not None  # noqa: S101 - only verbs with a question have this handler
    provisioning = context.services.provisioning
    found = diagnose(provisioning, question, command.about, school.number)
    edition = provisioning.knowledge.edition(found.entry, today(provisioning.clock))
    buttons = _buttons(context, command, question, found)
    shown = screens.diagnosis(found, edition, context.voice, provisioning.clock.now(), buttons)
    return Answer(shown, outcome=found.cause, subject=found.identifier)


def _buttons(context: Context, command: Command, question: Question, found: Diagnosis) -> list[Block]:
    voice, buttons = context.voice, []
    mends = run_that_mends(found)
    if mends is not None and context.caller().may(Act.RUN, mends):
        key = "button.run-now" if mends.number == found.school.number else "button.run-previous"
        words = voice.plain(key, school=mends.name)
        buttons.append(button("run-now", words, f"{mends.number} {command.line}", "primary"))
    if found.cause == "refused" and context.caller().may(Act.DECIDE, found.school):
        buttons.append(reconsider_button(found.school, voice))
    if _is_askable(context, found):
        buttons.append(manager_button(command.line, voice))
    if watchable(question, found):
        buttons.append(watch_button(command.line, voice))
    buttons.append(button("say:again", voice.plain("button.check-again"), command.line))
    buttons.append(button("say:faq", voice.plain("button.show-faq"), f"faq {found.entry}"))
    buttons.append(ask_button(command.line, voice))
    return buttons


def _is_askable(context: Context, found: Diagnosis) -> bool:
    """Whether it is the move of somebody else who runs a client, and can be asked."""
    wants = of_diagnosis(found)
    if not wants:
        return False
    with context.services.database.reading() as session:
        grants = permissions.in_force(session, today(context.services.clock))
    return any(not alone(context.user, want.school, grants) for want in wants)


_DIAGNOSE = about_a_person(diagnosis)
VERBS = (
    Verb("why-missing", "pam-ar-goll", Takes.PERSON, _DIAGNOSE, Act.DIAGNOSE, Question.WHY_MISSING),
    Verb("no-password", "dim-cyfrinair", Takes.PERSON, _DIAGNOSE, Act.DIAGNOSE, Question.NO_PASSWORD),
    Verb("old-class", "hen-ddosbarth", Takes.PERSON, _DIAGNOSE, Act.DIAGNOSE, Question.OLD_CLASS),
    Verb("move-account", "symud-cyfrif", Takes.PERSON, _DIAGNOSE, Act.DIAGNOSE, Question.MOVE_ACCOUNT),
)
