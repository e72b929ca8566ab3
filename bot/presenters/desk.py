"""The service desk as Slack shows it: a case, the queue, the channel's one message for each case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.desk.case import HWB, Asking, Case, Deed, Event, Party, State
from bot.desk.counter import Opened
from bot.desk.wording import What
from bot.presenters.answers import next_line, step_line
from bot.presenters.blocks import (
    Block,
    Screen,
    actions,
    button,
    confirm,
    context,
    divider,
    escape,
    plain,
    section,
)
from bot.presenters.voice import Voice
from knowledge.texts import Text
from provisioning.records import School

OPEN, ASK, TRIAGE, QUEUE = "desk:open", "desk:ask", "desk:triage", "desk:queue"
TAKE, HAND_OVER, WAIT, RESOLVE = "desk:take", "desk:hand-over", "desk:wait", "desk:resolve"
REOPEN, CHECK, SEND, ANSWERED, FILL_IN = (
    "desk:reopen",
    "desk:check",
    "desk:send",
    "desk:answered",
    "desk:fill-in",
)
SEND_OUT = "desk:send-out"
_MARKS = {
    State.NEW: ":new:",
    State.TAKEN: ":eyes:",
    State.WAITING: ":hourglass_flowing_sand:",
    State.RESOLVED: ":white_check_mark:",
}
_SHOWN = 15
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

    case: Case
    school: School | None
    what: What
    events: Sequence[Event]
    askings: Sequence[Asking]
    readable: bool
    draft: str
    outside: bool = False

    @property
    def writers(self) -> tuple[str, ...]:
        """The Slack users who can be answered here."""
        return tuple(dict.fromkeys(one.writer for one in self.askings if one.writer))


def dossier(of: Dossier, voice: Voice, today: date) -> Screen:
    """A case for whoever works on it: where it stands, what was found, what was written, what can be done."""
    case = of.case
    title = _title(case, of.what, voice)
    blocks = [section(f"{_MARKS[case.state]} *{escape(title)}*\n{_standing(case, of.school, voice, today)}")]
    blocks += _deeds(of, voice)
    blocks += _found(case, voice)
    if case.open:
        blocks += [section(f"*{voice.mrkdwn('desk.reply')}*"), section(f"```{escape(of.draft)}```")]
    blocks += [divider(), *_written(of, voice), divider()]
    blocks += _history(of.events, voice)
    return Screen(title, blocks)


def own(case: Case, events: Sequence[Event], voice: Voice) -> Screen:
    """A case for whoever asked: how far it is, and what they were answered."""
    state = voice.plain(f"desk.state.{case.state}")
    said = voice.plain("desk.own-state", number=case.number, state=state)
    replies = [event.note for event in events if event.deed is Deed.ANSWERED and event.note]
    blocks = [section(f"{_MARKS[case.state]} *{escape(said)}*")]
    if case.reason is not None:
        blocks.append(section(voice.mrkdwn(f"desk.reason.{case.reason}")))
    if replies:
        blocks += [section(voice.mrkdwn("desk.own-reply")), *(_quoted(reply) for reply in replies)]
    elif case.open:
        blocks.append(context(voice.mrkdwn("desk.own-no-reply")))
    return Screen(said, blocks)


def queue(cases: Sequence[tuple[Case, School | None, What]], user: str, voice: Voice, today: date) -> Screen:
    """The open cases: mine first, then those that nobody has, the oldest of each first."""
    title = voice.plain("desk.queue", count=len(cases))
    if not cases:
        words = f"*{escape(title)}*\n{voice.mrkdwn('desk.empty')}"
        return Screen(title, [section(words), actions([_triage(voice)])])
    blocks = [section(f"*{escape(title)}*\n{_counts([case for case, *_ in cases], user, voice)}")]
    for case, school, what in sorted(cases, key=lambda one: _order(one[0], user))[:_SHOWN]:
        words = f"*{escape(_title(case, what, voice))}*\n{_standing(case, school, voice, today)}"
        blocks.append(section(f"{_MARKS[case.state]} {words}", _open(case, voice)))
    if len(cases) > _SHOWN:
        blocks.append(context(voice.mrkdwn("desk.more", count=len(cases) - _SHOWN)))
    return Screen(title, [*blocks, actions([_triage(voice)])])


def at_home(
    cases: Sequence[tuple[Case, School | None, What]], user: str, voice: Voice, today: date
) -> list[Block]:
    """The desk's part of Home."""
    title = voice.mrkdwn("desk.queue", count=len(cases))
    blocks = [divider(), section(f"*{title}*\n{_counts([case for case, *_ in cases], user, voice)}")]
    for case, school, what in sorted(cases, key=lambda one: _order(one[0], user))[:_AT_HOME]:
        words = f"{escape(_title(case, what, voice))}\n{_standing(case, school, voice, today)}"
        blocks.append(section(f"{_MARKS[case.state]} {words}", _open(case, voice)))
    row = [_triage(voice)]
    if cases:
        row.append(button(QUEUE, voice.plain("button.desk"), "desk"))
    return [*blocks, actions(row)]


