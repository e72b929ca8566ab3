"""Key dates as a calendar, read back as a calendar program reads them."""

from datetime import date, timedelta

import pytest
from icalendar import Calendar

from bot.api import app
from bot.api.calendar_feed import WantedDates, feed
from bot.services import Services
from bot.settings import Settings
from knowledge.keydates import events
from knowledge.loading import Knowledge
from provisioning.errors import KnownError
from provisioning.store import dates
from tests.bot.api.api_client import served
from tests.builders import GLAN, NOW, Schools


@pytest.fixture
def services(provisioning: Schools, everything: Knowledge) -> Services:
    provisioning.knowledge = everything
    return Services(Settings(), provisioning.at(NOW), dict)


def entries(services: Services, **wanted: object) -> dict[str, tuple[date, date, str]]:
    """First day, last day and words of each entry, by its id."""
    given: dict[str, object] = {"year": None, "authority": None, "language": "en", **wanted}
    calendar = Calendar.from_ical(feed(services, WantedDates(**given)))  # type: ignore[arg-type] # by name
    return {
        str(entry["uid"]): (entry.start, entry.end - timedelta(days=1), str(entry["summary"]))
        for entry in calendar.walk("VEVENT")
    }


def test_every_key_date_is_an_entry_of_whole_days(services: Services) -> None:
    published = events(services.provisioning.knowledge.rollover_in_focus(NOW.date()))
    found = entries(services)
    assert [(first, last) for first, last, _ in found.values()] == [
        (event.day, event.until or event.day) for event in published
    ]
    assert all(words for *_, words in found.values())
    assert all(uid.startswith("2026-all-") for uid in found)


def test_an_authority_that_moved_a_date_has_it_moved_under_the_same_id(services: Services) -> None:
    uid = f"2026-{GLAN.local_authority}-end-of-year-deadline-1@hwb-rollover"
    before = entries(services, authority=GLAN.local_authority)[uid]
    moved = before[0] - timedelta(days=7)
    with services.database.writing() as session:
        name = "end_of_year_deadline"
        dates.put(session, GLAN.local_authority, 2026, name, [moved], by="test", at=NOW)
    assert entries(services, authority=GLAN.local_authority)[uid][0] == moved
    assert entries(services)["2026-all-end-of-year-deadline-1@hwb-rollover"][0] == before[0]


def test_each_year_and_language_has_its_own(services: Services) -> None:
    assert all(uid.startswith("2027-") for uid in entries(services, year=2027))
    assert b"Dyddiadau allweddol trosglwyddo'r flwyddyn 2026" in feed(services, WantedDates(None, None, "cy"))
    assert entries(services, language="cy") != entries(services)


@pytest.mark.parametrize("wanted", [{"year": 1999}, {"authority": "999"}])
def test_what_there_is_not_is_refused(wanted: dict[str, object], services: Services) -> None:
    with pytest.raises(KnownError, match="api-parameter"):
        entries(services, **wanted)


def test_it_is_served_without_a_token_and_wrong_parameters_are_told(services: Services) -> None:
    with served(services) as api:
        answer = api.get(f"/dates.ics?la={GLAN.local_authority}&lang=cy&year=2026")
        assert (answer.status, answer.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
        assert answer.body.startswith("BEGIN:VCALENDAR")
        for query in ("year=next", "la=999", "lang=fr", "school=6601001"):
            assert api.get(f"/dates.ics?{query}").error == (400, "api-parameter"), query


def test_an_error_that_nobody_foresaw_is_told_by_its_reference_in_the_log(
    services: Services, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_services: Services, _wanted: WantedDates) -> bytes:
        raise ZeroDivisionError

    monkeypatch.setattr(app, "feed", broken)
    with served(services) as client:
        answer = client.get("/dates.ics?lang=cy")
    assert answer.error == (500, "unexpected")
    (reference,) = [record.args[0] for record in caplog.records if record.msg == "reference %s"]
    assert reference in answer.shape["said"]
    assert "ZeroDivisionError" in caplog.text
