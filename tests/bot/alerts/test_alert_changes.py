"""What each deed and each new fact changes of an alert: those fields, and no other."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from bot.alerts import engine
from bot.alerts.alert import TOLERANCE, Alert, Fact, Key
from bot.alerts.engine import Snooze, step
from bot.alerts.notification_plan import plan
from bot.hours import OFFICE_HOURS
from knowledge.keydates import derive
from knowledge.texts import UK, Text
from tests.builders import GLAN

DATES = derive(2026)
MONDAY, TUESDAY, WEDNESDAY = (datetime(2026, 8, day, 8, 0, tzinfo=UK) for day in (24, 25, 26))
NIA, PRYS = "U0NIA", "U0PRYS"
FACT = Fact(
    Key("mis-end-of-year", GLAN.number, 2026),
    Text("step.mis-end-of-year.behind", {"deadline": date(2026, 8, 21)}),
    date(2026, 8, 21),
    "mis-administrator",
    Text("alert.gone"),
)
ALERT = Alert(FACT.key, FACT.text, FACT.due, FACT.who, FACT.action, raised_at=MONDAY, since=MONDAY)
SNOOZED = replace(ALERT, snoozed_until=WEDNESDAY, snoozed_by=PRYS, revision=1)
RESOLVED = replace(ALERT, resolved_at=MONDAY, revision=1)


def after(alert: Alert, fact: Fact | None, now: datetime) -> Alert:
    """The alert once a fact, or none, has been seen."""
    (changed,) = step([alert], [fact] if fact else [], now)
    return changed


def test_a_fact_is_raised_with_everything_that_it_says() -> None:
    assert step((), [FACT], MONDAY) == (ALERT,)
    assert step((), [replace(FACT, urgent=True)], MONDAY) == (replace(ALERT, urgent=True),)


@pytest.mark.parametrize("alert", [ALERT, SNOOZED, RESOLVED], ids=["open", "put off", "put right"])
def test_an_alert_whose_stage_is_not_known_stays_as_it_is(alert: Alert) -> None:
    """The school's data can't be read: that puts nothing right, and tells no further user of it."""
    not_known = replace(FACT, open=False, in_season=False, unknown=True)
    assert after(alert, not_known, WEDNESDAY) == alert
    assert step((), [not_known], MONDAY) == ()


@pytest.mark.parametrize(
    "moved",
    [
        {"due": date(2026, 8, 28)},
        {"who": "provisioning-manager"},
        {"action": Text("alert.other")},
        {"text": Text("step.mis-end-of-year.no-births")},
        {
            "due": date(2026, 8, 28),
            "text": Text("step.mis-end-of-year.behind", {"deadline": date(2026, 8, 28)}),
        },
    ],
    ids=lambda moved: ", ".join(moved),
)
def test_an_alert_follows_its_fact(moved: dict[str, Any]) -> None:
    """An authority that moves its dates moves the day by which its schools' alerts are due."""
    assert after(ALERT, replace(FACT, **moved), MONDAY) == replace(ALERT, **moved, revision=1)


def test_urgency_comes_and_goes_without_an_edit_for_readers() -> None:
    urgent = after(ALERT, replace(FACT, urgent=True), MONDAY)
    assert urgent == replace(ALERT, urgent=True)
    assert after(urgent, FACT, MONDAY) == ALERT


def test_what_is_resolved_is_urgent_no_longer() -> None:
    assert after(replace(ALERT, urgent=True), None, TUESDAY) == replace(
        ALERT, resolved_at=TUESDAY, revision=1
    )


def test_a_resolved_alert_is_raised_anew_in_season_only() -> None:
    anew = replace(ALERT, raised_at=TUESDAY, since=TUESDAY, revision=2)
    assert after(RESOLVED, FACT, TUESDAY) == anew
    assert after(RESOLVED, replace(FACT, in_season=False), TUESDAY) == RESOLVED


