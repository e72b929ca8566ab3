"""`/hwb freeze`: the form, its faults, what is said of a frozen school, and the end of a freeze."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from bot.freezes import screens
from bot.freezes.actions import FreezeAction
from bot.people.permissions import Grant, Role
from bot.requests import store as requests
from bot.requests.actions import RequestAction
from bot.runs.actions import RunAction
from bot.slack.modals import SCHOOL
from knowledge.texts import UK
from provisioning.store import freezes
from provisioning.store.freezes import Freeze
from tests.bot.app_fixtures import (
    ASK_MANAGER,
    CARYS,
    DAI,
    ELIS,
    HUW,
    PRYS,
    SEREN,
    WYN,
    Room,
    TurnedClock,
    buttons,
    elements,
    option,
    words,
)
from tests.builders import GLAN, NANT, NOW, upn

TODAY = NOW.date()
LAST = date(2026, 9, 9)
SAID = "Glan High: runs are frozen until 9 September 2026, that day included (server move) by <@U0PRYS>."


def day(chosen: date) -> dict[str, Any]:
    return {"type": "datepicker", "selected_date": chosen.isoformat()}


def freeze(
    room: Room,
    user: str = PRYS,
    school: str | None = GLAN.number,
    authority: str | None = None,
    first: date = TODAY,
    last: date = LAST,
    reason: str = "server move",
    meanwhile: Callable[[], object] = lambda: None,
) -> Any:
    """Type the verb, fill in its form and send it; `meanwhile` happens before its work begins."""
    room.run(user, "freeze")
    chosen = {
        SCHOOL: {"type": "static_select", "selected_option": option(school) if school else None},
        screens.AUTHORITY: {
            "type": "static_select",
            "selected_option": option(authority) if authority else None,
        },
        screens.FROM: day(first),
        screens.TO: day(last),
        screens.REASON: {"type": "plain_text_input", "value": reason},
    }
    shown = {block.get("block_id") for block in room.modal(user)["blocks"]}
    outcome = room.server.person(user).submit(
        {name: {name: value} for name, value in chosen.items() if name in shown}
    )
    meanwhile()
    room.later.settle()
    return outcome


def test_the_form_says_what_follows_and_every_answer_about_the_school_says_it(glan: Room) -> None:
    freeze(glan)
    assert "Frozen: Glan High (6809903)" in words(glan.modal(PRYS))
    for line in (f"why-missing {SEREN.upn}", "missing", "last-run", "rollover"):
        said = words(glan.answer(CARYS, line))
        assert SAID.replace("U0PRYS", PRYS) in said, line
        assert "a provisioning manager, a local authority officer, or an administrator" in said
    home = glan.open_home(CARYS)
    assert home is not None
    assert "runs are frozen until 9 September 2026" in words(home)
    assert "Run now" not in buttons(home)


def test_a_question_in_words_about_a_person_tells_the_freeze_once(glan: Room) -> None:
    freeze(glan)
    said = words(glan.answer(CARYS, f"ask why is {SEREN.upn} missing"))
    assert "What was checked" in said
    assert said.count("runs are frozen until 9 September 2026") == 1


def test_where_nothing_is_missing_a_short_line_beneath_is_enough(glan: Room) -> None:
    glan.provisioning.runs(GLAN)
    freeze(glan)
    answer = glan.answer(CARYS, f"why-missing {SEREN.upn}")
    assert not words(answer).startswith("Glan High: runs")
    assert words(answer).endswith("Glan High: runs frozen until 9 September 2026")
    assert "server move" not in words(answer)
    several = words(glan.answer(CARYS, f"why-missing {SEREN.upn} {upn(77)}"))
    assert "server move" in several  # the other one's account is missing


def test_no_run_is_asked_for_that_a_freeze_would_refuse(glan: Room) -> None:
    """Not of one person, nor of all who wait for that run."""
    glan.grant(Grant(ELIS, Role.PROVISIONING_MANAGER, GLAN.number))
    lines, ask = (f"why-missing {SEREN.upn}", "missing"), "Ask the provisioning manager"
    assert all(ask in buttons(glan.answer(HUW, line)) for line in lines)
    freeze(glan)
    assert not any(ask in buttons(glan.answer(HUW, line)) for line in lines)


def test_a_press_that_an_answer_offered_before_the_freeze_asks_for_no_run(glan: Room) -> None:
    glan.grant(Grant(DAI, Role.PROVISIONING_MANAGER, GLAN.number))
    glan.answer(HUW, f"why-missing {SEREN.upn}")
    freeze(glan)
    said = words(glan.press(HUW, RequestAction.ASK))
    assert "Glan High: runs are frozen until 9 September 2026, that day included" in said
    assert "I have sent nothing" in said
    with glan.services.database.reading() as session:
        assert requests.every_open(session) == []


def test_what_a_run_would_mend_is_to_be_done_after_the_freeze(glan: Room) -> None:
    """The MIS administrator can ask for a run, and while the school is frozen there is none to ask for."""
    glan.grant(Grant(DAI, Role.PROVISIONING_MANAGER, GLAN.number))
    before = glan.answer(HUW, f"why-missing {SEREN.upn}")
    assert "Run the Provisioning Client for Glan High." in words(before)
    assert ASK_MANAGER in buttons(before)
    freeze(glan)
    frozen = glan.answer(HUW, f"why-missing {SEREN.upn}")
    then = "After 9 September 2026, when runs begin again: Run the Provisioning Client for Glan High."
    assert then in words(frozen)
    assert ASK_MANAGER not in buttons(frozen)
    assert then in words(glan.answer(HUW, "missing"))


def test_no_run_is_the_readers_to_start_meanwhile(glan: Room) -> None:
    """The Digital Champion could start the run for the intake, in the list as on the page of the stages."""
    lines = ("missing", "rollover")
    assert all("You can start it" in words(glan.answer(CARYS, line)) for line in lines)
    freeze(glan)
    for line in lines:
        said = words(glan.answer(CARYS, line))
        assert "You can start it" not in said, line
        assert "After 9 September 2026, when runs begin again: " in said, line


def test_the_board_says_how_many_and_which(glan: Room) -> None:
    assert "You can start it" in words(glan.answer(PRYS, "rollover"))
    freeze(glan)
    said = words(glan.answer(PRYS, "rollover"))
    assert "You can start it" not in said
    assert "Schools here whose runs are frozen: 1." in said
    assert "runs frozen until 9 September 2026" in said


def test_a_run_that_is_pressed_is_refused_and_a_forecast_is_not(glan: Room) -> None:
    freeze(glan)
    said = words([block for message in glan.run(CARYS, "run") for block in message["blocks"]])
    assert said.count("runs are frozen until 9 September 2026") == 1
    assert "Nothing was changed. The next scheduled time after that day runs it." in said
    assert "I have started" not in said
    assert "/hwb freeze" in said
    assert "Run now" not in buttons(glan.answer(CARYS, "last-run"))
    assert "2 new accounts" in words(glan.answer(CARYS, "forecast"))


@pytest.mark.parametrize("action", [RunAction.RUN_NOW, RunAction.PROVISION])
def test_a_run_offered_before_the_freeze_is_refused_above_the_check_with_the_freeze_told_once(
    action: RunAction, glan: Room
) -> None:
    glan.answer(CARYS, f"why-missing {SEREN.upn}")
    freeze(glan)
    said = words(glan.press(CARYS, action))
    assert said.count("runs are frozen until 9 September 2026") == 1
    assert "Nothing was changed." in said


def test_an_authority_freezes_all_of_its_schools(glan: Room) -> None:
    freeze(glan, school=None, authority="680")
    assert "Frozen: all schools of Newport (680)" in words(glan.modal(PRYS))
    assert "Glan High: runs are frozen" in words(glan.answer(CARYS, "last-run"))


def test_one_who_runs_one_client_chooses_no_place(glan: Room) -> None:
    glan.grant(Grant(WYN, Role.PROVISIONING_MANAGER, GLAN.number))
    glan.run(WYN, "rhewi")
    assert SCHOOL not in {block.get("block_id") for block in glan.modal(WYN)["blocks"]}
    freeze(glan, WYN)
    assert "Wedi'i rewi: Ysgol Glan (6809903)" in words(glan.modal(WYN))
    assert "Ysgol Glan: mae rhediadau wedi'u rhewi tan 9 Medi 2026" in words(
        glan.answer(WYN, "rhediad-diwethaf")
    )


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"first": TODAY - timedelta(days=1)}, "A freeze can't begin on 6 September 2026"),
        ({"last": TODAY + timedelta(days=31)}, "it lasts 31 days at most"),
        ({"school": None}, "A freeze is of one school or of one authority"),
        ({"authority": "680"}, "A freeze is of one school or of one authority"),
        ({"reason": " "}, "The freeze has no reason"),
    ],
)
def test_a_fault_stands_in_the_form(fields: dict[str, Any], fault: str, glan: Room) -> None:
    assert fault in str(freeze(glan, **fields))


@pytest.mark.parametrize(
    ("user", "line", "warning"),
    [
        (PRYS, "freeze", "read by all who ask about the school: name no person in it."),
        (WYN, "rhewi", "pawb sy'n holi am yr ysgol yn ei ddarllen: peidiwch ag enwi unrhyw berson ynddo."),
    ],
    ids=["English", "Welsh"],
)
def test_where_a_reason_is_typed_it_is_said_who_reads_it_and_a_long_one_does_not_fit(
    user: str, line: str, warning: str, glan: Room
) -> None:
    glan.grant(Grant(WYN, Role.PROVISIONING_MANAGER, GLAN.number))
    glan.run(user, line)
    (field,) = [each for each in glan.modal(user)["blocks"] if each.get("block_id") == screens.REASON]
    assert field["hint"]["text"].endswith(warning)
    assert field["element"]["max_length"] == freezes.LONGEST_REASON


def test_a_upn_or_an_address_in_a_reason_is_masked_before_it_is_kept(glan: Room) -> None:
    freeze(glan, reason=f"{SEREN.upn} is with nia@glan.example, ask the office")
    said = words(glan.answer(CARYS, "last-run"))
    assert "is with" in said
    assert "ask the office" in said
    assert SEREN.upn not in said
    assert "nia@" not in said


def test_the_help_says_who_reads_a_reason(glan: Room) -> None:
    glan.grant(Grant(WYN, Role.PROVISIONING_MANAGER, GLAN.number))
    assert "all who ask about the school: name no person" in words(glan.answer(PRYS, "help freeze"))
    assert "peidiwch ag enwi unrhyw berson" in words(glan.answer(WYN, "help rhewi"))


def test_a_form_that_is_sent_just_before_midnight_is_answered_after_it(glan: Room) -> None:
    clock = TurnedClock(datetime(2026, 9, 7, 23, 59, 59, tzinfo=UK))
    room = glan.at(clock)
    sent = freeze(room, meanwhile=lambda: clock.turn(timedelta(seconds=2)))
    said = words(room.modal(PRYS))
    assert "A freeze can't begin on 7 September 2026; a day from 8 September 2026" in said
    assert "Choose today or a later day" in said
    assert sent.errors == {}
    assert "frozen" not in words(room.answer(CARYS, "last-run"))


def test_a_colleague_who_was_quicker_is_told_of_in_the_place_of_the_form(glan: Room) -> None:
    other = Freeze(GLAN.number, TODAY, LAST, "half term", WYN, NOW)

    def begin() -> None:
        with glan.services.database.writing() as session:
            freezes.begin(session, other)

    freeze(glan, meanwhile=begin)
    assert "is frozen already from 7 September 2026 to 9 September 2026" in words(glan.modal(PRYS))


def test_a_fault_that_stands_in_the_form_is_told_there_alone(
    glan: Room, caplog: pytest.LogCaptureFixture
) -> None:
    """No modal is waited for that is not there; and the form can be sent again, put right."""
    freeze(glan, first=TODAY - timedelta(days=1))
    assert glan.modal(PRYS)["callback_id"] == screens.FORM
    assert glan.server.person(PRYS).messages() == []
    assert "a modal was gone" not in caplog.text
    freeze(glan)
    assert "Frozen: Glan High" in words(glan.modal(PRYS))


def test_it_is_ended_by_its_button(glan: Room) -> None:
    freeze(glan)
    glan.run(PRYS, "freeze")
    assert "Glan High (6809903): from 7 September 2026 until 9 September 2026" in words(glan.modal(PRYS))
    (end,) = [each for each in elements(glan.modal(PRYS)) if each["action_id"].startswith(FreezeAction.END)]
    glan.press_in_view(PRYS, end["action_id"])
    assert "The freeze was ended: Glan High (6809903)." in words(glan.modal(PRYS))
    assert "frozen" not in words(glan.answer(CARYS, "last-run"))


def test_others_are_told_who_may(glan: Room) -> None:
    refused = "Runs are frozen by a provisioning manager, a local authority officer, or an administrator."
    assert words(glan.answer(CARYS, "freeze")) == refused


def test_nothing_is_said_at_other_schools(glan: Room) -> None:
    freeze(glan, school=NANT.number)
    assert "frozen" not in words(glan.answer(CARYS, "last-run"))
    with glan.services.database.reading() as session:
        assert [each.place for each in freezes.since(session, TODAY).every] == [NANT.number]


@pytest.mark.parametrize(
    ("user", "question", "told"),
    [
        (CARYS, "ask why is my school frozen", SAID),
        (CARYS, f"ask is {GLAN.number} frozen", SAID),
        (CARYS, f"ask is {NANT.number} frozen", None),
        (
            WYN,
            "gofyn pam mae fy ysgol wedi'i rhewi",
            "Ysgol Glan: mae rhediadau wedi'u rhewi tan 9 Medi 2026, gan gynnwys y diwrnod hwnnw",
        ),
        (ELIS, "ask why is my school frozen", None),
    ],
)
def test_who_asks_why_a_school_is_frozen_is_told_until_when_and_why(
    user: str, question: str, told: str | None, glan: Room
) -> None:
    """Elis has no role, and Carys none at Nant: they are told of no school."""
    freeze(glan)
    said = words(glan.answer(user, question))
    assert told is None or told in said
    assert ("server move" in said) == (told is not None)
    assert "not frozen" not in said


def test_where_nothing_is_frozen_that_is_the_answer(glan: Room) -> None:
    """Prys of the authority has two schools."""
    assert "Glan High: runs are not frozen now." in words(glan.answer(CARYS, "ask why is my school frozen"))
    assert "Runs are not frozen now at any of the 2 schools here." in words(
        glan.answer(PRYS, "ask which schools are frozen")
    )
