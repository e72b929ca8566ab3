"""An alert in a person's messages: told once, edited in place, and every button with its way back."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from bot.alerts import engine, store
from bot.alerts.actions import AlertAction
from bot.alerts.alert import Alert, Fact, Key
from bot.alerts.monitor import AlertMonitor, _apply
from bot.hours import OFFICE_HOURS
from bot.outbox.sending import Sender
from bot.service.features import LETTER_KINDS
from knowledge.models import LocalDates
from knowledge.texts import UK, Text
from provisioning.clock import FixedClock
from provisioning.errors import KnownError
from provisioning.records.runs import RunStatus
from provisioning.records.schools import School
from provisioning.runs.approvals import reject
from provisioning.store import schools
from tests.bot.app_fixtures import (
    CARYS,
    DAI,
    ELIS,
    HUW,
    NIA,
    PRYS,
    WYN,
    Json,
    Room,
    buttons,
    elements,
    option,
    words,
)
from tests.bot.menu_options import suggested
from tests.builders import BRYN, GLAN, NANT, learner

MONDAY = datetime(2026, 8, 24, 8, 0, tzinfo=UK)
KEY = Key("mis-end-of-year", GLAN.number, 2026)
FACT = Fact(
    KEY,
    Text("step.mis-end-of-year.behind", {"deadline": date(2026, 8, 21)}),
    date(2026, 8, 21),
    "mis-administrator",
    Text("stage.mis-end-of-year.action", {"school": GLAN.name, "previous": GLAN.name}),
)


class Desk:
    """The watch and the post in a room, at a time that the test chooses."""

    def __init__(self, room: Room) -> None:
        self.now = MONDAY
        self.room = room.at(FixedClock(MONDAY))

    def at(self, now: datetime) -> "Desk":
        """Later."""
        self.now, self.room = now, self.room.at(FixedClock(now))
        return self

    def look(self, *facts: Fact) -> "Desk":
        """A look at which these facts are so, and what it brings is sent."""
        services = self.room.services
        with services.database.reading() as session:
            among = schools.every(session)
        services.database.write(lambda session: _apply(session, among, facts, {}, self.now))
        Sender(services, self.room.app.client, LETTER_KINDS).deliver()
        return self

    def alert(self) -> Alert:
        """The alert as it is kept."""
        with self.room.services.database.reading() as session:
            found = store.find(session, KEY)
        assert found is not None
        return found

    def messages(self, user: str, prefix: str = "outbox:alert:") -> list[Json]:
        """The messages about alerts that a person has."""
        every: list[Json] = self.room.server.person(user).messages()
        return [message for message in every if message["blocks"][0]["block_id"].startswith(prefix)]

    def reads(self, user: str) -> str:
        """What a person's only message says."""
        (message,) = self.messages(user)
        return words(message["blocks"])

    def press(self, user: str, action: str, whose: str | None = None, **chosen: Any) -> str:
        """Use an element of a message of the alert; what a modal says afterwards."""
        (message,) = self.messages(whose or user)
        dm = self.room.server.person(whose or user).dm
        visit = replace(self.room.server.person(whose or user), person=user)
        assert visit.press(action, dm, message["ts"], **chosen).error is None
        self.room.later.settle()
        modals = self.room.server.person(user).modals()
        return words(modals[-1]["blocks"]) if modals else ""


@pytest.fixture
def desk(here: Room) -> Desk:
    return Desk(here).look(FACT)


def test_the_schools_people_are_told_in_their_language_with_counts_and_whose_move_it_is(desk: Desk) -> None:
    said = desk.reads(CARYS)
    assert "Glan High: The MIS end of year has not been done" in said
    assert "Most learners are still in last year's year groups" in said
    assert "The school’s MIS administrator" in said
    assert "Ysgol Glan: Ni wnaed diwedd blwyddyn y MIS" in desk.reads(WYN)
    assert len(desk.messages(HUW)) == 1
    assert [desk.messages(user) for user in (PRYS, NIA, DAI, ELIS)] == [[], [], [], []]


def test_it_is_resolved_in_place_and_open_again_in_place(desk: Desk) -> None:
    desk.at(MONDAY + timedelta(hours=2)).look()
    assert "put right by 24 Aug 10:00" in desk.reads(CARYS)
    assert buttons(desk.messages(CARYS)[0]) == ["Open"]
    desk.at(MONDAY + timedelta(hours=3)).look(FACT)
    assert "Most learners are still" in desk.reads(CARYS)


def test_it_climbs_until_an_authority_officer_takes_it(desk: Desk) -> None:
    desk.at(MONDAY + timedelta(days=1)).look(FACT)
    assert len(desk.messages(PRYS)) == 1  # no provisioning manager here: passed on to the authority
    desk.press(PRYS, AlertAction.ACKNOWLEDGE)
    assert f"Taken on 25 Aug 08:00 by <@{PRYS}>" in desk.reads(CARYS)
    desk.at(MONDAY + timedelta(days=4)).look(FACT)
    assert desk.messages(NIA) == []


