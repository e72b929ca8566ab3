"""A case as Slack shows it: whole to users who work on it, its state and reply to a user who asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.desk.actions import DeskAction
from bot.desk.case import DESK, HWB, CaseEvent, CaseState, DeskCase, Enquiry, EventKind, Party
from bot.desk.case_texts import Subject
from bot.desk.screens import (
    MARKS,
    quote,
    quoted,
    state_line,
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
    mention,
    section,
)
from bot.slack.colleagues import colleague_select
from bot.slack.findings import next_line, step_line
from bot.slack.voice import Voice
from knowledge.texts import Text
from provisioning.records.schools import School

_TEXTS, _EVENTS = 4, 30
"""How many of the newest texts and events of a case are shown."""
_PIECE = 2_500
"""Characters of an enquiry's text in one block: escaped, they may become longer."""


@dataclass(frozen=True)
class Dossier:
    """What a user who works on a case sees of it.

    `readable` are the enquiries whose texts may be shown to them; `together` the numbers of the cases that
    the drafted reply answers. `external_desk` is whether there is a service desk outside Slack to which the
    case can be handed over, `may_show` whether they can say that the texts are about its school alone.
    """

    case: DeskCase
    school: School | None
    subject: Subject
    events: Sequence[CaseEvent]
    enquiries: Sequence[Enquiry]
    readable: Sequence[Enquiry]
    draft: str
    together: Sequence[int] = ()
    external_desk: bool = False
    may_show: bool = False

    @property
    def writers(self) -> tuple[str, ...]:
        """The Slack users to whom a reply can be sent."""
        return tuple(dict.fromkeys(enquiry.writer for enquiry in self.enquiries if enquiry.writer))


def dossier(content: Dossier, voice: Voice, today: date) -> Screen:
    """Return a case for a user who works on it: state, buttons, finding, drafted reply, texts and history."""
    case = content.case
    title = title_of(case, content.subject, voice)
    state = state_line(case, content.school, voice, today)
    blocks = [section(f"{MARKS[case.state]} *{escape(title)}*\n{state}")]
    blocks += _buttons(content, voice)
    blocks += _found(case, voice)
    if case.open:
        drafted = section(f"```{escape(content.draft)}```")
        blocks += [section(f"*{voice.mrkdwn('desk.reply', cases=_listed(content.together))}*"), drafted]
    blocks += [divider(), *_texts(content, voice), divider()]
    blocks += _history(content.events, voice)
    return Screen(title, blocks)


def own(case: DeskCase, events: Sequence[CaseEvent], voice: Voice) -> Screen:
    """Return a case for a user who asked: its state, and the replies."""
    state = voice.plain(f"desk.state.{case.state}")
    said = voice.plain("desk.own-state", number=case.number, state=state)
    replies = [event.note for event in events if event.kind is EventKind.ANSWERED and event.note]
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


def _listed(numbers: Sequence[int]) -> list[str]:
    """Return the numbers of several cases; none where there is only one."""
    return [str(number) for number in numbers] if len(numbers) > 1 else []


def _texts(content: Dossier, voice: Voice) -> list[Block]:
    enquiries = [enquiry for enquiry in content.enquiries if enquiry.text][-_TEXTS:]
    if not enquiries:
        return []
    title = section(f"*{voice.mrkdwn('desk.written')}*")
    blocks = [title]
    for enquiry in enquiries:
        if enquiry not in content.readable:
            blocks.append(context_block(voice.mrkdwn("desk.written-elsewhere", at=enquiry.at)))
            continue
        who = f"<@{enquiry.writer}>, " if enquiry.writer else ""
        blocks.append(context_block(f"{who}{voice.mrkdwn('desk.opened', at=enquiry.at)}"))
        text = enquiry.text
        pieces = [text[start : start + _PIECE] for start in range(0, len(text), _PIECE)]
        blocks += [quoted(piece) for piece in pieces]
    if content.may_show and content.case.school:
        show = _button(content.case, DeskAction.SHOW_TEXT, "show-text", voice)
        blocks.append(_row(content.case, "text", [show | {"confirm": _confirm_showing(content, voice)}]))
    return blocks


