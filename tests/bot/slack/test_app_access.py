"""Who gets an answer: grants, their ends, and refusals that give nothing away."""

from datetime import timedelta

import pytest

from bot.people.permissions import Grant, Role
from provisioning.clock import FixedClock, uk_date
from tests.bot.app_fixtures import (
    CARYS,
    DAI,
    ELIS,
    HUW,
    IDRIS,
    NIA,
    PRYS,
    SEREN,
    TELL_ME,
    WYN,
    Room,
    buttons,
    option,
    words,
)
from tests.builders import BRYN, GLAN, NANT, NOW, upn

EXISTING, UNKNOWN = SEREN.upn, upn(77)
ABOUT_PEOPLE = ("why-missing", "no-password", "old-class", "move-account", "missing", "last-run", "run")


def whole(message: dict[str, object]) -> object:
    """Everything that a message shows."""
    return message["text"], [{**block, "block_id": ""} for block in message["blocks"]]


@pytest.mark.parametrize("verb", ABOUT_PEOPLE)
@pytest.mark.parametrize("user", [ELIS, IDRIS])
def test_without_a_grant_there_is_one_refusal_for_everything(verb: str, user: str, glan: Room) -> None:
    refusals = [
        whole(glan.answer(user, line))
        for line in (
            f"{verb} {EXISTING}",
            f"{verb} {UNKNOWN}",
            f"{verb} {EXISTING} {GLAN.number}",
            f"{verb} {EXISTING} 6809999",
            f"{verb} nonsense",
            verb,
        )
    ]
    assert "I answer people who have a role at a school." in str(refusals[0])
    assert all(refusal == refusals[0] for refusal in refusals)
    assert glan.server.person(user).modals() == []
    assert glan.provisioning.statuses() == []


def test_at_another_school_the_refusal_is_the_same_for_every_person_and_school(glan: Room) -> None:
    refusals = [
        str(whole(glan.answer(DAI, f"why-missing {who} {number}"))).replace(number, "N")
        for who in (EXISTING, UNKNOWN, "JEV")
        for number in (GLAN.number, BRYN.number, "6809999")
    ]
    assert "You have no role at school N" in refusals[0]
    assert set(refusals) == {refusals[0]}


def test_a_school_is_refused_to_an_officer_of_another_authority(glan: Room) -> None:
    assert "You have no role at school 6819902" in words(glan.answer(PRYS, f"missing {BRYN.number}"))


@pytest.mark.parametrize("verb", ["help", "faq", "faq contacts", "language english"])
def test_what_says_nothing_of_anybody_needs_no_grant(verb: str, glan: Room) -> None:
    assert "I answer people" not in words(glan.answer(ELIS, verb))


def test_a_grant_counts_on_its_last_day_and_no_longer(glan: Room) -> None:
    today = uk_date(NOW)
    glan.grant(Grant(ELIS, Role.DIGITAL_CHAMPION, GLAN.number, ends_on=today))
    assert "2 people on roll" in words(glan.answer(ELIS, "missing"))
    tomorrow = glan.at(FixedClock(NOW + timedelta(days=1)))
    assert "I answer people" in words(tomorrow.answer(ELIS, "missing"))


def test_a_run_by_an_mis_administrator_or_the_service_desk_is_refused(glan: Room) -> None:
    for user in (HUW, NIA):
        answer = glan.answer(user, f"why-missing {SEREN.upn} {GLAN.number}")
        assert buttons(answer) == [
            TELL_ME,
            "Check again",
            "Show the FAQ",
            "Ask the Service Desk",
        ]
        assert buttons(glan.answer(user, f"last-run {GLAN.number}")) == []
        assert "A run can be started by" in words(glan.answer(user, f"run {GLAN.number}"))
    assert glan.provisioning.statuses() == []


def test_a_button_is_authorised_when_it_is_pressed(glan: Room) -> None:
    glan.answer(CARYS, f"why-missing {SEREN.upn}")
    glan.take_away(CARYS)
    answer = glan.press(CARYS, "run-now")
    assert answer is not None
    assert "I answer people" in words(answer)
    assert glan.provisioning.statuses() == []


@pytest.mark.parametrize(
    ("action", "value"),
    [
        ("run-now", f"{GLAN.number} why-missing {SEREN.upn} {GLAN.number}"),
        ("say:again", f"why-missing {SEREN.upn} {GLAN.number}"),
        ("say:run", f"run {GLAN.number}"),
    ],
)
def test_a_forged_button_gives_no_access(action: str, value: str, glan: Room) -> None:
    shown = glan.answer(ELIS, "faq")
    payload = glan.on_message(ELIS, shown, "block_actions", "say:faq")
    payload["actions"] = [{"type": "button", "action_id": action, "block_id": "x", "value": value}]
    glan.deliver("interactive", payload)
    assert "I answer people" in words(glan.server.person(ELIS).messages("C0HELP")[-1])
    assert glan.provisioning.statuses() == []


def test_a_forged_menu_gives_no_access(glan: Room) -> None:
    asked = glan.answer(PRYS, f"why-missing {UNKNOWN}")
    answer = glan.press(PRYS, "choose-school", selected_option=option(BRYN.number))
    assert answer is not None
    assert asked["ts"] == answer["ts"]
    assert "You have no role at school 6819902" in words(answer)


def test_a_grant_that_ended_while_the_modal_was_open(glan: Room) -> None:
    glan.run(CARYS, "why-missing")
    glan.take_away(CARYS)
    glan.submit(CARYS, SEREN.upn)
    assert "I answer people" in words(glan.modal(CARYS))


def test_only_the_person_who_asked_sees_an_answer(glan: Room) -> None:
    glan.run(CARYS, f"why-missing {SEREN.upn}")
    glan.run(CARYS, "run")
    for other in (WYN, NIA, DAI):
        assert glan.server.person(other).messages("C0HELP") == []


def test_a_role_over_one_school_does_not_ask_which(glan: Room) -> None:
    assert "Nant" in words(glan.answer(DAI, "last-run"))
    assert NANT.number in str(glan.answer(DAI, "last-run"))
