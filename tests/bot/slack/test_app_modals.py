"""The modal that asks about whom: when it opens, what it refuses beside the field, how it answers."""

import threading

import pytest

from slack_workspace import ActOutcome
from tests.bot.app_fixtures import (
    CARYS,
    NIA,
    PRYS,
    SEREN,
    TELL_ME,
    WYN,
    Room,
    buttons,
    many_schools,
    words,
)
from tests.builders import GLAN, NANT


@pytest.mark.parametrize(
    ("user", "verb", "title", "label"),
    [
        (CARYS, "why-missing", "Why is it missing?", "UPN or staff code"),
        (CARYS, "no-password", "No password", "UPN or staff code"),
        (CARYS, "old-class", "Last year's class", "UPN or staff code"),
        (CARYS, "move-account", "Move an account", "UPN or staff code"),
        (WYN, "pam-ar-goll", "Pam mae ar goll?", "UPN neu god staff"),
    ],
)
def test_an_identifier_left_out_is_asked_for(
    user: str, verb: str, title: str, label: str, glan: Room
) -> None:
    assert glan.run(user, verb) == []
    modal = glan.modal(user)
    assert modal["title"]["text"] == title
    assert [block["label"]["text"] for block in modal["blocks"] if block["type"] == "input"] == [label]


@pytest.mark.parametrize(
    ("typed", "english", "welsh"),
    [
        ("H80120000100", "A UPN has 13 characters; this has 12.", "Mae gan UPN 13 nod; mae gan hwn 12."),
        ("I801200001001", "not I, O or S", "ond nid I, O nac S"),
        ("H8012000A1001", "are digits", "Digidau yw"),
        ("H80120000100O", "The last character", "Digid yw nod olaf"),
    ],
)
@pytest.mark.parametrize("user", [CARYS, WYN])
def test_a_fault_stands_beside_the_field(typed: str, english: str, welsh: str, user: str, glan: Room) -> None:
    glan.run(user, "why-missing")
    outcome = glan.submit(user, typed)
    assert (welsh if user == WYN else english) in outcome.errors["identifier"]
    assert glan.modal(user)["callback_id"] == "ask-about"


def test_the_answer_takes_the_modals_place(glan: Room) -> None:
    glan.run(CARYS, "why-missing")
    assert glan.submit(CARYS, SEREN.upn.lower()) == ActOutcome()
    (modal,) = glan.server.person(CARYS).modals()
    assert "never run successfully for Glan High" in words(modal)
    assert buttons(modal) == [
        "Run now",
        "Provision this one now",
        TELL_ME,
        "Check again",
        "Show the FAQ",
        "Ask the Service Desk",
        "Yes",
        "No",
    ]
    assert glan.server.person(CARYS).messages("C0HELP") == []


def test_something_waits_in_the_modal_until_the_answer_is_there(glan: Room) -> None:
    glan.run(CARYS, "why-missing")
    values = {"identifier": {"identifier": {"type": "plain_text_input", "value": SEREN.upn}}}
    glan.server.person(CARYS).submit(values)
    assert "Looking at the records" in words(glan.modal(CARYS))
    glan.later.settle()
    assert "never run successfully for Glan High" in words(glan.modal(CARYS))


def test_an_answer_that_overtakes_the_acknowledgement_is_not_covered_by_it(glan: Room) -> None:
    glan.run(CARYS, "why-missing")
    values = {"identifier": {"identifier": {"type": "plain_text_input", "value": SEREN.upn}}}
    acknowledge, answering = glan.live.socket.deliver, threading.Event()
    worker: list[threading.Thread] = []

    async def late(*envelope: object, **more: object) -> object:
        said = await acknowledge(*envelope, **more)
        worker.append(threading.Thread(target=glan.later.settle))
        worker[0].start()
        # The work looks for the modal that waits, which is not there before this acknowledgement.
        await glan.until_called("views.update")
        answering.set()
        return said

    glan.live.socket.deliver = late
    glan.server.person(CARYS).submit(values)
    worker[0].join()
    assert answering.is_set()
    assert "never run successfully for Glan High" in words(glan.modal(CARYS))


def test_a_check_letter_that_does_not_fit_is_for_the_diagnosis(glan: Room) -> None:
    glan.run(CARYS, "why-missing")
    wrong = f"{'B' if SEREN.upn[0] == 'A' else 'A'}{SEREN.upn[1:]}"
    assert glan.submit(CARYS, wrong) == ActOutcome()
    said = words(glan.modal(CARYS))
    assert "is not a valid UPN" in said
    assert f"Did you mean {SEREN.upn}?" in said


def test_several_schools_are_a_menu_in_the_modal(glan: Room) -> None:
    glan.run(PRYS, "why-missing")
    menu = glan.modal(PRYS)["blocks"][-1]["element"]
    assert [choice["value"] for choice in menu["options"]] == [NANT.number, GLAN.number]
    glan.submit(PRYS, SEREN.upn, GLAN.number)
    assert "never run successfully for Glan High" in words(glan.modal(PRYS))


def test_a_school_that_was_named_is_not_asked_for_again(glan: Room) -> None:
    glan.run(PRYS, f"why-missing at {GLAN.number}")
    glan.run(PRYS, "why-missing")
    assert len(glan.modal(PRYS)["blocks"]) == 3


def test_many_schools_are_looked_for_in_the_modal(glan: Room) -> None:
    glan.schools(*many_schools(101))
    glan.run(NIA, "why-missing")
    assert glan.modal(NIA)["blocks"][-1]["element"]["type"] == "external_select"
    found = glan.server.person(NIA).suggest("school", "Ysgol Gla")["options"]
    assert [choice["value"] for choice in found] == [GLAN.number]
    glan.submit(NIA, SEREN.upn, GLAN.number)
    assert "never run successfully for Glan High" in words(glan.modal(NIA))


def test_a_modal_that_was_closed_meanwhile_harms_nothing(
    glan: Room, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("bot.slack.limits.ACK_SECONDS", 0.0)
    glan.run(CARYS, "why-missing")
    values = {"identifier": {"identifier": {"type": "plain_text_input", "value": SEREN.upn}}}
    glan.server.person(CARYS).submit(values)
    glan.server.person(CARYS).close()
    glan.later.settle()
    assert glan.server.person(CARYS).modals() == []
    assert "a modal was gone before its answer: not_found" in caplog.text
    assert glan.answer(CARYS, "help")


def test_the_faq_is_laid_on_an_answer_and_the_answer_is_there_beneath(glan: Room) -> None:
    glan.run(CARYS, "why-missing")
    glan.submit(CARYS, SEREN.upn)
    glan.press_in_view(CARYS, "say:faq")
    below, above = glan.server.person(CARYS).modals()
    assert "never run successfully for Glan High" in words(below)
    assert "does not have an account in the User Management Portal" in words(above)


def test_run_now_in_a_modal(glan: Room) -> None:
    glan.run(CARYS, "why-missing")
    glan.submit(CARYS, SEREN.upn)
    glan.press_in_view(CARYS, "run-now")
    said = words(glan.modal(CARYS))
    assert "2 created" in said
    assert "nothing is missing" in said


def test_a_window_that_came_too_late_is_told_in_a_message(glan: Room) -> None:
    glan.spend_triggers()
    assert "Ask again, or type the UPN" in words(glan.answer(CARYS, "why-missing"))
