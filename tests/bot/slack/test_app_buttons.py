"""Buttons on an answer: run now, check again, the FAQ; old ones, and ones pressed twice."""

import pytest
from slack_sdk.webhook import WebhookClient

from tests.bot.app_fixtures import (
    CARYS,
    HELP,
    QUIET,
    SEREN,
    TELL_ME,
    WYN,
    Room,
    buttons,
    words,
)
from tests.bot.runs.movers import MOVER, a_mover_whose_previous_school_has_to_run
from tests.builders import GLAN


def test_run_now_runs_and_asks_again(glan: Room) -> None:
    asked = glan.answer(CARYS, f"why-missing {SEREN.upn}")
    answer = glan.press(CARYS, "run-now")
    assert answer is not None
    assert answer["ts"] == asked["ts"]
    assert "The Provisioning Client has run for Glan High." in words(answer)
    assert "2 created" in words(answer)
    assert f"{SEREN.upn} has an active account at Glan High: nothing is missing." in words(answer)
    assert buttons(answer) == ["Check again", "Show the FAQ"]
    assert glan.provisioning.account(SEREN).school == GLAN.number


def test_a_run_alone_ends_without_a_rule_and_run_now_draws_it_before_the_answer(glan: Room) -> None:
    glan.answer(CARYS, f"why-missing {SEREN.upn}")
    after = glan.press(CARYS, "run-now")
    assert after is not None
    assert [block["type"] for block in after["blocks"]][1] == "divider"
    alone = glan.run(CARYS, "run")[-1]
    assert [block["type"] for block in alone["blocks"]] == ["section"]


def test_run_now_first_says_that_it_runs(glan: Room) -> None:
    glan.answer(CARYS, f"why-missing {SEREN.upn}")
    glan.server.person(CARYS).press("run-now", HELP)
    work = glan.later.kept[:1]
    del glan.later.kept[1:]
    for do, _ in work:
        do()
    glan.later.kept.pop(0)
    message = glan.server.person(CARYS).messages(HELP)[-1]
    assert "I have started the Provisioning Client for Glan High" in words(message)
    glan.later.settle()


def test_of_the_previous_school_only_who_may_run_it_gets_the_button(here: Room) -> None:
    a_mover_whose_previous_school_has_to_run(here)
    assert buttons(here.answer(CARYS, f"why-missing {MOVER.upn}")) == [
        "Ask who runs the previous school's client",
        TELL_ME,
        "Check again",
        "Show the FAQ",
        "Ask the Service Desk",
    ]


def test_check_again_looks_at_the_records_anew(glan: Room) -> None:
    asked = glan.answer(CARYS, f"why-missing {SEREN.upn}")
    glan.provisioning.runs(GLAN)
    answer = glan.press(CARYS, "say:again")
    assert answer is not None
    assert answer["ts"] == asked["ts"]
    assert "nothing is missing" in words(answer)


def test_the_faq_comes_beside_the_answer(glan: Room) -> None:
    asked = glan.answer(CARYS, f"why-missing {SEREN.upn}")
    faq = glan.press(CARYS, "say:faq")
    assert faq is not None
    assert "does not have an account in the User Management Portal" in words(faq)
    assert [message["ts"] for message in glan.server.person(CARYS).messages(HELP)] == [asked["ts"], faq["ts"]]


def test_last_run_has_a_button_that_runs(glan: Room) -> None:
    glan.answer(CARYS, "last-run")
    answer = glan.press(CARYS, "say:run")
    assert answer is not None
    assert "2 created" in words(answer)


def test_missing_can_be_checked_again(glan: Room) -> None:
    glan.answer(CARYS, "missing")
    glan.provisioning.runs(GLAN)
    answer = glan.press(CARYS, "say:again")
    assert answer is not None
    assert "Everybody on roll at Glan High has an account there." in words(answer)


