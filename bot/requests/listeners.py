"""Listeners of the button that asks for something at a school, and of those in the letters about it."""

from collections.abc import Callable
from functools import partial
from typing import Any

from slack_bolt import Ack, App

from bot.commands import Command, Takes
from bot.missing.cohort_words import words_to_cohort
from bot.missing.screens import groups_of
from bot.people import absences, audit, permissions
from bot.people.permissions import Act
from bot.requests import record_answers, record_screens, screens, service, store
from bot.requests.actions import RequestAction, RequestAuditAction
from bot.requests.look import Look
from bot.requests.recipients import act_on
from bot.requests.record_letters import about_records
from bot.requests.request import Request, Wanted
from bot.requests.service import RequestChange
from bot.requests.wanted import Want, of_diagnosis, of_group
from bot.slack import notices
from bot.slack.blocks import Screen, section, unescape
from bot.slack.context import Context
from bot.slack.refusals import refusal_of
from bot.slack.request import (
    Bot,
    SlackRequest,
    answering,
    as_number,
    deliver,
    listen,
)
from bot.slack.told_errors import answering_errors
from bot.slack.voice import Voice
from diagnostics.missing import missing
from diagnostics.walk import diagnose
from provisioning.clock import today
from provisioning.records.schools import School
from provisioning.store import schools


def register(app: App, bot: Bot) -> None:
    """Register the buttons, and the modal that asks to whom a request is passed on."""
    listen(
        app,
        bot,
        {
            RequestAction.ASK: _ask,
            RequestAction.RUN: _run,
            RequestAction.DONE: _done,
            RequestAction.NOT_MINE: _not_mine,
            RequestAction.SHOW: _show,
            RequestAction.PUT_RIGHT: _put_right,
            RequestAction.NOT_LEFT: _not_left,
        },
    )

    def check(ack: Ack, body: dict[str, Any]) -> None:
        """Acknowledge the modal, or show its error in it."""
        voice = bot.voice_at_once(body["user"]["id"])
        fault = _fault(bot, body, voice)
        if fault is None:
            ack()
        else:
            ack(response_action="errors", errors={screens.TO: fault})

    app.view(screens.PASS_ON)(ack=check, lazy=[answering(bot, _pass_on)])


def _ask(slack_request: SlackRequest) -> None:
    command = slack_request.parse(slack_request.value)
    number = command.school if isinstance(command, Command) else ""
    school = slack_request.context.school(Act.DIAGNOSE, number)
    if school is None or not isinstance(command, Command):
        slack_request.reply.show(
            slack_request.context.refuse(RequestAuditAction.ASK, Act.DIAGNOSE, number), slack_request.voice
        )
        return
    services, caller, results = slack_request.bot.services, slack_request.context.caller(), []
    for want in _wants(slack_request, command, school):
        asked = slack_request.context.change(
            RequestAuditAction.ASK,
            want.school.number,
            partial(service.ask, services, want, slack_request.context.user, school.number),
            lambda asked: asked.outcome,
        )
        results.append((asked, caller.may(Act.LAST_RUN, want.school)))
    with services.database.reading() as session:
        away = absences.on(session, today(services.clock))
        known: dict[str, School] = {found.number: found for found in schools.every(session)}
    slack_request.reply.show(screens.asked(results, known, slack_request.voice, away), slack_request.voice)
    deliver(slack_request)


def _wants(slack_request: SlackRequest, command: Command, school: School) -> tuple[Want, ...]:
    """Return the runs to ask for, found by a command line in the records as they are now."""
    provisioning = slack_request.bot.services.provisioning
    if command.verb.question is not None:
        return of_diagnosis(diagnose(provisioning, command.verb.question, command.about, school.number))
    if command.verb.takes is not Takes.COHORT:
        return ()
    words = words_to_cohort(command.about, provisioning.knowledge.causes)
    groups = groups_of(missing(provisioning, school.number, words.cohort), words.cause)
    return tuple(want for group in groups for want in of_group(group, school))


