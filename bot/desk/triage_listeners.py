"""Triage: what was pasted, and the shortcut on a message."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from slack_bolt import Ack, App

from bot.desk import form_screens as forms
from bot.desk.case import Door
from bot.desk.slack_request import deliver, desk_of, typed
from bot.people import audit
from bot.people.permissions import Act
from bot.slack import modals, notices, refusals
from bot.slack.blocks import unescape
from bot.slack.modals import SCHOOL
from bot.slack.replies import InModal, waiting_for
from bot.slack.request import Bot, Turn, acknowledge, guarded, safely
from bot.slack.voice import Voice

SHORTCUT = "triage"
_SLACKBOT = "USLACKBOT"
"""Who posts the e-mails that are sent to a channel."""


def register(app: App, bot: Bot) -> None:
    """Listen to the paste form and the shortcut."""
    app.view(forms.PASTE)(ack=_waiting(bot), lazy=[safely(bot, _pasted)])
    app.shortcut(SHORTCUT)(ack=acknowledge, lazy=[safely(bot, _message)])


def _pasted(turn: Turn) -> None:
    """What was pasted is triaged, and the modal that waits shows what it led to."""
    values = turn.body["view"]["state"]["values"]
    chosen = values.get(SCHOOL, {}).get(SCHOOL, {}).get("selected_option")
    _triage(turn, typed(values, forms.TEXT), Door.PASTED, school=chosen["value"] if chosen else None)


def _message(turn: Turn) -> None:
    """The shortcut on a message: its modal is opened before anything is looked up, while Slack waits."""
    reply = InModal(turn.client, trigger_id=turn.body["trigger_id"])
    reply.put(modals.waiting(turn.voice, f"triage-{turn.body['action_ts']}"))
    text, writer = _written(turn.body["message"])
    under = replace(turn, reply=reply)
    guarded(under, lambda: _triage(under, text, Door.MESSAGE, writer))


def _written(message: dict[str, Any]) -> tuple[str, str | None]:
    """What a message says, e-mails that Slack has taken in included; and the Slack user who wrote it."""
    mails = [one for one in message.get("files", ()) if one.get("mode") == "email"]
    parts = [unescape(message.get("text") or "")]
    parts += [str(one.get(name) or "") for one in mails for name in ("subject", "plain_text")]
    ours = mails or message.get("bot_id") or message.get("user") == _SLACKBOT
    return "\n".join(filter(None, parts)), None if ours else message.get("user")


def _triage(turn: Turn, text: str, door: Door, writer: str | None = None, school: str | None = None) -> None:
    allowed = turn.asker.schools(Act.DESK)
    if not allowed:
        turn.asker.record("triage", outcome=audit.REFUSED)
        return turn.reply.show(refusals.refused(Act.DESK, turn.voice), turn.voice)
    if not text.strip():
        return turn.reply.show(notices.sentence("desk.modal.nothing", turn.voice), turn.voice)
    turn.asker.record("triage")
    desk = desk_of(turn)
    named = next((one for one in allowed if one.number == school), None)
    found, left_out = desk.triage(text, door, allowed, writer=writer, school=named)
    only = found[0].case if len(found) == 1 and not left_out else None
    if only is not None and not only.known and isinstance(turn.reply, InModal):
        turn.reply.put(forms.fill_in(only, allowed, desk.likely(only), "", turn.voice))
    else:
        turn.reply.show(desk.opened(found, left_out), turn.voice)
    return deliver(turn)


def _waiting(bot: Bot) -> Callable[..., None]:
    """Acknowledge what was pasted by a modal that waits for what it leads to."""

    def acknowledge(ack: Ack, body: dict[str, Any]) -> None:
        voice = Voice(bot.services.catalogue, bot.people.language_at_once(body["user"]["id"]))
        ack(response_action="update", view=modals.waiting(voice, waiting_for(body)))

    return acknowledge
