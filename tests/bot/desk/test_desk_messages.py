"""Emails and messages: pasted or forwarded, read, made into cases, replied to."""

import pytest

from bot.desk import form_screens as forms
from bot.desk import store
from bot.desk.actions import DeskAction
from bot.desk.case import CaseState, Resolution
from slack_workspace import payloads as slack
from tests.bot.app_fixtures import (
    CARYS,
    DAI,
    ELIS,
    HELP,
    HUW,
    NIA,
    PRIVATE,
    PRYS,
    SEREN,
    Json,
    Room,
    buttons,
    option,
    text_value,
    words,
)
from tests.bot.desk.desk_room import ask, case, deeds, deliver, in_channel, menu, press, send
from tests.builders import GLAN, NANT, learner

EMAIL = f"""Dear desk,

a new Year 7 learner at Glan High, UPN {SEREN.upn}, still has no Hwb account & is missing from the portal.

Thanks, Mair Wyn
"""


def paste(room: Room, user: str, text: str, school: str | None = None) -> str:
    """Open the form, paste a text and send it; the words of the modal afterwards."""
    assert room.run(user, "triage") == []
    values = {forms.TEXT: {forms.TEXT: text_value(text)}}
    if school is not None:
        values["school"] = {"school": menu(school)}
    assert room.server.person(user).submit(values).error is None
    room.later.settle()
    return words(room.modal(user))


def test_an_email_is_pasted_and_is_a_case_with_its_reply(desk: Room) -> None:
    said = paste(desk, NIA, EMAIL)
    assert "Case 1 · the client has never run here" in said
    assert "&gt;" not in said
    assert "still has no Hwb account &amp; is missing" in said
    assert "Once it has, the account is there." in said
    assert "quote case 1" in said
    assert "I have answered" in buttons(desk.modal(NIA))
    found = case(desk)
    assert (found.school, found.identifier, found.language) == (GLAN.number, SEREN.upn, "en")
    deliver(desk)
    (message,) = in_channel(desk)
    assert not [secret for secret in (*PRIVATE, "Mair") if secret in str(message)]


def test_a_draft_says_no_more_than_anybody_may_know(desk: Room) -> None:
    paste(desk, NIA, EMAIL)
    draft = next(text for text in words(desk.modal(NIA)).splitlines() if text.startswith("```"))
    assert not [secret for secret in (*PRIVATE, "Glan", "01633") if secret in draft]


def test_a_welsh_email_gets_a_welsh_reply(desk: Room) -> None:
    welsh = (
        f"Annwyl Ddesg, mae un o'n dysgwyr newydd yn Ysgol Glan, {SEREN.upn}, heb gyfrif Hwb o hyd. Diolch"
    )
    assert "Diolch am eich neges." in paste(desk, NIA, welsh)
    assert case(desk).language == "cy"


def test_typed_after_the_command_it_works_at_once(desk: Room) -> None:
    (shown,) = desk.run(NIA, f"triage {EMAIL}")
    assert "Case 1 · the client has never run here" in words(shown)
    (again,) = desk.run(NIA, f"triage {EMAIL}")
    assert "joined a case that was open already" in words(again)
    assert deeds(desk) == ["opened"]


def test_a_message_is_triaged_by_its_shortcut_and_its_writer_is_answered(desk: Room) -> None:
    ts = desk.server.person(ELIS).say(EMAIL, HELP)
    assert desk.server.person(NIA).shortcut("triage", HELP, ts).error is None
    desk.later.settle()
    assert "Case 1 · the client has never run here" in words(desk.modal(NIA))
    assert "is missing from the portal." in words(desk.modal(NIA))
    desk.press_in_view(NIA, DeskAction.SEND)
    send(desk, NIA, {forms.REPLY: text_value("Rydym yn edrych ar hyn.")})
    deliver(desk)
    (letter,) = desk.server.person(ELIS).messages()
    assert "Rydym yn edrych ar hyn." in words(letter)
    assert deeds(desk) == ["opened", "answered"]


def test_an_email_that_slack_has_taken_in_is_read_and_has_no_writer_in_slack(desk: Room) -> None:
    ts = desk.server.person(ELIS).say("x", HELP)
    message = desk.live.workspace.conversation(HELP).messages[ts]
    payload = slack.message_shortcut(desk.live.workspace, NIA, "triage", message, "http://127.0.0.1/none")
    mail = {"mode": "email", "subject": "No account", "plain_text": EMAIL}
    payload["message"] |= {"text": "", "user": "USLACKBOT", "files": [mail, {"mode": "hosted"}]}
    desk.deliver("interactive", payload)
    assert "Case 1 · the client has never run here" in words(desk.modal(NIA))
    assert "I have answered" in buttons(desk.modal(NIA))


