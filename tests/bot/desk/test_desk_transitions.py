"""What people and time do to a case: every move from every state, and what is refused."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.desk import transitions
from bot.desk.case import HWB, CaseState, DeskCase, EventKind, Finding, Party, Resolution
from bot.desk.transitions import NotPossible, Transition
from diagnostics.verdict import Next
from knowledge.ids import Question
from knowledge.texts import Bilingual, Text

NOW = datetime(2026, 9, 7, 8, 0, tzinfo=UTC)
TODAY, TOMORROW = date(2026, 9, 7), date(2026, 9, 8)
NIA, PRYS = "U0NIA", "U0PRYS"


def finding(cause: str, entry: str = "learner-missing") -> Finding:
    move = Next("provisioning-manager", Bilingual("Ask", "Gofynnwch"), Text("a"))
    return Finding(entry, "H1", cause, Text("h"), (), move)


NEW = DeskCase(
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
TAKEN = replace(NEW, state=CaseState.TAKEN, taken_by=NIA)
WAITING = replace(TAKEN, state=CaseState.WAITING, waiting_for=Party.SCHOOL, waiting_until=TOMORROW)
RESOLVED = replace(TAKEN, state=CaseState.RESOLVED, reason=Resolution.PUT_RIGHT, resolved_at=NOW)

Move = Callable[[DeskCase], Transition]
TRANSITIONS: dict[str, Move] = {
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
    "resolve": lambda case: transitions.resolve(case, NIA, Resolution.PUT_RIGHT, "", NOW),
    "reopen": lambda case: transitions.reopen(case, NIA, NOW),
}
OF_NEW = {
    "take": (CaseState.TAKEN, NIA),
    "take by another": (CaseState.TAKEN, PRYS),
    "hand over": (CaseState.TAKEN, PRYS),
    "hand over to who has it": (CaseState.TAKEN, NIA),
    "wait": (CaseState.WAITING, NIA),
    "wait for ever": (CaseState.WAITING, PRYS),
    "wait until yesterday": "case-past",
    "answer": (CaseState.NEW, None),
    "resolve": (CaseState.RESOLVED, None),
    "reopen": "case-open",
}
OF_TAKEN = {
    "take": "case-yours",
    "take by another": "case-taken",
    "hand over": (CaseState.TAKEN, PRYS),
    "hand over to who has it": "case-theirs",
    "wait": (CaseState.WAITING, NIA),
    "wait for ever": (CaseState.WAITING, NIA),
    "wait until yesterday": "case-past",
    "answer": (CaseState.TAKEN, NIA),
    "resolve": (CaseState.RESOLVED, NIA),
    "reopen": "case-open",
}
OF_WAITING = {
    "take": (CaseState.TAKEN, NIA),
    "take by another": "case-taken",
    "hand over": (CaseState.TAKEN, PRYS),
    "hand over to who has it": "case-theirs",
    "wait": "case-waits",
    "wait for ever": (CaseState.WAITING, NIA),
    "wait until yesterday": "case-past",
    "answer": (CaseState.WAITING, NIA),
    "resolve": (CaseState.RESOLVED, NIA),
    "reopen": "case-open",
}
OF_RESOLVED = dict.fromkeys(TRANSITIONS, "case-resolved") | {"reopen": (CaseState.TAKEN, NIA)}


@pytest.mark.parametrize("move", TRANSITIONS)
@pytest.mark.parametrize(
    ("before", "outcomes"),
    [(NEW, OF_NEW), (TAKEN, OF_TAKEN), (WAITING, OF_WAITING), (RESOLVED, OF_RESOLVED)],
    ids=lambda value: str(value.state) if isinstance(value, DeskCase) else "",
)
def test_every_move_from_every_state(before: DeskCase, outcomes: dict[str, object], move: str) -> None:
    expected = outcomes[move]
    if isinstance(expected, str):
        with pytest.raises(NotPossible) as refused:
            TRANSITIONS[move](before)
        assert refused.value.said == Text(f"error.{expected}", refused.value.said.values)
        return
    after, event = TRANSITIONS[move](before)
    assert (after.state, after.taken_by) == expected
    assert after.revision == before.revision + 1
    assert event.at == NOW
    assert (after.waiting_for is not None) == (after.state is CaseState.WAITING)
    assert (after.reason is None) == after.open == (after.resolved_at is None)
    assert (after.dedup_key is not None) == after.open


def test_who_was_first_is_said() -> None:
    with pytest.raises(NotPossible) as refused:
        transitions.take(TAKEN, PRYS, NOW)
    assert refused.value.by == NIA


@pytest.mark.parametrize("case", [NEW, TAKEN, WAITING, RESOLVED])
def test_that_a_text_is_about_its_school_alone_changes_nothing_else(case: DeskCase) -> None:
    after, event = transitions.show_text(case, NIA, NOW)
    assert after == replace(case, revision=case.revision + 1)
    assert (event.kind, event.by, event.at) == (EventKind.TEXT_SHOWN, NIA, NOW)


def test_of_a_case_without_a_school_that_can_not_be_said() -> None:
    with pytest.raises(NotPossible, match="case-unknown-person"):
        transitions.show_text(replace(NEW, school=None), NIA, NOW)


def test_a_reopened_case_that_no_user_had_taken_is_new() -> None:
    closed, _ = transitions.resolve(NEW, NIA, Resolution.NOT_OURS, "", NOW)
    assert transitions.reopen(closed, PRYS, NOW)[0].state is CaseState.NEW


@pytest.mark.parametrize(
    ("question", "before", "now", "after"),
    [
        (Question.WHY_MISSING, "never-run", "never-run", None),
        (Question.WHY_MISSING, "never-run", "run-failed", CaseState.TAKEN),
        (Question.WHY_MISSING, "never-run", "present", CaseState.RESOLVED),
        (Question.WHY_MISSING, "present", "present", None),
        (Question.OLD_CLASS, "mis-not-rolled-over", "up-to-date", CaseState.RESOLVED),
        (Question.NO_PASSWORD, "never-run", "new-account", CaseState.TAKEN),
        (Question.MOVE_ACCOUNT, "contact-service-desk", "contact-service-desk", None),
    ],
)
def test_looked_at_again(question: Question, before: str, now: str, after: CaseState | None) -> None:
    case = replace(TAKEN, question=question, found=finding(before))
    moved = transitions.recheck(case, finding(now), None, NOW)
    if after is None:
        assert moved is None
        return
    assert moved is not None
    changed, event = moved
    assert (changed.state, changed.cause, event.by) == (after, now, HWB)
    assert event.kind is (EventKind.RESOLVED if after is CaseState.RESOLVED else EventKind.CHANGED)
    assert changed.reason is (Resolution.THERE if after is CaseState.RESOLVED else None)


def test_what_it_is_about_is_said_once() -> None:
    empty = DeskCase(13, NOW, NIA, "cy")
    filled, event = transitions.fill_in(empty, replace(NEW, number=13), NIA, NOW)
    assert (filled.identifier, filled.revision, event.kind) == ("H1", 1, EventKind.FILLED_IN)
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
def test_a_wait_ends_after_its_day(case: DeskCase, today: date, ends: bool) -> None:
    moved = transitions.wait_over(case, today, NOW)
    assert (moved is not None) is ends
    if moved is not None:
        assert (moved[0].state, moved[0].taken_by, moved[0].waiting_until) == (CaseState.TAKEN, NIA, None)