def _run(slack_request: SlackRequest) -> None:
    """Take a request for the user, run the client in the background, and note the run's outcome."""
    request = _find(slack_request, RequestAuditAction.RUN)
    if request is None:
        return
    services, user = slack_request.bot.services, slack_request.context.user
    now = services.clock.now()
    taken = _change(
        slack_request, RequestAuditAction.RUN, request, lambda: service.take(services, request.id, user, now)
    )
    if not taken:
        return

    def work() -> None:
        try:
            slack_request.context.change(
                RequestAuditAction.RUN, request.school, lambda: service.run(services, request, user), str
            )
        finally:
            deliver(slack_request)

    slack_request.bot.work.begin(lambda: answering_errors(slack_request, work))


def _done(slack_request: SlackRequest) -> None:
    request = _find(slack_request, RequestAuditAction.DONE)
    if request is not None:
        _change(
            slack_request,
            RequestAuditAction.DONE,
            request,
            lambda: service.done(slack_request.bot.services, request.id, slack_request.context.user),
        )


def _put_right(slack_request: SlackRequest) -> None:
    """Note that the records are right now, and say what the schools' data shows of that at once."""
    action = RequestAuditAction.PUT_RIGHT
    request = _find(slack_request, action, Act.DIAGNOSE)
    if request is None:
        return
    seen: list[Look] = []

    def do() -> RequestChange | None:
        change, found = service.answer(slack_request.bot.services, request, slack_request.context.user)
        seen.append(found)
        return change

    if _change(slack_request, action, request, do):
        school = slack_request.context.school(Act.DIAGNOSE, request.school)
        if school is not None:
            _say(slack_request, record_answers.answered(request, seen[0], school, slack_request.voice))


def _not_left(slack_request: SlackRequest) -> None:
    """Note that a learner has not left the school that was asked."""
    number, _, identifier = slack_request.chosen.partition(" ")
    action = RequestAuditAction.NOT_LEFT
    request = _find(slack_request, action, Act.DIAGNOSE, number)
    if request is None:
        return
    services, user = slack_request.bot.services, slack_request.context.user
    if _change(
        slack_request, action, request, lambda: service.stay(services, request.id, user, (identifier,))
    ):
        school = slack_request.context.school(Act.DIAGNOSE, request.school)
        if school is not None:
            told = slack_request.voice.mrkdwn(
                "records.leaving-dates.told-not-left", school=school.name, who=identifier
            )
            _say(slack_request, told)


def _not_mine(slack_request: SlackRequest) -> None:
    request = _find(slack_request, RequestAuditAction.NOT_MINE)
    if request is None:
        return
    if not request.open or slack_request.context.user in request.passed:
        _reply(slack_request, _too_late(request))
        return
    with slack_request.bot.services.database.reading() as session:
        school = schools.get(session, request.school)
    slack_request.context.record(RequestAuditAction.NOT_MINE, request.school, outcome=audit.ASKED_BACK)
    view = screens.not_mine(request, school, slack_request.voice)
    slack_request.client.views_open(trigger_id=slack_request.body["trigger_id"], view=view)


def _show(slack_request: SlackRequest) -> None:
    """Show a request as it stands to a user who may do what it asks for."""
    services, voice = slack_request.bot.services, slack_request.voice
    with services.database.reading() as session:
        asked = store.find(session, as_number(slack_request.value))
    request = _find(slack_request, RequestAuditAction.SHOW, act_on(asked.wanted) if asked else Act.RUN)
    if request is None:
        return
    slack_request.context.record(RequestAuditAction.SHOW, request.school)
    with services.database.reading() as session:
        known: dict[str, School] = {school.number: school for school in schools.every(session)}
        if request.wanted is Wanted.RUN:
            shown = screens.letter(request, known, voice, slack_request.context.user)
        else:
            caller, school = slack_request.context.caller(), known[request.school]
            about = about_records(services, session, request, may_run=caller.may(Act.RUN, school))
            shown = record_screens.letter(request, about, voice.to(caller, school))
    slack_request.reply.show(shown, voice)


