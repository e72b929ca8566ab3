"""Listeners of the buttons of accounts in doubt: show, same or another person, take back, ask the office."""

from dataclasses import replace
from functools import partial

from slack_bolt import App

from bot.identity import screens
from bot.identity.actions import SENT_TO_OFFICE, IdentityAction, IdentityAuditAction
from bot.identity.letters import tell
from bot.people import audit
from bot.people.permissions import Act
from bot.runs.answers import run
from bot.slack import notices
from bot.slack.blocks import Screen, actions
from bot.slack.context import Answer
from bot.slack.payloads import one_of
from bot.slack.request import Bot, SlackRequest, as_number, deliver, listen
from provisioning.errors import KnownError
from provisioning.records.plans import IdentityAnswer
from provisioning.records.schools import School
from provisioning.runs.identities import decide
from provisioning.store import identities, schools
from provisioning.store.identities import AlreadyDecided, IdentityQuestion


def register(app: App, bot: Bot) -> None:
    """Register the buttons."""
    listen(
        app,
        bot,
        {
            IdentityAction.OPEN: _open,
            IdentityAction.SAME: partial(_first, answer=IdentityAnswer.SAME),
            IdentityAction.ANOTHER: partial(_first, answer=IdentityAnswer.ANOTHER),
            IdentityAction.DECIDED: _decided,
            IdentityAction.CHANGE: _change,
            IdentityAction.OFFICE: _office,
        },
    )


def _open(request: SlackRequest) -> None:
    """Show a user the accounts in doubt at a school, aside: the message stays for the others."""
    school = _school(request)
    if school is not None:
        request.aside.show(_waiting(request, school), request.voice)


def _school(request: SlackRequest) -> School | None:
    """Return the school of a button, and record that it is looked at; where refused, show that, aside."""
    school = request.context.school(Act.DECIDE, request.value)
    if school is None:
        refused = request.context.refuse(IdentityAuditAction.DECIDE, Act.DECIDE, request.value)
        request.aside.show(refused, request.voice)
        return None
    request.context.record(IdentityAuditAction.DECIDE, school.number)
    return school


def _waiting(request: SlackRequest, school: School) -> Screen:
    with request.bot.services.database.reading() as session:
        waiting = identities.waiting(session, school.number)
    if not waiting:
        return notices.sentence("identity.none", request.voice)
    return screens.questions(school, waiting, _seen(request), request.voice)


def _decided(request: SlackRequest) -> None:
    """Show a user what was decided about the accounts of a school, aside, with who decided."""
    school = _school(request)
    if school is None:
        return
    with request.bot.services.database.reading() as session:
        found = identities.decided(session, school.number)
    request.aside.show(screens.decisions(school, found, _seen(request), request.voice), request.voice)


def _seen(request: SlackRequest) -> set[str]:
    return {known.number for known in request.context.schools(Act.DIAGNOSE)}


def _first(request: SlackRequest, answer: IdentityAnswer) -> None:
    """Decide a question that waits."""
    _decide(request, request.value, answer, instead_of=None)


def _change(request: SlackRequest) -> None:
    """Decide otherwise: the button's value has the question, and the answer that is taken back."""
    id_, _, before = request.value.partition(" ")
    earlier = one_of(IdentityAnswer, before)
    other = next(answer for answer in IdentityAnswer if answer is not earlier)
    _decide(request, id_, other, instead_of=earlier)


def _decide(
    request: SlackRequest, id_: str, answer: IdentityAnswer, instead_of: IdentityAnswer | None
) -> None:
    """Keep the answer in the place of `instead_of`, if that stands, and run the school: a run acts on it."""
    if (found := _asked(request, id_)) is None:
        return
    question, school = found
    if question.decided is not instead_of:
        request.context.record(IdentityAuditAction.DECIDE, school.number, question.identifier, audit.GONE)
        request.reply.show(_too_late(request, question, school), request.voice)
        return
    services = request.bot.services

    def then() -> Screen:
        try:
            request.context.change(
                IdentityAuditAction.DECIDE,
                school.number,
                lambda: decide(
                    services.provisioning,
                    question.id,
                    answer,
                    by=request.context.user,
                    expected=lambda now: now.decided is instead_of,
                ),
                lambda done: str(done.decided),
                subject=question.identifier,
            )
        except AlreadyDecided:
            return _too_late(request, question, school)
        ran = _with_open_button(request, school, run(request.context, school))
        tell(services, school.number)
        return ran

    running = Answer(notices.sentence("answer.running", request.voice, school=school.name), then)
    request.give(running, lambda: deliver(request))


def _too_late(request: SlackRequest, question: IdentityQuestion, school: School) -> Screen:
    with request.bot.services.database.reading() as session:
        now = identities.get(session, question.id)
    return screens.too_late(school, now, _seen(request), request.voice)


def _with_open_button(request: SlackRequest, school: School, ran: Screen) -> Screen:
    """Return the screen `ran` with a button to the accounts that are still in doubt, if there are any."""
    with request.bot.services.database.reading() as session:
        left = len(identities.waiting(session, school.number))
    more = [actions([screens.open_button(school, left, request.voice)])] if left else []
    return replace(ran, blocks=[*ran.blocks, *more])


def _office(request: SlackRequest) -> None:
    """Show what to ask the school office, which has the papers; the question goes on waiting."""
    if (found := _asked(request, request.value)) is None:
        return
    question, school = found
    request.context.record(IdentityAuditAction.DECIDE, school.number, question.identifier, SENT_TO_OFFICE)
    said = notices.sentence(
        "identity.ask-office", request.voice, school=school.name, identifier=question.identifier
    )
    request.aside.show(said, request.voice)


def _asked(request: SlackRequest, id_: str) -> tuple[IdentityQuestion, School] | None:
    """Return the question `id_` and its school; where the user may not decide, show the refusal."""
    found = None
    try:
        with request.bot.services.database.reading() as session:
            question = identities.get(session, as_number(id_))
            found = question, schools.get(session, question.school)
    except KnownError:
        pass  # the refusal must not tell whether there is such a question
    refused = request.context.refusal(IdentityAuditAction.DECIDE, Act.DECIDE, found[1] if found else None)
    if refused is None:
        return found
    request.aside.show(refused, request.voice)
    return None
