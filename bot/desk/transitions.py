"""What people and time do to a case: pure. What is not possible is refused, with whoever was first.

None of these asks who it is; `bot.desk.service` has.
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
    """A move that the case's state does not allow; `by` is whoever was there before."""

    def __init__(self, name: str, case: DeskCase, by: str | None = None, **values: Any) -> None:
        super().__init__(name, number=case.number, **values)
        self.by = by


def take(case: DeskCase, by: str, at: datetime) -> Transition:
    """Somebody makes it theirs."""
    _require_open(case)
    if case.state is CaseState.TAKEN:
        raise NotPossible("case-yours" if case.taken_by == by else "case-taken", case, case.taken_by)
    if case.taken_by not in (None, by):
        raise NotPossible("case-taken", case, case.taken_by)
    return _moved(case, _event(EventKind.TAKEN, at, by), state=CaseState.TAKEN, taken_by=by, **_NO_WAITING)


def hand_over(case: DeskCase, by: str, to: str, at: datetime) -> Transition:
    """Somebody gives it to somebody else."""
    _require_open(case)
    if case.taken_by == to:
        raise NotPossible("case-theirs", case, to)
    event = replace(_event(EventKind.HANDED_OVER, at, by), to=to)
    return _moved(case, event, state=CaseState.TAKEN, taken_by=to, **_NO_WAITING)


def wait(case: DeskCase, by: str, whom: Party, until: date | None, today: date, at: datetime) -> Transition:
    """It waits for somebody else's move; it belongs to whoever says so, unless it is somebody's."""
    _require_open(case)
    if until is not None and until < today:
        raise NotPossible("case-past", case, until=until)
    if (case.waiting_for, case.waiting_until) == (whom, until):
        raise NotPossible("case-waits", case, case.taken_by)
    said = Text(
        "desk.event.waits-until" if until else "desk.event.waits",
        {"party": Text(f"desk.party.{whom}"), "until": until},
    )
    return _moved(
        case,
        CaseEvent(EventKind.WAITS, at, by, said),
        state=CaseState.WAITING,
        taken_by=case.taken_by or by,
        waiting_for=whom,
        waiting_until=until,
    )


def send_out(case: DeskCase, by: str, at: datetime) -> Transition:
    """It goes to the service desk outside Slack and waits for it; what it is about must be known."""
    _require_open(case)
    if case.found is None:
        raise NotPossible("case-unknown-person", case)
    if case.waiting_for is Party.HWB_DESK:
        raise NotPossible("case-waits", case, case.taken_by)
    return _moved(
        case,
        _event(EventKind.SENT_OUT, at, by),
        state=CaseState.WAITING,
        taken_by=case.taken_by or by,
        waiting_for=Party.HWB_DESK,
        waiting_until=None,
    )


def wait_over(case: DeskCase, today: date, at: datetime) -> Transition | None:
    """The day until which it waited is over: it is its owner's again."""
    if case.state is not CaseState.WAITING or case.waiting_until is None or case.waiting_until >= today:
        return None
    said = Text("desk.event.waited", {"until": case.waiting_until})
    return _moved(case, CaseEvent(EventKind.WAITED, at, HWB, said), state=CaseState.TAKEN, **_NO_WAITING)


def answer(case: DeskCase, by: str, at: datetime, said: str = "") -> Transition:
    """The writer has been answered: here with these words, or elsewhere."""
    _require_open(case)
    event = replace(_event(EventKind.ANSWERED, at, by), note=said)
    return _moved(case, event)


def resolve(case: DeskCase, by: str, reason: Resolution, note: str, at: datetime) -> Transition:
    """There is nothing more to do."""
    _require_open(case)
    said = Text("desk.event.resolved", {"reason": Text(f"desk.reason.{reason}")})
    return _resolved(case, CaseEvent(EventKind.RESOLVED, at, by, said, note=note), reason)


def reopen(case: DeskCase, by: str, at: datetime) -> Transition:
    """There is more to do after all; it is whose it was."""
    if case.open:
        raise NotPossible("case-open", case)
    state = CaseState.TAKEN if case.taken_by else CaseState.NEW
    return _moved(case, _event(EventKind.REOPENED, at, by), state=state, reason=None, resolved_at=None)


def fill_in(case: DeskCase, filled: DeskCase, by: str, at: datetime) -> Transition:
    """What it is about has been said after it was opened."""
    _require_open(case)
    if case.known:
        raise NotPossible("case-known", case)
    return _moved(filled, _event(EventKind.FILLED_IN, at, by))


def look_again(case: DeskCase, found: Finding, since: datetime | None, at: datetime) -> Transition | None:
    """What the records say now: nothing new, something else, or that what was asked about has come.

    A case that was opened although nothing is missing, or reopened then, is a person's to resolve.
    `since` is when the account came, as far as that is known.
    """
    _require_open(case)
    if found.cause == case.cause:
        return None
    looked = replace(case, found=found, entry=found.entry, identifier=found.identifier)
    if case.question is not None and nothing_missing(found.cause):
        said = Text("desk.event.there", {"since": since or at})
        return _resolved(looked, CaseEvent(EventKind.RESOLVED, at, HWB, said), Resolution.THERE)
    said = Text("desk.event.changed", {"cause": Text(f"missing.{found.cause}")})
    return _moved(looked, CaseEvent(EventKind.CHANGED, at, HWB, said))


def opened(by: str, at: datetime) -> CaseEvent:
    """The first event of a case."""
    return _event(EventKind.OPENED, at, by)


def joined(by: str, at: datetime) -> CaseEvent:
    """Somebody else asks about the same."""
    return _event(EventKind.JOINED, at, by)


_NO_WAITING = {"waiting_for": None, "waiting_until": None}


def _resolved(case: DeskCase, event: CaseEvent, reason: Resolution) -> Transition:
    return _moved(case, event, state=CaseState.RESOLVED, reason=reason, resolved_at=event.at, **_NO_WAITING)


def _event(deed: EventKind, at: datetime, by: str) -> CaseEvent:
    return CaseEvent(deed, at, by, Text(f"desk.event.{deed}"))


def _moved(case: DeskCase, event: CaseEvent, **fields: Any) -> Transition:
    return replace(case, revision=case.revision + 1, **fields), event


def _require_open(case: DeskCase) -> None:
    if not case.open:
        raise NotPossible("case-resolved", case)
