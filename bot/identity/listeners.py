"""Listeners of the buttons of accounts in doubt: show them, same person, another person, ask the office."""

from dataclasses import replace
from functools import partial

from slack_bolt import App

from bot.identity import screens
from bot.identity.actions import SENT_TO_OFFICE, IdentityAction, IdentityAuditAction
from bot.people.permissions import Act
from bot.runs.answers import run
from bot.slack import notices
from bot.slack.blocks import Screen, actions
from bot.slack.context import Answer
from bot.slack.request import Bot, SlackRequest, as_number, listen
from provisioning.errors import KnownError
from provisioning.records.plans import IdentityAnswer
from provisioning.records.schools import School
from provisioning.runs.identities import decide
from provisioning.store import identities, schools
from provisioning.store.identities import IdentityQuestion


def register(app: App, bot: Bot) -> None:
    """Register the buttons."""
    listen(
        app,
        bot,
        {
            IdentityAction.OPEN: _open,
            IdentityAction.SAME: partial(_decide, answer=IdentityAnswer.SAME),
            IdentityAction.ANOTHER: partial(_decide, answer=IdentityAnswer.ANOTHER),
            IdentityAction.OFFICE: _office,
        },
    )


def _open(request: SlackRequest) -> None:
    """Show a user the accounts in doubt at a school, aside: the message stays for the others."""
    school = request.context.school(Act.DECIDE, request.value)
    if school is None:
        request.aside.show(
            request.context.refuse(IdentityAuditAction.DECIDE, Act.DECIDE, request.value), request.voice
        )
        return
    request.context.record(IdentityAuditAction.DECIDE, school.number)
    request.aside.show(_waiting(request, school), request.voice)


def _waiting(request: SlackRequest, school: School) -> Screen:
    with request.bot.services.database.reading() as session:
        waiting = identities.waiting(session, school.number)
    if not waiting:
        return notices.sentence("identity.none", request.voice)
    seen = {known.number for known in request.context.schools(Act.DIAGNOSE)}
    return screens.questions(school, waiting, seen, request.voice)


def _decide(request: SlackRequest, answer: IdentityAnswer) -> None:
    """Keep the answer, and run the school: a run acts on it."""
    if (found := _asked(request)) is None:
        return
    question, school = found

    def then() -> Screen:
        request.context.change(
            IdentityAuditAction.DECIDE,
            school.number,
            lambda: decide(request.bot.services.provisioning, question.id, answer, by=request.context.user),
            lambda done: str(done.decided),
            subject=question.identifier,
        )
        return _with_open_button(request, school, run(request.context, school))

    request.give(Answer(notices.sentence("answer.running", request.voice, school=school.name), then))


def _with_open_button(request: SlackRequest, school: School, ran: Screen) -> Screen:
    """Return the screen `ran` with a button to the accounts that are still in doubt, if there are any."""
    with request.bot.services.database.reading() as session:
        left = len(identities.waiting(session, school.number))
    more = [actions([screens.open_button(school, left, request.voice)])] if left else []
    return replace(ran, blocks=[*ran.blocks, *more])


def _office(request: SlackRequest) -> None:
    """Show what to ask the school office, which has the papers; the question goes on waiting."""
    if (found := _asked(request)) is None:
        return
    question, school = found
    request.context.record(IdentityAuditAction.DECIDE, school.number, question.identifier, SENT_TO_OFFICE)
    said = notices.sentence(
        "identity.ask-office", request.voice, school=school.name, identifier=question.identifier
    )
    request.aside.show(said, request.voice)


def _asked(request: SlackRequest) -> tuple[IdentityQuestion, School] | None:
    """Return a button's question and school, if the user may decide; else show the refusal, return None."""
    found = None
    try:
        with request.bot.services.database.reading() as session:
            question = identities.get(session, as_number(request.value))
            found = question, schools.get(session, question.school)
    except KnownError:
        pass  # the refusal must not tell whether there is such a question
    refused = request.context.refusal(IdentityAuditAction.DECIDE, Act.DECIDE, found[1] if found else None)
    if refused is None:
        return found
    request.aside.show(refused, request.voice)
    return None
