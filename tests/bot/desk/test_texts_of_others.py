"""What was written to the Service Desk is read by those whom it concerns alone, until the desk has spoken.

Prys is an officer of Nant's and Glan's authority; Bryn is another's. Nia is at the Service Desk.
"""

from dataclasses import replace

import pytest

from bot.desk.actions import CaseAuditAction, DeskAction
from bot.people import audit
from bot.people.permissions import Grant, Role
from tests.bot.app_fixtures import CARYS, DAI, HELP, NIA, PRYS, SEREN, Room, buttons, words
from tests.bot.desk.desk_room import deeds, deliver, forged, open_case, press
from tests.builders import BRYN, NANT, learner

ALYS = replace(learner(5), surname="Hopcyn", forename="Alys")
SHOW = DeskAction.SHOW_TEXT
CLOSED = "may be about people of other schools too"
ABOUT_BOTH = f"Missing from the portal at Glan High: {SEREN.upn}. At Bryn Alys Hopcyn is missing as well."


@pytest.fixture
def written(desk: Room) -> Room:
    """A message about Seren by UPN and about Alys, of another authority, by name; Nia has triaged it."""
    desk.provisioning.extracts(BRYN, ALYS)
    desk.run(NIA, f"triage {ABOUT_BOTH}")
    deliver(desk)
    return desk


def read(room: Room, user: str, number: int = 1) -> str:
    return words(room.answer(user, f"desk {number}"))


def test_another_authoritys_child_who_is_named_is_not_shown(written: Room) -> None:
    shown = read(written, PRYS)
    assert CLOSED in shown
    assert "Alys" not in shown
    assert "Alys Hopcyn is missing as well" in read(written, NIA)


def test_once_the_service_desk_has_said_so_the_officers_read_it(written: Room) -> None:
    open_case(written, NIA)
    press(written, NIA, SHOW)
    assert deeds(written) == ["opened", "text-shown"]
    assert "Alys Hopcyn" in read(written, PRYS)


def test_what_joins_the_case_afterwards_waits_for_the_desk_again(written: Room) -> None:
    open_case(written, NIA)
    press(written, NIA, SHOW)
    written.run(NIA, f"triage And now at Glan High {SEREN.upn} and Gwenllian")
    shown = read(written, PRYS)
    assert "Gwenllian" not in shown
    assert "Alys" not in shown


def test_an_officer_has_no_such_button_and_a_forged_one_says_who_can(written: Room) -> None:
    modal = open_case(written, PRYS)
    assert "It is about this school alone" not in buttons(modal)
    said = words(forged(written, PRYS, SHOW, "1", modal["id"]))
    assert "Only the Service Desk can say" in said
    assert "Alys" not in said
    assert deeds(written) == ["opened"]
    with written.services.database.reading() as session:
        last = audit.read(session, audit.AuditFilter(action=CaseAuditAction.SHOW_TEXT))
    assert [each.outcome for each in last] == ["error:case-text-everywhere"]


def test_a_case_without_a_school_can_not_be_shown_to_anyone(desk: Room) -> None:
    desk.run(NIA, "triage Gwenllian is missing from the portal")
    deliver(desk)
    modal = open_case(desk, NIA)
    assert "It is about this school alone" not in buttons(modal)
    assert "does not say yet whom it is about" in words(forged(desk, NIA, SHOW, "1", modal["id"]))


def test_who_pasted_it_and_who_wrote_it_read_their_own_words(desk: Room) -> None:
    desk.run(PRYS, "triage At Glan High Gwenllian is missing from the portal")
    deliver(desk)
    assert "Gwenllian" in read(desk, PRYS)
    desk.grant(Grant(DAI, Role.LOCAL_AUTHORITY, "680"))
    assert "Gwenllian" not in read(desk, DAI)


def test_a_text_that_leads_to_cases_elsewhere_is_read_by_those_who_work_on_all(desk: Room) -> None:
    desk.provisioning.extracts(BRYN, learner(5))
    desk.run(NIA, f"triage Missing: {SEREN.upn} at Glan High and {learner(5).upn} at Bryn")
    shown = read(desk, PRYS)
    assert CLOSED in shown
    assert learner(5).upn not in shown
    assert learner(5).upn in read(desk, NIA)


def test_the_form_is_not_filled_from_a_text_that_may_not_be_read(desk: Room) -> None:
    desk.run(NIA, "triage Why has the account of our teacher at Glan High, QQZ or Gwenllian, not been made?")
    deliver(desk)
    for user, told in ((NIA, True), (PRYS, False)):
        open_case(desk, user)
        press(desk, user, DeskAction.FILL_IN)
        assert ("QQZ" in str(desk.modal(user))) is told


def test_a_text_about_their_school_alone_is_read_at_once(desk: Room) -> None:
    desk.run(NIA, f"triage The account of {SEREN.upn} at Glan High is missing & late.")
    assert "is missing &amp; late" in read(desk, PRYS)
    assert CARYS not in read(desk, PRYS)
    assert desk.server.person(PRYS).messages(HELP)
    assert NANT.name.en not in read(desk, PRYS)