def test_taken_and_given_back(desk: Desk) -> None:
    desk.press(CARYS, AlertAction.ACKNOWLEDGE)
    assert desk.alert().acknowledged_by == CARYS
    assert f"Cymerwyd ar 24 Awst 08:00 gan <@{CARYS}>" in desk.reads(WYN)
    desk.press(WYN, AlertAction.RELEASE)
    assert desk.alert().acknowledged_by is None
    assert "Nobody has taken this yet" in desk.reads(CARYS)


@pytest.mark.parametrize(
    ("choice", "until"),
    [
        ("hour", MONDAY + timedelta(hours=1)),
        ("tomorrow", MONDAY + timedelta(days=1)),
        ("after-week", datetime(2026, 9, 1, 8, tzinfo=UK)),
    ],
)
def test_put_off_and_reminded(desk: Desk, choice: str, until: datetime) -> None:
    option = next(
        line
        for element in elements(desk.messages(CARYS)[0])
        if element["action_id"] == AlertAction.SNOOZE
        for line in element["options"]
        if line["value"] == choice
    )
    desk.press(CARYS, AlertAction.SNOOZE, selected_option=option)
    assert desk.alert().snoozed_until == until
    assert "Put off until" in desk.reads(CARYS)
    desk.at(until).look(FACT)
    assert "Put off until" not in desk.reads(CARYS)
    assert [len(desk.messages(user, "outbox:again:")) for user in (CARYS, WYN)] == [1, 0]


def test_put_off_and_taken_up_after_all(desk: Desk) -> None:
    desk.press(CARYS, AlertAction.SNOOZE, selected_option=_option(desk, "tomorrow"))
    desk.press(CARYS, AlertAction.WAKE)
    assert desk.alert().snoozed_until is None
    assert AlertAction.SNOOZE in [element["action_id"] for element in elements(desk.messages(CARYS)[0])]


def test_handed_over_and_taken_back(desk: Desk) -> None:
    desk.press(CARYS, AlertAction.HAND_OVER, selected_user=PRYS)
    assert f"Handed over to <@{PRYS}> by <@{CARYS}>" in desk.reads(CARYS)
    assert f"Trosglwyddwyd i <@{PRYS}> gan <@{CARYS}>" in desk.reads(WYN)
    desk.look(FACT)
    assert len(desk.messages(PRYS)) == 1
    desk.press(PRYS, AlertAction.TAKE_BACK)
    assert desk.alert().handed_to is None
    assert "Handed over" not in desk.reads(CARYS)


def test_those_with_a_role_at_the_school_are_offered(desk: Desk) -> None:
    blocks = desk.messages(CARYS)[0]["blocks"]
    block = next(part["block_id"] for part in blocks if AlertAction.HAND_OVER in str(part))

    def offered(user: str) -> list[str]:
        return list(suggested(desk.room, user, AlertAction.HAND_OVER, block).values())

    assert {CARYS, PRYS} <= set(offered(CARYS))
    assert DAI not in offered(CARYS)
    assert offered(DAI) == []
    desk.press(CARYS, AlertAction.HAND_OVER, selected_option=option(PRYS))
    assert f"Handed over to <@{PRYS}>" in desk.reads(CARYS)


def test_nothing_is_handed_to_another_schools_digital_champion(desk: Desk) -> None:
    assert "no role at this school" in desk.press(CARYS, AlertAction.HAND_OVER, selected_user=DAI)
    assert desk.alert().handed_to is None


@pytest.mark.parametrize(
    ("action", "chosen"),
    [
        (AlertAction.ACKNOWLEDGE, {}),
        (AlertAction.SNOOZE, {}),
        (AlertAction.HAND_OVER, {"selected_user": CARYS}),
    ],
)
def test_a_digital_champion_who_has_lost_the_role_is_refused(desk: Desk, action: str, chosen: Json) -> None:
    desk.room.take_away(WYN)
    if action == AlertAction.SNOOZE:
        chosen = {"selected_option": _option(desk, "hour")}
    said = desk.press(WYN, action, **chosen)
    assert "ateb pobl sydd â rôl mewn ysgol" in said
    assert desk.alert().revision == 0


def test_open_shows_the_schools_stages_to_those_who_may_see_them(desk: Desk) -> None:
    assert "MIS end of year" in desk.press(CARYS, AlertAction.OPEN)
    desk.room.take_away(WYN)
    assert "rôl" in desk.press(WYN, AlertAction.OPEN)


def test_what_has_been_put_right_meanwhile_says_so(desk: Desk) -> None:
    services = desk.room.services
    gone = engine.step([desk.alert()], (), desk.now)
    services.database.write(lambda session: store.save(session, gone))
    assert "put right meanwhile" in desk.press(CARYS, AlertAction.ACKNOWLEDGE)


def test_the_digest_opens_a_school(desk: Desk) -> None:
    desk.at(MONDAY + timedelta(days=1)).look(replace(FACT, who="digital-champion"))
    (digest,) = desk.messages(CARYS, "outbox:digest:")
    assert "Tuesday 25 August" in words(digest["blocks"])
    visit = desk.room.server.person(CARYS)
    visit.press(AlertAction.SCHOOL, visit.dm, digest["ts"])
    desk.room.later.settle()
    assert "Glan High: how ready it is" in words(visit.modals()[-1]["blocks"])


