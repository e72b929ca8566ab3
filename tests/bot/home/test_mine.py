"""`/hwb mine` and the top of Home: what waits for a user, what they wait for, what they decided lately."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from bot.alerts import engine, store
from bot.alerts.alert import Alert, Fact, Key
from bot.alerts.facts import without_runs
from bot.alerts.monitor import _apply
from bot.people.permissions import Grant, Role
from bot.requests import contributions as requests
from bot.requests.actions import RequestAction
from bot.runs.actions import RunAction
from bot.watches.actions import WatchAction
from knowledge.texts import UK, Text
from provisioning.clock import FixedClock
from provisioning.records.runs import RunStatus
from provisioning.store import freezes, schools
from provisioning.store.freezes import Freeze
from tests.bot.alerts.test_alert_runs import NOT_RUN
from tests.bot.app_fixtures import (
    ASK_MANAGER,
    CARYS,
    DAI,
    ELIS,
    HUW,
    NIA,
    PRYS,
    SEREN,
    TELL_ME,
    WYN,
    Room,
    buttons,
    words,
)
from tests.builders import GLAN, NANT, NOW, learner

BEFORE_THE_DEADLINE, EVE_OF_THE_WEEK = (datetime(2026, 8, day, 9, tzinfo=UK) for day in (19, 23))
KEY = Key("mis-end-of-year", GLAN.number, 2026)
FACT = Fact(
    KEY,
    Text("step.mis-end-of-year.behind", {"deadline": date(2026, 8, 21)}),
    date(2026, 8, 21),
    "mis-administrator",
    Text("stage.mis-end-of-year.action", {"school": GLAN.name, "previous": GLAN.name}),
)
AT_NANT = replace(FACT, key=KEY._replace(school=NANT.number))


def finds(room: Room, *facts: Fact) -> None:
    """An evaluation of the alerts that finds these facts."""
    with room.services.database.reading() as session:
        among = schools.every(session)
    room.services.database.write(lambda session: _apply(session, among, facts, {}, NOW))


def change(room: Room, changed: Alert) -> None:
    room.services.database.write(lambda session: store.save(session, [changed]))


def alert(room: Room) -> Alert:
    with room.services.database.reading() as session:
        found = store.find(session, KEY)
    assert found is not None
    return found


def mine(room: Room, user: str, verb: str = "mine") -> str:
    return words(room.answer(user, verb)["blocks"])


@pytest.fixture
def late(glan: Room) -> Room:
    """The MIS of Glan and of Nant should have ended its year seventeen days ago."""
    finds(glan, FACT, AT_NANT)
    return glan


def test_an_alert_waits_for_who_can_put_it_right_and_is_said_to_be_late(late: Room) -> None:
    said = mine(late, HUW)
    assert said.startswith("*One thing waits for you, and it is late.*\n*17 days late* · ")
    assert "Glan High" in said


def test_who_is_told_of_it_and_can_not_put_it_right_reads_that_it_waits_for_others(late: Room) -> None:
    said = mine(late, CARYS)
    assert said.startswith("*Nothing waits for you.*\n*Waiting for others: 1*\n*17 days late* · ")


def test_another_schools_alert_is_nowhere(late: Room) -> None:
    assert "Nant" not in mine(late, HUW)
    assert "Glan" not in mine(late, DAI)
    assert mine(late, ELIS) == "*Nothing waits for you.*"


def test_in_welsh(late: Room) -> None:
    late.take_away(HUW)
    late.grant(Grant(WYN, Role.MIS_ADMINISTRATOR, GLAN.number))
    said = mine(late, WYN, "fy-mhethau")
    assert said.startswith("*Mae un peth yn aros amdanoch, ac mae'n hwyr.*\n*17 diwrnod yn hwyr* · ")


def test_what_another_has_taken_or_the_user_has_put_off_does_not_wait_for_them(late: Room) -> None:
    change(late, engine.acknowledge(alert(late), CARYS, NOW))
    assert mine(late, HUW) == "*Nothing waits for you.*"
    assert mine(late, CARYS).startswith("*One thing waits for you, and it is late.*")
    change(late, engine.snooze(engine.release(alert(late), NOW), NOW + timedelta(days=1), HUW))
    assert mine(late, HUW).startswith("*Nothing waits for you.*\n*Waiting for others: 1*")


def test_home_has_the_sum_at_its_top_and_opens_what_waits(late: Room) -> None:
    home = late.open_home(HUW)
    assert home is not None
    said = words(home).splitlines()
    assert said[2] == "*One thing waits for you, and it is late.*"
    late.press_in_view(HUW, "alert:open")
    assert "Glan High: how ready it is" in words(late.modal(HUW))


def test_home_counts_what_waits_for_others(late: Room) -> None:
    home = late.open_home(CARYS)
    assert home is not None
    assert "*Nothing waits for you.*\nWaiting for others: 1\n" in words(home)


def test_a_held_run_waits_for_those_who_may_decide_and_then_stands_among_their_decisions(
    here: Room,
) -> None:
    many = [learner(number) for number in range(1, 25)]
    here.provisioning.extracts(GLAN, *many)
    here.provisioning.runs(GLAN)
    here.provisioning.extracts(GLAN, *many[:8], at=NOW + timedelta(minutes=3))
    assert here.provisioning.runs(GLAN, at=NOW + timedelta(minutes=3)).status is RunStatus.HELD
    assert "A run waits until you decide · Glan High" in mine(here, PRYS)
    assert mine(here, CARYS) == "*Nothing waits for you.*"
    here.press(PRYS, RunAction.LAST_RUN)
    here.press_in_view(PRYS, RunAction.REJECT)
    said = mine(here, PRYS)
    assert "until you decide" not in said
    assert "What you decided in the last seven days" in said
    assert "• You decided against what a run had held back · Glan High" in said
    assert mine(here, NIA) == "*Nothing waits for you.*"


def test_a_run_is_no_move_of_who_may_only_start_it_from_the_moment_at_which_runs_are_frozen(
    glan: Room,
) -> None:
    """Alerts are looked at hourly: they were before the freeze, and have not been since it was ended."""
    finds(glan, NOT_RUN)
    assert "One thing waits for you" in mine(glan, CARYS)
    frozen = begin_freeze(glan)
    assert mine(glan, CARYS) == "*Nothing waits for you.*"
    home = glan.open_home(CARYS)
    assert home is not None
    assert "*Nothing waits for you.*" in words(home)
    finds(glan, without_runs(NOT_RUN, frozen.ends_on))
    with glan.services.database.writing() as session:
        freezes.end(session, frozen.id, PRYS, NOW)
    assert "One thing waits for you" in mine(glan, CARYS)


@pytest.mark.parametrize(
    ("now", "user", "stays"),
    [(EVE_OF_THE_WEEK, ELIS, False), (BEFORE_THE_DEADLINE, HUW, True)],
    ids=["the run of rollover week", "the end of year in the MIS"],
)
def test_of_what_is_due_within_a_week_a_freeze_holds_up_what_only_a_run_does(
    now: datetime, user: str, glan: Room, *, stays: bool
) -> None:
    """The digest leaves it out as well, and the freeze is told above every answer about the school."""
    room = glan.at(FixedClock(now))
    room.grant(Grant(ELIS, Role.PROVISIONING_MANAGER, GLAN.number))
    assert mine(room, user).startswith("*One thing waits for you.*")
    begin_freeze(room)
    assert mine(room, user).startswith("*One thing waits for you.*") is stays


def test_a_request_for_a_run_waits_until_the_freeze_is_over(glan: Room) -> None:
    glan.grant(Grant(ELIS, Role.PROVISIONING_MANAGER, GLAN.number))
    glan.answer(HUW, f"why-missing {SEREN.upn}")
    glan.press(HUW, RequestAction.ASK)
    assert "One thing waits for you" in mine(glan, ELIS)
    frozen = begin_freeze(glan)
    assert mine(glan, ELIS).startswith("*Nothing waits for you.*\n*Waiting for others: 1*")
    assert told_to_cover(glan) == []
    with glan.services.database.writing() as session:
        freezes.end(session, frozen.id, PRYS, NOW)
    assert "One thing waits for you" in mine(glan, ELIS)
    assert told_to_cover(glan) == [GLAN.number]


def begin_freeze(room: Room) -> Freeze:
    """Glan's runs are frozen for three days from now."""
    now = room.services.clock.now()
    wanted = Freeze(GLAN.number, now.date(), now.date() + timedelta(days=2), "server move", PRYS, now)
    return room.services.database.write(lambda session: freezes.begin(session, wanted))


