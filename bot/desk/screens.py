"""The service desk as Slack shows it: the queue, what came of an asking, and what all its screens share."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from bot.desk.actions import DeskAction
from bot.desk.case import CaseState, DeskCase, OpenedCase
from bot.desk.case_texts import What
from bot.slack.blocks import Block, Screen, actions, button, context_block, divider, escape, section
from bot.slack.voice import Voice
from knowledge.texts import Text
from provisioning.records import School

MARKS = {
    CaseState.NEW: ":new:",
    CaseState.TAKEN: ":eyes:",
    CaseState.WAITING: ":hourglass_flowing_sand:",
    CaseState.RESOLVED: ":white_check_mark:",
}
_SHOWN, _AT_HOME = 15, 5


def queue(
    cases: Sequence[tuple[DeskCase, School | None, What]], user: str, voice: Voice, today: date
) -> Screen:
    """The open cases: mine first, then those that nobody has, the oldest of each first."""
    title = voice.plain("desk.queue", count=len(cases))
    if not cases:
        words = f"*{escape(title)}*\n{voice.mrkdwn('desk.empty')}"
        return Screen(title, [section(words), actions([_triage(voice)])])
    blocks = [section(f"*{escape(title)}*\n{_counts([case for case, *_ in cases], user, voice)}")]
    for case, school, what in sorted(cases, key=lambda one: _order(one[0], user))[:_SHOWN]:
        words = f"*{escape(title_of(case, what, voice))}*\n{standing(case, school, voice, today)}"
        blocks.append(section(f"{MARKS[case.state]} {words}", open_button(case, voice)))
    if len(cases) > _SHOWN:
        blocks.append(context_block(voice.mrkdwn("desk.more", count=len(cases) - _SHOWN)))
    return Screen(title, [*blocks, actions([_triage(voice)])])


def at_home(
    cases: Sequence[tuple[DeskCase, School | None, What]], user: str, voice: Voice, today: date
) -> list[Block]:
    """The desk's part of Home."""
    title = voice.mrkdwn("desk.queue", count=len(cases))
    blocks = [divider(), section(f"*{title}*\n{_counts([case for case, *_ in cases], user, voice)}")]
    for case, school, what in sorted(cases, key=lambda one: _order(one[0], user))[:_AT_HOME]:
        words = f"{escape(title_of(case, what, voice))}\n{standing(case, school, voice, today)}"
        blocks.append(section(f"{MARKS[case.state]} {words}", open_button(case, voice)))
    row = [_triage(voice)]
    if cases:
        row.append(button(DeskAction.QUEUE, voice.plain("button.desk"), "desk"))
    return [*blocks, actions(row)]


def opened(found: Sequence[OpenedCase], left_out: int, whats: Mapping[int, What], voice: Voice) -> Screen:
    """The cases that one text led to, each to be opened."""
    title = voice.plain("desk.opened-many", count=len(found))
    blocks = [section(f"*{escape(title)}*")]
    for one in found:
        words = escape(title_of(one.case, whats[one.case.number], voice))
        note = f"\n_{voice.mrkdwn('desk.joined-line')}_" if one.joined else ""
        blocks.append(section(f"{MARKS[one.case.state]} {words}{note}", open_button(one.case, voice)))
    if left_out:
        blocks.append(context_block(voice.mrkdwn("desk.left-out", count=left_out)))
    return Screen(title, blocks)


def asked(one: OpenedCase, voice: Voice) -> Screen:
    """What whoever asked the desk is told."""
    key = "desk.asked-already" if one.again else "desk.joined" if one.joined else "desk.asked"
    state = voice.plain(f"desk.state.{one.case.state}")
    said = voice.plain(key, number=one.case.number, state=state)
    return Screen(said, [section(f":incoming_envelope: {escape(said)}", open_button(one.case, voice))])


def ask_button(line: str, voice: Voice) -> Block:
    """The button of a diagnosis that asks the desk."""
    return button(DeskAction.ASK, voice.plain("button.ask-desk"), line)


def title_of(case: DeskCase, what: What, voice: Voice) -> str:
    """A case by its number and subject."""
    return voice.plain("desk.about", number=case.number, subject=what)


def standing(
    case: DeskCase, school: School | None, voice: Voice, today: date, *, to_all: bool = False
) -> str:
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


def open_button(case: DeskCase, voice: Voice) -> Block:
    """The button that opens a case."""
    return button(DeskAction.OPEN, voice.plain("button.open"), str(case.number))


def _triage(voice: Voice) -> Block:
    return button(DeskAction.TRIAGE, voice.plain("button.triage"), "triage", "primary")


def quoted(words: str) -> Block:
    """Somebody's own words, as a block."""
    return section(quote(words))


def quote(words: str) -> str:
    """Somebody's own words, in which nothing is carried out."""
    return "\n".join(f">{escape(line)}" for line in words.splitlines())
