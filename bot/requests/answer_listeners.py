"""Listeners of the buttons that carry a request out: *Run now*, *Done*, and the answers about records."""

from collections.abc import Callable, Mapping

from bot.people.permissions import Act
from bot.requests import record_answers, service
from bot.requests.actions import RequestAction, RequestAuditAction
from bot.requests.letter_buttons import change_request, find_request, say_line
from bot.requests.look import Look
from bot.requests.service import RequestChange
from bot.slack.buttons import Action
from bot.slack.request import SlackRequest, deliver
from bot.slack.told_errors import answering_errors


def _run(slack_request: SlackRequest) -> None:
    """Take a request for the user, run the client in the background, and note the run's outcome."""
    request = find_request(slack_request, RequestAuditAction.RUN)
    if request is None:
        return
    services, user = slack_request.bot.services, slack_request.context.user
    now = services.clock.now()
    taken = change_request(
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
    request = find_request(slack_request, RequestAuditAction.DONE)
    if request is not None:
        change_request(
            slack_request,
            RequestAuditAction.DONE,
            request,
            lambda: service.done(slack_request.bot.services, request.id, slack_request.context.user),
        )


def _put_right(slack_request: SlackRequest) -> None:
    """Note that the records are right now, and say what the schools' data shows of that at once."""
    action = RequestAuditAction.PUT_RIGHT
    request = find_request(slack_request, action, Act.DIAGNOSE)
    if request is None:
        return
    seen: list[Look] = []

    def do() -> RequestChange | None:
        change, found = service.answer(slack_request.bot.services, request, slack_request.context.user)
        seen.append(found)
        return change

    if change_request(slack_request, action, request, do):
        school = slack_request.context.school(Act.DIAGNOSE, request.school)
        if school is not None:
            say_line(slack_request, record_answers.answered(request, seen[0], school, slack_request.voice))


def _not_left(slack_request: SlackRequest) -> None:
    """Note that a learner has not left the school that was asked."""
    number, _, identifier = slack_request.chosen.partition(" ")
    action = RequestAuditAction.NOT_LEFT
    request = find_request(slack_request, action, Act.DIAGNOSE, number)
    if request is None:
        return
    services, user = slack_request.bot.services, slack_request.context.user
    if change_request(
        slack_request, action, request, lambda: service.stay(services, request, user, identifier)
    ):
        school = slack_request.context.school(Act.DIAGNOSE, request.school)
        if school is not None:
            told = slack_request.voice.mrkdwn(
                "records.leaving-dates.told-not-left", school=school.name, who=identifier
            )
            say_line(slack_request, told)


BUTTONS: Mapping[Action, Callable[[SlackRequest], None]] = {
    RequestAction.RUN: _run,
    RequestAction.DONE: _done,
    RequestAction.PUT_RIGHT: _put_right,
    RequestAction.NOT_LEFT: _not_left,
}
"""What each of these buttons does."""