@pytest.mark.parametrize(("user", "said"), [(CARYS, "from an older version"), (WYN, "fersiwn hŷn")])
@pytest.mark.parametrize(
    ("action", "value"),
    [("approve_v1", "7"), ("run-now", "6809903 dance"), ("say:again", "")],
)
def test_a_retired_button_is_answered_politely(
    user: str, said: str, action: str, value: str, glan: Room
) -> None:
    shown = glan.answer(user, "faq")
    payload = glan.on_message(user, shown, "block_actions", "say:faq")
    payload["actions"] = [{"type": "button", "action_id": action, "block_id": "x", "value": value}]
    glan.deliver("interactive", payload)
    message = glan.server.person(user).messages(HELP)[-1]
    if action != "say:again":
        assert said in words(message)
    assert message["ephemeral"]


def test_a_retired_menu_is_answered_politely(glan: Room) -> None:
    shown = glan.answer(CARYS, "faq")
    payload = glan.on_message(CARYS, shown, "block_actions", "say:faq")
    chosen = {"text": {"type": "plain_text", "text": "x"}, "value": GLAN.number}
    payload["actions"] = [
        {
            "type": "static_select",
            "action_id": "choose-school",
            "block_id": "old",
            "selected_option": chosen,
        }
    ]
    glan.deliver("interactive", payload)
    assert "from an older version" in words(glan.server.person(CARYS).messages(HELP)[-1])


def test_a_button_pressed_twice_runs_twice_and_changes_once(glan: Room) -> None:
    shown = glan.answer(CARYS, f"why-missing {SEREN.upn}")
    once = glan.pressed(CARYS, shown, "run-now")
    for _ in range(2):
        glan.deliver("interactive", once)
    message = glan.server.person(CARYS).messages(HELP)[-1]
    assert "Nothing had to be changed." in words(message) or "2 unchanged" in words(message)
    assert "nothing is missing" in words(message)
    assert len(glan.provisioning.accounts(GLAN)) == 2


def test_a_button_pressed_while_the_run_is_under_way_says_so(glan: Room) -> None:
    glan.answer(CARYS, f"why-missing {SEREN.upn}")
    with glan.a_run_under_way(GLAN):
        answer = glan.press(CARYS, "run-now")
    assert answer is not None
    assert "A run for school 6809903 is already under way." in words(answer)
    assert buttons(answer) == [
        "Run now",
        "Provision this one now",
        TELL_ME,
        "Check again",
        "Show the FAQ",
        "Ask the Service Desk",
    ]


# Where answers go when response_url is no more


def spend(room: Room) -> None:
    """Use up every response_url that has been given out."""
    for key in list(room.live.responses.open):
        hook = WebhookClient(f"{room.server.url}/response/{key}")
        while hook.send(text="x", response_type="ephemeral").status_code == 200:
            pass


def test_a_used_up_response_url_is_followed_by_an_ephemeral_message(glan: Room) -> None:
    person = glan.server.person(CARYS)
    person.command(f"/hwb why-missing {SEREN.upn}", HELP)
    spend(glan)
    glan.later.settle()
    message = person.messages(HELP)[-1]
    assert "never run successfully for Glan High" in words(message)
    assert message["ephemeral"]
    assert len(glan.server.calls("chat.postEphemeral")) == 1


def test_where_the_bot_is_not_an_answer_that_does_not_reach_the_user_is_in_the_log(
    glan: Room, caplog: pytest.LogCaptureFixture
) -> None:
    person = glan.server.person(CARYS)
    person.command(f"/hwb why-missing {SEREN.upn}", QUIET)
    spend(glan)
    glan.later.settle()
    assert "an answer could not be shown" in caplog.text
    assert "not_in_channel" in caplog.text


def test_a_command_is_answered_where_the_bot_is_no_member(glan: Room) -> None:
    answer = glan.answer(CARYS, f"why-missing {SEREN.upn}", QUIET)
    assert "never run successfully for Glan High" in words(answer)
    assert glan.server.calls("chat.postEphemeral") == []


def test_a_command_in_the_direct_messages(glan: Room) -> None:
    answer = glan.answer(CARYS, f"why-missing {SEREN.upn}", None)
    assert "never run successfully for Glan High" in words(answer)