def test_a_real_look_raises_what_the_records_say_once(here: Room) -> None:
    desk = Desk(here)
    for school in (GLAN, NANT):
        desk.room.provisioning.extracts(school, at=MONDAY)
    watch = AlertMonitor(desk.room.services)
    for _ in range(3):
        watch.evaluate()
    Sender(desk.room.services, desk.room.app.client, LETTER_KINDS).deliver()
    with desk.room.services.database.reading() as session:
        found = store.every(session)
    assert len({alert.key for alert in found}) == len(found)
    assert OFFICE_HOURS.is_open(MONDAY)


def test_key_dates_that_do_not_fit_leave_their_authoritys_alerts_as_they_are(here: Room) -> None:
    """Glan's authority has moved rollover week without its deadline; Bryn's alerts are found all the same."""
    here.provisioning.extracts(GLAN, at=MONDAY)
    services = Desk(here).room.services
    unfit = {(GLAN.local_authority, 2026): LocalDates(week_start=date(2026, 8, 25))}
    behind = replace(services, provisioning=replace(services.provisioning, local_dates=unfit))

    def alerts(of: School) -> list[Alert]:
        with services.database.reading() as session:
            return [alert for alert in store.every(session) if alert.key.school == of.number]

    AlertMonitor(services).evaluate()
    before = alerts(GLAN)
    assert any(alert.resolved_at is None for alert in before)
    here.provisioning.extracts(BRYN, at=MONDAY - timedelta(days=60))
    was = alerts(BRYN)
    AlertMonitor(behind).evaluate()
    assert alerts(GLAN) == before
    assert alerts(BRYN) != was


def test_the_watch_looks_hourly_in_the_morning_and_after_runs(
    here: Room,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    moment, looks = 0.0, 0
    desk = Desk(here).at(MONDAY - timedelta(hours=3))
    watch = AlertMonitor(desk.room.services, lambda: moment)

    def evaluate(_: AlertMonitor) -> None:
        nonlocal looks
        looks += 1

    monkeypatch.setattr(AlertMonitor, "evaluate", evaluate)
    for seconds, so_far in ((0, 1), (20, 1), (3000, 1), (3620, 2), (3640, 2)):
        moment = float(seconds)
        watch.evaluate_if_due()
        assert looks == so_far
    desk.room.provisioning.extracts(GLAN)
    desk.room.provisioning.runs(GLAN, at=MONDAY)
    moment += 20
    watch.evaluate_if_due()
    watch.evaluate_if_due()
    assert looks == 3


def test_the_watch_looks_again_after_a_decision_about_a_held_run(
    here: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment, looks = 0.0, 0
    desk = Desk(here).at(MONDAY - timedelta(hours=3))
    holds = desk.room.provisioning
    holds.extracts(GLAN, *(learner(place) for place in range(60)))
    holds.runs(GLAN, at=MONDAY - timedelta(days=1))
    holds.extracts(GLAN, *(learner(place) for place in range(20)))
    held = holds.runs(GLAN, at=MONDAY)
    assert held.status is RunStatus.HELD
    watch = AlertMonitor(desk.room.services, lambda: moment)

    def evaluate(_: AlertMonitor) -> None:
        nonlocal looks
        looks += 1

    monkeypatch.setattr(AlertMonitor, "evaluate", evaluate)
    watch.evaluate_if_due()
    moment = 20
    watch.evaluate_if_due()
    assert looks == 1
    reject(holds.at(MONDAY), held.id, by="U0ELIS")
    moment = 40
    watch.evaluate_if_due()
    assert looks == 2


def test_runs_that_have_ended_are_looked_at_again_where_a_look_failed(
    here: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database could not be reached for a moment: the next look does not wait for the hour."""
    moment, looks = 0.0, 0
    desk = Desk(here).at(MONDAY - timedelta(hours=3))
    watch = AlertMonitor(desk.room.services, lambda: moment)

    def evaluate(_: AlertMonitor) -> None:
        nonlocal looks, moment
        looks, moment = looks + 1, moment + 2
        if looks == 2:
            raise KnownError("database-unreachable", database="-")

    monkeypatch.setattr(AlertMonitor, "evaluate", evaluate)
    watch.evaluate_if_due()
    desk.room.provisioning.extracts(GLAN)
    desk.room.provisioning.runs(GLAN, at=MONDAY)
    moment = 100
    with pytest.raises(KnownError):
        watch.evaluate_if_due()
    moment = 120
    watch.evaluate_if_due()
    assert looks == 2  # it rests after a look that failed, too
    moment = 123
    watch.evaluate_if_due()
    assert looks == 3


def _option(desk: Desk, value: str) -> Json:
    for element in elements(desk.messages(CARYS)[0]):
        for line in element.get("options", ()):
            if line["value"] == value:
                return dict(line)
    raise LookupError(value)