def _pass_on(slack_request: SlackRequest) -> None:
    services, user, to = slack_request.bot.services, slack_request.context.user, _chosen(slack_request.body)
    with services.database.reading() as session:
        request = store.find(session, as_number(slack_request.body["view"]["private_metadata"]))
    outsider = to is not None and slack_request.bot.profiles.is_outsider(slack_request.client, to)
    if outsider or _fault(slack_request.bot, slack_request.body, slack_request.voice) is not None:
        slack_request.context.record(
            RequestAuditAction.NOT_MINE, request.school if request else None, outcome=audit.REFUSED
        )
    elif request is not None:
        _change(
            slack_request,
            RequestAuditAction.NOT_MINE,
            request,
            lambda: service.pass_on(services, request.id, user, to),
        )


def _fault(bot: Bot, body: dict[str, Any], voice: Voice) -> str | None:
    """Return the fault of the modal in words: no right, too late, or a receiver without the right."""
    user, to, day = body["user"]["id"], _chosen(body), today(bot.services.clock)
    caller = Context(bot.services, user, voice, outsider=bot.is_outsider_at_once(user, body)).caller()
    with bot.services.database.reading() as session:
        request = store.find(session, as_number(body["view"]["private_metadata"]))
        school = schools.get(session, request.school) if request else None
        refusal = refusal_of(caller, Act.RUN, school, voice)
        if request is None or school is None or refusal is not None:
            return refusal.text if refusal else None
        if not request.open or user in request.passed:
            return voice.plain(_too_late(request))
        fits = to is None or permissions.caller(session, to, day).may(Act.RUN, school)
    return None if fits else voice.plain("request.to-refused")


def _change(
    slack_request: SlackRequest,
    action: RequestAuditAction,
    request: Request,
    do: Callable[[], RequestChange | None],
) -> bool:
    """Change a request by `do`, or reply why it is too late for that; return whether it was changed."""

    def outcome(change: RequestChange | None) -> str:
        return audit.OK if change and change.done else audit.GONE

    change = slack_request.context.change(action, request.school, do, outcome)
    if change is None or not change.done:
        _reply(slack_request, _too_late(change.after if change else request))
        return False
    deliver(slack_request)
    return True


def _find(
    slack_request: SlackRequest, action: RequestAuditAction, act: Act = Act.RUN, number: str | None = None
) -> Request | None:
    """Return a button's request, if the user may do `act` at its school; else show the refusal.

    `number` is the request's, where the button's value says more.
    """
    with slack_request.bot.services.database.reading() as session:
        request = store.find(session, as_number(slack_request.value if number is None else number))
        school = schools.get(session, request.school) if request else None
    refusal = slack_request.context.refusal(action, act, school)
    if refusal is not None:
        slack_request.reply.show(refusal, slack_request.voice)
        return None
    return request


def _too_late(request: Request) -> str:
    """Return the key of the text that says why a request can't be changed any more."""
    if request.records:
        return "records.too-late" if request.taken_by is None else "request.too-late-running"
    if request.ended is not None:
        return "request.too-late-ended"
    return "request.too-late-running" if request.taken_by else "request.too-late-passed"


def _say(slack_request: SlackRequest, line: str) -> None:
    slack_request.reply.show(Screen(unescape(line), [section(line)]), slack_request.voice)


def _reply(slack_request: SlackRequest, key: str) -> None:
    slack_request.reply.show(notices.sentence(key, slack_request.voice), slack_request.voice)


def _chosen(body: dict[str, Any]) -> str | None:
    """Return the user chosen in the modal, if any."""
    field = body["view"]["state"]["values"].get(screens.TO, {}).get(screens.TO, {})
    return field.get("selected_user") or None
