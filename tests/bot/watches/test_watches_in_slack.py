"""Tell me when it is there: begun under an answer, told once in a direct message, listed and stopped."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.outbox.sending import Sender
from bot.people import audit
from bot.people.permissions import Grant, Role
from bot.service.features import LETTER_KINDS
from bot.watches import store
from bot.watches.actions import WatchAction
from bot.watches.checker import WatchChecker
from provisioning.clock import FixedClock
from tests.bot.app_fixtures import (
    CARYS,
    DAI,
    HUW,
    NOW,
    PRIVATE,
    SEREN,
    TELL_ME,
    WYN,
    Json,
    Room,
    buttons,
    elements,
    words,
)
from tests.builders import GLAN, NANT
from tests.provisioning.runs.run_builders import only

WHY = f"why-missing {SEREN.upn}"
LATER = NOW + timedelta(hours=1)


def begin(room: Room, user: str = CARYS, line: str = WHY) -> Json:
    """Press the button under an answer; what comes of it."""
    room.answer(user, line)
    answer = room.press(user, WatchAction.START)
    assert answer is not None
    return answer


def look(room: Room, now: datetime = LATER) -> None:
    """The bot looks at a moment, and sends what that brings."""
    services = replace(room.services, provisioning=replace(room.services.provisioning, clock=FixedClock(now)))
    WatchChecker(services).check()
    Sender(services, room.app.client, LETTER_KINDS).deliver()


def told(room: Room, user: str) -> list[Json]:
    messages: list[Json] = room.server.person(user).messages()
    return [
        message
        for message in messages
        if str(message["blocks"][0].get("block_id", "")).startswith("outbox:watch:")
    ]


def test_told_once_without_naming_the_learner(glan: Room) -> None:
    said = words(begin(glan))
    assert "I will tell you once, in a direct message, when this has changed at Glan High" in said
    assert "after 14 Sept 09:00 I stop looking" in said
    look(glan)
    assert told(glan, CARYS) == []
    glan.provisioning.runs(GLAN, at=LATER)
    look(glan)
    look(glan)
    (message,) = told(glan, CARYS)
    said = words(message["blocks"])
    asked = "The learner in Year 7 at Glan High whom you asked about on Monday 7 September at 09:00"
    assert f"{asked}: the account is there." in said
    assert not any(private in said or private in message["text"] for private in PRIVATE)
    assert told(glan, HUW) == []


def test_told_too_where_the_learner_was_provisioned_alone(glan: Room) -> None:
    begin(glan)
    look(glan)
    only(glan.provisioning, GLAN, SEREN.upn, at=LATER)
    look(glan)
    (message,) = told(glan, CARYS)
    assert "the account is there" in words(message["blocks"])


def test_of_staff_it_is_told_as_that(glan: Room) -> None:
    begin(glan, line="why-missing JEV")
    glan.provisioning.runs(GLAN, at=LATER)
    look(glan)
    said = words(told(glan, CARYS)[0]["blocks"])
    assert "The member of staff at Glan High whom you asked about on Monday 7 September at 09:00: the" in said


def test_the_message_opens_the_answer_in_a_window(glan: Room) -> None:
    begin(glan)
    glan.provisioning.runs(GLAN, at=LATER)
    look(glan)
    visit = glan.server.person(CARYS)
    assert visit.press("aside:watched", visit.dm, told(glan, CARYS)[0]["ts"]).error is None
    glan.later.settle()
    assert "nothing is missing" in words(glan.modal(CARYS))
    assert len(told(glan, CARYS)) == 1
    visit.close()
    glan.take_away(CARYS)
    visit.press("aside:watched", visit.dm, told(glan, CARYS)[0]["ts"])
    glan.later.settle()
    assert SEREN.upn not in words(glan.modal(CARYS))


def test_in_welsh_without_an_english_word(glan: Room) -> None:
    answer = glan.answer(WYN, f"pam-ar-goll {SEREN.upn}")
    assert "Dweud wrthyf pan fydd yno" in buttons(answer)
    begun = begin(glan, WYN)
    assert "Byddaf yn dweud wrthych unwaith" in words(begun)
    assert buttons(begun) == ["Stopio"]
    listed = words(glan.answer(WYN, "gwylio"))
    assert f"`{SEREN.upn}` · Pam mae ar goll? · Ysgol Glan · tan 14 Medi 09:00" in listed
    glan.provisioning.runs(GLAN, at=LATER)
    look(glan)
    asked = "Y dysgwr (Blwyddyn 7) yn Ysgol Glan y gofynnoch amdano (Dydd Llun 7 Medi, 09:00)"
    assert f"{asked}: mae'r cyfrif yno" in words(told(glan, WYN)[0]["blocks"])


@pytest.mark.parametrize(
    ("after", "says"),
    [
        (timedelta(hours=1), "something else stands in the way now"),
        (timedelta(days=7), "nothing has changed in a week"),
    ],
)
def test_other_ends(after: timedelta, says: str, glan: Room) -> None:
    begin(glan)
    if after < timedelta(days=7):
        glan.provisioning.extracts(GLAN)
    look(glan, NOW + after)
    (message,) = told(glan, CARYS)
    assert says in words(message["blocks"])
    assert "asked to be told of nothing" in words(glan.answer(CARYS, "watches"))


def test_a_class_that_is_up_to_date_is_told_as_that(glan: Room) -> None:
    glan.provisioning.runs(GLAN)
    glan.provisioning.extracts(GLAN, replace(SEREN, class_name="7B"))
    begin(glan, line=f"old-class {SEREN.upn}")
    glan.provisioning.runs(GLAN, at=LATER)
    look(glan)
    assert "the class is up to date" in words(told(glan, CARYS)[0]["blocks"])


def test_pressed_twice_it_says_until_when_with_a_way_to_stop(glan: Room) -> None:
    begin(glan)
    later = glan.at(FixedClock(LATER))
    again = begin(later)
    assert "You are being told already: I look at this at Glan High until 14 Sept 09:00." in words(again)
    assert buttons(again) == ["Stop"]
    stopped = later.press(CARYS, WatchAction.STOP)
    assert stopped is not None
    assert "asked to be told of nothing" in words(stopped)
    assert stopped["ts"] == again["ts"]
    glan.provisioning.runs(GLAN, at=LATER)
    look(glan)
    assert told(glan, CARYS) == []


def test_ones_own_are_listed_and_stopped_one_by_one(glan: Room) -> None:
    begin(glan)
    begin(glan, line="why-missing JEV")
    begin(glan, HUW)
    listed = glan.answer(CARYS, "watches")
    assert "2 things that you want to be told of" in words(listed)
    assert buttons(listed) == ["Stop", "Stop"]
    left = glan.press(CARYS, WatchAction.STOP)
    assert left is not None
    assert "1 thing that you want to be told of" in words(left)
    assert "JEV" in words(left)
    assert "1 thing" in words(glan.answer(HUW, "watches"))


def test_where_nothing_is_missing_there_is_no_button(glan: Room) -> None:
    glan.provisioning.runs(GLAN)
    assert TELL_ME not in buttons(glan.answer(CARYS, WHY))
    assert TELL_ME not in buttons(glan.answer(CARYS, f"no-password {SEREN.upn}"))
    assert TELL_ME not in buttons(glan.answer(CARYS, "move-account JEV"))


def test_what_has_come_meanwhile_is_not_waited_for(glan: Room) -> None:
    glan.answer(CARYS, WHY)
    glan.provisioning.runs(GLAN)
    answer = glan.press(CARYS, WatchAction.START)
    assert answer is not None
    assert "There is nothing to wait for any more." in words(answer)


def test_who_has_lost_the_role_is_told_nothing(glan: Room) -> None:
    begin(glan)
    glan.take_away(CARYS)
    glan.provisioning.runs(GLAN, at=LATER)
    look(glan)
    assert told(glan, CARYS) == []


def test_who_loses_the_role_between_the_look_and_the_letter_is_told_nothing(glan: Room) -> None:
    begin(glan)
    glan.provisioning.runs(GLAN, at=LATER)
    then = glan.at(FixedClock(LATER))
    WatchChecker(then.services).check()
    glan.take_away(CARYS)
    Sender(then.services, then.app.client, LETTER_KINDS).deliver()
    assert told(glan, CARYS) == []


def test_at_night_it_waits_for_the_morning(glan: Room) -> None:
    begin(glan)
    night = NOW.replace(hour=22)
    glan.provisioning.runs(GLAN, at=night)
    look(glan, night)
    assert told(glan, CARYS) == []
    look(glan, NOW + timedelta(days=1))
    assert len(told(glan, CARYS)) == 1


def forged(room: Room, user: str, action: str, value: str) -> None:
    message = begin(room) if action == WatchAction.STOP else room.answer(CARYS, WHY)
    payload: dict[str, Any] = room.pressed(CARYS, message, action)
    payload["user"]["id"] = user
    payload["actions"][0]["value"] = value
    room.deliver("interactive", payload)


@pytest.mark.parametrize(
    "value", [f"{WHY} {GLAN.number}", f"{WHY} {NANT.number}", "missing 6809903", "nonsense", ""]
)
def test_a_forged_beginning_watches_nothing(value: str, glan: Room) -> None:
    glan.grant(Grant(DAI, Role.DIGITAL_CHAMPION, NANT.number))
    forged(glan, DAI, WatchAction.START, value)
    with glan.services.database.reading() as session:
        assert [watch.school for watch in store.every(session)] in ([], [NANT.number])


@pytest.mark.parametrize("value", ["1", "99", "-1", "x", "9" * 40])
def test_a_forged_stop_stops_nothing(value: str, glan: Room) -> None:
    forged(glan, DAI, WatchAction.STOP, value)
    with glan.services.database.reading() as session:
        assert [watch.user for watch in store.every(session)] == [CARYS]


def test_beginnings_and_stops_are_in_the_audit(glan: Room) -> None:
    begin(glan)
    glan.press(CARYS, WatchAction.STOP)
    with glan.services.database.reading() as session:
        found = [
            (record.action, record.subject, record.outcome)
            for record in audit.read(session, audit.AuditFilter(who=CARYS))
        ]
    assert ("watch", SEREN.upn, "never-run") in found
    assert ("watch-stopped", SEREN.upn, "ok") in found


def test_from_a_window_it_is_told_on_top(glan: Room) -> None:
    glan.open_home(CARYS)
    glan.press_in_view(CARYS, "open:why-missing")
    glan.submit(CARYS, SEREN.upn)
    assert TELL_ME in [
        element["text"]["text"] for element in elements(glan.modal(CARYS)) if "text" in element
    ]
    glan.press_in_view(CARYS, WatchAction.START)
    assert "I will tell you once" in words(glan.modal(CARYS))
    glan.press_in_view(CARYS, WatchAction.STOP)
    assert "asked to be told of nothing" in words(glan.modal(CARYS))


def test_a_watch_ends_with_the_role_of_its_user_although_nothing_changed_at_the_school(glan: Room) -> None:
    begin(glan)
    services = replace(
        glan.services, provisioning=replace(glan.services.provisioning, clock=FixedClock(LATER))
    )
    checker = WatchChecker(services)
    for _ in range(2):
        checker.check()
    with glan.services.database.reading() as session:
        assert len(store.every(session)) == 1
    glan.take_away(CARYS)
    checker.check()
    with glan.services.database.reading() as session:
        assert store.every(session) == []
    Sender(services, glan.app.client, LETTER_KINDS).deliver()
    assert told(glan, CARYS) == []
