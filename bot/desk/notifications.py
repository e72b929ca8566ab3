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
    writers = dict.fromkeys(one.writer for one in enquiries if one.writer and one.writer != event.by)
    if event.deed is EventKind.ANSWERED and event.note:
        letters += [_to(user, ANSWER, case, at=event.at.isoformat()) for user in writers]
    elif event.deed is EventKind.RESOLVED:
        letters += [_to(user, OUTCOME, case) for user in writers]
    elif event.deed is EventKind.HANDED_OVER and event.to and event.to != event.by:
        letters.append(_to(event.to, HANDED, case))
    elif event.deed is EventKind.WAITED and case.taken_by:
        letters.append(replace(_to(case.taken_by, DUE, case), any_time=False))
    elif event.deed is EventKind.SENT_OUT:
        letters.append(handing_letter(case, event.at))
    return letters


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
