"""A frozen school: no alert, and no escalation, of what only a run would mend."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.alerts.duties import Whose, whose
from bot.alerts.engine import step
from bot.alerts.facts import facts, without_runs
from bot.people.permissions import Grant, Role
from bot.people.reader import Reader
from diagnostics.readiness import Readiness
from diagnostics.verdict import Step
from provisioning.records.runs import RunStatus
from provisioning.store.runs import Run
from tests.bot.alerts.alert_builders import DATES, KNOWN, MONDAY, fact, found, later, raised
from tests.bot.alerts.test_alert_buttons import Desk
from tests.bot.alerts.test_alert_runs import NOT_RUN
from tests.bot.app_fixtures import PRYS, Room, buttons
from tests.builders import GLAN, run

A_WEEK_ON = MONDAY + timedelta(days=7)
FRIDAY = MONDAY.date() + timedelta(days=4)


@pytest.mark.parametrize(
    ("kind", "who", "is_raised"),
    [
        ("client-ran", "provisioning-manager", False),
        ("ran-after-previous-schools", "previous-school", False),
        ("intake-matched", "provisioning-manager", False),
        ("leavers-ended", "nobody", False),
        ("mis-end-of-year", "mis-administrator", True),
        ("non-mis-reviewed", "digital-champion", True),
    ],
)
def test_only_what_a_run_mends_is_not_raised(kind: str, who: str, is_raised: bool) -> None:
    assert bool(step((), [without_runs(fact(kind, who=who), FRIDAY)], MONDAY)) is is_raised


def test_an_action_that_is_a_run_says_after_which_day() -> None:
    """The files of a run that failed can be put right at once, so that is said as it is."""
    not_run = Step("client-ran").fails("not-ran", ran=None, start=DATES.week_start, end=DATES.week_end)
    waits = replace(found(not_run), mending=frozenset({"client-ran"}))
    ran = run(RunStatus.FAILED)
    mended, unreadable = (
        replace(found(), failed_run=detail) for detail in ("failed-mended", "failed-unreadable")
    )

    def action(school: Readiness, latest: Run | None) -> str:
        (made,) = facts(school, latest, DATES, MONDAY.date(), KNOWN)
        return KNOWN.catalogue.say(without_runs(made, FRIDAY).action, "en")

    assert action(waits, None).startswith("After 28 August 2026, when runs begin again: Run the Prov")
    assert action(mended, ran).startswith("After 28 August 2026, when runs begin again: The school’s")
    assert action(unreadable, ran).startswith("Put the school’s data files right first")


def test_the_reader_is_not_told_to_start_a_run_that_is_frozen(here: Room) -> None:
    here.grant(Grant(PRYS, Role.PROVISIONING_MANAGER, GLAN.number))
    two_days_on = MONDAY + timedelta(days=2)
    desk = Desk(here).look(NOT_RUN).at(two_days_on).look(NOT_RUN)
    assert "Run now" in buttons(desk.messages(PRYS)[0])
    desk.look(without_runs(NOT_RUN, FRIDAY))
    assert "Run now" not in buttons(desk.messages(PRYS)[0])
    assert "You can start it" not in desk.reads(PRYS)


def test_to_a_champion_who_could_start_the_run_a_frozen_one_is_no_move_of_hers() -> None:
    """Neither in Home nor in her digest; the provisioning manager, whose move it is, keeps it there."""
    frozen = without_runs(NOT_RUN, FRIDAY)
    champion, manager = (
        Reader(frozenset({Role.DIGITAL_CHAMPION})),
        Reader(frozenset({Role.PROVISIONING_MANAGER})),
    )
    assert [whose(matter, PRYS, champion) for matter in (NOT_RUN, frozen)] == [Whose.MINE, Whose.OTHERS]
    assert [whose(matter, PRYS, manager) for matter in (NOT_RUN, frozen)] == [Whose.MINE, Whose.MINE]


def test_an_alert_that_stands_is_not_escalated_while_the_school_is_frozen() -> None:
    alert = raised("client-ran")
    frozen = without_runs(fact("client-ran"), FRIDAY)
    assert later(alert, A_WEEK_ON).level > alert.level
    assert later(alert, A_WEEK_ON, facts=[frozen]).level == alert.level


def test_it_is_resolved_all_the_same_where_its_fact_is_gone() -> None:
    assert later(raised("client-ran"), A_WEEK_ON, facts=[]).resolved_at == A_WEEK_ON


@pytest.mark.parametrize("kind", ["client-ran", "mis-end-of-year"])
def test_its_messages_are_edited_as_the_freeze_begins_and_is_over(kind: str) -> None:
    """A message is edited whenever the revision of its alert is another; without a change nothing is sent."""
    free, frozen = fact(kind), without_runs(fact(kind), FRIDAY)
    alert = raised(kind)
    begun = later(alert, MONDAY, facts=[frozen])
    unchanged = later(begun, MONDAY, facts=[frozen])
    over = later(unchanged, MONDAY, facts=[free])
    assert [each.revision - alert.revision for each in (begun, unchanged, over)] == [1, 1, 2]
