"""Listeners of requests: the button that asks for something at a school, those of the letters, and *Open*."""

from collections.abc import Callable, Mapping
from functools import partial

from slack_bolt import App

from bot.commands import Command, Takes
from bot.missing.cohort_words import words_to_cohort
from bot.missing.screens import groups_of
from bot.people import absences
from bot.people.permissions import Act
from bot.requests import answer_listeners, passing_on, record_screens, screens, service, store
from bot.requests.actions import RequestAction, RequestAuditAction
from bot.requests.letter_buttons import find_request
from bot.requests.recipients import act_on
from bot.requests.record_letters import about_records
from bot.requests.request import Wanted
from bot.requests.wanted import Want, of_diagnosis, of_group
from bot.slack.buttons import Action
from bot.slack.request import Bot, SlackRequest, as_number, deliver, listen
from diagnostics.missing import missing
from diagnostics.walk import diagnose
from provisioning.clock import today
from provisioning.records.schools import School
from provisioning.store import schools


def register(app: App, bot: Bot) -> None:
    """Register the buttons, and the modal that asks to whom a request is passed on."""
    own: Mapping[Action, Callable[[SlackRequest], None]] = {
        RequestAction.ASK: _ask,
        RequestAction.SHOW: _show,
    }
    listen(app, bot, {**own, **answer_listeners.BUTTONS, **passing_on.BUTTONS})
    passing_on.register_modal(app, bot)


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
    voice = slack_request.voice
    shown = screens.asked(results, known, voice, away, slack_request.context.user)
    slack_request.reply.show(shown, voice)
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


def _show(slack_request: SlackRequest) -> None:
    """Show a request as it stands to a user who may do what it asks for."""
    services, voice = slack_request.bot.services, slack_request.voice
    with services.database.reading() as session:
        asked = store.find(session, as_number(slack_request.value))
    request = find_request(slack_request, RequestAuditAction.SHOW, act_on(asked.wanted) if asked else Act.RUN)
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
