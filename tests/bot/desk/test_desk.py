"""The service desk in Slack: asked from an answer, worked on in a modal, told in a channel, seen by few."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.desk import channel as channels
from bot.desk import form_screens as forms
from bot.desk import recheck, store, transitions
from bot.desk.actions import DeskAction
from bot.desk.case import CaseState, DeskCase, Party, Resolution
from bot.desk.letters import CaseLetter
from bot.desk.service import CaseService
from bot.desk.tables import CaseRow
from bot.outbox import letters
from bot.outbox.letters import Letter
from bot.outbox.sending import Sender
from bot.people.permissions import Grant, Role
from bot.service.features import LETTER_KINDS
from bot.settings import load_settings
from provisioning.clock import FixedClock
from provisioning.errors import KnownError
from slack_workspace import payloads as slack
from tests.bot.app_fixtures import (
    CARYS,
    DAI,
    ELIS,
    HELP,
    HUW,
    JAC,
    NIA,
    PRIVATE,
    PRYS,
    QUIET,
    SEREN,
    WYN,
    Json,
    Room,
    buttons,
    elements,
    opened,
    option,
    text_value,
    words,
)
from tests.builders import BRYN, GLAN, NANT, NOW, learner

LINE = f"why-missing {SEREN.upn} {GLAN.number}"


@pytest.fixture
def desk(glan: Room) -> Room:
    """The room with a channel for the desk."""
    settings = glan.services.settings.model_copy(update={"desk_channel": HELP})
    return opened(replace(glan.services, settings=settings), glan.provisioning, glan.server)


def ask(room: Room, user: str = CARYS, line: str = LINE) -> str:
    """Somebody asks the desk about an answer; what they are told."""
    room.run(user, line)
    said = room.press(user, DeskAction.ASK, HELP)
    deliver(room)
    assert said is not None
    told = [one for one in room.server.person(user).messages(HELP) if one["ephemeral"]][-1]
    return words(told)


def deliver(room: Room) -> None:
    Sender(room.services, room.app.client, LETTER_KINDS).deliver()


def case(room: Room, number: int = 1) -> DeskCase:
    with room.services.database.reading() as session:
        return store.get(session, number)


def deeds(room: Room, number: int = 1) -> list[str]:
    with room.services.database.reading() as session:
        return [event.kind.value for event in store.events(session, number)]


def in_channel(room: Room) -> list[Json]:
    """The desk's messages in its channel."""
    messages: list[Json] = room.server.person(NIA).messages(HELP)
    return [one for one in messages if one["blocks"][0]["block_id"].startswith("outbox:case:")]


def open_case(room: Room, user: str) -> Json:
    """Somebody opens the first case from the channel; the modal that they get."""
    (message,) = in_channel(room)
    assert room.server.person(user).press(DeskAction.OPEN, HELP, message["ts"]).error is None
    room.later.settle()
    return room.modal(user)


def press(room: Room, user: str, action: str, **chosen: Any) -> str:
    """Somebody uses an element of the case's modal; what the modal says then."""
    room.press_in_view(user, action, **chosen)
    return words(room.modal(user))


def send(room: Room, user: str, values: dict[str, Json]) -> str:
    """Somebody fills in a form and sends it; what the modal under it says then."""
    outcome = room.server.person(user).submit({name: {name: value} for name, value in values.items()})
    assert (outcome.error, outcome.errors) == (None, {})
    room.later.settle()
    return words(room.modal(user))


def menu(value: str) -> Json:
    return {"type": "static_select", "selected_option": option(value)}


def day(value: str | None) -> Json:
    return {"type": "datepicker", "selected_date": value}


def test_asked_from_an_answer_it_is_a_case_with_everything_filled_in(desk: Room) -> None:
    said = ask(desk)
    assert "The service desk has your question as case 1." in said
    found = case(desk)
    assert (found.school, found.identifier, found.cause) == (GLAN.number, SEREN.upn, "never-run")
    assert (found.state, found.opened_by, found.language) == (CaseState.NEW, CARYS, "en")
    modal = words(open_case(desk, NIA))
    assert "Case 1 · the client has never run here" in modal
    assert SEREN.upn in modal
    assert "The Provisioning Client has never run successfully for Glan High." in modal
    assert "The learner has a complete MIS record" in modal
    assert "Whoever manages the school’s Provisioning Client" in modal
    assert "Thank you for your message." in modal


def test_in_welsh(desk: Room) -> None:
    assert "Mae eich cwestiwn gyda'r ddesg wasanaeth fel achos 1." in ask(desk, WYN)
    assert case(desk).language == "cy"
    modal = words(open_case(desk, NIA))
    assert "Diolch am eich neges." in modal
    assert "Desg Wasanaeth Hwb" in modal


