"""Who is written to about an alert, when and how often."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import pytest

from bot.alerts.alert import LAST_LEVEL, RUN_FAILED, Alert, Key
from bot.alerts.audience import ESCALATION, audience
from bot.alerts.engine import step
from bot.alerts.notification_plan import LastMessage, plan
from bot.settings import MOST_A_DAY
from tests.bot.alerts.alert_builders import (
    AUTHORITY,
    CHAMPION,
    DESK,
    GRANTS,
    MANAGER,
    MONDAY,
    at,
    fact,
    later,
    raised,
)
from tests.builders import GLAN


@pytest.mark.parametrize(
    ("level", "people"),
    [
        (0, (CHAMPION,)),
        (1, (CHAMPION, MANAGER)),
        (2, (CHAMPION, MANAGER, AUTHORITY)),
        (3, (CHAMPION, MANAGER, AUTHORITY, DESK)),
    ],
)
def test_each_level_adds_its_people_and_no_operator_is_among_them(
    level: int, people: tuple[str, ...]
) -> None:
    assert audience(raised(level=level), GLAN, GRANTS) == people


def test_a_level_without_anybody_passes_it_on() -> None:
    assert audience(raised(), GLAN, GRANTS[1:3]) == (AUTHORITY,)
    assert audience(raised(), GLAN, ()) == ()


def test_what_is_handed_over_is_one_persons() -> None:
    assert audience(raised(level=3, handed_to="U0NEW"), GLAN, GRANTS) == ("U0NEW",)


def test_the_provisioning_manager_who_has_to_act_hears_of_it_at_once() -> None:
    (alert,) = step((), [fact(who="provisioning-manager")], MONDAY)
    assert audience(alert, GLAN, GRANTS) == (CHAMPION, MANAGER)
    assert len(ESCALATION) == LAST_LEVEL + 1


def planned(
    alerts: Sequence[Alert],
    now: datetime = MONDAY,
    told: dict[Any, LastMessage] | None = None,
    people: Any = None,
    most_a_day: int = MOST_A_DAY,
) -> list[tuple[str, str, bool]]:
    """What is sent: kind, person, and whether it is an edit."""
    found = plan(alerts, told or {}, people or (lambda _: (CHAMPION,)), now, most_a_day)
    return [(notification.alert.key.kind, notification.user, notification.edits) for notification in found]


def test_a_message_once_and_then_edits() -> None:
    alert = raised()
    at_first = {(alert.key, CHAMPION): LastMessage(alert.revision, date(2026, 8, 24))}
    assert planned([alert]) == [("mis-end-of-year", CHAMPION, False)]
    assert planned([alert], told=at_first) == []
    assert planned([later(alert, at(24, 20), facts=[])], at(24, 20), at_first) == [
        ("mis-end-of-year", CHAMPION, True)
    ]


def test_of_a_days_few_messages_the_readers_own_moves_come_first() -> None:
    """What only others can do waits, although it is due before."""
    others = [raised(kind) for kind in ("classes-current", "client-ran")]
    own = raised("staff-complete", due=date(2026, 9, 1))
    found = plan([*others, own], {}, lambda _: (CHAMPION,), at(25), 2, lambda alert, _: alert == own)
    assert [message.alert.key.kind for message in found] == ["staff-complete", "classes-current"]


def test_new_people_get_it_as_it_climbs() -> None:
    alert = raised()
    told = {(alert.key, CHAMPION): LastMessage(alert.revision, date(2026, 8, 24))}
    climbed = later(alert, at(25))
    found = plan([climbed], told, lambda alert: audience(alert, GLAN, GRANTS), at(25))
    assert [(notification.user, notification.edits) for notification in found] == [
        (CHAMPION, True),
        (MANAGER, False),
    ]


@pytest.mark.parametrize("now", [at(24, 7), at(24, 18), at(29, 10), at(31, 10)])
def test_no_user_is_written_to_out_of_hours(now: datetime) -> None:
    assert planned([raised(now=at(20))], now) == []


def test_a_failed_run_on_the_last_day_does_not_wait() -> None:
    sunday = at(30, 7)
    assert planned([raised(RUN_FAILED, now=sunday, urgent=True)], sunday) == [(RUN_FAILED, CHAMPION, False)]


@pytest.mark.parametrize("quiet", [{"acknowledged_by": "U0A"}, {"snoozed_until": at(25)}])
def test_no_further_user_is_told_of_what_is_taken_or_put_off(quiet: dict[str, Any]) -> None:
    assert planned([raised(**quiet)]) == []


def test_what_was_put_right_before_anybody_heard_of_it_is_no_news() -> None:
    assert planned([later(raised(now=at(23, 6)), at(24, 6), facts=[])]) == []


def test_what_a_run_may_put_right_by_itself_is_told_when_it_has_not() -> None:
    alert = raised("classes-current", now=at(24, 9))
    assert planned([alert], at(24, 16)) == []
    assert planned([alert], at(25, 9)) == [("classes-current", CHAMPION, False)]
    assert later(alert, at(25, 9)).level == 0
    assert later(alert, at(26, 9)).level == 1


def test_two_a_day_and_the_first_due_first() -> None:
    many = [
        raised(kind, due=date(2026, 8, day))
        for kind, day in (("a", 30), ("b", 21), ("c", 29), ("d", 25), ("e", 28))
    ]
    first = planned(many)
    assert first == [("b", CHAMPION, False), ("d", CHAMPION, False)]
    had = {
        (alert.key, CHAMPION): LastMessage(0, date(2026, 8, 24)) for alert in many if alert.key.kind in "bd"
    }
    assert planned(many, at(24, 16), had) == []
    assert planned(many, at(25), had) == [("e", CHAMPION, False), ("c", CHAMPION, False)]


@pytest.mark.parametrize(("most_a_day", "kinds"), [(1, ["b"]), (2, ["b", "d"]), (3, ["b", "d", "e"])])
def test_how_many_a_user_gets_in_a_day_is_a_setting(most_a_day: int, kinds: list[str]) -> None:
    many = [
        raised(key=Key(kind, GLAN.number, 2026), due=date(2026, 8, day))
        for kind, day in (("a", 30), ("b", 21), ("c", 29), ("d", 25), ("e", 28))
    ]
    assert planned(many, most_a_day=most_a_day) == [(kind, CHAMPION, False) for kind in kinds]


def test_what_still_waits_to_be_posted_counts() -> None:
    waiting = {
        (Key("x", GLAN.number, 2026), CHAMPION): LastMessage(0),
        (Key("y", GLAN.number, 2026), CHAMPION): LastMessage(0),
    }
    assert planned([raised()], told=waiting) == []
    assert len(waiting) == MOST_A_DAY
