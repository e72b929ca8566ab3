"""What an answer begins with: what is missing, and whose move it is, told to the reader."""

from dataclasses import replace

import pytest

from bot.people.permissions import Grant, Role
from tests.bot.app_fixtures import CARYS, JAC, NIA, PRYS, SEREN, TELL_ME, Room, buttons, words
from tests.builders import GLAN

ASK_DESK = "Ask the Service Desk"


def first_lines(room: Room, user: str, line: str) -> list[str]:
    """What the answer says before its first button."""
    blocks = room.answer(user, line)["blocks"]
    buttons_at = next(place for place, block in enumerate(blocks) if block["type"] == "actions")
    return words(blocks[:buttons_at]).splitlines()


def test_a_champion_is_told_that_she_can_start_the_run_and_the_checks_stand_beneath(glan: Room) -> None:
    assert first_lines(glan, CARYS, f"why-missing {SEREN.upn}") == [
        "*The Provisioning Client has never run successfully for Glan High.*",
        ":point_right: *You can start it*",
        "Run the Provisioning Client for Glan High.",
        "_Whoever manages the school’s Provisioning Client: 01633 000000_",
    ]
    said = words(glan.answer(CARYS, f"why-missing {SEREN.upn}"))
    assert (
        said.index(":point_right:") < said.index("What was checked") < said.index("Can the UPN be looked up?")
    )


@pytest.mark.parametrize(
    ("role", "turn", "reason"),
    [
        (
            Role.MIS_ADMINISTRATOR,
            "Your move, as the school's MIS administrator",
            "was rejected: the start date is missing",
        ),
        (
            Role.DIGITAL_CHAMPION,
            "The school’s MIS administrator",
            "The school's record can't be used because the start date is missing",
        ),
    ],
)
def test_a_record_that_cannot_be_used_is_told_in_the_words_of_the_reader(
    role: Role, turn: str, reason: str, glan: Room
) -> None:
    glan.provisioning.extracts(GLAN, SEREN, replace(JAC, start_date=None))
    glan.grant(Grant(NIA, role, GLAN.number))
    said = "\n".join(first_lines(glan, NIA, f"why-missing {JAC.staff_code} {GLAN.number}"))
    assert f":point_right: *{turn}*" in said
    assert reason in said


def test_a_record_that_cannot_be_used_comes_before_the_move_of_its_account(glan: Room) -> None:
    glan.provisioning.extracts(GLAN, SEREN, replace(JAC, start_date=None))
    said = words(glan.answer(CARYS, f"move-account {JAC.staff_code}"))
    assert said.index("could not be used") < said.index("does not move to Glan High")
    assert "*Then, to be put right after that:*" in said


def test_a_typing_error_is_named_at_once_and_neither_watched_nor_made_a_case(glan: Room) -> None:
    answer = glan.answer(CARYS, "why-missing A680999920002")
    assert "The check letter of A680999920002 does not fit" in words(answer).splitlines()[1]
    assert not {TELL_ME, ASK_DESK} & set(buttons(answer))


def test_what_can_be_no_staff_code_is_neither_watched_nor_made_a_case(glan: Room) -> None:
    answer = glan.answer(CARYS, 'why-missing "?!"')
    assert not {TELL_ME, ASK_DESK} & set(buttons(answer))


def test_where_nothing_is_missing_the_service_desk_is_not_offered(glan: Room) -> None:
    assert ASK_DESK in buttons(glan.answer(CARYS, f"why-missing {SEREN.upn}"))
    glan.run(CARYS, "run")
    assert ASK_DESK not in buttons(glan.answer(CARYS, f"why-missing {SEREN.upn}"))


def test_an_officer_of_the_authority_is_not_sent_to_the_authority(glan: Room) -> None:
    said = words(glan.answer(PRYS, f"why-missing {SEREN.upn} {GLAN.number}"))
    assert "You can start it" in said
    assert "Ask your local authority" not in said
