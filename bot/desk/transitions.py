"""The transitions of a case: by users, by time, by a new diagnosis. Pure.

A transition that the case's state does not allow raises `NotPossible`. The rights of the user `by` are
checked before.
"""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from bot.desk.case import HWB, CaseEvent, CaseState, DeskCase, EventKind, Finding, Party, Resolution
from diagnostics.verdict import nothing_missing
from knowledge.texts import Text
from provisioning.errors import KnownError

Transition = tuple[DeskCase, CaseEvent]


class NotPossible(KnownError):
    """A transition that the case's state does not allow; `by` is the user who has the case, if any."""

    def __init__(self, name: str, case: DeskCase, by: str | None = None, **values: Any) -> None:
        super().__init__(name, number=case.number, **values)
        self.by = by


def take(case: DeskCase, by: str, at: datetime) -> Transition:
    """Take a case: `by` works on it from now on."""
    _require_open(case)
    if case.state is CaseState.TAKEN:
        raise NotPossible("case-yours" if case.taken_by == by else "case-taken", case, case.taken_by)
    if case.taken_by not in (None, by):
        raise NotPossible("case-taken", case, case.taken_by)
    return _changed(case, _event(EventKind.TAKEN, at, by), state=CaseState.TAKEN, taken_by=by, **_NO_WAITING)


def hand_over(case: DeskCase, by: str, to: str, at: datetime) -> Transition:
    """Hand a case over from `by` to `to`."""
    _require_open(case)
    if case.taken_by == to:
        raise NotPossible("case-theirs", case, to)
    event = replace(_event(EventKind.HANDED_OVER, at, by), to=to)
    return _changed(case, event, state=CaseState.TAKEN, taken_by=to, **_NO_WAITING)


def wait(case: DeskCase, by: str, whom: Party, until: date | None, today: date, at: datetime) -> Transition:
    """Let a case wait for `whom` until a day, or without end; a case that is not taken is taken by `by`."""
    _require_open(case)
    if until is not None and until < today:
        raise NotPossible("case-past", case, until=until)
    if (case.waiting_for, case.waiting_until) == (whom, until):
        raise NotPossible("case-waits", case, case.taken_by)
    said = Text(
        "desk.event.waits-until" if until else "desk.event.waits",
        {"party": Text(f"desk.party.{whom}"), "until": until},
    )
    return _changed(
        case,
        CaseEvent(EventKind.WAITS, at, by, said),
        state=CaseState.WAITING,
        taken_by=case.taken_by or by,
        waiting_for=whom,
        waiting_until=until,
    )


def send_out(case: DeskCase, by: str, at: datetime) -> Transition:
    """Send a case, which must have a finding, to the desk outside Slack, and let it wait for that."""
    _require_open(case)
    if case.found is None:
        raise NotPossible("case-unknown-person", case)
    if case.waiting_for is Party.HWB_DESK:
        raise NotPossible("case-waits", case, case.taken_by)
    return _changed(
        case,
        _event(EventKind.SENT_OUT, at, by),
        state=CaseState.WAITING,
        taken_by=case.taken_by or by,
        waiting_for=Party.HWB_DESK,
        waiting_until=None,
    )


def come_back(case: DeskCase, why: Text, at: datetime) -> Transition | None:
    """Bring a case back that the desk outside Slack did not get, because of `why`, to the user who has it.

    None where it does not wait for that desk any more.
    """
    if not case.open or case.waiting_for is not Party.HWB_DESK:
        return None
    said = Text("desk.event.came-back", {"why": why})
    return _changed(
        case, CaseEvent(EventKind.CAME_BACK, at, HWB, said), state=_state_without_wait(case), **_NO_WAITING
    )


def wait_over(case: DeskCase, today: date, at: datetime) -> Transition | None:
    """End the wait of a case after its day; None where it does not wait, or that day is not over."""
    if case.state is not CaseState.WAITING or case.waiting_until is None or case.waiting_until >= today:
        return None
    said = Text("desk.event.waited", {"until": case.waiting_until})
    return _changed(
        case, CaseEvent(EventKind.WAITED, at, HWB, said), state=_state_without_wait(case), **_NO_WAITING
    )


def let_go(case: DeskCase, at: datetime) -> Transition | None:
    """Free a case from the user who has it, and may not work on it any more; a wait goes on.

    None where no user has it.
    """
    if not case.open or case.taken_by is None:
        return None
    state = CaseState.WAITING if case.state is CaseState.WAITING else CaseState.NEW
    return _changed(case, _event(EventKind.LET_GO, at, HWB), state=state, taken_by=None)


