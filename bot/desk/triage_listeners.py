"""Listeners of triage: the form with a pasted text, and the shortcut on a message."""

from dataclasses import replace
from typing import Any

from slack_bolt import App

from bot.desk import form_screens as forms
from bot.desk.actions import CaseAuditAction
from bot.desk.case import EnquirySource
from bot.desk.slack_request import desk_of, typed
from bot.people import audit
from bot.people.addresses import SlackAddress
from bot.people.permissions import Act
from bot.slack import modals, notices, refusals
from bot.slack.blocks import unescape
from bot.slack.modals import SCHOOL
from bot.slack.replies import InModal
from bot.slack.request import (
    Bot,
    SlackRequest,
    acknowledge,
    acknowledge_with_waiting,
    answering,
    deliver,
)
from bot.slack.told_errors import answering_errors

SHORTCUT = "triage"
_SLACKBOT = "USLACKBOT"
"""The user that posts e-mails sent to a channel."""


def register(app: App, bot: Bot) -> None:
    """Register the form and the shortcut."""
    app.view(forms.PASTE)(ack=acknowledge_with_waiting(bot), lazy=[answering(bot, _pasted)])
    app.shortcut(SHORTCUT)(ack=acknowledge, lazy=[answering(bot, _message)])


def _pasted(request: SlackRequest) -> None:
    """Triage a pasted text, and show the result in the modal that waits."""
    values = request.body["view"]["state"]["values"]
    chosen = values.get(SCHOOL, {}).get(SCHOOL, {}).get("selected_option")
    _triage(
        request, typed(values, forms.TEXT), EnquirySource.PASTED, school=chosen["value"] if chosen else None
    )


def _message(request: SlackRequest) -> None:
    """Triage a message; the modal is opened first, for its trigger expires in seconds."""
    reply = InModal(request.client, trigger_id=request.body["trigger_id"])
    reply.put(modals.waiting(request.voice, f"triage-{request.body['action_ts']}"))
    text, writer = _text_and_writer(request.body["message"])
    under = replace(request, reply=reply)
    answering_errors(under, lambda: _triage(under, text, EnquirySource.MESSAGE, writer))


def _text_and_writer(message: dict[str, Any]) -> tuple[str, str | None]:
    """Return the text of a message with its e-mails, and the Slack user who wrote it.

    The writer of an e-mail or of a bot's message is None.
    """
    mails = [file for file in message.get("files", ()) if file.get("mode") == "email"]
    parts = [unescape(message.get("text") or "")]
    parts += [str(mail.get(name) or "") for mail in mails for name in ("subject", "plain_text")]
    automatic = mails or message.get("bot_id") or SlackAddress.of(message.get("user") or "").id == _SLACKBOT
    return "\n".join(filter(None, parts)), None if automatic else message.get("user")


def _triage(
    request: SlackRequest,
    text: str,
    source: EnquirySource,
    writer: str | None = None,
    school: str | None = None,
) -> None:
    allowed = request.context.schools(Act.DESK)
    if not allowed:
        request.context.record(CaseAuditAction.TRIAGE, outcome=audit.REFUSED)
        return request.reply.show(refusals.refused(Act.DESK, request.voice), request.voice)
    if not text.strip():
        return request.reply.show(notices.sentence("desk.modal.nothing", request.voice), request.voice)
    request.context.record(CaseAuditAction.TRIAGE)
    desk = desk_of(request)
    named = next((known for known in allowed if known.number == school), None)
    found, left_out = desk.triage(text, source, allowed, writer=writer, school=named)
    only = found[0].case if len(found) == 1 and not left_out else None
    if only is not None and not only.known and isinstance(request.reply, InModal):
        request.reply.put(forms.fill_in(only, allowed, desk.prefill(only), "", request.voice))
    else:
        request.reply.show(desk.opened(found, left_out), request.voice)
    return deliver(request)
