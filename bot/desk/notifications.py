"""Which letters follow from an event of a case: to the channel, and to the users whom it concerns."""

from collections.abc import Iterable

from bot.desk.case import CaseEvent, DeskCase, Enquiry, EventKind
from bot.desk.letters import (
    DUE,
    HANDED,
    OUTCOME,
    answer_letter,
    came_back_letter,
    case_letter,
    channel_letter,
    handing_letter,
)
from bot.outbox.letters import Letter


def letters_of(
    case: DeskCase, event: CaseEvent, enquiries: Iterable[Enquiry], channel: str | None
) -> list[Letter]:
    """Return the letters that follow from `event` of `case`, to `channel` and to users.

    The channel's message is edited; without a `channel` there is none. `enquiries` are those of the case.
    """
    letters = [channel_letter(case, channel)] if channel else []
    return letters + _to_users(case, event, enquiries)


def _to_users(case: DeskCase, event: CaseEvent, enquiries: Iterable[Enquiry]) -> list[Letter]:
    """Return the letters to the users whom an event concerns, but not to the user who caused it."""
    writers = dict.fromkeys(
        enquiry.writer for enquiry in enquiries if enquiry.writer and enquiry.writer != event.by
    )
    if event.kind is EventKind.ANSWERED and event.note and "number" not in event.said.values:
        return [answer_letter(case, event, user) for user in writers]
    if event.kind is EventKind.RESOLVED:
        return [case_letter(OUTCOME, case, user) for user in writers]
    if event.kind is EventKind.HANDED_OVER and event.to and event.to != event.by:
        return [case_letter(HANDED, case, event.to)]
    if event.kind is EventKind.WAITED and case.taken_by:
        return [case_letter(DUE, case, case.taken_by, any_time=False)]
    if event.kind is EventKind.CAME_BACK and case.taken_by:
        return [came_back_letter(case, event, case.taken_by)]
    if event.kind is EventKind.SENT_OUT:
        return [handing_letter(case, event.at)]
    return []
