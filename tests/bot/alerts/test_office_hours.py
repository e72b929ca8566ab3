"""Office hours as a setting: when users are told, by when a colleague is expected to act, and the digests."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from bot.alerts import engine, store
from bot.alerts.engine import Snooze
from bot.alerts.monitor import AlertMonitor
from bot.alerts.morning import Chosen
from bot.alerts.notification_plan import plan
from bot.alerts.rehearsal import rehearse
from bot.home.preference_screens import HOUR, chosen, digest_form
from bot.hours import OFFICE_HOURS, OfficeHours
from bot.outbox import letters
from bot.outbox.letters import Letter
from bot.people.preferences import DigestChoice
from bot.service.lookout import Lookout
from bot.services import Services
from bot.settings import Settings
from bot.settings_loading import load_settings
from bot.slack.voice import Voice
from provisioning.clock import FixedClock
from tests.bot.alerts.alert_builders import CHAMPION, DATES, KNOWN, at, fact, raised
from tests.bot.app_fixtures import HUW, Room, words
from tests.bot.refused_settings import refusal
from tests.builders import GLAN

EARLY = OfficeHours(time(7), time(13))
HALF_PAST = OfficeHours(time(8, 30), time(16, 30))


def with_hours(room: Room, written: str, now: datetime) -> Services:
    """The room's services where the setting says these hours, at a moment."""
    settings = room.services.settings.model_copy(update={"office_hours": written})
    provisioning = replace(room.services.provisioning, clock=FixedClock(now))
    return replace(room.services, settings=settings, provisioning=provisioning)


def test_without_the_setting_they_are_eight_to_five() -> None:
    assert Settings().office == OFFICE_HOURS == OfficeHours(time(8), time(17))


@pytest.mark.parametrize("written", ["06:00-10:00", "18:00-22:00", "08:30-16:30"])
def test_hours_at_the_bounds_are_taken(written: str) -> None:
    office = load_settings({"office_hours": written}, {}).office
    assert f"{office.opens:%H:%M}-{office.closes:%H:%M}" == written


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("05:59-17:00", "between 06:00 and 22:00"),
        ("08:00-22:01", "between 06:00 and 22:00"),
        ("08:00-11:59", "at least 4 hours"),
        ("17:00-08:00", "at least 4 hours"),
        ("8-17", "such as 08:00-17:00"),
        ("08:00-25:00", "such as 08:00-17:00"),
    ],
)
def test_hours_out_of_bounds_stop_the_start_and_say_what_was_expected(written: str, expected: str) -> None:
    said = refusal({"office_hours": written})
    assert said.startswith("The setting office_hours can't be used: ")
    assert written in said
    assert expected in said


@pytest.mark.parametrize(
    ("now", "told"),
    [(at(25, 6, 59), []), (at(25, 7), [CHAMPION]), (at(25, 12, 59), [CHAMPION]), (at(25, 13), [])],
)
def test_a_first_message_about_an_alert_comes_in_these_hours(now: datetime, told: Sequence[str]) -> None:
    found = plan([raised()], {}, lambda _: [CHAMPION], now, office=EARLY)
    assert [message.user for message in found] == list(told)


@pytest.mark.parametrize(
    ("since", "by"),
    [
        (at(24, 10), at(25, 10)),
        (at(24, 6), at(25, 7)),  # before opening it counts from seven
        (at(24, 14), at(26, 7)),  # at two the office has closed: it counts from tomorrow's opening
    ],
)
def test_an_alert_that_is_not_taken_goes_on_after_a_working_day_of_these_hours(
    since: datetime, by: datetime
) -> None:
    alert = raised(now=since)
    (sooner,) = engine.step([alert], [fact()], by - timedelta(hours=1), EARLY)
    (then,) = engine.step([alert], [fact()], by, EARLY)
    assert (sooner.level, then.level) == (alert.level, alert.level + 1)


@pytest.mark.parametrize(
    ("snooze", "now", "until"),
    [
        (Snooze.HOUR, at(24, 10), at(24, 11)),
        (Snooze.HOUR, at(24, 12, 30), at(25, 7)),
        (Snooze.TOMORROW, at(24, 10), at(25, 7)),
        (Snooze.AFTER_WEEK, at(24, 10), at(1, 7, month=9)),
    ],
)
def test_what_is_put_off_comes_back_in_these_hours(snooze: Snooze, now: datetime, until: datetime) -> None:
    assert snooze.until(now, DATES, EARLY) == until


@pytest.mark.parametrize(
    ("chosen_hour", "hour"),
    [
        (None, 7),  # no hour was chosen: as the office opens
        (6, 7),
        (8, 8),
        (12, 12),
        (13, 12),
        (16, 12),  # chosen while the office closed at five
    ],
)
def test_an_hour_outside_is_taken_as_the_nearest_one_within(chosen_hour: int | None, hour: int) -> None:
    """No digest is lost: at each hour of the office it is made once, also where other hours were chosen."""
    choice = {HUW: DigestChoice(chosen_hour)}
    made = [each for each in range(24) if Chosen(choice, range(each, each + 1), EARLY).is_hour_of(HUW)]
    assert made == [hour]
    assert Chosen(choice, range(hour, hour + 1), EARLY).any_due


def test_offered_are_opening_and_the_whole_hours_until_an_hour_before_closing() -> None:
    voice = Voice(KNOWN.catalogue, "en")
    form = digest_form(DigestChoice(), HALF_PAST, voice)
    (menu,) = (block["element"] for block in form["blocks"] if block.get("block_id") == HOUR)
    offered = [option["text"]["text"] for option in menu["options"]]
    assert offered == ["08:30", *(f"{hour:02}:00" for hour in range(9, 16))]
    assert menu["initial_option"]["text"]["text"] == "08:30"
    assert "at 15:00" in words(chosen(DigestChoice(16), HALF_PAST, voice).blocks)


@pytest.mark.integration
@pytest.mark.parametrize(("written", "had"), [("07:00-13:00", True), ("08:00-17:00", False)])
def test_digests_are_made_at_seven_where_the_office_opens_at_seven(
    glan: Room, written: str, *, had: bool
) -> None:
    tuesday = at(25, 7, 10)
    AlertMonitor(with_hours(glan, written, tuesday)).evaluate()
    with glan.services.database.reading() as session:
        assert store.had_digest(session, tuesday.date()) is had


@pytest.mark.integration
def test_the_rehearsal_of_the_days_ahead_goes_by_the_setting(glan: Room) -> None:
    glan.provisioning.extracts(GLAN, at=at(24))
    ahead = rehearse(with_hours(glan, "09:30-15:00", at(24)), at(25).date(), at(26).date())
    assert {message.when.time() for message in ahead} == {time(9, 30)}


@pytest.mark.integration
@pytest.mark.parametrize(("written", "seen"), [("07:00-13:00", True), ("08:00-17:00", False)])
def test_a_letter_that_waits_for_the_office_is_due_as_it_opens(
    glan: Room, written: str, *, seen: bool
) -> None:
    letter = Letter("watch:1", HUW, {"kind": "watch"}, any_time=False)
    glan.services.database.write(lambda session: letters.put(session, [letter], at(24)))
    now = at(25, 7, 10)
    assert Lookout(with_hours(glan, written, now), moment=lambda: now).seen().to_tell is seen
