"""What the buttons of letters about requests share: the request, its change, a press that is too late."""

from collections.abc import Callable

from bot.people import audit
from bot.people.permissions import Act
from bot.requests import store
from bot.requests.actions import RequestAuditAction
from bot.requests.request import Request
from bot.requests.service import RequestChange
from bot.slack import notices
from bot.slack.blocks import Screen, section, unescape
from bot.slack.request import SlackRequest, as_number, deliver
from provisioning.store import schools


def find_request(
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


def change_request(
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
        reply_with(slack_request, too_late(change.after if change else request))
        return False
    deliver(slack_request)
    return True


def too_late(request: Request) -> str:
    """Return the key of the text that says why a request can't be changed any more."""
    if request.records:
        return "records.too-late" if request.taken_by is None else "request.too-late-running"
    if request.ended is not None:
        return "request.too-late-ended"
    return "request.too-late-running" if request.taken_by else "request.too-late-passed"


def say_line(slack_request: SlackRequest, line: str) -> None:
    """Reply with `line`, which is mrkdwn."""
    slack_request.reply.show(Screen(unescape(line), [section(line)]), slack_request.voice)


def reply_with(slack_request: SlackRequest, key: str) -> None:
    """Reply with the text that has `key`."""
    slack_request.reply.show(notices.sentence(key, slack_request.voice), slack_request.voice)
