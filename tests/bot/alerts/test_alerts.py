"""Alerts as values: what they become by facts, time and people."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.alerts import engine
from bot.alerts.alert import LAST_LEVEL
from bot.alerts.engine import Snooze, step
from bot.alerts.notification_plan import Message, reminders
from bot.hours import OFFICE_HOURS
from knowledge.texts import Text
from tests.bot.alerts.alert_builders import DATES, MONDAY, at, fact, later, raised

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        (at(24, 8), True),
        (at(24, 7, 59), False),
        (at(24, 16, 59), True),
        (at(24, 17), False),
        (at(29, 10), False),
        (at(30, 10), False),
        (at(31, 10), False),  # the bank holiday
        (at(1, 10, month=9), True),
        (datetime(2026, 8, 24, 7, 30, tzinfo=UTC), True),  # half past eight in summer
        (datetime(2026, 11, 2, 7, 30, tzinfo=UTC), False),  # half past seven in winter
    ],
)
def test_office_hours(moment: datetime, is_open: bool) -> None:
    assert OFFICE_HOURS.is_open(moment) is is_open


@pytest.mark.parametrize(
    ("moment", "after"),
    [
        (at(24, 10), at(25, 10)),
        (at(24, 6), at(25, 8)),
        (at(24, 20), at(26, 8)),
        (at(28, 10), at(1, 10, month=9)),  # Friday, over the weekend and the bank holiday
        (at(22, 12), at(25, 8)),  # what happens on a Saturday counts from Monday
    ],
)
def test_a_working_day_later(moment: datetime, after: datetime) -> None:
    assert OFFICE_HOURS.a_working_day_after(moment) == after


def test_a_fact_raises_one_alert_however_often_it_is_seen() -> None:
    alerts = step((), [fact()], MONDAY)
    assert step(alerts, [fact()], MONDAY + HOUR) == alerts
    assert len(alerts) == 1


def test_nothing_is_raised_out_of_season_or_before_it_is_due() -> None:
    assert step((), [fact(in_season=False), fact("client-ran", open=False)], MONDAY) == ()


def test_a_fact_that_is_gone_resolves_its_alert_by_itself() -> None:
    alert = later(raised(), MONDAY + HOUR, facts=[])
    assert (alert.open, alert.resolved_at, alert.revision) == (False, MONDAY + HOUR, 1)
    assert later(alert, MONDAY + 2 * HOUR, facts=[]) == alert


def test_out_of_season_what_is_put_right_resolves_and_what_is_not_stays_as_it_is() -> None:
    alert = raised()
    far = at(12, month=10)
    assert later(alert, far, facts=[fact(in_season=False)]) == alert
    assert not later(alert, far, facts=[]).open


def test_what_comes_back_is_open_again_as_if_it_were_new() -> None:
    taken = engine.acknowledge(raised(), "U0A", MONDAY)
    again = later(later(taken, at(25), facts=[]), at(26))
    assert (again.open, again.acknowledged_by, again.level, again.raised_at) == (True, None, 0, at(26))
    assert again.revision > taken.revision


def test_a_changed_fact_changes_the_text_and_nothing_else() -> None:
    other = fact(text=Text("step.mis-end-of-year.no-births"))
    alert = later(raised(), MONDAY + HOUR, facts=[other])
    assert alert == replace(raised(), text=other.text, revision=1)


@pytest.mark.parametrize(
    ("looks", "level"),
    [
        ((at(24, 16),), 0),
        ((at(25, 8),), 1),
        ((at(25, 8), at(25, 16)), 1),
        ((at(25, 8), at(26, 8)), 2),
        ((at(25, 8), at(26, 8), at(27, 8)), LAST_LEVEL),
        ((at(25, 8), at(26, 8), at(27, 8), at(28, 8)), LAST_LEVEL),
        ((at(29, 8),), 1),
    ],
)
def test_a_level_for_every_working_day_in_which_no_user_took_it(
    looks: Sequence[datetime], level: int
) -> None:
    assert later(raised(), *looks).level == level


def test_what_only_the_school_can_see_to_climbs_no_higher() -> None:
    assert later(raised("non-mis-reviewed"), at(25), at(26), at(27)).level == 0


def test_the_weekend_and_the_bank_holiday_are_no_working_days() -> None:
    friday = raised(now=at(28, 10))
    assert later(friday, at(31, 10)).level == 0
    assert later(friday, at(1, 10, month=9)).level == 1


@pytest.mark.parametrize(
    "taken",
    [
        lambda alert: engine.acknowledge(alert, "U0A", MONDAY),
        lambda alert: engine.hand_over(alert, "U0B", "U0A", MONDAY),
        lambda alert: engine.snooze(alert, at(7, month=9), "U0A"),
    ],
)
def test_what_a_user_has_taken_goes_no_higher(taken: Any) -> None:
    assert later(taken(raised()), at(25), at(26), at(27)).level == 0


def test_every_deed_has_its_way_back_and_gives_a_full_working_day_again() -> None:
    for do, back in (
        (lambda alert: engine.acknowledge(alert, "U0A", MONDAY), engine.release),
        (lambda alert: engine.hand_over(alert, "U0B", "U0A", MONDAY), engine.take_back),
        (lambda alert: engine.snooze(alert, at(1, month=9), "U0A"), engine.wake),
    ):
        alert = back(do(raised()), at(26, 9))
        assert alert == replace(raised(), since=at(26, 9), revision=2)
        assert later(alert, at(26, 16)).level == 0
        assert later(alert, at(27, 9)).level == 1


@pytest.mark.parametrize(
    ("snooze", "now", "until"),
    [
        (Snooze.HOUR, at(24, 10), at(24, 11)),
        (Snooze.HOUR, at(24, 16, 30), at(25, 8)),
        (Snooze.TOMORROW, at(24, 10), at(25, 8)),
        (Snooze.TOMORROW, at(28, 10), at(1, 8, month=9)),
        (Snooze.AFTER_WEEK, at(24, 10), at(1, 8, month=9)),
        (Snooze.AFTER_WEEK, at(3, 10, month=9), at(4, 8, month=9)),
    ],
)
def test_for_how_long_it_is_put_off(snooze: Snooze, now: datetime, until: datetime) -> None:
    assert snooze.until(now, DATES) == until


def test_what_was_put_off_comes_back_with_a_reminder_to_the_user_who_put_it_off() -> None:
    alert = engine.snooze(raised(), at(25), "U0A")
    assert later(alert, at(24, 16)) == alert
    back = later(alert, at(25))
    assert (back.snoozed_until, back.snoozed_by, back.since) == (None, None, at(25))
    assert reminders([alert], [back]) == (Message(back, "U0A", reminds=True),)
    assert reminders([alert], [later(alert, at(25), facts=[])]) == ()
    assert reminders([back], [back]) == ()