def answer(case: DeskCase, by: str, at: datetime, said: str = "") -> Transition:
    """Note a reply to the writer: sent here with the words `said`, or elsewhere."""
    _require_open(case)
    event = replace(_event(EventKind.ANSWERED, at, by), note=said)
    return _changed(case, event)


def answer_with(case: DeskCase, by: str, at: datetime, number: int, said: str = "") -> Transition:
    """Note that the reply to the writer in the case `number` was about this one too; it is sent only once."""
    _require_open(case)
    text = Text("desk.event.answered-with", {"number": number})
    return _changed(case, CaseEvent(EventKind.ANSWERED, at, by, text, note=said))


def resolve(case: DeskCase, by: str, reason: Resolution, note: str, at: datetime) -> Transition:
    """Resolve a case, for a reason and with a note."""
    _require_open(case)
    said = Text("desk.event.resolved", {"reason": Text(f"desk.reason.{reason}")})
    return _resolved(case, CaseEvent(EventKind.RESOLVED, at, by, said, note=note), reason)


def lapse(case: DeskCase, at: datetime) -> Transition:
    """Resolve a case that no user has touched for as long as cases are kept, without its person."""
    _require_open(case)
    said = Text("desk.event.resolved", {"reason": Text(f"desk.reason.{Resolution.UNTOUCHED}")})
    without = replace(case, identifier=None, found=None)
    return _resolved(without, CaseEvent(EventKind.RESOLVED, at, HWB, said), Resolution.UNTOUCHED)


def reopen(case: DeskCase, by: str, at: datetime) -> Transition:
    """Reopen a resolved case for the user who had taken it, if any."""
    if case.open:
        raise NotPossible("case-open", case)
    return _changed(
        case,
        _event(EventKind.REOPENED, at, by),
        state=_state_without_wait(case),
        reason=None,
        resolved_at=None,
    )


def fill_in(case: DeskCase, filled: DeskCase, by: str, at: datetime) -> Transition:
    """Replace a case whose subject was not known by `filled`, which has one."""
    _require_open(case)
    if case.known:
        raise NotPossible("case-known", case)
    return _changed(filled, _event(EventKind.FILLED_IN, at, by))


def show_text(case: DeskCase, by: str, at: datetime) -> Transition:
    """Note that what was written is about the school of a case alone, so that its officers may read it."""
    if case.school is None:
        raise NotPossible("case-unknown-person", case)
    return _changed(case, _event(EventKind.TEXT_SHOWN, at, by))


def recheck(case: DeskCase, found: Finding, since: datetime | None, at: datetime) -> Transition | None:
    """Apply a new finding: resolve the case if nothing is missing any more; None if the cause is unchanged.

    A case that was opened or reopened while nothing was missing has no such change: a user resolves it.
    `since` is when the account came, as far as that is known.
    """
    _require_open(case)
    if found.cause == case.cause:
        return None
    updated = replace(case, found=found, entry=found.entry, identifier=found.identifier)
    if case.question is not None and nothing_missing(found.cause):
        said = Text("desk.event.there", {"since": since or at})
        return _resolved(updated, CaseEvent(EventKind.RESOLVED, at, HWB, said), Resolution.THERE)
    said = Text("desk.event.changed", {"cause": Text(f"missing.{found.cause}")})
    return _changed(updated, CaseEvent(EventKind.CHANGED, at, HWB, said))


def opened(by: str, at: datetime) -> CaseEvent:
    """Return the first event of a case."""
    return _event(EventKind.OPENED, at, by)


def joined(by: str, at: datetime) -> CaseEvent:
    """Return the event by which a further enquiry joins a case."""
    return _event(EventKind.JOINED, at, by)


_NO_WAITING = {"waiting_for": None, "waiting_until": None}


def _state_without_wait(case: DeskCase) -> CaseState:
    """Return the state of an open case that waits for nothing."""
    return CaseState.TAKEN if case.taken_by else CaseState.NEW


def _resolved(case: DeskCase, event: CaseEvent, reason: Resolution) -> Transition:
    return _changed(case, event, state=CaseState.RESOLVED, reason=reason, resolved_at=event.at, **_NO_WAITING)


def _event(kind: EventKind, at: datetime, by: str) -> CaseEvent:
    return CaseEvent(kind, at, by, Text(f"desk.event.{kind}"))


def _changed(case: DeskCase, event: CaseEvent, **fields: Any) -> Transition:
    return replace(case, revision=case.revision + 1, **fields), event


def _require_open(case: DeskCase) -> None:
    if not case.open:
        raise NotPossible("case-resolved", case)
