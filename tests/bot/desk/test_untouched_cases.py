"""An open case that no user touches keeps no texts for years: the desk is told, then it is closed."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.desk import store, transitions, untouched
from bot.desk.case import HWB, CaseEvent, CaseState, Enquiry, EnquirySource, EventKind, Resolution
from bot.desk.service import CaseService
from bot.desk.tables import CaseEventRow
from bot.desk.triage import Interpretation
from bot.outbox import letters
from bot.service.retention import waiting
from knowledge.ids import Question
from knowledge.texts import Text
from tests.bot.app_fixtures import HELP, NIA, SEREN, Room, words
from tests.bot.desk.desk_room import case, deliver
from tests.builders import GLAN, NOW

pytestmark = pytest.mark.integration

DAY = timedelta(days=1)
WROTE = "Seren Evans of 7A cannot sign in"


@pytest.fixture
def old(desk: Room) -> Room:
    """Nia has opened a case of Seren, and taken it; all of that was real time."""
    service = CaseService(desk.services, NIA)
    enquiry = Enquiry(NOW, NIA, EnquirySource.PASTED, "en", text=WROTE)
    service.open(enquiry, [Interpretation(GLAN, SEREN.upn, Question.WHY_MISSING)])
    service.move(1, lambda now: transitions.answer(now, NIA, NOW, "Seren has a record now"))
    with desk.services.database.writing() as session:
        session.execute(update(CaseEventRow).values(recorded_at=NOW))
    deliver(desk)
    return desk


def texts(room: Room) -> str:
    with room.services.database.reading() as session:
        events = [event.note for event in store.events(session, 1)]
        return " ".join([enquiry.text for enquiry in store.enquiries(session, 1)] + events)


def days_pass(room: Room, days: int) -> int:
    """Retention's part of a day: warn, then close; how many cases it closed."""
    now = NOW + days * DAY
    untouched.warn(room.services, now)
    return untouched.close(room.services, now)


def told(room: Room) -> list[str]:
    with room.services.database.reading() as session:
        return [row.to for row in letters.keyed(session, "case-untouched:")]


def test_nothing_is_said_while_the_case_is_young(old: Room) -> None:
    assert days_pass(old, 385) == 0
    assert told(old) == []


def test_the_desk_is_told_two_weeks_before_by_number_alone(old: Room) -> None:
    assert days_pass(old, 387) == 0
    assert days_pass(old, 388) == 0
    assert told(old) == [HELP]
    deliver(old)
    said = words(old.server.person(NIA).messages(HELP)[-1]["blocks"])
    assert "Case 1 is open" in said
    assert "Seren" not in said
    assert SEREN.upn not in said


def test_the_notice_says_how_the_case_stands_once_a_user_has_touched_it(old: Room) -> None:
    days_pass(old, 387)
    deliver(old)
    CaseService(old.services, NIA).move(1, lambda now: transitions.take(now, NIA, NOW))
    deliver(old)
    said = words(old.server.person(NIA).messages(HELP)[-1]["blocks"])
    assert f"taken by <@{NIA}>" in said
    assert "closed" not in said


def test_it_is_closed_and_emptied_and_keeps_its_number(old: Room) -> None:
    days_pass(old, 387)
    assert WROTE in texts(old)
    assert days_pass(old, 402) == 1
    closed = case(old)
    assert (closed.state, closed.reason) == (CaseState.RESOLVED, Resolution.UNTOUCHED)
    assert (closed.identifier, closed.found, closed.dedup_key) == (None, None, None)
    assert texts(old).strip() == ""


def test_it_is_not_closed_before_the_desk_had_its_two_weeks(old: Room) -> None:
    """A service that stood still for a year does not close on its first day what it has told of only now."""
    assert days_pass(old, 500) == 0
    assert days_pass(old, 513) == 0
    assert days_pass(old, 514) == 1


def test_what_a_user_does_to_the_case_keeps_it(old: Room) -> None:
    days_pass(old, 387)
    CaseService(old.services, NIA).move(1, lambda now: transitions.take(now, NIA, NOW))
    with old.services.database.writing() as session:
        taken = CaseEventRow.kind == "taken"
        session.execute(update(CaseEventRow).where(taken).values(recorded_at=NOW + 395 * DAY))
    assert days_pass(old, 402) == 0
    assert WROTE in texts(old)


def test_rechecks_by_the_bot_do_not_keep_it(old: Room) -> None:
    with old.services.database.writing() as session:
        store.mark_checked(session, [1], NOW + 399 * DAY)
        changed = CaseEvent(EventKind.CHANGED, NOW + 399 * DAY, HWB, Text("desk.event.changed"))
        store.add_event(session, 1, changed)
        by_the_bot = CaseEventRow.by == HWB
        session.execute(update(CaseEventRow).where(by_the_bot).values(recorded_at=NOW + 399 * DAY))
    days_pass(old, 387)
    assert days_pass(old, 402) == 1


def test_a_dry_run_counts_it(old: Room) -> None:
    days_pass(old, 387)
    assert waiting(old.services, NOW + 402 * DAY)["untouched_cases"] == 1
