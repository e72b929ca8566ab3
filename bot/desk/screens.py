"""The service desk as Slack shows it: the queue, opened cases, and what all its screens share."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from bot.desk.actions import DeskAction
from bot.desk.case import CaseState, DeskCase, OpenedCase
from bot.desk.case_texts import Subject
from bot.slack.blocks import Block, Screen, actions, button, context_block, divider, escape, section
from bot.slack.voice import Voice
from knowledge.texts import Text
from provisioning.records.schools import School

MARKS = {
    CaseState.NEW: ":new:",
    CaseState.TAKEN: ":eyes:",
    CaseState.WAITING: ":hourglass_flowing_sand:",
    CaseState.RESOLVED: ":white_check_mark:",
}
_SHOWN, _AT_HOME = 15, 5
"""Cases that the queue lists, and that App Home lists."""


def queue(
    cases: Sequence[tuple[DeskCase, School | None, Subject]], user: str, voice: Voice, today: date
) -> Screen:
    """Return the open cases: those of `user` first, then those not taken, the oldest of each first."""
    title = voice.plain("desk.queue", count=len(cases))
    if not cases:
        words = f"*{escape(title)}*\n{voice.mrkdwn('desk.empty')}"
        return Screen(title, [section(words), actions([_triage(voice)])])
    blocks = [section(f"*{escape(title)}*\n{_counts([case for case, *_ in cases], user, voice)}")]
    for case, school, subject in sorted(cases, key=lambda entry: _order(entry[0], user))[:_SHOWN]:
        words = f"*{escape(title_of(case, subject, voice))}*\n{state_line(case, school, voice, today)}"
        blocks.append(section(f"{MARKS[case.state]} {words}", open_button(case, voice, subject)))
    if len(cases) > _SHOWN:
        blocks.append(context_block(voice.mrkdwn("desk.more", count=len(cases) - _SHOWN)))
    return Screen(title, [*blocks, actions([_triage(voice)])])


def at_home(
    cases: Sequence[tuple[DeskCase, School | None, Subject]], user: str, voice: Voice, today: date
) -> list[Block]:
    """Return the service desk's section in App Home: the first of the open `cases`, as for `queue`."""
    title = voice.mrkdwn("desk.queue", count=len(cases))
    blocks = [divider(), section(f"*{title}*\n{_counts([case for case, *_ in cases], user, voice)}")]
    for case, school, subject in sorted(cases, key=lambda entry: _order(entry[0], user))[:_AT_HOME]:
        words = f"{escape(title_of(case, subject, voice))}\n{state_line(case, school, voice, today)}"
        blocks.append(section(f"{MARKS[case.state]} {words}", open_button(case, voice, subject)))
    row = [_triage(voice)]
    if cases:
        row.append(button(DeskAction.QUEUE, voice.plain("button.desk"), "desk"))
    return [*blocks, actions(row)]


def opened(
    found: Sequence[OpenedCase],
    left_out: int,
    subjects: Mapping[int, Subject],
    voice: Voice,
    *,
    one_reply: bool,
) -> Screen:
    """Return the cases that a text led to, each with a button; `subjects` are by the cases' numbers.

    `one_reply` is whether one reply answers them all.
    """
    title = voice.plain("desk.opened-many", count=len(found))
    blocks = [section(f"*{escape(title)}*")]
    for result in found:
        case = result.case
        subject = subjects[case.number]
        words = escape(title_of(case, subject, voice))
        note = f"\n_{voice.mrkdwn('desk.joined-line')}_" if result.joined else ""
        blocks.append(section(f"{MARKS[case.state]} {words}{note}", open_button(case, voice, subject)))
    if one_reply:
        blocks.append(context_block(voice.mrkdwn("desk.one-reply")))
    if left_out:
        blocks.append(context_block(voice.mrkdwn("desk.left-out", count=left_out)))
    return Screen(title, blocks)


def asked(result: OpenedCase, voice: Voice) -> Screen:
    """Return the answer to a user who has asked the service desk."""
    key = "desk.asked-already" if result.again else "desk.joined" if result.joined else "desk.asked"
    state = voice.plain(f"desk.state.{result.case.state}")
    said = voice.plain(key, number=result.case.number, state=state)
    return Screen(said, [section(f":incoming_envelope: {escape(said)}", open_button(result.case, voice))])


def ask_button(line: str, voice: Voice) -> Block:
    """Return the button of a diagnosis that asks the service desk; `line` is its command line."""
    return button(DeskAction.ASK, voice.plain("button.ask-desk"), line)


def title_of(case: DeskCase, subject: Subject, voice: Voice) -> str:
    """Return the title of a case: its number and subject."""
    return voice.plain("desk.about", number=case.number, subject=subject)


def state_line(
    case: DeskCase, school: School | None, voice: Voice, today: date, *, to_all: bool = False
) -> str:
    """Return the state of a case in a line; with `to_all`, for the channel, it is without the identifier."""
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


def _counts(cases: Sequence[DeskCase], user: str, voice: Voice) -> str:
    new = [case for case in cases if case.taken_by is None]
    waiting = sum(case.state is CaseState.WAITING for case in cases)
    mine = sum(case.taken_by == user for case in cases)
    said = voice.mrkdwn("desk.queue-line", mine=mine, new=len(new), waiting=waiting)
    oldest = min((case.opened_at for case in new), default=None)
    return said if oldest is None else f"{said}\n{voice.mrkdwn('desk.oldest', at=oldest)}"


def _order(case: DeskCase, user: str) -> tuple[int, datetime, int]:
    rank = 0 if case.taken_by == user else 1 if case.taken_by is None else 2
    return rank, case.opened_at, case.number


def open_button(case: DeskCase, voice: Voice, subject: Subject | None = None) -> Block:
    """Return the button that opens a case; `subject` is named to screen readers, where there are several."""
    about = title_of(case, subject, voice) if subject else ""
    return button(DeskAction.OPEN, voice.plain("button.open"), str(case.number), about=about)


def _triage(voice: Voice) -> Block:
    return button(DeskAction.TRIAGE, voice.plain("button.triage"), "triage", "primary")


def quoted(words: str) -> Block:
    """Return a user's own words as a block."""
    return section(quote(words))


def quote(words: str) -> str:
    """Return a user's own words as a mrkdwn quotation; their markup has no effect."""
    return "\n".join(f">{escape(line)}" for line in words.splitlines())
