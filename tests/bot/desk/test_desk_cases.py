"""A case opened from an answer: what it says, and who joins it."""

from bot.desk.actions import DeskAction
from bot.desk.case import CaseState
from tests.bot.app_fixtures import (
    CARYS,
    HELP,
    HUW,
    NIA,
    PRIVATE,
    SEREN,
    WYN,
    Room,
    buttons,
    words,
)
from tests.bot.desk.desk_room import ask, case, deeds, deliver, in_channel, open_case, press
from tests.builders import GLAN


def test_asked_from_an_answer_it_is_a_case_with_everything_filled_in(desk: Room) -> None:
    said = ask(desk)
    assert "The Service Desk has your question as case 1." in said
    found = case(desk)
    assert (found.school, found.identifier, found.cause) == (GLAN.number, SEREN.upn, "never-run")
    assert (found.state, found.opened_by, found.language) == (CaseState.NEW, CARYS, "en")
    modal = words(open_case(desk, NIA))
    assert "Case 1 · the client has never run here" in modal
    assert SEREN.upn in modal
    assert "The Provisioning Client has never run successfully for Glan High." in modal
    assert "Does the learner have a complete MIS record? *Yes.*" in modal
    assert "Whoever manages the school’s Provisioning Client" in modal
    assert "Thank you for your message." in modal


def test_in_welsh(desk: Room) -> None:
    assert "Mae eich cwestiwn gyda'r Ddesg Wasanaeth fel achos 1." in ask(desk, WYN)
    assert case(desk).language == "cy"
    modal = words(open_case(desk, NIA))
    assert "Diolch am eich neges." in modal
    assert "Desg Wasanaeth Hwb" in modal


def test_the_channel_is_told_once_and_edited_and_does_not_name_the_learner(desk: Room) -> None:
    ask(desk)
    (message,) = in_channel(desk)
    said = words(message)
    assert "Case 1 · the client has never run here" in said
    assert "Glan High" in said
    assert "nobody has taken it" in said
    assert buttons(message) == ["Open"]
    open_case(desk, NIA)
    press(desk, NIA, DeskAction.TAKE)
    deliver(desk)
    (message,) = in_channel(desk)
    assert f"taken by <@{NIA}>" in words(message)
    assert not [secret for secret in PRIVATE if secret in str(message)]


def test_pressed_twice_it_is_one_case_and_says_so(desk: Room) -> None:
    ask(desk)
    desk.press(CARYS, DeskAction.ASK, HELP)
    told = [message for message in desk.server.person(CARYS).messages(HELP) if message["ephemeral"]][-1]
    assert "You have asked this already: it is case 1 (not taken yet)." in words(told)
    assert deeds(desk) == ["opened"]


def test_an_mis_administrator_who_asks_the_same_joins(desk: Room) -> None:
    ask(desk)
    assert "your question has joined case 1 (not taken yet)" in ask(desk, HUW)
    assert deeds(desk) == ["opened", "joined"]
    assert "asked the same" in words(open_case(desk, NIA))


def test_the_other_question_about_the_same_person_has_the_same_cause_and_joins(desk: Room) -> None:
    ask(desk)
    assert "joined case 1" in ask(desk, HUW, f"no-password {SEREN.upn} {GLAN.number}")
