""" "Was this right?" under answers: counted once, without a name, and then the buttons are gone."""

import pytest
from sqlalchemy import select

from bot.feedback.store import Tally, tallies
from bot.feedback.tables import FeedbackRow
from slack_workspace.visit import ActOutcome
from tests.bot.app_fixtures import (
    CARYS,
    ELIS,
    HELP,
    SEREN,
    WYN,
    Json,
    Room,
    buttons,
    elements,
    text_value,
    words,
)

WHY = f"why-missing {SEREN.upn}"
RIGHT, REASON = "feedback:right", "feedback:reason"


def told(room: Room) -> list[tuple[str, str, str, int, int, dict[str, int]]]:
    """What `hwb feedback` lists."""
    with room.services.database.reading() as session:
        found: list[Tally] = list(tallies(session, None))
    return [(it.judged.verb, it.judged.about, it.language, it.yes, it.no, dict(it.reasons)) for it in found]


def newest(room: Room, user: str, channel: str | None = HELP) -> Json:
    return room.server.person(user).messages(channel)[-1]


def judge(room: Room, user: str, said: str, channel: str | None = HELP) -> Json:
    """Press one of the two buttons of the newest message; what it shows then."""
    thumbs = next(it for it in elements(newest(room, user, channel)) if it["action_id"] == RIGHT)
    button = thumbs["positive_button" if said == "yes" else "negative_button"]
    room.press(user, RIGHT, channel, value=button["value"])
    return newest(room, user, channel)


def test_yes_under_a_diagnosis(glan: Room) -> None:
    before = glan.answer(CARYS, WHY)
    assert "Was this right?" in words(before)
    after = judge(glan, CARYS, "yes")
    assert told(glan) == [("why-missing", "never-run", "en", 1, 0, {})]
    assert after["ts"] == before["ts"]
    assert "never run successfully for Glan High" in words(after)
    assert "Check again" in buttons(after)
    assert "Thank you" in words(after)
    assert RIGHT not in [element["action_id"] for element in elements(after)]


def test_no_with_a_reason_from_a_short_list(glan: Room) -> None:
    glan.answer(CARYS, WHY)
    after = judge(glan, CARYS, "no")
    assert buttons(after)[-4:] == [
        "The problem is a different one",
        "What to do did not help",
        "It is for another person to act",
        "Hard to understand",
    ]
    last = glan.press(CARYS, f"{REASON}-who")
    assert last is not None
    assert "Hard to understand" not in buttons(last)
    assert told(glan) == [("why-missing", "never-run", "en", 0, 1, {"who": 1})]


def test_in_welsh(glan: Room) -> None:
    assert "Oedd hyn yn gywir?" in words(glan.answer(WYN, f"pam-ar-goll {SEREN.upn}"))
    assert "Diolch" in words(judge(glan, WYN, "yes"))
    assert told(glan) == [("why-missing", "never-run", "cy", 1, 0, {})]


def test_a_second_press_before_the_buttons_go_counts_nothing(glan: Room) -> None:
    answer = glan.answer(CARYS, WHY)
    press = glan.on_message(CARYS, answer, "block_actions", RIGHT)
    thumbs = next(it for it in elements(answer) if it["action_id"] == RIGHT)
    done = thumbs | {"block_id": press["block_id"], "value": thumbs["negative_button"]["value"]}
    for _ in range(2):
        glan.deliver("interactive", press | {"actions": [done], "trigger_id": "x"})
    assert told(glan) == [("why-missing", "never-run", "en", 0, 1, {})]


def test_two_people_are_counted_and_neither_is_known(glan: Room) -> None:
    for user in (CARYS, WYN):
        glan.answer(user, WHY)
        judge(glan, user, "yes")
    assert sum(yes for *_, yes, _, _ in told(glan)) == 2
    with glan.services.database.reading() as session:
        kept = str([vars(row) for row in session.scalars(select(FeedbackRow))])
    for private in (CARYS, WYN, SEREN.upn, "6809903"):
        assert private not in kept