DEEDS: dict[str, tuple[Callable[[Alert], Alert], Alert, dict[str, Any]]] = {
    "acknowledging ends a snooze": (
        lambda alert: engine.acknowledge(alert, NIA, TUESDAY),
        SNOOZED,
        {"acknowledged_by": NIA, "snoozed_until": None, "snoozed_by": None, "since": TUESDAY},
    ),
    "releasing gives a full working day": (
        lambda alert: engine.release(alert, TUESDAY),
        replace(ALERT, acknowledged_by=NIA, revision=1),
        {"acknowledged_by": None, "since": TUESDAY},
    ),
    "snoozing keeps who did it": (
        lambda alert: engine.snooze(alert, WEDNESDAY, NIA),
        replace(ALERT, revision=1),
        {"snoozed_until": WEDNESDAY, "snoozed_by": NIA},
    ),
    "waking gives a full working day": (
        lambda alert: engine.wake(alert, TUESDAY),
        SNOOZED,
        {"snoozed_until": None, "snoozed_by": None, "since": TUESDAY},
    ),
    "handing over a snoozed alert wakes it": (
        lambda alert: engine.hand_over(alert, NIA, PRYS, TUESDAY),
        SNOOZED,
        {
            "handed_to": NIA,
            "handed_by": PRYS,
            "snoozed_until": None,
            "snoozed_by": None,
            "since": TUESDAY,
        },
    ),
    "handing over a taken alert releases it": (
        lambda alert: engine.hand_over(alert, NIA, PRYS, TUESDAY),
        replace(ALERT, acknowledged_by=PRYS, revision=1),
        {"handed_to": NIA, "handed_by": PRYS, "acknowledged_by": None, "since": TUESDAY},
    ),
    "taking back gives a full working day": (
        lambda alert: engine.take_back(alert, TUESDAY),
        replace(ALERT, handed_to=NIA, handed_by=PRYS, revision=1),
        {"handed_to": None, "handed_by": None, "since": TUESDAY},
    ),
}


@pytest.mark.parametrize(("deed", "before", "changes"), DEEDS.values(), ids=DEEDS.keys())
def test_a_deed_changes_what_it_is_about(
    deed: Callable[[Alert], Alert], before: Alert, changes: dict[str, Any]
) -> None:
    """One deed is one revision, however many fields it changes: readers see one edit."""
    assert deed(before) == replace(before, **changes, revision=2)


def test_the_next_level_is_told_from_a_working_day_less_the_tolerance_on() -> None:
    moment = TUESDAY - TOLERANCE
    assert after(ALERT, FACT, moment - timedelta(seconds=1)).level == 0
    assert after(ALERT, FACT, moment) == replace(ALERT, level=1, since=moment, revision=1)


@pytest.mark.parametrize("week_end", [date(2026, 9, 3), date(2026, 9, 4), date(2026, 9, 8)])
def test_after_rollover_week_means_the_first_opening_after_its_last_day(week_end: date) -> None:
    """Thursday 3 September: Friday; Friday 4: the Monday; Tuesday 8: Wednesday."""
    until = Snooze.AFTER_WEEK.until(MONDAY, DATES.model_copy(update={"week_end": week_end}))
    assert (
        until
        == {
            date(2026, 9, 3): datetime(2026, 9, 4, 8, 0, tzinfo=UK),
            date(2026, 9, 4): datetime(2026, 9, 7, 8, 0, tzinfo=UK),
            date(2026, 9, 8): datetime(2026, 9, 9, 8, 0, tzinfo=UK),
        }[week_end]
    )
    assert OFFICE_HOURS.is_open(until)


def test_what_is_urgent_is_told_before_what_is_due_sooner() -> None:
    """Three alerts are due and two may be told in a day: the urgent one is among them, and first."""
    urgent = replace(ALERT, key=Key("a", GLAN.number, 2026), due=date(2026, 8, 30), urgent=True)
    sooner = [replace(ALERT, key=Key(kind, GLAN.number, 2026)) for kind in "bc"]
    told = plan([*sooner, urgent], {}, lambda _: (NIA,), MONDAY)
    assert [message.alert.key.kind for message in told] == ["a", "b"]
