"""Triage: what was pasted, and the shortcut on a message."""

from dataclasses import replace
from typing import Any

from slack_bolt import App

from bot.desk import form_screens as forms
from bot.desk.case import EnquirySource
from bot.desk.slack_request import desk_of, typed
from bot.people import audit
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
    answering_errors,
    deliver,
)

SHORTCUT = "triage"
_SLACKBOT = "USLACKBOT"
"""Who posts the e-mails that are sent to a channel."""


def register(app: App, bot: Bot) -> None:
    """Listen to the paste form and the shortcut."""
    app.view(forms.PASTE)(ack=acknowledge_with_waiting(bot), lazy=[answering(bot, _pasted)])
    app.shortcut(SHORTCUT)(ack=acknowledge, lazy=[answering(bot, _message)])


def _pasted(request: SlackRequest) -> None:
    """What was pasted is triaged, and the modal that waits shows what it led to."""
    values = request.body["view"]["state"]["values"]
    chosen = values.get(SCHOOL, {}).get(SCHOOL, {}).get("selected_option")
    _triage(
        request, typed(values, forms.TEXT), EnquirySource.PASTED, school=chosen["value"] if chosen else None
    )


def _message(request: SlackRequest) -> None:
    """The shortcut on a message: its modal is opened before anything is looked up, while Slack waits."""
    reply = InModal(request.client, trigger_id=request.body["trigger_id"])
    reply.put(modals.waiting(request.voice, f"triage-{request.body['action_ts']}"))
    text, writer = _written(request.body["message"])
    under = replace(request, reply=reply)
    answering_errors(under, lambda: _triage(under, text, EnquirySource.MESSAGE, writer))


def _written(message: dict[str, Any]) -> tuple[str, str | None]:
    """What a message says, e-mails that Slack has taken in included; and the Slack user who wrote it."""
    mails = [one for one in message.get("files", ()) if one.get("mode") == "email"]
    parts = [unescape(message.get("text") or "")]
    parts += [str(one.get(name) or "") for one in mails for name in ("subject", "plain_text")]
    ours = mails or message.get("bot_id") or message.get("user") == _SLACKBOT
    return "\n".join(filter(None, parts)), None if ours else message.get("user")


def _triage(
    request: SlackRequest,
    text: str,
    door: EnquirySource,
    writer: str | None = None,
    school: str | None = None,
) -> None:
    allowed = request.context.schools(Act.DESK)
    if not allowed:
        request.context.record("triage", outcome=audit.REFUSED)
        return request.reply.show(refusals.refused(Act.DESK, request.voice), request.voice)
    if not text.strip():
        return request.reply.show(notices.sentence("desk.modal.nothing", request.voice), request.voice)
    request.context.record("triage")
    desk = desk_of(request)
    named = next((one for one in allowed if one.number == school), None)
    found, left_out = desk.triage(text, door, allowed, writer=writer, school=named)
    only = found[0].case if len(found) == 1 and not left_out else None
    if only is not None and not only.known and isinstance(request.reply, InModal):
        request.reply.put(forms.fill_in(only, allowed, desk.likely(only), "", request.voice))
    else:
        request.reply.show(desk.opened(found, left_out), request.voice)
    return deliver(request)