def test_the_channel_is_told_once_and_edited_and_names_nobody(desk: Room) -> None:
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
    told = [one for one in desk.server.person(CARYS).messages(HELP) if one["ephemeral"]][-1]
    assert "You have asked this already: it is case 1 (not taken yet)." in words(told)
    assert deeds(desk) == ["opened"]


def test_somebody_else_who_asks_the_same_joins(desk: Room) -> None:
    ask(desk)
    assert "your question has joined case 1 (not taken yet)" in ask(desk, HUW)
    assert deeds(desk) == ["opened", "joined"]
    assert "asked the same" in words(open_case(desk, NIA))


def test_the_other_question_about_the_same_person_has_the_same_cause_and_joins(desk: Room) -> None:
    ask(desk)
    assert "joined case 1" in ask(desk, HUW, f"no-password {SEREN.upn} {GLAN.number}")


def test_taken_waiting_resolved_reopened(desk: Room) -> None:
    ask(desk)
    open_case(desk, NIA)
    assert f"taken by <@{NIA}>" in press(desk, NIA, DeskAction.TAKE)
    desk.press_in_view(NIA, DeskAction.WAIT)
    said = send(desk, NIA, {forms.PARTY: menu(Party.SCHOOL), forms.UNTIL: day("2026-09-09")})
    assert "waiting for the school until 9 September 2026" in said
    assert len(desk.server.person(NIA).modals()) == 1
    desk.press_in_view(NIA, DeskAction.RESOLVE)
    said = send(
        desk, NIA, {forms.REASON: menu(Resolution.PUT_RIGHT), forms.NOTE: text_value("Office <rang>")}
    )
    assert "it has been put right" in said
    assert "Office &lt;rang&gt;" in said
    assert buttons(desk.modal(NIA)) == ["Reopen"]
    assert "being worked on" not in press(desk, NIA, DeskAction.REOPEN)
    assert case(desk).state is CaseState.TAKEN
    assert deeds(desk) == ["opened", "taken", "waits", "resolved", "reopened"]


def test_who_asked_is_told_that_it_is_resolved_and_nothing_about_anybody(desk: Room) -> None:
    ask(desk)
    ask(desk, WYN)
    open_case(desk, NIA)
    desk.press_in_view(NIA, DeskAction.RESOLVE)
    send(desk, NIA, {forms.REASON: menu(Resolution.PUT_RIGHT), forms.NOTE: text_value("Seren is back")})
    deliver(desk)
    (letter,) = desk.server.person(CARYS).messages()
    assert "Case 1 has been resolved: it has been put right." in words(letter)
    assert "Mae achos 1 wedi'i ddatrys: mae wedi'i gywiro." in words(desk.server.person(WYN).messages()[0])
    assert not [secret for secret in PRIVATE if secret in str(letter)]
    assert desk.server.person(NIA).messages() == []


def test_a_reply_is_checked_and_sent_to_whoever_asked(desk: Room) -> None:
    ask(desk)
    open_case(desk, NIA)
    desk.press_in_view(NIA, DeskAction.SEND)
    draft = elements(desk.modal(NIA))[-1]["initial_value"]
    assert SEREN.upn not in draft
    assert GLAN.name.en not in draft
    send(desk, NIA, {forms.REPLY: text_value(draft + "\nNia")})
    deliver(desk)
    (letter,) = desk.server.person(CARYS).messages()
    assert "The service desk has answered your question (case 1):" in words(letter)
    assert "&gt;" not in words(letter)
    assert "Nia" in words(letter)
    modal = words(open_case(desk, CARYS))
    assert "Case 1: not taken yet." in modal
    assert "Nia" in modal


def test_two_who_take_it_one_is_told_who_was_first(desk: Room) -> None:
    ask(desk)
    for user in (NIA, PRYS):
        open_case(desk, user)
    press(desk, NIA, DeskAction.TAKE)
    said = press(desk, PRYS, DeskAction.TAKE)
    assert f"has already been taken by somebody else. <@{NIA}>" in said
    assert case(desk).taken_by == NIA
    assert deeds(desk) == ["opened", "taken"]


def test_taken_twice_says_so(desk: Room) -> None:
    ask(desk)
    open_case(desk, NIA)
    stale = desk.server.person(NIA).modals()[-1]
    press(desk, NIA, DeskAction.TAKE)
    assert "already yours" in words(forged(desk, NIA, DeskAction.TAKE, "1", stale["id"]))