def told_to_cover(room: Room) -> list[str]:
    """The schools of the requests of the manager's that their cover reads in a digest."""
    with room.services.database.reading() as session:
        return [each.school for each in requests.waits(room.services, session, [ELIS])]


def test_a_request_waits_for_who_is_asked_and_its_asker_waits_for_them(glan: Room) -> None:
    glan.grant(Grant(ELIS, Role.PROVISIONING_MANAGER, GLAN.number))
    asked = glan.answer(CARYS, f"why-missing {SEREN.upn}")
    assert ASK_MANAGER in buttons(asked)
    glan.press(CARYS, "request:ask")
    assert "Please run the client, for 1 person · Glan High" in mine(glan, ELIS)
    assert "*Waiting for others: 1*" in mine(glan, CARYS)
    assert "You asked for a run of the client · Glan High" in mine(glan, CARYS)
    mine(glan, ELIS)
    glan.press(ELIS, "request:show")
    assert "Glan High: the Provisioning Client is asked for" in words(glan.modal(ELIS))


def test_a_watch_stands_there_without_whom_it_is_about(glan: Room) -> None:
    asked = glan.answer(CARYS, f"why-missing {SEREN.upn}")
    assert TELL_ME in buttons(asked)
    glan.press(CARYS, WatchAction.START)
    said = mine(glan, CARYS)
    assert "*I tell you when it is there: 1*" in said
    assert SEREN.upn not in said


def test_a_case_waits_for_the_desk_until_one_has_taken_it_and_its_opener_waits(glan: Room) -> None:
    glan.answer(CARYS, f"why-missing {SEREN.upn}")
    glan.press(CARYS, "desk:ask")
    assert "*Waiting for others: 1*" in mine(glan, CARYS)
    assert mine(glan, NIA).startswith("*One thing waits for you.*")
    glan.open_home(NIA)
    glan.press_in_view(NIA, "desk:open")
    glan.press_in_view(NIA, "desk:take")
    assert mine(glan, NIA).startswith("*One thing waits for you.*")
    assert mine(glan, PRYS) == "*Nothing waits for you.*"


def test_without_a_role_any_more_nothing_of_it_is_shown(late: Room) -> None:
    late.take_away(HUW)
    assert mine(late, HUW) == "*Nothing waits for you.*"


def test_what_is_held_off_stands_with_the_users_own_as_in_the_digest_and_with_no_others(glan: Room) -> None:
    """Staff records are told of a day later, as the office may put them right."""
    said = Text("step.staff-complete.incomplete", {"count": 2, "shared": 0})
    finds(glan, replace(FACT, key=KEY._replace(kind="staff-complete"), text=said))
    assert mine(glan, HUW).startswith("*One thing waits for you, and it is late.*")
    assert mine(glan, CARYS) == "*Nothing waits for you.*"
