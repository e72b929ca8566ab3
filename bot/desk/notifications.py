"""Who is told what of a case, as letters for the outbox: the channel without names, people what is theirs."""

from collections.abc import Iterable
from dataclasses import replace

from bot.desk.case import CaseEvent, DeskCase, Enquiry, EventKind
from bot.desk.external_desk import handing_letter
from bot.outbox.letters import Letter

CASE, ANSWER, OUTCOME, HANDED, DUE = "case", "case-answer", "case-outcome", "case-handed", "case-due"
"""The kinds of letters about cases."""


def letters_of(
    case: DeskCase, event: CaseEvent, enquiries: Iterable[Enquiry], channel: str | None
) -> list[Letter]:
    """The letters that an event brings: the channel's one message is edited, the others are new."""
    letters = [_in_channel(case, channel)] if channel else []
    return letters + _to_people(case, event, enquiries)


def _to_people(case: DeskCase, event: CaseEvent, enquiries: Iterable[Enquiry]) -> list[Letter]:
    """The letters to whom an event concerns; nobody is told of what they did themselves."""
    writers = dict.fromkeys(one.writer for one in enquiries if one.writer and one.writer != event.by)
    if event.deed is EventKind.ANSWERED and event.note:
        return [_to(user, ANSWER, case, at=event.at.isoformat()) for user in writers]
    if event.deed is EventKind.RESOLVED:
        return [_to(user, OUTCOME, case) for user in writers]
    if event.deed is EventKind.HANDED_OVER and event.to and event.to != event.by:
        return [_to(event.to, HANDED, case)]
    if event.deed is EventKind.WAITED and case.taken_by:
        return [replace(_to(case.taken_by, DUE, case), any_time=False)]
    if event.deed is EventKind.SENT_OUT:
        return [handing_letter(case, event.at)]
    return []


def _in_channel(case: DeskCase, channel: str) -> Letter:
    first = f"case:{case.number}"
    edits = first if case.revision else None
    return Letter(
        f"{first}:{case.revision}" if edits else first,
        channel,
        {"kind": CASE, "edits": edits, "case": case.number},
        about=first,
        revision=case.revision,
        any_time=True,
    )


def _to(user: str, kind: str, case: DeskCase, **more: str) -> Letter:
    payload = {"kind": kind, "case": case.number, **more}
    return Letter(f"{kind}:{case.number}:{case.revision}:{user}", user, payload, any_time=True)