def test_handed_over_to_somebody_who_works_on_it_and_to_nobody_else(desk: Room) -> None:
    ask(desk)
    open_case(desk, NIA)
    assert "That person can't work on this case" in press(
        desk, NIA, DeskAction.HAND_OVER, selected_user=CARYS
    )
    assert case(desk).taken_by is None
    assert f"taken by <@{PRYS}>" in press(desk, NIA, DeskAction.HAND_OVER, selected_user=PRYS)
    deliver(desk)
    (letter,) = desk.server.person(PRYS).messages()
    assert "Case 1 has been handed over to you by" in words(letter)
    assert not [secret for secret in PRIVATE if secret in str(letter)]


def test_a_day_that_is_over_is_refused_in_the_form(desk: Room) -> None:
    ask(desk)
    open_case(desk, NIA)
    desk.press_in_view(NIA, DeskAction.WAIT)
    values = {forms.PARTY: menu(Party.WRITER), forms.UNTIL: day("2026-09-06")}
    outcome = desk.server.person(NIA).submit({name: {name: value} for name, value in values.items()})
    assert outcome.errors == {forms.UNTIL: "That day is over. Choose today or a later one."}
    desk.later.settle()
    assert case(desk).state is CaseState.NEW


def test_checked_again_it_says_what_the_records_say_now(desk: Room) -> None:
    ask(desk)
    open_case(desk, NIA)
    assert "the client has never run here" in press(desk, NIA, DeskAction.CHECK)
    assert deeds(desk) == ["opened"]
    desk.provisioning.runs(GLAN)
    said = press(desk, NIA, DeskAction.CHECK)
    assert "closed by itself: the account has been there since" in said
    assert case(desk).reason is Resolution.THERE


def test_the_queue_is_mine_first_and_of_ones_own_schools(desk: Room) -> None:
    ask(desk)
    assert "Service desk: 1 open case" in words(desk.answer(NIA, "desk"))
    assert "0 mine · 1 not taken · 0 waiting" in words(desk.answer(NIA, "desk"))
    assert "Glan High" in words(desk.answer(PRYS, "desk"))
    assert SEREN.upn in words(desk.answer(NIA, "desk 1"))
    assert "There is no case 7." in words(desk.answer(NIA, "desk 7"))
    desk.answer(NIA, "language cymraeg")
    assert "Y ddesg wasanaeth: 1 achos agored" in words(desk.answer(NIA, "desg"))


def test_home_has_the_desk_for_those_who_work_there(desk: Room) -> None:
    ask(desk)
    home = desk.open_home(NIA)
    assert home is not None
    assert "Service desk: 1 open case" in words(home)
    assert "Triage a message" in buttons(home)
    desk.press_in_view(NIA, DeskAction.OPEN)
    assert "Case 1" in words(desk.modal(NIA))
    other = desk.open_home(CARYS)
    assert "Service desk" not in words(other or {})


@pytest.mark.parametrize("user", [DAI, ELIS, HUW])
def test_who_neither_asked_nor_works_there_sees_nothing(desk: Room, user: str) -> None:
    ask(desk)
    said = words(open_case(desk, user))
    assert "Cases are worked on by a local authority officer, the service desk, or an administrator." in said
    assert not [secret for secret in (*PRIVATE, "never run") if secret in said]


@pytest.mark.parametrize("user", [CARYS, DAI, ELIS])
def test_the_queue_is_refused_to_others(desk: Room, user: str) -> None:
    ask(desk)
    said = words(desk.answer(user, "desk 1"))
    assert "case 1" not in said.casefold()
    assert "role" in said or "service desk" in said


def test_an_authority_does_not_see_another_authoritys_cases(desk: Room) -> None:
    ask(desk)
    desk.take_away(PRYS)
    desk.grant(Grant(PRYS, Role.LOCAL_AUTHORITY, "681"))
    assert "There are no open cases." in words(desk.answer(PRYS, "desk"))
    assert "Cases are worked on" in words(open_case(desk, PRYS))


MOVES = [
    DeskAction.TAKE,
    DeskAction.REOPEN,
    DeskAction.ANSWERED,
    DeskAction.CHECK,
    DeskAction.WAIT,
    DeskAction.RESOLVE,
    DeskAction.SEND,
    DeskAction.FILL_IN,
    DeskAction.HAND_OVER,
]


