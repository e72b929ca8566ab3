"""What the history of a case says of each change: the whole event and the whole case, and each refusal."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot.desk import transitions
from bot.desk.case import HWB, CaseEvent, CaseState, DeskCase, EventKind, Finding, Party, Resolution
from bot.desk.transitions import NotPossible, Transition
from diagnostics.verdict import Next
from knowledge.ids import Question
from knowledge.texts import Bilingual, Text

OPENED, NOW = datetime(2026, 9, 4, 8, 0, tzinfo=UTC), datetime(2026, 9, 7, 8, 0, tzinfo=UTC)
YESTERDAY, TODAY, TOMORROW = date(2026, 9, 6), date(2026, 9, 7), date(2026, 9, 8)
NIA, PRYS = "U0NIA", "U0PRYS"


def finding(cause: str, entry: str = "learner-missing", identifier: str = "H1") -> Finding:
    move = Next("provisioning-manager", Bilingual("Ask", "Gofynnwch"), Text("a"))
    return Finding(entry, identifier, cause, Text("h"), (), move)


UNKNOWN = DeskCase(12, OPENED, NIA, "en")
"""A case that does not say yet whom it is about."""
NEW = replace(
    UNKNOWN,
    school="6809903",
    question=Question.WHY_MISSING,
    identifier="H1",
    entry="learner-missing",
    found=finding("never-run"),
)
ABOUT_THE_GUIDE = replace(UNKNOWN, entry="old-class")
NIAS = replace(NEW, state=CaseState.TAKEN, taken_by=NIA)
WAITING = replace(NIAS, state=CaseState.WAITING, waiting_for=Party.SCHOOL, waiting_until=TOMORROW)
SENT = replace(NIAS, state=CaseState.WAITING, waiting_for=Party.HWB_DESK)
RESOLVED = replace(NIAS, state=CaseState.RESOLVED, reason=Resolution.PUT_RIGHT, resolved_at=OPENED)


def said(deed: EventKind, by: str, to: str | None = None, note: str = "", **values: Any) -> CaseEvent:
    """An event of today, in the sentence of its kind."""
    return CaseEvent(deed, NOW, by, Text(f"desk.event.{deed}", values), to=to, note=note)


Move = Callable[[], Transition]
NOT_WAITING = {"waiting_for": None, "waiting_until": None}
SCHOOL, WRITER = Text("desk.party.school"), Text("desk.party.writer")
CHANGES: dict[str, tuple[Move, DeskCase, dict[str, Any], CaseEvent]] = {
    "a new case is taken": (
        lambda: transitions.take(NEW, NIA, NOW),
        NEW,
        {"state": CaseState.TAKEN, "taken_by": NIA},
        said(EventKind.TAKEN, NIA),
    ),
    "a case that waits is taken up again": (
        lambda: transitions.take(WAITING, NIA, NOW),
        WAITING,
        {"state": CaseState.TAKEN, **NOT_WAITING},
        said(EventKind.TAKEN, NIA),
    ),
    "a case that waits is handed over": (
        lambda: transitions.hand_over(WAITING, NIA, PRYS, NOW),
        WAITING,
        {"state": CaseState.TAKEN, "taken_by": PRYS, **NOT_WAITING},
        said(EventKind.HANDED_OVER, NIA, to=PRYS),
    ),
    "a new case waits for the school until tomorrow": (
        lambda: transitions.wait(NEW, PRYS, Party.SCHOOL, TOMORROW, TODAY, NOW),
        NEW,
        {
            "state": CaseState.WAITING,
            "taken_by": PRYS,
            "waiting_for": Party.SCHOOL,
            "waiting_until": TOMORROW,
        },
        CaseEvent(
            EventKind.WAITS, NOW, PRYS, Text("desk.event.waits-until", {"party": SCHOOL, "until": TOMORROW})
        ),
    ),
    "a case waits until the end of today": (
        lambda: transitions.wait(NIAS, NIA, Party.SCHOOL, TODAY, TODAY, NOW),
        NIAS,
        {"state": CaseState.WAITING, "waiting_for": Party.SCHOOL, "waiting_until": TODAY},
        CaseEvent(
            EventKind.WAITS, NOW, NIA, Text("desk.event.waits-until", {"party": SCHOOL, "until": TODAY})
        ),
    ),
    "Nia's case waits for its writer without an end": (
        lambda: transitions.wait(WAITING, PRYS, Party.WRITER, None, TODAY, NOW),
        WAITING,
        {"waiting_for": Party.WRITER, "waiting_until": None},
        CaseEvent(EventKind.WAITS, NOW, PRYS, Text("desk.event.waits", {"party": WRITER, "until": None})),
    ),
    "a case that waits for the school waits for it without an end": (
        lambda: transitions.wait(WAITING, NIA, Party.SCHOOL, None, TODAY, NOW),
        WAITING,
        {"waiting_until": None},
        CaseEvent(EventKind.WAITS, NOW, NIA, Text("desk.event.waits", {"party": SCHOOL, "until": None})),
    ),
    "a new case is sent to the Hwb Service Desk": (
        lambda: transitions.send_out(NEW, PRYS, NOW),
        NEW,
        {"state": CaseState.WAITING, "taken_by": PRYS, "waiting_for": Party.HWB_DESK},
        said(EventKind.SENT_OUT, PRYS),
    ),
    "a case that waits for the school is sent to the Hwb Service Desk": (
        lambda: transitions.send_out(WAITING, PRYS, NOW),
        WAITING,
        {"waiting_for": Party.HWB_DESK, "waiting_until": None},
        said(EventKind.SENT_OUT, PRYS),
    ),
    "an answer is noted, and it stays whose it is": (
        lambda: transitions.answer(WAITING, PRYS, NOW, "The run is tonight."),
        WAITING,
        {},
        said(EventKind.ANSWERED, PRYS, note="The run is tonight."),
    ),
    "an answer was given elsewhere": (
        lambda: transitions.answer(NEW, NIA, NOW),
        NEW,
        {},
        said(EventKind.ANSWERED, NIA),
    ),
    "a case that waits is resolved": (
        lambda: transitions.resolve(WAITING, PRYS, Resolution.NO_REPLY, "Asked twice.", NOW),
        WAITING,
        {"state": CaseState.RESOLVED, "reason": Resolution.NO_REPLY, "resolved_at": NOW, **NOT_WAITING},
        said(EventKind.RESOLVED, PRYS, note="Asked twice.", reason=Text("desk.reason.no-reply")),
    ),
    "Nia's case is reopened and is hers": (
        lambda: transitions.reopen(RESOLVED, PRYS, NOW),
        RESOLVED,
        {"state": CaseState.TAKEN, "reason": None, "resolved_at": None},
        said(EventKind.REOPENED, PRYS),
    ),
    "a case that had no owner is reopened and is new": (
        lambda: transitions.reopen(replace(RESOLVED, taken_by=None), PRYS, NOW),
        replace(RESOLVED, taken_by=None),
        {"state": CaseState.NEW, "reason": None, "resolved_at": None},
        said(EventKind.REOPENED, PRYS),
    ),
    "a case is filled in": (
        lambda: transitions.fill_in(UNKNOWN, NEW, NIA, NOW),
        NEW,
        {},
        said(EventKind.FILLED_IN, NIA),
    ),
}


@pytest.mark.parametrize(("move", "before", "changes", "event"), CHANGES.values(), ids=CHANGES.keys())
def test_what_changes_and_what_is_noted(
    move: Move, before: DeskCase, changes: dict[str, Any], event: CaseEvent
) -> None:
    """Nothing but what is named changes, and the revision grows by one."""
    assert move() == (replace(before, revision=1, **changes), event)


REFUSALS: dict[str, tuple[Move, str, dict[str, Any], str | None]] = {
    "to take what is yours": (lambda: transitions.take(NIAS, NIA, NOW), "case-yours", {}, NIA),
    "to take what is another's": (lambda: transitions.take(NIAS, PRYS, NOW), "case-taken", {}, NIA),
    "to take what waits for another": (lambda: transitions.take(WAITING, PRYS, NOW), "case-taken", {}, NIA),
    "to hand over to who has it": (
        lambda: transitions.hand_over(NIAS, PRYS, NIA, NOW),
        "case-theirs",
        {},
        NIA,
    ),
    "to wait until yesterday": (
        lambda: transitions.wait(NIAS, NIA, Party.SCHOOL, YESTERDAY, TODAY, NOW),
        "case-past",
        {"until": YESTERDAY},
        None,
    ),
    "to wait as it waits": (
        lambda: transitions.wait(WAITING, PRYS, Party.SCHOOL, TOMORROW, TODAY, NOW),
        "case-waits",
        {},
        NIA,
    ),
    "to send out a case that names no person": (
        lambda: transitions.send_out(UNKNOWN, NIA, NOW),
        "case-unknown-person",
        {},
        None,
    ),
    "to send out a question about the guide": (
        lambda: transitions.send_out(ABOUT_THE_GUIDE, NIA, NOW),
        "case-unknown-person",
        {},
        None,
    ),
    "to send out twice": (lambda: transitions.send_out(SENT, PRYS, NOW), "case-waits", {}, NIA),
    "to send out what is resolved": (
        lambda: transitions.send_out(RESOLVED, NIA, NOW),
        "case-resolved",
        {},
        None,
    ),
    "to reopen what is open": (lambda: transitions.reopen(NIAS, NIA, NOW), "case-open", {}, None),
    "to fill in what is known": (lambda: transitions.fill_in(NEW, NEW, NIA, NOW), "case-known", {}, None),
    "to fill in a question about the guide": (
        lambda: transitions.fill_in(ABOUT_THE_GUIDE, NEW, NIA, NOW),
        "case-known",
        {},
        None,
    ),
}


@pytest.mark.parametrize(("move", "name", "values", "by"), REFUSALS.values(), ids=REFUSALS.keys())
def test_what_is_refused_says_why_and_who_was_first(
    move: Move, name: str, values: dict[str, Any], by: str | None
) -> None:
    with pytest.raises(NotPossible) as refused:
        move()
    assert refused.value.said == Text(f"error.{name}", {"number": 12, **values})
    assert refused.value.by == by


def test_the_end_of_a_wait_is_noted() -> None:
    assert transitions.wait_over(WAITING, date(2026, 9, 9), NOW) == (
        replace(NIAS, revision=1),
        CaseEvent(EventKind.WAITED, NOW, HWB, Text("desk.event.waited", {"until": TOMORROW})),
    )


def test_another_cause_is_noted_and_the_case_stays_open() -> None:
    now = finding("run-failed", entry="staff-missing", identifier="H2")
    assert transitions.recheck(WAITING, now, None, NOW) == (
        replace(WAITING, found=now, entry="staff-missing", identifier="H2", revision=1),
        CaseEvent(
            EventKind.CHANGED, NOW, HWB, Text("desk.event.changed", {"cause": Text("missing.run-failed")})
        ),
    )


@pytest.mark.parametrize(("since", "noted"), [(OPENED, OPENED), (None, NOW)])
def test_what_was_missing_has_come_and_it_is_noted_since_when(
    since: datetime | None, noted: datetime
) -> None:
    there = finding("present")
    assert transitions.recheck(WAITING, there, since, NOW) == (
        replace(
            NIAS, found=there, state=CaseState.RESOLVED, reason=Resolution.THERE, resolved_at=NOW, revision=1
        ),
        CaseEvent(EventKind.RESOLVED, NOW, HWB, Text("desk.event.there", {"since": noted})),
    )


def test_a_resolved_case_is_not_looked_at_again() -> None:
    with pytest.raises(NotPossible):
        transitions.recheck(RESOLVED, finding("run-failed"), None, NOW)


def test_the_first_events_of_a_case() -> None:
    assert transitions.opened(NIA, NOW) == said(EventKind.OPENED, NIA)
    assert transitions.joined(PRYS, NOW) == said(EventKind.JOINED, PRYS)