def _history(events: Sequence[CaseEvent], voice: Voice) -> list[Block]:
    """Return the newest events, in as few paragraphs as hold them."""
    paragraphs = [f"*{voice.mrkdwn('desk.history')}*"]
    for line in (_event_line(event, voice) for event in events[-_EVENTS:]):
        if len(paragraphs[-1]) + len(line) > _PIECE:
            paragraphs.append(line)
        else:
            paragraphs[-1] += f"\n{line}"
    return [section(words) for words in paragraphs]


def _event_line(event: CaseEvent, voice: Voice) -> str:
    by = voice.mrkdwn("desk.hwb") if event.by == HWB else mention(event.by)
    to = f" <@{event.to}>" if event.to else ""
    said = f"• {voice.mrkdwn('desk.at', at=event.at)} · {by}: {voice.mrkdwn(event.said)}{to}"
    return f"{said}\n{quote(event.note)}" if event.note else said


def _buttons(content: Dossier, voice: Voice) -> list[Block]:
    case = content.case
    if not case.open:
        return [_row(case, "moves", [_button(case, DeskAction.REOPEN, "reopen", voice)])]
    return [_row(case, "moves", _moves(case, voice)), _row(case, "more", _answers(content, voice))]


def _moves(case: DeskCase, voice: Voice) -> list[Block]:
    """Return the buttons and the menu that change who has an open case, or its state."""
    take = [_button(case, DeskAction.TAKE, "take", voice, "primary")]
    return [
        *(take if case.state is not CaseState.TAKEN else []),
        colleague_select(DeskAction.HAND_OVER.value, voice.plain("button.hand-over")),
        _button(case, DeskAction.WAIT, "wait", voice),
        _button(case, DeskAction.RESOLVE, "resolve", voice),
    ]


def _answers(content: Dossier, voice: Voice) -> list[Block]:
    """Return the buttons that fill in an open case, reply, check it again, and send it out."""
    case = content.case
    buttons = []
    if not case.known:
        buttons.append(_button(case, DeskAction.FILL_IN, "fill-in", voice, "primary"))
    if content.writers:
        buttons.append(_button(case, DeskAction.SEND, "send-reply", voice))
    else:
        buttons.append(_button(case, DeskAction.ANSWERED, "answered", voice))
    if case.found is not None:
        buttons.append(_button(case, DeskAction.CHECK, "check-again", voice))
        if content.external_desk and case.waiting_for is not Party.HWB_DESK:
            send_out = _button(case, DeskAction.SEND_OUT, "send-out", voice)
            buttons.append(send_out | {"confirm": _confirm_sending(case, voice)})
    return buttons


def _button(case: DeskCase, action: DeskAction, words: str, voice: Voice, style: str | None = None) -> Block:
    """Return a button of a case; `words` is the key of its text, without `button.`."""
    return button(action, voice.plain(f"button.{words}"), str(case.number), style)


def _confirm_sending(case: DeskCase, voice: Voice) -> Block:
    """Return the question before a case is sent out: whose move it is instead, and what is told."""
    words = voice.plain("desk.send-out-yes"), voice.plain("button.cancel")
    text = [*_whose_instead(case, voice), voice.plain("desk.send-out-text")]
    return confirm(voice.plain("desk.send-out-title"), "\n".join(text), *words)


def _whose_instead(case: DeskCase, voice: Voice) -> list[str]:
    """Return whose move a case is, where the service desk can't mend it; nothing where it can."""
    if case.who == DESK:
        return []
    if case.who == "nobody":
        return [voice.plain("desk.send-out-nobody")]
    return [voice.plain("desk.send-out-theirs", who=Text(f"who.{case.who}"))]


def _confirm_showing(content: Dossier, voice: Voice) -> Block:
    school = content.school.name if content.school else ""
    words = (voice.plain(f"button.{name}") for name in ("show-text", "cancel"))
    title, text = voice.plain("desk.show-text-title"), voice.plain("desk.show-text-text", school=school)
    return confirm(title, text, *words)


def _row(case: DeskCase, name: str, elements: Sequence[Block]) -> Block:
    return actions(elements) | {"block_id": f"case:{case.number}:{name}"}