@pytest.mark.parametrize("action", MOVES)
@pytest.mark.parametrize("user", [CARYS, DAI, ELIS, PRYS])
def test_a_forged_button_opens_no_door(desk: Room, user: str, action: str) -> None:
    """Carys asked; Dai and Elis have nothing to do with it; Prys has been taken away meanwhile."""
    ask(desk)
    modal = open_case(desk, user)
    desk.take_away(PRYS)
    said = words(forged(desk, user, action, "1", modal["id"]))
    assert deeds(desk) == ["opened"]
    assert case(desk).state is CaseState.NEW
    assert not [secret for secret in (SEREN.upn, "Evans") if secret in said]


@pytest.mark.parametrize("number", ["7", "0", "-1", "", "1; DROP", "9" * 40])
def test_a_forged_number_is_that_of_no_case(desk: Room, number: str) -> None:
    ask(desk)
    modal = open_case(desk, ELIS)
    said = words(forged(desk, ELIS, DeskAction.TAKE, number, modal["id"]))
    assert "Cases are worked on by" in said
    modal = open_case(desk, NIA)
    assert "There is no case" in words(forged(desk, NIA, DeskAction.TAKE, number, modal["id"]))


@pytest.mark.parametrize("form", [forms.RESOLVE, forms.SEND, forms.WAIT, forms.FILL_IN])
def test_a_forged_form_opens_no_door(desk: Room, form: str) -> None:
    ask(desk)
    open_case(desk, ELIS)
    values = {
        forms.REASON: {forms.REASON: menu(Resolution.ANSWERED)},
        forms.NOTE: {forms.NOTE: text_value("")},
        forms.REPLY: {forms.REPLY: text_value("words")},
        forms.PARTY: {forms.PARTY: menu(Party.WRITER)},
        forms.UNTIL: {forms.UNTIL: day(None)},
        forms.QUESTION: {forms.QUESTION: menu("why-missing")},
        forms.IDENTIFIER: {forms.IDENTIFIER: text_value(SEREN.upn)},
        "school": {"school": menu(NANT.number)},
    }
    view = {"id": "V", "hash": "h", "type": "modal", "callback_id": form, "private_metadata": "1"}
    view["state"] = {"values": values}
    user = {"id": ELIS, "username": "elis", "team_id": "T"}
    desk.deliver(
        "interactive",
        {
            "type": "view_submission",
            "user": user,
            "team": {"id": "T"},
            "view": view,
            "trigger_id": desk.live.workspace.new_trigger(ELIS),
        },
    )
    assert deeds(desk) == ["opened"]
    assert "Cases are worked on by" in words(desk.modal(ELIS))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (f"why-missing {SEREN.upn} {NANT.number}", f"You have no role at school {NANT.number}"),
        *((line, "This message is from an older version") for line in ("faq", "nonsense", "")),
    ],
)
def test_asking_about_a_school_of_somebody_elses_or_nothing_opens_nothing(
    desk: Room, line: str, said: str
) -> None:
    message = desk.answer(CARYS, LINE)
    payload = desk.pressed(CARYS, message, DeskAction.ASK)
    payload["actions"][0]["value"] = line
    desk.deliver("interactive", payload)
    told = desk.server.person(CARYS).messages(HELP)[-1]
    assert said in words(told)
    with desk.services.database.reading() as session:
        assert store.listed(session, None, CaseState) == []


def test_nothing_is_said_in_a_channel_where_none_is_set(glan: Room) -> None:
    glan.run(CARYS, LINE)
    glan.press(CARYS, DeskAction.ASK, HELP)
    deliver(glan)
    assert in_channel(glan) == []
    assert glan.server.person(CARYS).messages(QUIET) == []


def forged(room: Room, user: str, action: str, value: str, view_id: str) -> Json:
    """Somebody's modal is said to have had a button that it may never have had; the top modal then."""
    view = next(one for one in room.server.person(user).modals() if one["id"] == view_id)
    done: Json = {"action_id": action, "block_id": f"case:{value}:moves", "type": "button", "value": value}
    if action == DeskAction.HAND_OVER:
        done = {"action_id": action, "block_id": f"case:{value}:moves", "selected_user": user}
    payload = {
        "type": "block_actions",
        "user": {"id": user, "username": user, "team_id": "T"},
        "team": {"id": "T"},
        "container": {"type": "view", "view_id": view_id},
        "view": view,
        "actions": [done],
        "trigger_id": room.live.workspace.new_trigger(user, view_id),
    }
    room.deliver("interactive", payload)
    return room.modal(user)


# What somebody wrote


EMAIL = f"""Dear desk,

a new Year 7 learner at Glan High, UPN {SEREN.upn}, still has no Hwb account & is missing from the portal.

Thanks, Mair Wyn
"""


