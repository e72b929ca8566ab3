"""`/hwb away`: the form, its faults, what is told of it to the user and to others, and its end."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from bot.absence import screens
from bot.absence.actions import AbsenceAction
from bot.people import absences
from bot.people.absences import Absence
from bot.people.permissions import Grant, Role
from bot.service.past_times import stale
from bot.settings_tables import RetentionSettings
from provisioning.clock import FixedClock
from provisioning.store import retention
from tests.bot.app_fixtures import CARYS, DAI, ELIS, HUW, PRYS, SEREN, WYN, Room, TurnedClock, words
from tests.builders import GLAN, NOW

BACK = date(2026, 9, 21)


def say_away(
    room: Room,
    user: str,
    until: date = BACK,
    cover: str | None = None,
    meanwhile: Callable[[], object] = lambda: None,
) -> Any:
    """Type the verb, fill in its form and send it; `meanwhile` happens before its work begins."""
    room.run(user, "away")
    values = {
        screens.UNTIL: {screens.UNTIL: {"type": "datepicker", "selected_date": until.isoformat()}},
        screens.COVER: {screens.COVER: {"type": "users_select", "selected_user": cover}},
    }
    outcome = room.server.person(user).submit(values)
    meanwhile()
    room.later.settle()
    return outcome


def answer(room: Room, user: str) -> str:
    return words(room.modal(user))


def test_the_cover_is_named_and_home_and_the_list_say_that_the_user_is_away(glan: Room) -> None:
    say_away(glan, CARYS, cover=HUW)
    said = answer(glan, CARYS)
    assert "You are away, and back on 21 September 2026." in said
    assert f"<@{HUW}> gets your alerts and requests as well" in said
    home = glan.open_home(CARYS)
    assert home is not None
    shown = f"You are away, and back on 21 September 2026. Covering: <@{HUW}>."
    assert shown in words(home)
    assert shown in words(glan.answer(CARYS, "mine"))


def test_without_a_cover_it_says_who_else_gets_the_letters(glan: Room) -> None:
    say_away(glan, CARYS)
    assert f"Glan High: these get the letters: <@{WYN}>" in answer(glan, CARYS)


def test_in_welsh(glan: Room) -> None:
    say_away(glan, WYN)
    assert "Rydych i ffwrdd, a byddwch yn ôl ar 21 Medi 2026." in answer(glan, WYN)


def test_where_the_cover_has_no_role_it_says_so_and_who_is_told_there(glan: Room) -> None:
    say_away(glan, PRYS, cover=DAI)
    assert "Glan High (your cover has no role there): " in answer(glan, PRYS)


@pytest.mark.parametrize(
    ("until", "cover", "fault"),
    [
        (NOW.date(), None, "Choose a day after today."),
        (BACK, CARYS, "Choose another person: you are away."),
        (BACK, DAI, "That person has no role at any of your schools. Choose a colleague who has."),
        (BACK, WYN, "That person is away as well. Choose another colleague."),
    ],
)
def test_a_fault_stands_in_the_form(until: date, cover: str | None, fault: str, glan: Room) -> None:
    say_away(glan, WYN)
    outcome = say_away(glan, CARYS, until, cover)
    assert fault in str(outcome)


def test_a_day_that_has_come_by_midnight_is_told_in_the_place_of_the_form(glan: Room) -> None:
    clock, tomorrow = TurnedClock(NOW), NOW.date() + timedelta(days=1)
    late = glan.at(clock)
    say_away(late, CARYS, tomorrow, meanwhile=lambda: clock.turn(timedelta(days=1)))
    assert "Choose a day after today." in answer(late, CARYS)
    assert "You are away" not in words(late.answer(CARYS, "mine"))


def test_a_user_without_a_role_is_refused(glan: Room) -> None:
    assert "I answer people who have a role at a school." in words(glan.answer(ELIS, "away"))


def test_who_asks_for_a_run_reads_that_the_manager_is_away_and_who_covers(glan: Room) -> None:
    glan.grant(Grant(ELIS, Role.PROVISIONING_MANAGER, GLAN.number))
    say_away(glan, ELIS, cover=WYN)
    glan.answer(CARYS, f"why-missing {SEREN.upn}")
    asked = glan.press(CARYS, "request:ask")
    assert asked is not None
    assert f"<@{ELIS}> is away, and back on 21 September 2026. Covering: <@{WYN}>." in words(asked)
    assert "Rhedwch y cleient" in words(glan.answer(WYN, "fy-mhethau"))


def test_it_ends_by_a_press_or_by_itself(glan: Room) -> None:
    say_away(glan, CARYS, cover=HUW)
    say_away(glan, WYN)
    assert "You are away" in words(glan.answer(CARYS, "mine"))
    ended = glan.press(CARYS, AbsenceAction.BACK)
    assert ended is not None
    assert "Welcome back" in words(ended)
    assert "You are away" not in words(glan.answer(CARYS, "mine"))
    later = glan.at(FixedClock(NOW + timedelta(days=14)))
    assert "Rydych i ffwrdd" not in words(later.answer(WYN, "fy-mhethau"))


def test_retention_ends_what_is_kept_of_it(glan: Room) -> None:
    with glan.services.database.writing() as session:
        absences.begin(session, Absence(CARYS, BACK, HUW), NOW)
    for days, count in ((30, 0), (2000, 1)):
        rows = stale(RetentionSettings(), NOW + timedelta(days=days), external_directory=False)
        with glan.services.database.reading() as session:
            found = [retention.count(session, each) for each in rows if each.table.name == "absences"]
        assert found == [count]
