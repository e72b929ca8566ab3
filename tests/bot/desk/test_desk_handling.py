"""A case in hand: taken, waiting, replied to, handed over, resolved, reopened."""

from bot.desk import form_screens as forms
from bot.desk.actions import DeskAction
from bot.desk.case import CaseState, Party, Resolution
from tests.bot.app_fixtures import (
    CARYS,
    NIA,
    PRIVATE,
    PRYS,
    SEREN,
    WYN,
    Room,
    buttons,
    elements,
    text_value,
    words,
)
from tests.bot.desk.desk_room import ask, case, day, deeds, deliver, forged, menu, open_case, press, send
from tests.bot.menu_options import suggested
from tests.builders import GLAN


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


def test_a_reply_is_checked_and_sent_to_the_digital_champion_who_asked(desk: Room) -> None:
    ask(desk)
    open_case(desk, NIA)
    desk.press_in_view(NIA, DeskAction.SEND)
    draft = elements(desk.modal(NIA))[-1]["initial_value"]
    assert SEREN.upn not in draft
    assert GLAN.name.en not in draft
    send(desk, NIA, {forms.REPLY: text_value(draft + "\nNia")})
    deliver(desk)
    (letter,) = desk.server.person(CARYS).messages()
    assert "The Service Desk has answered your question (case 1):" in words(letter)
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
    assert f"has already been taken by another user. <@{NIA}>" in said
    assert case(desk).taken_by == NIA
    assert deeds(desk) == ["opened", "taken"]


def test_taken_twice_says_so(desk: Room) -> None:
    ask(desk)
    open_case(desk, NIA)
    stale = desk.server.person(NIA).modals()[-1]
    press(desk, NIA, DeskAction.TAKE)
    assert "already yours" in words(forged(desk, NIA, DeskAction.TAKE, "1", stale["id"]))


def test_handed_over_to_an_authority_officer_and_not_to_a_digital_champion(desk: Room) -> None:
    ask(desk)
    open_case(desk, NIA)
    refused = press(desk, NIA, DeskAction.HAND_OVER, selected_user=CARYS)  # in Slack's own menu of users
    assert "That person can't work on this case" in refused
    assert case(desk).taken_by is None
    assert f"taken by <@{PRYS}>" in press(desk, NIA, DeskAction.HAND_OVER, **menu(PRYS))
    deliver(desk)
    (letter,) = desk.server.person(PRYS).messages()
    assert "Case 1 has been handed over to you by" in words(letter)
    assert not [secret for secret in PRIVATE if secret in str(letter)]


def test_who_was_handed_a_case_reads_how_it_stands_as_it_moves_on(desk: Room) -> None:
    ask(desk)
    open_case(desk, NIA)
    press(desk, NIA, DeskAction.HAND_OVER, **menu(PRYS))
    deliver(desk)

    def reads() -> str:
        deliver(desk)
        (letter,) = desk.server.person(PRYS).messages()
        return words(letter["blocks"])

    assert "Case 1 has been handed over to you by" in reads()
    press(desk, NIA, DeskAction.HAND_OVER, **menu(NIA))
    assert "handed over to you" not in reads()
    assert f"taken by <@{NIA}>" in reads()
    open_case(desk, NIA)
    desk.press_in_view(NIA, DeskAction.RESOLVE)
    send(desk, NIA, {forms.REASON: menu(Resolution.PUT_RIGHT)})
    assert "put right" in reads()


def test_who_asked_reads_that_a_resolved_case_is_open_again(desk: Room) -> None:
    ask(desk)
    open_case(desk, NIA)
    desk.press_in_view(NIA, DeskAction.RESOLVE)
    send(desk, NIA, {forms.REASON: menu(Resolution.PUT_RIGHT)})
    deliver(desk)
    press(desk, NIA, DeskAction.REOPEN)
    deliver(desk)
    (letter,) = desk.server.person(CARYS).messages()
    assert "The Service Desk works on case 1 again." in words(letter["blocks"])


def test_those_who_work_on_a_case_are_offered_and_no_others(desk: Room) -> None:
    ask(desk)

    def offered(user: str, typed: str = "", number: int = 1) -> list[str]:
        return list(suggested(desk, user, DeskAction.HAND_OVER, f"case:{number}:moves", typed))

    assert offered(NIA) == ["Nia · Service Desk", "Prys · Local authority officer"]
    assert offered(NIA, "prys") == ["Prys · Local authority officer"]
    assert offered(CARYS) == []
    assert offered(NIA, number=9) == []
    open_case(desk, NIA)
    press(desk, NIA, DeskAction.TAKE)
    assert offered(NIA) == ["Prys · Local authority officer"]


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
    assert "Service Desk: 1 open case" in words(desk.answer(NIA, "desk"))
    assert "0 mine · 1 not taken · 0 waiting" in words(desk.answer(NIA, "desk"))
    assert "Glan High" in words(desk.answer(PRYS, "desk"))
    assert SEREN.upn in words(desk.answer(NIA, "desk 1"))
    assert "There is no case 7." in words(desk.answer(NIA, "desk 7"))
    desk.answer(NIA, "language cymraeg")
    assert "Y Ddesg Wasanaeth: 1 achos agored" in words(desk.answer(NIA, "desg"))


def test_home_has_the_desk_for_those_who_work_there(desk: Room) -> None:
    ask(desk)
    home = desk.open_home(NIA)
    assert home is not None
    assert "Service Desk: 1 open case" in words(home)
    assert "Triage a message" in buttons(home)
    desk.press_in_view(NIA, DeskAction.OPEN)
    assert "Case 1" in words(desk.modal(NIA))
    other = desk.open_home(CARYS)
    assert "Service Desk" not in words(other or {})
