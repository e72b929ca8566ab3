"""The listeners of "Was this right?": a press is counted, and the buttons go.

Neither the count nor the audit has who pressed: only that the answer was shown to them again is recorded.
"""

import re

from slack_bolt import App

from bot.feedback import screens, store
from bot.feedback.actions import REASONS, FeedbackAction, Said
from bot.feedback.store import Judged
from bot.people import audit
from bot.slack.blocks import Screen, unescape
from bot.slack.context import Answer
from bot.slack.dispatch import dispatch
from bot.slack.payloads import Unreadable, one_of
from bot.slack.request import Bot, SlackRequest, acknowledge, answering
from bot.slack.seen_events import SeenEvents
from provisioning.clock import today

_REASON = re.compile(rf"^{FeedbackAction.REASON}-")


class Presses(SeenEvents):
    """The messages in which was pressed of late: a second press before the buttons go counts nothing."""


def register(app: App, bot: Bot) -> None:
    """Register the buttons."""
    for id_ in (FeedbackAction.RIGHT.value, FeedbackAction.YES.value, FeedbackAction.NO.value, _REASON):
        app.action(id_)(ack=acknowledge, lazy=[answering(bot, _pressed)])


def _pressed(request: SlackRequest) -> None:
    """Count what was said of an answer that its user may see, and show the answer without the buttons."""
    said, judged, line = _carried(request)
    shown = _shown(request, judged, line)
    if shown.outcome == audit.REFUSED:
        request.reply.show(shown.screen, request.voice)
        return
    if not request.bot.services.kept(Presses).again(_place(request, judged, said)):
        services = request.bot.services
        day, language = today(services.clock), request.voice.language
        services.database.write(lambda session: store.count(session, day, judged, language, said))
    instead = screens.thanks(judged, line, said, request.voice)
    request.reply.show(screens.answered(shown.screen, instead), request.voice)


def _carried(request: SlackRequest) -> tuple[Said, Judged, str]:
    """Return what a button carries; raise `Unreadable` where it names no verb, cause or entry of ours."""
    word, verb, about, line = (*request.value.split(" ", 3), "", "", "", "")[:4]
    guide = request.bot.services.provisioning.knowledge
    verbs = {each.word for each in request.bot.services.verbs.every}
    if verb not in verbs or about not in {*guide.causes, *guide.entries, *verbs}:
        raise Unreadable
    return one_of(Said, word), Judged(verb, about), line


def _shown(request: SlackRequest, judged: Judged, line: str) -> Answer:
    """Return the answer again, to be shown without the buttons.

    Slack tells what a lasting message shows, but not what an ephemeral one does: that is asked again, with
    all checks of rights, and so is whatever needs a right.
    """
    verb = request.bot.services.verbs.named(judged.verb)
    message = request.body.get("message")
    if verb.act is None and message is not None:
        # The text says the whole, the headline first; what follows is said again by the blocks.
        headline = unescape(str(message["text"])).partition("\n")[0]
        return Answer(Screen(headline, message["blocks"]))
    again = dispatch(request.context, request.parse(line))
    if not isinstance(again, Answer):
        raise Unreadable
    return again


def _place(request: SlackRequest, judged: Judged, said: Said) -> str:
    """Return what tells a press from another: where it was, and which of the two questions it answers."""
    view = request.body.get("view") or {}
    container = request.body.get("container") or {}
    where = f"{view.get('id')} {view.get('hash')} {container.get('message_ts')}"
    return f"{where} {judged.verb} {judged.about} {said in REASONS}"
