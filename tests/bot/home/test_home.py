"""App Home: one school, several, many, none; refreshed, and run from."""

from typing import Any

import pytest

from bot.people.permissions import Grant, Role
from diagnostics import readiness
from tests.bot.app_fixtures import (
    CARYS,
    ELIS,
    HUW,
    JAC,
    NIA,
    PRYS,
    SEREN,
    WYN,
    Room,
    buttons,
    many_schools,
    words,
)
from tests.builders import GLAN, NANT, learner


def test_one_school(glan: Room) -> None:
    home = glan.open_home(CARYS)
    assert home is not None
    said = words(home)
    assert "*Glan High*  `6809903`" in said
    assert "has never run successfully for Glan High" in said
    assert "2 people on roll at Glan High without an account there" in said
    assert "→ You can start it" in said
    assert {"Rollover", "Who is missing", "Last run", "Run now"} <= set(buttons(home))
    assert "Rollover board" not in buttons(home)


def test_the_stages_of_a_single_school_are_found_once(glan: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[object] = []
    look = readiness.looks_together

    def counted(*given: Any) -> Any:
        looked.append(given)
        return look(*given)

    monkeypatch.setattr(readiness, "looks_together", counted)
    glan.open_home(CARYS)
    assert len(looked) == 1


def test_in_welsh(glan: Room) -> None:
    home = glan.open_home(WYN)
    assert home is not None
    assert "Cyfrifon Hwb" in words(home)
    assert "2 o bobl ar gofrestr Ysgol Glan" in words(home)


def test_several_schools_the_one_with_most_missing_first(glan: Room) -> None:
    glan.provisioning.extracts(NANT)
    home = glan.open_home(PRYS)
    assert home is not None
    said = words(home)
    assert said.index("*Glan High*") < said.index("*Nant Primary*")
    assert "*Nant Primary*  `6809901` · everybody on roll has an account" in said


def test_several_schools_have_a_line_each_that_opens_the_schools_stages(glan: Room) -> None:
    home = glan.open_home(PRYS)
    assert home is not None
    assert "Rollover board" in buttons(home)
    assert "Rollover" not in buttons(home)
    glan.press_in_view(PRYS, "say:school")
    assert "Glan High" in words(glan.modal(PRYS))


def test_many_schools_are_listed_but_not_looked_into(glan: Room) -> None:
    glan.schools(*many_schools(30))
    home = glan.open_home(NIA)
    assert home is not None
    said = words(home)
    assert "… and 13 schools more" in said
    assert "on roll" not in said


def test_a_school_whose_extract_cannot_be_read(here: Room) -> None:
    home = here.open_home(CARYS)
    assert home is not None
    assert "Who is missing at Glan High is not known" in words(home)


def test_a_user_without_a_role(glan: Room) -> None:
    home = glan.open_home(ELIS)
    assert home is not None
    assert "I answer people who have a role at a school." in words(home)
    assert buttons(home) == ["Key dates", "FAQ", "Ask a question"]


def test_who_may_not_run_gets_no_button_for_it(glan: Room) -> None:
    home = glan.open_home(HUW)
    assert home is not None
    assert "Run now" not in buttons(home)


def test_refresh(glan: Room) -> None:
    glan.open_home(CARYS)
    glan.provisioning.runs(GLAN)
    glan.press_in_view(CARYS, "home:refresh")
    home = glan.server.person(CARYS).home()
    assert home is not None
    assert "Everybody on roll at Glan High has an account there." in words(home)
    assert "2 created" in words(home)


def test_a_run_from_home_is_shown_in_a_modal_and_then_in_home(glan: Room) -> None:
    glan.open_home(CARYS)
    glan.press_in_view(CARYS, "say:run")
    assert "2 created" in words(glan.modal(CARYS))
    home = glan.server.person(CARYS).home()
    assert home is not None
    assert "Everybody on roll at Glan High has an account there." in words(home)
    assert glan.provisioning.account(SEREN).school == GLAN.number


def test_what_is_missing_from_home_comes_in_a_modal_and_not_in_a_conversation(glan: Room) -> None:
    glan.open_home(CARYS)
    glan.press_in_view(CARYS, "say:missing")
    said = words(glan.modal(CARYS))
    assert SEREN.upn in said
    assert JAC.staff_code in said
    assert glan.server.person(CARYS).messages() == []


@pytest.mark.parametrize("action", ["open:why-missing", "open:no-password", "open:old-class"])
def test_a_question_from_home_asks_about_whom(action: str, glan: Room) -> None:
    glan.open_home(CARYS)
    glan.press_in_view(CARYS, action)
    glan.submit(CARYS, SEREN.upn)
    assert "never run successfully for Glan High" in words(glan.modal(CARYS))


def test_the_faq_from_home_opens_its_entries_on_top(glan: Room) -> None:
    glan.open_home(CARYS)
    glan.press_in_view(CARYS, "say:faq")
    glan.press_in_view(CARYS, "say:faq")
    assert len(glan.server.person(CARYS).modals()) == 2


def test_opening_that_is_told_twice_is_harmless(glan: Room) -> None:
    once = glan.open_home(CARYS)
    again = glan.open_home(CARYS, times=3)
    assert once is not None
    assert again is not None
    assert words(once) == words(again)
    assert glan.provisioning.statuses() == []


def test_the_messages_tab_is_not_home(glan: Room) -> None:
    assert glan.open_home(CARYS, tab="messages") is None


def test_events_that_are_none_of_ours_are_taken(glan: Room) -> None:
    event = {"type": "event_callback", "event": {"type": "user_change", "user": {"id": CARYS}}}
    assert glan.deliver("events_api", event) == {}
    said = {"type": "message", "user": CARYS, "text": "hello", "channel": "D0", "channel_type": "im"}
    assert glan.deliver("events_api", {"type": "event_callback", "event": said}) == {}


def test_twelve_schools_full_of_missing_people_fit(here: Room) -> None:
    schools = many_schools(12)
    here.schools(*schools)
    here.grant(*(Grant(ELIS, Role.SERVICE_DESK, school.number) for school in schools))
    for place, school in enumerate(schools):
        here.provisioning.extracts(school, *(learner(10 * place + number) for number in range(10)))
    home = here.open_home(ELIS)
    assert home is not None
    assert words(home).count("10 people without an account") == 12


def test_the_causes_are_told_to_who_reads_them(glan: Room) -> None:
    glan.provisioning.extracts(GLAN, learner(1, surname=""))
    read = {user: glan.open_home(user) for user in (CARYS, HUW)}
    assert "→ The school’s MIS administrator" in words(read[CARYS])
    assert "→ Your move, as the school's MIS administrator" in words(read[HUW])


def test_records_that_cannot_be_used_are_called_rows_to_the_mis_administrator_alone(glan: Room) -> None:
    glan.provisioning.extracts(GLAN, learner(1, surname=""), learner(2))
    glan.provisioning.runs(GLAN)
    read = {user: glan.open_home(user) for user in (CARYS, HUW)}
    assert "1 record can't be used" in words(read[CARYS])
    assert "rejected" not in words(read[CARYS])
    assert "1 row rejected" in words(read[HUW])