_AT_HOME = 5


def in_channel(case: Case, school: School | None, what: What, voice: Voice, today: date) -> Screen:
    """A case for the desk's channel: number, cause, state and school; nobody is named but who has it."""
    title = _title(case, what, voice)
    words = f"*{escape(title)}*\n{_standing(case, school, voice, today, to_all=True)}"
    return Screen(title, [section(f"{_MARKS[case.state]} {words}", _open(case, voice))])


def opened(found: Sequence[Opened], left_out: int, whats: Mapping[int, What], voice: Voice) -> Screen:
    """The cases that one text led to, each to be opened."""
    title = voice.plain("desk.opened-many", count=len(found))
    blocks = [section(f"*{escape(title)}*")]
    for one in found:
        words = escape(_title(one.case, whats[one.case.number], voice))
        note = f"\n_{voice.mrkdwn('desk.joined-line')}_" if one.joined else ""
        blocks.append(section(f"{_MARKS[one.case.state]} {words}{note}", _open(one.case, voice)))
    if left_out:
        blocks.append(context(voice.mrkdwn("desk.left-out", count=left_out)))
    return Screen(title, blocks)


def asked(one: Opened, voice: Voice) -> Screen:
    """What whoever asked the desk is told."""
    key = "desk.asked-already" if one.again else "desk.joined" if one.joined else "desk.asked"
    state = voice.plain(f"desk.state.{one.case.state}")
    said = voice.plain(key, number=one.case.number, state=state)
    return Screen(said, [section(f":incoming_envelope: {escape(said)}", _open(one.case, voice))])


def outcome(case: Case, voice: Voice) -> Screen:
    """The letter that says that a case is resolved: no word of whom it was about."""
    reason = Text(f"desk.reason.{case.reason}")
    said = voice.plain("desk.resolved", number=case.number, reason=reason)
    note = context(voice.mrkdwn("desk.resolved-note"))
    return Screen(said, [section(f":white_check_mark: {escape(said)}", _open(case, voice)), note])


def answer(case: Case, reply: str, voice: Voice) -> Screen:
    """The desk's reply as a letter to the writer."""
    said = voice.plain("desk.reply-sent", number=case.number)
    return Screen(said, [section(f":envelope: *{escape(said)}*"), _quoted(reply)])


def handed(case: Case, what: What, by: str, voice: Voice) -> Screen:
    """The letter to whom a case was handed over."""
    said = voice.plain("desk.handed", number=case.number)
    words = f":handshake: *{escape(said)}* <@{by}>\n{escape(_title(case, what, voice))}"
    return Screen(said, [section(words, _open(case, voice))])


def due(case: Case, what: What, voice: Voice) -> Screen:
    """The letter to whoever has a case that has waited for long enough."""
    said = voice.plain("desk.due", number=case.number)
    words = f":alarm_clock: *{escape(said)}*\n{escape(_title(case, what, voice))}"
    return Screen(said, [section(words, _open(case, voice))])


def ask_button(line: str, voice: Voice) -> Block:
    """The button of a diagnosis that asks the desk."""
    return button(ASK, voice.plain("button.ask-desk"), line)


def _title(case: Case, what: What, voice: Voice) -> str:
    return voice.plain("desk.about", number=case.number, subject=what)


def _standing(case: Case, school: School | None, voice: Voice, today: date, *, to_all: bool = False) -> str:
    """Where a case stands, in one line; what everybody reads names nobody that it is about."""
    parts = [voice.name(school.name) if school else voice.mrkdwn("desk.no-school")]
    if case.identifier and not to_all:
        parts.append(f"`{escape(case.identifier)}`")
    if case.reason is not None:
        parts.append(voice.mrkdwn(f"desk.reason.{case.reason}"))
    elif case.taken_by is None:
        parts.append(voice.mrkdwn("desk.nobody-has-it"))
    else:
        parts.append(f"{voice.mrkdwn('desk.has-it')} <@{case.taken_by}>")
    if case.waiting_for is not None:
        party = Text(f"desk.party.{case.waiting_for}")
        key = "desk.waits-until" if case.waiting_until else "desk.waits"
        parts.append(voice.mrkdwn(key, party=party, until=case.waiting_until))
        if case.waiting_until is not None and case.waiting_until < today:
            parts.append(f"*{voice.mrkdwn('desk.overdue')}*")
    parts.append(voice.mrkdwn("desk.opened", at=case.opened_at))
    return "  ·  ".join(parts)


