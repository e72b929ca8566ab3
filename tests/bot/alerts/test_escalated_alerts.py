"""An escalated alert says why its reader gets it; a reminder says how its alert stands."""

from datetime import timedelta

import pytest

from bot.alerts.actions import AlertAction
from bot.people import absences
from bot.people.absences import Absence
from bot.people.permissions import Grant, Role
from tests.bot.alerts.alert_builders import fact
from tests.bot.alerts.test_alert_buttons import FACT, MONDAY, Desk, _option
from tests.bot.app_fixtures import CARYS, ELIS, HUW, IDRIS, NIA, PRYS, WYN, Room, words
from tests.builders import GLAN

TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def desk(here: Room) -> Desk:
    return Desk(here).look(FACT)


def test_who_is_told_after_a_working_day_reads_who_has_not_taken_it(desk: Desk) -> None:
    desk.at(TUESDAY).look(FACT)
    said = desk.reads(PRYS)
    assert "You get this because it had not been taken by 25 Aug 08:00 by" in said
    assert f"<@{CARYS}> (Digital Champion)" in said
    assert f"<@{HUW}> (MIS administrator)" in said
    assert "You get this" not in desk.reads(CARYS)
    for days in (2, 3):
        desk.at(MONDAY + timedelta(days=days)).look(FACT)
    assert f"<@{PRYS}> (Local authority)" in desk.reads(NIA)


def test_in_welsh_and_no_more_once_it_is_taken(here: Room) -> None:
    here.take_away(WYN)
    here.grant(Grant(WYN, Role.PROVISIONING_MANAGER, GLAN.number))
    desk = Desk(here).look(FACT)
    desk.at(TUESDAY).look(FACT)
    assert f"erbyn 25 Awst 08:00 nid oedd wedi'i gymryd gan <@{CARYS}> (Pencampwr" in desk.reads(WYN)
    desk.press(CARYS, AlertAction.ACKNOWLEDGE)
    assert "Rydych yn cael hwn" not in desk.reads(WYN)


def test_where_the_school_has_no_one_to_be_told_that_is_why(here: Room) -> None:
    for user in (CARYS, WYN, HUW, IDRIS):
        here.take_away(user)
    desk = Desk(here).look(FACT)
    assert "there was no one whom I could tell before you" in desk.reads(PRYS)
    assert "In a working day I tell" not in desk.reads(PRYS)


def test_who_is_told_in_place_of_a_colleague_who_is_away_reads_for_whom(here: Room) -> None:
    """The school has no other people; its provisioning manager is away, and Prys of the authority covers."""
    for user in (CARYS, WYN, HUW, IDRIS):
        here.take_away(user)
    here.grant(Grant(ELIS, Role.PROVISIONING_MANAGER, GLAN.number))
    back = MONDAY.date() + timedelta(days=7)
    with here.services.database.writing() as session:
        absences.begin(session, Absence(ELIS, until=back, cover=PRYS), MONDAY)
    desk = Desk(here).look(FACT)
    said = desk.reads(PRYS)
    assert f"You get this because you cover for <@{ELIS}>" in said
    assert "no one whom I could tell" not in said
    assert "In a working day I tell" not in said
    assert "you cover for" not in desk.reads(ELIS)


@pytest.mark.parametrize("kind", [FACT.key.kind, "governors-reviewed"])
def test_an_administrator_who_covers_reads_for_whom_too(kind: str, here: Room) -> None:
    """Administrators are told of no alert of their own. That of a review never leaves the school."""
    here.grant(Grant(ELIS, Role.ADMINISTRATOR, "*"))
    back = MONDAY.date() + timedelta(days=7)
    with here.services.database.writing() as session:
        absences.begin(session, Absence(HUW, until=back, cover=ELIS), MONDAY)
    desk = Desk(here).look(fact(kind))
    assert f"You get this because you cover for <@{HUW}>" in desk.reads(ELIS)
    assert "You get this" not in desk.reads(CARYS)


def test_people_of_the_school_whose_messages_were_about_others_are_named(here: Room) -> None:
    """On Monday the school was told of two others that were due sooner, as many as a day has; Huw is away."""
    with here.services.database.writing() as session:
        absences.begin(session, Absence(HUW, until=MONDAY.date() + timedelta(days=7)), MONDAY)
    sooner = [fact(kind, due=FACT.due - timedelta(days=1)) for kind in ("extract-current", "run-failed")]
    desk = Desk(here).look(FACT, *sooner)
    told = [message["blocks"][-1]["block_id"] for message in desk.messages(CARYS)]
    assert sorted(told) == sorted(f"alert:{other.key}" for other in sooner)
    desk.at(TUESDAY).look(FACT)
    said = desk.reads(PRYS)
    assert f"had not been taken by 25 Aug 08:00 by <@{CARYS}> (Digital Champion)" in said
    assert "no one whom I could tell" not in said
    assert f"<@{HUW}>" not in said
    assert f"<@{PRYS}>" not in said


def test_of_an_alert_that_a_user_has_no_one_is_named(desk: Desk) -> None:
    """It was put off by Carys once Prys had been told."""
    desk.at(TUESDAY).look(FACT)
    assert f"<@{CARYS}> (Digital Champion)" in desk.reads(PRYS)
    desk.press(CARYS, AlertAction.SNOOZE, selected_option=_option(desk, "hour"))
    assert "You get this" not in desk.reads(PRYS)


def reminded(desk: Desk) -> str:
    (reminder,) = desk.messages(CARYS, "outbox:again:")
    return words(reminder["blocks"])


@pytest.fixture
def again(desk: Desk) -> Desk:
    """Carys had put it off for an hour, and has been reminded."""
    desk.press(CARYS, AlertAction.SNOOZE, selected_option=_option(desk, "hour"))
    return desk.at(MONDAY + timedelta(hours=1)).look(FACT)


def test_a_reminder_says_who_has_taken_the_alert_since_and_that_it_was_let_go(again: Desk) -> None:
    assert "You asked to be reminded" in reminded(again)
    again.press(HUW, AlertAction.ACKNOWLEDGE)
    assert f"Taken on 24 Aug 09:00 by <@{HUW}>" in reminded(again)
    assert "You asked" not in reminded(again)
    again.press(HUW, AlertAction.RELEASE)
    assert "You asked to be reminded" in reminded(again)


def test_a_reminder_says_that_the_alert_was_put_right(again: Desk) -> None:
    again.at(MONDAY + timedelta(hours=3)).look()
    assert "put right by 24 Aug 11:00" in reminded(again)
