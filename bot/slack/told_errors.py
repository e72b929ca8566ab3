"""Errors of a request, told to its user: in the place of the answer, or else in a direct message."""

import logging
from collections.abc import Callable
from http.client import HTTPException
from typing import TYPE_CHECKING
from urllib.error import URLError

from slack_sdk.errors import SlackClientError

from bot.people import audit
from bot.slack import notices
from bot.slack.payloads import UNREADABLE, Unreadable
from bot.slack.replies import NotShown, tell_directly
from bot.slack_errors import SLACK_TROUBLE, code_of, reason_of, refuses, trace_of
from provisioning import log_fields
from provisioning.errors import KnownError

if TYPE_CHECKING:
    from bot.slack.request import SlackRequest

log = logging.getLogger(__name__)
_NO_WINDOW = ("expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id")
_NOWHERE = ("channel_not_found", "not_in_channel", "not_found", "view_not_found")
"""Slack's error codes for an answer that has no place: the fault is in the request."""


def answering_errors(slack_request: "SlackRequest", do: Callable[[], None]) -> None:
    """Call `do`; a known error is shown by its sentence, any other by a reference that is also in the log.

    Every line of the log that is written meanwhile has the reference too.
    """
    with log_fields.about(reference=log_fields.reference()):
        try:
            try:
                do()
            except Unreadable:
                slack_request.context.record(UNREADABLE, outcome=audit.REFUSED)
                raise
        except KnownError as error:
            _tell(slack_request, error)
        except Exception as error:
            _tell(slack_request, _problem_of(error))


def _problem_of(error: Exception) -> KnownError:
    """Return what the user is told of an `error` that is no known one; its reference is in the log too."""
    if code_of(error) in _NO_WINDOW:
        return KnownError("too-late")
    if code_of(error) in _NOWHERE:
        return NotShown()
    reference = log_fields.reference()
    log.error("reference %s\n%s", reference, trace_of(error))
    unanswered = isinstance(error, SlackClientError | URLError | HTTPException) and not refuses(error)
    return KnownError("slack-not-answering" if unanswered else "unexpected", reference=reference)


def _tell(slack_request: "SlackRequest", problem: KnownError) -> None:
    """Show `problem`, or else tell in a direct message that there is one, or else in the log alone."""
    voice = slack_request.voice
    try:
        if not isinstance(problem, NotShown):
            return slack_request.reply.show(notices.problem(problem, voice), voice)
    except (*SLACK_TROUBLE, Unreadable, NotShown):
        log.info("%s could not be shown in its place", problem.name)
    of_nobody = set(problem.said.values) <= {"reference"}
    told = notices.problem(problem if of_nobody else NotShown(), voice)
    try:
        tell_directly(slack_request.client, slack_request.context.user, told, voice)
    except SLACK_TROUBLE as error:
        log.warning("%s could not be told: %s", problem.name, reason_of(error))