def test_the_audit_has_the_look_up_and_not_what_was_said(glan: Room) -> None:
    from bot.people import audit

    glan.answer(CARYS, WHY)
    judge(glan, CARYS, "no")
    with glan.services.database.reading() as session:
        actions = [record.action for record in audit.read(session, audit.AuditFilter(who=CARYS))]
    assert actions == ["why-missing", "why-missing"]


def test_under_the_answer_to_a_question_and_a_direct_message(glan: Room) -> None:
    question = "how do I reset a childs pasword"
    glan.answer(CARYS, f"ask {question}")
    assert "Thank you" in words(judge(glan, CARYS, "yes"))
    glan.say(CARYS, question)
    after = judge(glan, CARYS, "no", None)
    assert "A new learner does not have a password" in words(after)
    assert "What was wrong?" in words(after)
    assert "Was this right?" not in words(after)
    assert told(glan) == [("ask", "learner-no-password", "en", 1, 1, {})]


def test_what_is_read_aloud_is_said_once_after_a_press_too(glan: Room) -> None:
    """A lasting message is shown again as it stands, without the buttons."""
    person = glan.server.person(CARYS)
    glan.say(CARYS, "a new pupil is not in the portal")
    before = newest(glan, CARYS, person.dm)["text"]
    after = judge(glan, CARYS, "no", person.dm)["text"]
    assert [line for line in after.splitlines() if line in before.splitlines()[:-1]] == (
        before.splitlines()[:-1]
    )
    assert after.count("does not have an account in the User Management Portal") == 1


def test_in_a_modal_which_has_no_such_buttons_there_are_ordinary_ones(glan: Room) -> None:
    glan.open_home(CARYS)
    glan.press_in_view(CARYS, "open:why-missing")
    assert glan.submit(CARYS, SEREN.upn) == ActOutcome()
    assert buttons(glan.modal(CARYS))[-2:] == ["Yes", "No"]
    glan.press_in_view(CARYS, "feedback:no")
    glan.press_in_view(CARYS, f"{REASON}-unclear")
    assert told(glan) == [("why-missing", "never-run", "en", 0, 1, {"unclear": 1})]
    assert "Thank you" in words(glan.modal(CARYS))


def test_whose_role_has_ended_meanwhile_is_refused_and_not_counted(glan: Room) -> None:
    glan.answer(CARYS, WHY)
    glan.take_away(CARYS)
    assert "I answer people who have a role" in words(judge(glan, CARYS, "yes"))
    assert told(glan) == []


@pytest.mark.parametrize(
    "value",
    ["yes why-missing no-such-cause x", "yes no-verb never-run x", "maybe why-missing never-run {line}", ""],
)
def test_what_no_button_of_ours_carries_is_not_counted(value: str, glan: Room) -> None:
    answer = glan.answer(CARYS, WHY)
    press = glan.pressed(CARYS, answer, RIGHT)
    press["actions"][0]["value"] = value.format(line=WHY)
    glan.deliver("interactive", press)
    assert told(glan) == []


def test_no_question_under_what_is_no_answer(glan: Room) -> None:
    for user, line in ((ELIS, WHY), (CARYS, "missing"), (CARYS, "ask hello"), (CARYS, "help")):
        assert "Was this right?" not in words(glan.answer(user, line))


def test_an_answer_asked_in_a_form_is_judged_too(glan: Room) -> None:
    glan.run(CARYS, "ask")
    typed = {"question": {"question": text_value("how do I reset a childs pasword")}}
    glan.server.person(CARYS).submit(typed)
    glan.later.settle()
    glan.press_in_view(CARYS, "feedback:yes")
    assert told(glan) == [("ask", "learner-no-password", "en", 1, 0, {})]


def test_what_the_bot_can_do_is_judged_as_an_entry_is(glan: Room) -> None:
    glan.answer(CARYS, "ask who in year 7 has no account yet")
    after = judge(glan, CARYS, "yes")
    assert told(glan) == [("ask", "missing", "en", 1, 0, {})]
    assert "Thank you" in words(after)
