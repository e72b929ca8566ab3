"""What people and time do to a case: every move from every state, and what is refused."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.desk import transitions
from bot.desk.case import HWB, Case, Deed, Finding, Party, Reason, State
from bot.desk.transitions import Moved, NotPossible
from diagnostics.verdict import Next
from diagnostics.walk import Question
from knowledge.texts import Bilingual, Text

NOW = datetime(2026, 9, 7, 8, 0, tzinfo=UTC)
TODAY, TOMORROW = date(2026, 9, 7), date(2026, 9, 8)
NIA, PRYS = "U0NIA", "U0PRYS"


def finding(cause: str, entry: str = "learner-missing") -> Finding:
    move = Next("provisioning-manager", Bilingual("Ask", "Gofynnwch"), Text("a"))
    return Finding(entry, "H1", cause, Text("h"), (), move)


NEW = Case(
    12,
    NOW,
    NIA,
    "en",
    school="6809903",
    question=Question.WHY_MISSING,
    identifier="H1",
    entry="learner-missing",
    found=finding("never-run"),
)
TAKEN = replace(NEW, state=State.TAKEN, taken_by=NIA)
WAITING = replace(TAKEN, state=State.WAITING, waiting_for=Party.SCHOOL, waiting_until=TOMORROW)
RESOLVED = replace(TAKEN, state=State.RESOLVED, reason=Reason.PUT_RIGHT, resolved_at=NOW)

Move = Callable[[Case], Moved]
MOVES: dict[str, Move] = {
    "take": lambda case: transitions.take(case, NIA, NOW),
    "take by another": lambda case: transitions.take(case, PRYS, NOW),
    "hand over": lambda case: transitions.hand_over(case, NIA, PRYS, NOW),
    "hand over to who has it": lambda case: transitions.hand_over(case, PRYS, NIA, NOW),
    "wait": lambda case: transitions.wait(case, NIA, Party.SCHOOL, TOMORROW, TODAY, NOW),
    "wait for ever": lambda case: transitions.wait(case, PRYS, Party.WRITER, None, TODAY, NOW),
    "wait until yesterday": lambda case: transitions.wait(
        case, NIA, Party.WRITER, date(2026, 9, 6), TODAY, NOW
    ),
    "answer": lambda case: transitions.answer(case, NIA, NOW, "words"),
    "resolve": lambda case: transitions.resolve(case, NIA, Reason.PUT_RIGHT, "", NOW),
    "reopen": lambda case: transitions.reopen(case, NIA, NOW),
}
OF_NEW = {
    "take": (State.TAKEN, NIA),
    "take by another": (State.TAKEN, PRYS),
    "hand over": (State.TAKEN, PRYS),
    "hand over to who has it": (State.TAKEN, NIA),
    "wait": (State.WAITING, NIA),
    "wait for ever": (State.WAITING, PRYS),
    "wait until yesterday": "case-past",
    "answer": (State.NEW, None),
    "resolve": (State.RESOLVED, None),
    "reopen": "case-open",
}
OF_TAKEN = {
    "take": "case-yours",
    "take by another": "case-taken",
    "hand over": (State.TAKEN, PRYS),
    "hand over to who has it": "case-theirs",
    "wait": (State.WAITING, NIA),
    "wait for ever": (State.WAITING, NIA),
    "wait until yesterday": "case-past",
    "answer": (State.TAKEN, NIA),
    "resolve": (State.RESOLVED, NIA),
    "reopen": "case-open",
}
OF_WAITING = {
    "take": (State.TAKEN, NIA),
    "take by another": "case-taken",
    "hand over": (State.TAKEN, PRYS),
    "hand over to who has it": "case-theirs",
    "wait": "case-waits",
    "wait for ever": (State.WAITING, NIA),
    "wait until yesterday": "case-past",
    "answer": (State.WAITING, NIA),
    "resolve": (State.RESOLVED, NIA),
    "reopen": "case-open",
}
OF_RESOLVED = dict.fromkeys(MOVES, "case-resolved") | {"reopen": (State.TAKEN, NIA)}


@pytest.mark.parametrize("move", MOVES)
@pytest.mark.parametrize(
    ("before", "outcomes"),
    [(NEW, OF_NEW), (TAKEN, OF_TAKEN), (WAITING, OF_WAITING), (RESOLVED, OF_RESOLVED)],
    ids=lambda one: str(one.state) if isinstance(one, Case) else "",
)
def test_every_move_from_every_state(before: Case, outcomes: dict[str, object], move: str) -> None:
    expected = outcomes[move]
    if isinstance(expected, str):
        with pytest.raises(NotPossible) as refused:
            MOVES[move](before)
        assert refused.value.said == Text(f"error.{expected}", refused.value.said.values)
        return
    after, event = MOVES[move](before)
    assert (after.state, after.taken_by) == expected
    assert after.revision == before.revision + 1
    assert event.at == NOW
    assert (after.waiting_for is not None) == (after.state is State.WAITING)
    assert (after.reason is None) == after.open == (after.resolved_at is None)
    assert (after.sameness is not None) == after.open


def test_who_was_first_is_said() -> None:
    with pytest.raises(NotPossible) as refused:
        transitions.take(TAKEN, PRYS, NOW)
    assert refused.value.by == NIA


def test_nobody_has_a_reopened_case_that_nobody_had() -> None:
    closed, _ = transitions.resolve(NEW, NIA, Reason.NOT_OURS, "", NOW)
    assert transitions.reopen(closed, PRYS, NOW)[0].state is State.NEW


@pytest.mark.parametrize(
    ("question", "before", "now", "after"),
    [
        (Question.WHY_MISSING, "never-run", "never-run", None),
        (Question.WHY_MISSING, "never-run", "run-failed", State.TAKEN),
        (Question.WHY_MISSING, "never-run", "present", State.RESOLVED),
        (Question.WHY_MISSING, "present", "present", None),
        (Question.OLD_CLASS, "mis-not-rolled-over", "up-to-date", State.RESOLVED),
        (Question.NO_PASSWORD, "never-run", "new-account", State.TAKEN),
        (Question.MOVE_ACCOUNT, "contact-service-desk", "contact-service-desk", None),
    ],
)
def test_looked_at_again(question: Question, before: str, now: str, after: State | None) -> None:
    case = replace(TAKEN, question=question, found=finding(before))
    moved = transitions.look_again(case, finding(now), None, NOW)
    if after is None:
        assert moved is None
        return
    assert moved is not None
    changed, event = moved
    assert (changed.state, changed.cause, event.by) == (after, now, HWB)
    assert event.deed is (Deed.RESOLVED if after is State.RESOLVED else Deed.CHANGED)
    assert changed.reason is (Reason.THERE if after is State.RESOLVED else None)


def test_what_it_is_about_is_said_once() -> None:
    empty = Case(13, NOW, NIA, "cy")
    filled, event = transitions.fill_in(empty, replace(NEW, number=13), NIA, NOW)
    assert (filled.identifier, filled.revision, event.deed) == ("H1", 1, Deed.FILLED_IN)
    assert empty.who == "service-desk"
    with pytest.raises(NotPossible):
        transitions.fill_in(filled, filled, NIA, NOW)


@pytest.mark.parametrize(
    ("case", "today", "ends"),
    [
        (WAITING, TODAY, False),
        (WAITING, TOMORROW, False),
        (WAITING, date(2026, 9, 9), True),
        (replace(WAITING, waiting_until=None), date(2026, 9, 9), False),
        (TAKEN, date(2026, 9, 9), False),
        (RESOLVED, date(2026, 9, 9), False),
    ],
)
def test_a_wait_ends_after_its_day(case: Case, today: date, ends: bool) -> None:
    moved = transitions.wait_over(case, today, NOW)
    assert (moved is not None) is ends
    if moved is not None:
        assert (moved[0].state, moved[0].taken_by, moved[0].waiting_until) == (State.TAKEN, NIA, None)
