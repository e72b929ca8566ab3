"""Office days as a setting: on which days users are told, and colleagues are expected to act.

The week of these cases is that of Monday 24 August 2026; Monday 31 August is the bank holiday.
"""

from datetime import date, datetime, timedelta

import pytest

from bot.alerts import engine
from bot.alerts.engine import Snooze
from bot.alerts.notification_plan import plan
from bot.hours import DAYS, OFFICE_HOURS, OfficeHours
from bot.settings import Settings
from bot.settings_loading import load_settings
from tests.bot.alerts.alert_builders import CHAMPION, DATES, at, fact, raised
from tests.bot.refused_settings import refusal

MONDAY = date(2026, 8, 24)
TO_THURSDAY = ("mon", "tue", "wed", "thu")
WITH_SATURDAY = ("mon", "tue", "wed", "thu", "fri", "sat")


def office(*days: str) -> OfficeHours:
    """The office hours where the setting says these days."""
    return load_settings({"office_days": days}, {}).office


def open_days(hours: OfficeHours, first: date = MONDAY, days: int = 7) -> list[str]:
    """The days of a week on which offices are open."""
    week = (first + timedelta(days=number) for number in range(days))
    return [DAYS[day.weekday()] for day in week if hours.is_working(day)]


def test_without_the_setting_they_are_monday_to_friday() -> None:
    assert Settings().office == OFFICE_HOURS
    assert open_days(Settings().office) == ["mon", "tue", "wed", "thu", "fri"]


@pytest.mark.parametrize("days", [TO_THURSDAY, WITH_SATURDAY, ("fri", "sat", "sun"), DAYS])
def test_offices_are_open_on_these_days_alone_but_for_the_bank_holiday(days: tuple[str, ...]) -> None:
    assert open_days(office(*days)) == list(days)
    assert open_days(office(*days), date(2026, 8, 31)) == [day for day in days if day != "mon"]


def test_the_days_may_stand_in_any_order_and_with_other_hours() -> None:
    found = load_settings({"office_days": ("fri", "wed", "mon"), "office_hours": "09:00-13:00"}, {}).office
    assert (found.written_days, found.written) == (("mon", "wed", "fri"), "09:00-13:00")


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (["mon", "tue", "freitag"], 'no day "freitag"; known are mon, tue, wed, thu, fri, sat, sun'),
        (["Mon", "tue", "wed"], 'no day "Mon"'),
        (["mon", "tue", "wed", "mon"], "has a day twice"),
        (["mon", "tue"], "at least 3 days of a week"),
        ([], "at least 3 days of a week"),
    ],
)
def test_days_that_are_none_stop_the_start_and_say_what_was_expected(days: list[str], expected: str) -> None:
    said = refusal({"office_days": days})
    assert said.startswith("The setting office_days can't be used: ")
    assert expected in said


@pytest.mark.parametrize(
    ("days", "now", "told"),
    [
        (TO_THURSDAY, at(27, 9), [CHAMPION]),
        (TO_THURSDAY, at(28, 9), []),
        (WITH_SATURDAY, at(29, 9), [CHAMPION]),
        (WITH_SATURDAY, at(30, 9), []),
    ],
    ids=["Thursday", "Friday", "Saturday", "Sunday"],
)
def test_a_first_message_about_an_alert_comes_on_these_days(
    days: tuple[str, ...], now: datetime, told: list[str]
) -> None:
    found = plan([raised()], {}, lambda _: [CHAMPION], now, office=office(*days))
    assert [message.user for message in found] == told


@pytest.mark.parametrize(
    ("days", "by"),
    [(TO_THURSDAY, at(1, 10, month=9)), (WITH_SATURDAY, at(28, 10))],
    ids=["Friday is off, and Monday a bank holiday", "Friday"],
)
def test_an_alert_of_thursday_that_is_not_taken_goes_on_after_a_working_day(
    days: tuple[str, ...], by: datetime
) -> None:
    alert, hours = raised(now=at(27, 10)), office(*days)
    (sooner,) = engine.step([alert], [fact()], by - timedelta(hours=1), hours)
    (then,) = engine.step([alert], [fact()], by, hours)
    assert (sooner.level, then.level) == (alert.level, alert.level + 1)


def test_what_is_put_off_until_tomorrow_comes_back_on_the_next_of_these_days() -> None:
    assert Snooze.TOMORROW.until(at(27, 10), DATES, office(*TO_THURSDAY)) == at(1, 8, month=9)
    assert Snooze.TOMORROW.until(at(28, 10), DATES, office(*WITH_SATURDAY)) == at(29, 8)
