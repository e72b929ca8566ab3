"""Who sees a case and the queue; forged buttons and forms."""

import pytest

from bot.desk import form_screens as forms
from bot.desk import store
from bot.desk.actions import DeskAction
from bot.desk.case import CaseState, Party, Resolution
from bot.people.permissions import Grant, Role
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
    Room,
    text_value,
    words,
)
from tests.bot.desk.desk_room import LINE, ask, case, day, deeds, forged, menu, open_case
from tests.builders import NANT


@pytest.mark.parametrize("user", [DAI, ELIS, HUW])
def test_who_neither_asked_nor_works_there_sees_nothing(desk: Room, user: str) -> None:
    ask(desk)
    said = words(open_case(desk, user))
    assert "Cases are worked on by a local authority officer, the Service Desk, or an administrator." in said
    assert not [secret for secret in (*PRIVATE, "never run") if secret in said]


@pytest.mark.parametrize("user", [CARYS, DAI, ELIS])
def test_the_queue_is_refused_to_others(desk: Room, user: str) -> None:
    ask(desk)
    said = words(desk.answer(user, "desk 1"))
    assert "case 1" not in said.casefold()
    assert "role" in said or "Service Desk" in said


def test_an_authority_does_not_see_another_authoritys_cases(desk: Room) -> None:
    ask(desk)
    desk.take_away(PRYS)
    desk.grant(Grant(PRYS, Role.LOCAL_AUTHORITY, "681"))
    assert "There are no open cases." in words(desk.answer(PRYS, "desk"))
    assert "Cases are worked on" in words(open_case(desk, PRYS))


TRANSITIONS = [
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


@pytest.mark.parametrize("action", TRANSITIONS)
@pytest.mark.parametrize("user", [CARYS, DAI, ELIS, PRYS])
def test_a_forged_button_gives_no_access(desk: Room, user: str, action: str) -> None:
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
def test_a_forged_form_gives_no_access(desk: Room, form: str) -> None:
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
    user = {"id": ELIS, "username": "elis", "team_id": "T0TRIAL"}
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
def test_asking_about_another_school_or_nothing_opens_nothing(desk: Room, line: str, said: str) -> None:
    message = desk.answer(CARYS, LINE)
    payload = desk.pressed(CARYS, message, DeskAction.ASK)
    payload["actions"][0]["value"] = line
    desk.deliver("interactive", payload)
    told = desk.server.person(CARYS).messages(HELP)[-1]
    assert said in words(told)
    with desk.services.database.reading() as session:
        assert store.listed(session, None, CaseState) == []
