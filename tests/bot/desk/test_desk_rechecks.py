"""Cases that are checked again: closed when the account is there, brought back when a wait is over."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from bot.desk import form_screens as forms
from bot.desk import recheck, store, transitions
from bot.desk.actions import DeskAction
from bot.desk.case import CaseState, DeskCase, Party, Resolution
from bot.desk.service import CaseService
from bot.desk.tables import CaseRow
from provisioning.clock import FixedClock
from tests.bot.app_fixtures import (
    JAC,
    NIA,
    PRIVATE,
    SEREN,
    WYN,
    Room,
    words,
)
from tests.bot.desk.desk_room import ask, case, day, deeds, deliver, in_channel, menu, open_case, send
from tests.builders import GLAN, NOW
from tests.provisioning.runs.run_builders import only

LATER = NOW + timedelta(minutes=10)


def later(room: Room, at: datetime = LATER) -> Room:
    return room.at(FixedClock(at))


def look(room: Room) -> int:
    changed = recheck.recheck(room.services)
    deliver(room)
    return changed


def test_when_the_account_is_there_the_case_closes_itself_and_the_user_who_asked_is_told(desk: Room) -> None:
    ask(desk, WYN)
    assert look(desk) == 0
    desk.provisioning.runs(GLAN, at=LATER)
    desk = later(desk)
    assert look(desk) == 1
    found = case(desk)
    assert (found.state, found.reason, found.cause) == (CaseState.RESOLVED, Resolution.THERE, "present")
    (letter,) = desk.server.person(WYN).messages()
    assert "Mae achos 1 wedi'i ddatrys: mae'r cyfrif yno, fel y dylai fod." in words(letter)
    assert "the account is there" in words(in_channel(desk)[0])
    modal = words(open_case(desk, NIA))
    assert "Hwb: closed by itself: the account has been there since 7 Sept 09:10" in modal
    assert look(desk) == 0


def test_so_does_the_case_of_a_learner_who_was_provisioned_alone(desk: Room) -> None:
    ask(desk, WYN)
    only(desk.provisioning, GLAN, SEREN.upn, at=LATER)
    desk = later(desk)
    assert look(desk) == 1
    assert case(desk).state is CaseState.RESOLVED
    assert "the account has been there since 7 Sept 09:10" in words(open_case(desk, NIA))


def test_a_cause_that_changes_is_noted_and_the_channel_says_so(desk: Room) -> None:
    ask(desk)
    desk.provisioning.extracts(GLAN, JAC)
    assert look(later(desk)) == 1
    assert case(desk).cause == "not-in-mis"
    assert case(desk).who == "mis-administrator"
    assert "not in the school's MIS" in words(in_channel(desk)[0])
    assert deeds(desk) == ["opened", "changed"]
    assert look(later(desk, LATER + timedelta(minutes=10))) == 0


def test_with_the_cause_unchanged_the_evidence_of_the_steps_is_renewed_and_nothing_is_said(
    desk: Room,
) -> None:
    """The MIS is exported again: the account is as missing as before, but the records are newer."""
    ask(desk)
    before = case(desk)
    posted = len(in_channel(desk))
    again = NOW + timedelta(minutes=8)
    desk.provisioning.extracts(GLAN, SEREN, at=again)
    assert look(later(desk)) == 0
    now = case(desk)
    assert (now.cause, now.revision) == (before.cause, before.revision)
    assert before.found is not None
    assert now.found is not None
    assert again not in [step.as_of for step in before.found.steps]
    assert again in [step.as_of for step in now.found.steps]
    assert deeds(desk) == ["opened"]
    assert len(in_channel(desk)) == posted


def test_a_case_is_not_looked_at_more_often_than_it_needs(
    desk: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(desk)
    looks = 0

    def check(_: CaseService, of: DeskCase, since: datetime | None = None) -> DeskCase:
        nonlocal looks
        looks += 1
        return of

    monkeypatch.setattr(CaseService, "check", check)
    for minutes, so_far in ((0, 0), (1, 0), (5, 1), (6, 1), (10, 2)):
        look(later(desk, NOW + timedelta(minutes=minutes)))
        assert looks == so_far
    desk.provisioning.runs(GLAN, at=NOW + timedelta(minutes=11))
    look(later(desk, NOW + timedelta(minutes=12)))
    assert looks == 3


def test_a_case_that_cannot_be_looked_at_keeps_no_other_from_it(desk: Room) -> None:
    ask(desk)
    with desk.services.database.writing() as session:
        session.execute(update(CaseRow).values(school="6809999", dedup_key=None))
    ask(desk)
    desk.provisioning.runs(GLAN, at=LATER)
    assert look(later(desk)) == 1
    assert case(desk, 1).open
    assert not case(desk, 2).open


def test_a_wait_that_is_over_brings_the_case_back_to_the_user_who_has_taken_it(desk: Room) -> None:
    ask(desk)
    open_case(desk, NIA)
    desk.press_in_view(NIA, DeskAction.WAIT)
    send(desk, NIA, {forms.PARTY: menu(Party.SCHOOL), forms.UNTIL: day("2026-09-08")})
    assert look(later(desk, NOW + timedelta(days=1))) == 0
    after = later(desk, NOW + timedelta(days=2))
    assert look(after) == 1
    assert (case(after).state, case(after).taken_by) == (CaseState.TAKEN, NIA)
    assert deeds(after) == ["opened", "waits", "waited"]
    (letter,) = after.server.person(NIA).messages()
    assert "Case 1 has waited as long as it was to." in words(letter)
    assert not [secret for secret in PRIVATE if secret in str(letter)]
    assert look(after) == 0


def test_reopened_although_it_is_there_it_stays_open(desk: Room) -> None:
    ask(desk)
    desk.provisioning.runs(GLAN, at=LATER)
    look(later(desk))
    desk.services.database.write(
        lambda session: store.save(session, *transitions.reopen(store.get(session, 1, lock=True), NIA, LATER))
    )
    assert look(later(desk, LATER + timedelta(hours=1))) == 0
    assert case(desk).open
