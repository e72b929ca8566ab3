"""An alert that a run ends has Run now, for readers who may start the run."""

from dataclasses import replace
from datetime import date, timedelta

from bot.alerts.actions import AlertAction
from bot.alerts.alert import Key
from bot.people.permissions import Grant, Role
from knowledge.texts import Text
from tests.bot.alerts.test_alert_buttons import FACT, MONDAY, Desk
from tests.bot.app_fixtures import CARYS, PRYS, Room, buttons, words
from tests.builders import GLAN, learner

NOT_RUN = replace(
    FACT,
    key=Key("client-ran", GLAN.number, 2026),
    text=Text("step.client-ran.not-ran", {"start": date(2026, 8, 24), "ran": None}),
    who="provisioning-manager",
    action=Text("stage.client-ran.action", {"school": GLAN.name, "previous": GLAN.name}),
)


def test_its_manager_starts_the_run_from_the_alert_which_stays_as_it_is(here: Room) -> None:
    here.grant(Grant(PRYS, Role.PROVISIONING_MANAGER, GLAN.number))
    desk = Desk(here).look(NOT_RUN).at(MONDAY + timedelta(days=2)).look(NOT_RUN)
    here.provisioning.extracts(GLAN, learner(1))
    (message,) = desk.messages(PRYS)
    assert "Run now" in buttons(message)
    assert "You can start it" in words(message)
    assert "has run for Glan High" in desk.press(PRYS, AlertAction.RUN)
    assert desk.messages(PRYS)[0]["ts"] == message["ts"]


def test_an_alert_that_no_run_ends_has_no_such_button(here: Room) -> None:
    desk = Desk(here).look(FACT)
    assert "Run now" not in buttons(desk.messages(CARYS)[0])