def paste(room: Room, user: str, text: str, school: str | None = None) -> str:
    """Somebody opens the form, pastes a text and sends it; what the modal says then."""
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


def test_an_email_that_slack_has_taken_in_is_read_and_nobody_is_its_writer(desk: Room) -> None:
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
    where, who, what = (one["element"] for one in form["blocks"])
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


def test_what_is_not_certain_can_be_filled_in_later_by_somebody_else_and_joins(desk: Room) -> None:
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
    upns = " ".join(one.upn for one in people)
    said = paste(desk, NIA, f"These learners at Glan High are missing from the portal: {upns}")
    assert "10 cases from this message:" in said
    assert "2 identifiers more in this message" in said
    desk.press_in_view(NIA, DeskAction.OPEN)
    assert "Case 1 " in words(desk.modal(NIA))
    assert len(desk.server.person(NIA).modals()) == 2


def test_a_text_that_names_others_too_is_read_by_those_only_who_look_after_all(desk: Room) -> None:
    desk.provisioning.extracts(BRYN, learner(5))
    paste(desk, NIA, f"Missing from the portal: {SEREN.upn} at Glan High and {learner(5).upn} at Bryn")
    deliver(desk)
    desk.answer(PRYS, "desk 1")
    shown = words(desk.server.person(PRYS).messages(HELP)[-1])
    assert "The message is about other schools too." in shown
    assert learner(5).upn not in shown
    assert learner(5).upn in words(desk.answer(NIA, "desk 1"))


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


# A case that closes itself


LATER = NOW + timedelta(minutes=10)


def later(room: Room, at: datetime = LATER) -> Room:
    return room.at(FixedClock(at))


def look(room: Room) -> int:
    changed = recheck.recheck(room.services)
    deliver(room)
    return changed


def test_when_the_account_is_there_the_case_closes_itself_and_whoever_asked_is_told(desk: Room) -> None:
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


def test_a_cause_that_changes_is_noted_and_the_channel_says_so(desk: Room) -> None:
    ask(desk)
    desk.provisioning.extracts(GLAN, JAC)
    assert look(later(desk)) == 1
    assert case(desk).cause == "not-in-mis"
    assert case(desk).who == "mis-administrator"
    assert "not in the school's MIS" in words(in_channel(desk)[0])
    assert deeds(desk) == ["opened", "changed"]
    assert look(later(desk, LATER + timedelta(minutes=10))) == 0


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


def test_a_wait_that_is_over_brings_the_case_back_to_whoever_has_it(desk: Room) -> None:
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


# The desk's channel, at the start


@pytest.mark.parametrize("channel", [None, HELP])
def test_a_channel_that_the_bot_is_in_will_do(here: Room, channel: str | None) -> None:
    channels.require(here.app.client, channel)


@pytest.mark.parametrize("channel", [QUIET, "C0NOWHERE"])
def test_a_channel_that_is_not_there_or_not_the_bots_is_refused(here: Room, channel: str) -> None:
    with pytest.raises(KnownError) as refused:
        channels.require(here.app.client, channel)
    assert refused.value.said.values == {"channel": channel}


def test_a_slack_that_has_trouble_keeps_nobody_from_starting(here: Room) -> None:
    here.server.fail_next("conversations.info", status=500)
    channels.require(here.app.client, "C0NOWHERE")


@pytest.mark.parametrize("given", ["#desk", "desk", "c0desk", "C", "C0DESK; DROP"])
def test_what_is_no_id_is_refused_by_the_settings(given: str) -> None:
    with pytest.raises(KnownError) as refused:
        load_settings({"desk_channel": given}, {})
    assert refused.value.said.values["name"] == "desk_channel"


def test_letters_about_a_case_that_has_been_deleted_are_settled(desk: Room) -> None:
    """A letter that could never be worded would be tried again for ever."""
    desk.run(CARYS, LINE)
    with desk.services.database.writing() as session:
        payloads = [{"kind": kind, "case": 99, "edits": None, "at": NOW.isoformat()} for kind in KINDS]
        letters.put(session, [Letter(str(one["kind"]), CARYS, one, any_time=True) for one in payloads], NOW)
    assert Sender(desk.services, desk.app.client, LETTER_KINDS).deliver() == len(KINDS)
    assert Sender(desk.services, desk.app.client, LETTER_KINDS).deliver() == 0
    assert desk.server.person(CARYS).messages() == []


KINDS = (CaseLetter.CASE, CaseLetter.ANSWER, CaseLetter.OUTCOME, CaseLetter.HANDED, CaseLetter.DUE)
