"""The service desk's buttons, modals and the shortcut on a message."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from slack_bolt import Ack, App

from bot import audit
from bot.access import Act
from bot.commands import LONGEST, Command, parse
from bot.desk import moves
from bot.desk.case import Case, Door, Party, Reason
from bot.desk.moves import Moved
from bot.desk.triage import Meant
from bot.desking import Desk
from bot.listeners.reply import InModal, OnTop, Reply, waiting_for
from bot.listeners.turn import Bot, Turn, guarded, safely
from bot.outbox.sending import Sender
from bot.presenters import desk as screens
from bot.presenters import desk_forms as forms
from bot.presenters import modals, notices, roles
from bot.presenters.blocks import Screen, unescape
from bot.presenters.modals import SCHOOL, View
from bot.presenters.voice import Voice
from diagnostics.walk import Question
from provisioning.clock import today

SHORTCUT = "triage"
_SLACKBOT = "USLACKBOT"
"""Who posts the e-mails that are sent to a channel."""
Values = dict[str, Any]


def register(app: App, bot: Bot) -> None:
    """Listen to the buttons, the forms and the shortcut."""
    for action, handle in (
        (screens.OPEN, _open),
        (screens.ASK, _ask),
        (screens.QUEUE, _queue),
        (screens.TRIAGE, _paste),
        (
            screens.TAKE,
            _moving("case-take", lambda turn, case: moves.take(case, turn.asker.user, _now(turn))),
        ),
        (screens.HAND_OVER, _hand_over),
        (
            screens.REOPEN,
            _moving("case-reopen", lambda turn, case: moves.reopen(case, turn.asker.user, _now(turn))),
        ),
        (
            screens.ANSWERED,
            _moving("case-answer", lambda turn, case: moves.answer(case, turn.asker.user, _now(turn))),
        ),
        (
            screens.SEND_OUT,
            _moving("case-send-out", lambda turn, case: moves.send_out(case, turn.asker.user, _now(turn))),
        ),
        (screens.CHECK, _check),
        (screens.WAIT, _asking(lambda turn, case, back: forms.wait(case, back, turn.voice))),
        (screens.RESOLVE, _asking(lambda turn, case, back: forms.resolve(case, back, turn.voice))),
        (screens.SEND, _asking(_send_form)),
        (screens.FILL_IN, _asking(_fill_in_form)),
    ):
        app.action(action)(ack=_acknowledge, lazy=[safely(bot, handle)])
    for form, sent in (
        (forms.RESOLVE, _resolve),
        (forms.SEND, _send),
        (forms.FILL_IN, _fill_in),
    ):
        app.view(form)(ack=_acknowledge, lazy=[safely(bot, _sent(sent))])
    app.view(forms.PASTE)(ack=_waiting(bot), lazy=[safely(bot, _pasted)])
    app.shortcut(SHORTCUT)(ack=_acknowledge, lazy=[safely(bot, _message)])
    app.view(forms.WAIT)(ack=_unless_past(bot), lazy=[safely(bot, _sent(_wait))])


def _acknowledge(ack: Ack) -> None:
    ack()


def _open(turn: Turn) -> None:
    _beside(turn).show(_desk(turn).shown(_number(turn)), turn.voice)


def _queue(turn: Turn) -> None:
    turn.ask(parse("desk"))


def _paste(turn: Turn) -> None:
    turn.ask(parse("triage"))


def _ask(turn: Turn) -> None:
    """Ask the desk about an answer: whoever may have the answer may ask."""
    command = parse(str(_action(turn).get("value", "")))
    allowed = {one.number: one for one in turn.asker.schools(Act.DIAGNOSE)}
    if not isinstance(command, Command) or command.verb.question is None:
        return turn.reply.show(notices.sentence("answer.retired", turn.voice), turn.voice)
    if command.school not in allowed:
        turn.asker.record("case-ask", command.school, command.about, audit.REFUSED)
        return turn.reply.show(turn.asker.refused(Act.DIAGNOSE, command.school), turn.voice)
    asked = _desk(turn).asked(command.verb.question, command.about, allowed[command.school])
    turn.reply.show(asked, turn.voice)
    return _deliver(turn)


def _moving(deed: str, do: Callable[[Turn, Case], Moved]) -> Callable[[Turn], None]:
    """A listener that moves a case by itself."""

    def handle(turn: Turn) -> None:
        turn.reply.show(_desk(turn).moved(_number(turn), deed, lambda case: do(turn, case)), turn.voice)
        _deliver(turn)

    return handle


def _hand_over(turn: Turn) -> None:
    """Only to somebody who works on the case as well."""
    to, number, desk = str(_action(turn).get("selected_user")), _number(turn), _desk(turn)
    case = desk.case(number, "case-hand-over")
    if case is not None and not desk.works(to, case):
        shown = desk.shown(number, notices.sentence("refusal.desk-to", turn.voice).blocks)
        return turn.reply.show(shown, turn.voice)
    return _moving("case-hand-over", lambda _, one: moves.hand_over(one, turn.asker.user, to, _now(turn)))(
        turn
    )


def _check(turn: Turn) -> None:
    turn.reply.show(_desk(turn).checked(_number(turn)), turn.voice)
    _deliver(turn)


def _asking(form: Callable[[Turn, Case, str], View]) -> Callable[[Turn], None]:
    """A listener that lays a form on the case."""

    def handle(turn: Turn) -> None:
        case = _desk(turn).case(_number(turn), "case-form")
        if case is None:
            return _refuse(turn)
        if not case.open:
            return turn.reply.show(_desk(turn).shown(case.number), turn.voice)
        _desk(turn).counter.record("case-form", case)
        view = turn.body.get("view")
        put = turn.client.views_push if view else turn.client.views_open
        put(trigger_id=turn.body["trigger_id"], view=form(turn, case, view["id"] if view else ""))
        return None

    return handle


def _send_form(turn: Turn, case: Case, back: str) -> View:
    desk = _desk(turn)
    return forms.send(case, desk.draft(case), desk.writers(case), back, turn.voice)


def _fill_in_form(turn: Turn, case: Case, back: str) -> View:
    return forms.fill_in(case, turn.asker.schools(Act.DESK), _desk(turn).likely(case), back, turn.voice)


def _sent(do: Callable[[Turn, int, Values], Screen]) -> Callable[[Turn], None]:
    """A listener to a form: what it asks is done, and the case under it is shown anew."""

    def handle(turn: Turn) -> None:
        number, _, back = turn.body["view"]["private_metadata"].partition(" ")
        reply = InModal(turn.client, view_id=back or None, trigger_id=turn.body.get("trigger_id"))
        under = replace(turn, reply=reply)

        def show() -> None:
            screen = do(under, _as_number(number), turn.body["view"]["state"]["values"])
            reply.show(screen, turn.voice)
            _deliver(turn)

        guarded(under, show)

    return handle


def _pasted(turn: Turn) -> None:
    """What was pasted is triaged, and the modal that waits shows what it led to."""
    values = turn.body["view"]["state"]["values"]
    chosen = values.get(SCHOOL, {}).get(SCHOOL, {}).get("selected_option")
    _triage(turn, _typed(values, forms.TEXT), Door.PASTED, school=chosen["value"] if chosen else None)


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
        return turn.reply.show(roles.refused(Act.DESK, turn.voice), turn.voice)
    if not text.strip():
        return turn.reply.show(notices.sentence("desk.modal.nothing", turn.voice), turn.voice)
    turn.asker.record("triage")
    desk = _desk(turn)
    named = next((one for one in allowed if one.number == school), None)
    found, left_out = desk.triage(text, door, allowed, writer=writer, school=named)
    only = found[0].case if len(found) == 1 and not left_out else None
    if only is not None and not only.known and isinstance(turn.reply, InModal):
        turn.reply.put(forms.fill_in(only, allowed, desk.likely(only), "", turn.voice))
    else:
        turn.reply.show(desk.opened(found, left_out), turn.voice)
    return _deliver(turn)


def _wait(turn: Turn, number: int, values: Values) -> Screen:
    party = Party(_chosen(values, forms.PARTY))
    day = today(turn.bot.services.clock)
    return _desk(turn).moved(
        number,
        "case-wait",
        lambda case: moves.wait(case, turn.asker.user, party, _until(values), day, _now(turn)),
    )


def _resolve(turn: Turn, number: int, values: Values) -> Screen:
    reason, note = Reason(_chosen(values, forms.REASON)), _typed(values, forms.NOTE)
    return _desk(turn).moved(
        number,
        "case-resolve",
        lambda case: moves.resolve(case, turn.asker.user, reason, note, _now(turn)),
    )


def _send(turn: Turn, number: int, values: Values) -> Screen:
    words = _typed(values, forms.REPLY)
    return _desk(turn).moved(
        number, "case-answer", lambda case: moves.answer(case, turn.asker.user, _now(turn), words)
    )


def _fill_in(turn: Turn, number: int, values: Values) -> Screen:
    allowed = {one.number: one for one in turn.asker.schools(Act.DESK)}
    school = allowed.get(_chosen(values, SCHOOL))
    if school is None:
        turn.asker.record("case-fill-in", outcome=audit.REFUSED)
        return roles.refused(Act.DESK, turn.voice)
    question = Question(_chosen(values, forms.QUESTION))
    return _desk(turn).filled_in(
        number, Meant(school, _typed(values, forms.IDENTIFIER).strip()[:LONGEST], question)
    )


def _waiting(bot: Bot) -> Callable[..., None]:
    """Acknowledge what was pasted by a modal that waits for what it leads to."""

    def acknowledge(ack: Ack, body: dict[str, Any]) -> None:
        voice = Voice(bot.services.catalogue, bot.people.language_at_once(body["user"]["id"]))
        ack(response_action="update", view=modals.waiting(voice, waiting_for(body)))

    return acknowledge


def _unless_past(bot: Bot) -> Callable[..., None]:
    """Acknowledge a form with a day, unless that day is over."""

    def acknowledge(ack: Ack, body: dict[str, Any]) -> None:
        until = _until(body["view"]["state"]["values"])
        if until is not None and until < today(bot.services.clock):
            voice = Voice(bot.services.catalogue, bot.people.language_at_once(body["user"]["id"]))
            ack(response_action="errors", errors={forms.UNTIL: voice.plain("desk.modal.until-past")})
        else:
            ack()

    return acknowledge


def _beside(turn: Turn) -> Reply:
    """A modal of its own, or on top of the one that is open: a list stays where it is."""
    trigger, view = turn.body["trigger_id"], turn.body.get("view")
    if view is not None and view["type"] == "modal":
        return OnTop(turn.client, trigger_id=trigger)
    return InModal(turn.client, trigger_id=trigger)


def _refuse(turn: Turn) -> None:
    turn.aside.show(roles.refused(Act.DESK, turn.voice), turn.voice)


def _deliver(turn: Turn) -> None:
    """Let those who are told of it see it now, not at the next emptying of the outbox."""
    Sender(turn.bot.services, turn.client, turn.bot.people).deliver()


def _desk(turn: Turn) -> Desk:
    return Desk(turn.bot.services, turn.voice, turn.asker.caller())


def _number(turn: Turn) -> int:
    """The case that a button carries, or the block in which a menu stands."""
    action = _action(turn)
    of_block = action["block_id"].partition(":")[2].partition(":")[0]
    return _as_number(str(action.get("value") or of_block))


def _as_number(written: str) -> int:
    """A case's number; what is none is that of no case."""
    return int(written) if written.isdecimal() else 0


def _action(turn: Turn) -> dict[str, Any]:
    action: dict[str, Any] = turn.body["actions"][0]
    return action


def _chosen(values: Values, name: str) -> str:
    return str(values[name][name]["selected_option"]["value"])


def _typed(values: Values, name: str) -> str:
    return str(values[name][name].get("value") or "")


def _until(values: Values) -> date | None:
    chosen = values[forms.UNTIL][forms.UNTIL].get("selected_date")
    return date.fromisoformat(chosen) if chosen else None


def _now(turn: Turn) -> datetime:
    return turn.bot.services.clock.now()
