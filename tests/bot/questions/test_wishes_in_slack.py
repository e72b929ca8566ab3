"""What the bot can do, asked for in Slack: what it does, a button that does it, and who may."""

from typing import Any

import pytest

from tests.bot.app_fixtures import CARYS, DAI, ELIS, PRYS, WYN, Room, buttons, elements, words
from tests.builders import GLAN


def values(answer: dict[str, Any]) -> list[str]:
    return [element["value"] for element in elements(answer) if "value" in element]


def test_a_button_carries_out_what_was_asked_for(glan: Room) -> None:
    answer = glan.answer(CARYS, "ask who in year 7 has no account yet")
    assert "Lists everybody on roll" in words(answer)
    assert buttons(answer)[:2] == ["Do this", "Something else"]
    assert values(answer)[0] == "missing year 7"
    found = glan.press(CARYS, "say:verb-missing")
    assert found is not None
    assert "Glan High" in words(found)


def test_in_welsh_the_command_is_in_welsh_words(glan: Room) -> None:
    answer = glan.answer(WYN, "gofyn pwy ym mlwyddyn 7 sydd heb gyfrif")
    assert "/hwb ar-goll blwyddyn 7" in words(answer)
    assert buttons(answer)[0] == "Gwneud hyn"


def test_a_run_is_not_started_before_the_button_is_pressed(glan: Room) -> None:
    answer = glan.answer(CARYS, f"ask please run the client now at {GLAN.number}")
    assert "I have started" not in words(answer)
    assert values(answer)[0] == f"run {GLAN.number}"


@pytest.mark.parametrize("question", ["ask when is rollover week", "gofyn pryd mae wythnos y trosglwyddo"])
def test_dates_are_told_at_once(question: str, glan: Room) -> None:
    assert "24" in words(glan.answer(CARYS, question))
    assert "2026" in words(glan.answer(CARYS, question))


def test_who_may_not_is_told_who_may(glan: Room) -> None:
    answer = glan.answer(CARYS, "ask show me the open cases of the Service Desk")
    assert "the Service Desk" in words(answer)
    assert "Do this" not in buttons(answer)
    assert "Do this" not in buttons(glan.answer(ELIS, "ask who in year 7 has no account yet"))


def test_in_a_direct_message_what_names_people_opens_in_a_modal(glan: Room) -> None:
    glan.say(CARYS, "who in year 7 has no account yet")
    before = glan.server.person(CARYS).messages()
    glan.press(CARYS, "aside:verb-missing", None)
    assert "Glan High" in words(glan.modal(CARYS))
    assert glan.server.person(CARYS).messages() == before


def test_the_schools_own_contacts_stand_with_the_guides(glan: Room) -> None:
    answer = words(glan.answer(CARYS, "ask who do I contact for help"))
    assert "Glan High" in answer
    assert f"<@{CARYS}>" in answer
    assert "Glan High" not in words(glan.answer(DAI, f"ask who do I contact for help at {GLAN.number}"))
    assert "Glan High" not in words(glan.answer(PRYS, "ask who do I contact for help"))


def test_thanks_are_taken(glan: Room) -> None:
    assert "You're welcome" in words(glan.answer(CARYS, "ask thank you very much"))
    assert "Croeso" in words(glan.answer(WYN, "gofyn diolch"))


def test_under_the_guides_words_on_a_review_stands_the_button_that_opens_it(glan: Room) -> None:
    answer = glan.answer(CARYS, "ask review governor accounts")
    assert "Governor" in words(answer)
    assert "review governors" in values(answer)
    assert "review governors" not in values(glan.answer(ELIS, "ask review governor accounts"))