def test_answered_elsewhere_is_noted(desk: Room) -> None:
    paste(desk, NIA, EMAIL)
    assert "answered the writer" in press(desk, NIA, DeskAction.ANSWERED)
    assert deeds(desk) == ["opened", "answered"]


def test_an_account_that_is_missing_comes_before_whatever_else_is_asked(desk: Room) -> None:
    paste(desk, NIA, f"UPN {SEREN.upn} please help")
    assert "Case 1 · the client has never run here" in words(desk.modal(NIA))
    assert case(desk).cause == "never-run"


def test_what_is_not_certain_is_asked_with_what_is_in_the_form(desk: Room) -> None:
    desk.provisioning.runs(GLAN)
    text = f"UPN {SEREN.upn} please help"
    paste(desk, NIA, text)
    form = desk.modal(NIA)
    assert form["callback_id"] == forms.FILL_IN
    where, who, what = (block["element"] for block in form["blocks"])
    assert where["initial_option"]["value"] == GLAN.number
    assert who["initial_value"] == SEREN.upn
    assert what["initial_option"]["value"] == "why-missing"
    assert case(desk).cause is None
    values = {
        "school": where_is(GLAN.number),
        forms.IDENTIFIER: text_value(SEREN.upn),
        forms.QUESTION: menu("no-password"),
    }
    assert "Case 1 · a new account: the password is to be reset" in send(desk, NIA, values)
    assert deeds(desk) == ["opened", "filled-in"]


def where_is(school: str) -> Json:
    return {"type": "static_select", "selected_option": option(school)}


def test_what_is_not_certain_can_be_filled_in_later_by_the_service_desk_and_joins(desk: Room) -> None:
    ask(desk)
    paste(desk, NIA, "Nothing works, please help")
    assert "still to be found out what it is about" in words(desk.answer(NIA, "desk"))
    assert "still to be found out" not in words(desk.answer(PRYS, "desk"))  # its school is not known
    desk.answer(NIA, "desk 2")
    desk.press(NIA, DeskAction.FILL_IN, HELP)
    values = {
        "school": where_is(GLAN.number),
        forms.IDENTIFIER: text_value(SEREN.upn),
        forms.QUESTION: menu("why-missing"),
    }
    said = send(desk, NIA, values)
    assert "joined a case that was open already" in said
    assert "Case 1" in said
    assert case(desk, 2).reason is Resolution.DUPLICATE
    assert deeds(desk) == ["opened", "joined"]


def test_a_question_about_the_guide_is_answered_in_its_words(desk: Room) -> None:
    said = paste(desk, NIA, "Please can you tell me how to review our governor accounts? Regards")
    assert "The guide says:" in said
    assert "1. " in said
    assert case(desk).entry == "governor-review"


def test_several_people_are_several_cases_and_ten_at_once(desk: Room) -> None:
    people = [learner(number) for number in range(1, 13)]
    desk.provisioning.extracts(GLAN, *people)
    upns = " ".join(person.upn for person in people)
    said = paste(desk, NIA, f"These learners at Glan High are missing from the portal: {upns}")
    assert "10 cases from this message:" in said
    assert "2 identifiers more in this message" in said
    desk.press_in_view(NIA, DeskAction.OPEN)
    assert "Case 1 " in words(desk.modal(NIA))
    assert len(desk.server.person(NIA).modals()) == 2


@pytest.mark.parametrize("user", [CARYS, HUW, ELIS])
def test_who_does_not_work_at_the_desk_triages_nothing(desk: Room, user: str) -> None:
    (said,) = desk.run(user, f"triage {EMAIL}")
    assert "role" in words(said) or "Cases are worked on by" in words(said)
    ts = desk.server.person(DAI).say(EMAIL, HELP)
    desk.server.person(user).shortcut("triage", HELP, ts)
    desk.later.settle()
    assert "Cases are worked on by" in words(desk.modal(user))
    with desk.services.database.reading() as session:
        assert store.listed(session, None, CaseState) == []


def test_an_empty_message_is_nothing_to_triage(desk: Room) -> None:
    assert "Paste what was written." in paste(desk, NIA, "   ")


def test_the_school_that_is_chosen_is_the_one(desk: Room) -> None:
    desk.provisioning.extracts(NANT)
    paste(desk, NIA, f"{SEREN.upn} has no account in the portal, the learner is missing", NANT.number)
    assert case(desk).school == NANT.number
    assert case(desk).cause == "not-in-mis"
