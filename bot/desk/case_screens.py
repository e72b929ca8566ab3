"""A case as Slack shows it: to whoever works on it, and to whoever asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.desk.actions import DeskAction
from bot.desk.case import HWB, CaseEvent, CaseState, DeskCase, Enquiry, EventKind, Party
from bot.desk.case_texts import What
from bot.desk.screens import (
    MARKS,
    quote,
    quoted,
    standing,
    title_of,
)
from bot.slack.blocks import (
    Block,
    Screen,
    actions,
    button,
    confirm,
    context_block,
    divider,
    escape,
    plain,
    section,
)
from bot.slack.findings import next_line, step_line
from bot.slack.voice import Voice
from provisioning.records import School

_TEXTS, _EVENTS = 4, 30
"""Texts and events of a case that are shown, the newest of them."""
_PIECE = 2_500
"""Characters of somebody's text in one block: escaped, they may become longer."""


@dataclass(frozen=True)
class Dossier:
    """Everything about a case that whoever works on it sees.

    `what` is its subject in a few words; `readable` whether the askings' texts may be shown to them;
    `outside` whether there is a service desk outside Slack to which it can go.
    """

    case: DeskCase
    school: School | None
    what: What
    events: Sequence[CaseEvent]
    enquiries: Sequence[Enquiry]
    readable: bool
    draft: str
    outside: bool = False

    @property
    def writers(self) -> tuple[str, ...]:
        """The Slack users who can be answered here."""
        return tuple(dict.fromkeys(one.writer for one in self.enquiries if one.writer))


def dossier(of: Dossier, voice: Voice, today: date) -> Screen:
    """A case for whoever works on it: where it stands, what was found, what was written, what can be done."""
    case = of.case
    title = title_of(case, of.what, voice)
    blocks = [section(f"{MARKS[case.state]} *{escape(title)}*\n{standing(case, of.school, voice, today)}")]
    blocks += _deeds(of, voice)
    blocks += _found(case, voice)
    if case.open:
        blocks += [section(f"*{voice.mrkdwn('desk.reply')}*"), section(f"```{escape(of.draft)}```")]
    blocks += [divider(), *_written(of, voice), divider()]
    blocks += _history(of.events, voice)
    return Screen(title, blocks)


def own(case: DeskCase, events: Sequence[CaseEvent], voice: Voice) -> Screen:
    """A case for whoever asked: how far it is, and what they were answered."""
    state = voice.plain(f"desk.state.{case.state}")
    said = voice.plain("desk.own-state", number=case.number, state=state)
    replies = [event.note for event in events if event.deed is EventKind.ANSWERED and event.note]
    blocks = [section(f"{MARKS[case.state]} *{escape(said)}*")]
    if case.reason is not None:
        blocks.append(section(voice.mrkdwn(f"desk.reason.{case.reason}")))
    if replies:
        blocks += [section(voice.mrkdwn("desk.own-reply")), *(quoted(reply) for reply in replies)]
    elif case.open:
        blocks.append(context_block(voice.mrkdwn("desk.own-no-reply")))
    return Screen(said, blocks)


def _found(case: DeskCase, voice: Voice) -> list[Block]:
    if case.found is None:
        return [] if case.entry else [section(f":grey_question: {voice.mrkdwn('desk.fill-in')}")]
    steps = "\n".join(step_line(step, voice) for step in case.found.steps)
    return [
        divider(),
        section(f"*{voice.mrkdwn(case.found.headline)}*"),
        *([section(steps)] if steps else []),
        section(next_line(case.found.next, voice)),
    ]


def _written(of: Dossier, voice: Voice) -> list[Block]:
    texts = [one for one in of.enquiries if one.text][-_TEXTS:]
    if not texts:
        return []
    title = section(f"*{voice.mrkdwn('desk.written')}*")
    if not of.readable:
        return [title, context_block(voice.mrkdwn("desk.written-elsewhere"))]
    blocks = [title]
    for one in texts:
        who = f"<@{one.writer}>, " if one.writer else ""
        blocks.append(context_block(f"{who}{voice.mrkdwn('desk.opened', at=one.at)}"))
        pieces = [one.text[start : start + _PIECE] for start in range(0, len(one.text), _PIECE)]
        blocks += [quoted(piece) for piece in pieces]
    return blocks


def _history(events: Sequence[CaseEvent], voice: Voice) -> list[Block]:
    """What has happened, as few paragraphs as hold it."""
    paragraphs = [f"*{voice.mrkdwn('desk.history')}*"]
    for line in (_happened(event, voice) for event in events[-_EVENTS:]):
        if len(paragraphs[-1]) + len(line) > _PIECE:
            paragraphs.append(line)
        else:
            paragraphs[-1] += f"\n{line}"
    return [section(words) for words in paragraphs]


def _happened(event: CaseEvent, voice: Voice) -> str:
    by = voice.mrkdwn("desk.hwb") if event.by == HWB else _mention(event.by)
    to = f" <@{event.to}>" if event.to else ""
    said = f"• {voice.mrkdwn('desk.at', at=event.at)} · {by}: {voice.mrkdwn(event.said)}{to}"
    return f"{said}\n{quote(event.note)}" if event.note else said


def _mention(who: str) -> str:
    return f"<@{who}>" if who.startswith(("U", "W")) else escape(who)


def _deeds(of: Dossier, voice: Voice) -> list[Block]:
    case, number = of.case, str(of.case.number)

    def does(action: DeskAction, words: str, style: str | None = None) -> Block:
        return button(action, voice.plain(f"button.{words}"), number, style)

    if not case.open:
        return [_row(case, "moves", [does(DeskAction.REOPEN, "reopen")])]
    first: list[Block] = []
    if case.state is not CaseState.TAKEN:
        first.append(does(DeskAction.TAKE, "take", "primary"))
    first.append(
        {
            "type": "users_select",
            "action_id": DeskAction.HAND_OVER.value,
            "placeholder": plain(voice.plain("button.hand-over")),
        }
    )
    first += [does(DeskAction.WAIT, "wait"), does(DeskAction.RESOLVE, "resolve")]
    second: list[Block] = (
        [does(DeskAction.SEND, "send-reply")] if of.writers else [does(DeskAction.ANSWERED, "answered")]
    )
    if not case.known:
        second.insert(0, does(DeskAction.FILL_IN, "fill-in", "primary"))
    if case.found is not None:
        second.append(does(DeskAction.CHECK, "check-again"))
        if of.outside and case.waiting_for is not Party.HWB_DESK:
            second.append(does(DeskAction.SEND_OUT, "send-out") | {"confirm": _sending_out(voice)})
    return [_row(case, "moves", first), _row(case, "more", second)]


def _sending_out(voice: Voice) -> Block:
    words = (voice.plain(f"button.{name}") for name in ("send-out", "cancel"))
    return confirm(voice.plain("desk.send-out-title"), voice.plain("desk.send-out-text"), *words)


def _row(case: DeskCase, name: str, elements: Sequence[Block]) -> Block:
    return actions(elements) | {"block_id": f"case:{case.number}:{name}"}