def _found(case: Case, voice: Voice) -> list[Block]:
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
    texts = [one for one in of.askings if one.text][-_TEXTS:]
    if not texts:
        return []
    title = section(f"*{voice.mrkdwn('desk.written')}*")
    if not of.readable:
        return [title, context(voice.mrkdwn("desk.written-elsewhere"))]
    blocks = [title]
    for one in texts:
        who = f"<@{one.writer}>, " if one.writer else ""
        blocks.append(context(f"{who}{voice.mrkdwn('desk.opened', at=one.at)}"))
        pieces = [one.text[start : start + _PIECE] for start in range(0, len(one.text), _PIECE)]
        blocks += [_quoted(piece) for piece in pieces]
    return blocks


def _history(events: Sequence[Event], voice: Voice) -> list[Block]:
    """What has happened, as few paragraphs as hold it."""
    paragraphs = [f"*{voice.mrkdwn('desk.history')}*"]
    for line in (_happened(event, voice) for event in events[-_EVENTS:]):
        if len(paragraphs[-1]) + len(line) > _PIECE:
            paragraphs.append(line)
        else:
            paragraphs[-1] += f"\n{line}"
    return [section(words) for words in paragraphs]


def _happened(event: Event, voice: Voice) -> str:
    by = voice.mrkdwn("desk.hwb") if event.by == HWB else _mention(event.by)
    to = f" <@{event.to}>" if event.to else ""
    said = f"• {voice.mrkdwn('desk.at', at=event.at)} · {by}: {voice.mrkdwn(event.said)}{to}"
    return f"{said}\n{_quote(event.note)}" if event.note else said


def _mention(who: str) -> str:
    return f"<@{who}>" if who.startswith(("U", "W")) else escape(who)


def _deeds(of: Dossier, voice: Voice) -> list[Block]:
    case, number = of.case, str(of.case.number)

    def does(action: str, words: str, style: str | None = None) -> Block:
        return button(action, voice.plain(f"button.{words}"), number, style)

    if not case.open:
        return [_row(case, "moves", [does(REOPEN, "reopen")])]
    first: list[Block] = []
    if case.state is not State.TAKEN:
        first.append(does(TAKE, "take", "primary"))
    first.append(
        {
            "type": "users_select",
            "action_id": HAND_OVER,
            "placeholder": plain(voice.plain("button.hand-over")),
        }
    )
    first += [does(WAIT, "wait"), does(RESOLVE, "resolve")]
    second: list[Block] = [does(SEND, "send-reply")] if of.writers else [does(ANSWERED, "answered")]
    if not case.known:
        second.insert(0, does(FILL_IN, "fill-in", "primary"))
    if case.found is not None:
        second.append(does(CHECK, "check-again"))
        if of.outside and case.waiting_for is not Party.HWB_DESK:
            second.append(does(SEND_OUT, "send-out") | {"confirm": _sending_out(voice)})
    return [_row(case, "moves", first), _row(case, "more", second)]


def _sending_out(voice: Voice) -> Block:
    words = (voice.plain(f"button.{name}") for name in ("send-out", "cancel"))
    return confirm(voice.plain("desk.send-out-title"), voice.plain("desk.send-out-text"), *words)


def _row(case: Case, name: str, elements: Sequence[Block]) -> Block:
    return actions(elements) | {"block_id": f"case:{case.number}:{name}"}


def _counts(cases: Sequence[Case], user: str, voice: Voice) -> str:
    new = [case for case in cases if case.taken_by is None]
    waiting = sum(case.state is State.WAITING for case in cases)
    mine = sum(case.taken_by == user for case in cases)
    said = voice.mrkdwn("desk.queue-line", mine=mine, new=len(new), waiting=waiting)
    oldest = min((case.opened_at for case in new), default=None)
    return said if oldest is None else f"{said}\n{voice.mrkdwn('desk.oldest', at=oldest)}"


def _order(case: Case, user: str) -> tuple[int, datetime, int]:
    rank = 0 if case.taken_by == user else 1 if case.taken_by is None else 2
    return rank, case.opened_at, case.number


def _open(case: Case, voice: Voice) -> Block:
    return button(OPEN, voice.plain("button.open"), str(case.number))


def _triage(voice: Voice) -> Block:
    return button(TRIAGE, voice.plain("button.triage"), "triage", "primary")


def _quoted(words: str) -> Block:
    return section(_quote(words))


def _quote(words: str) -> str:
    return "\n".join(f">{escape(line)}" for line in words.splitlines())
