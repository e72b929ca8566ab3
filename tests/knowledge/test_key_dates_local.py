"""Key dates of a place: the rules' new ones, local ones from a file, and what they ask of whom."""

from datetime import date
from pathlib import Path

import pytest

from knowledge.keydates import Calendar, LocalDatesError, changed, derive, events, local_years, read_local
from knowledge.loading import Knowledge
from knowledge.models import LocalDates
from knowledge.texts import LANGUAGES, KnowledgeError


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "dates.toml"


@pytest.mark.parametrize(
    ("year", "day"), [(2018, 3), (2019, 2), (2020, 1), (2021, 1), (2024, 2), (2025, 1), (2029, 3), (2030, 2)]
)
def test_term_begins_on_the_first_weekday_of_september(year: int, day: int) -> None:
    assert derive(year).first_day_of_term == date(year, 9, day)


def test_2025_as_published(knowledge: Knowledge) -> None:
    dates = knowledge.key_dates(2025)
    assert dates.class_updates_off == date(2025, 6, 2)
    assert dates.must_run_on == (date(2025, 8, 30),)
    assert dates.first_day_of_term == date(2025, 9, 1)
    assert [pause.until for pause in dates.pauses] == [date(2025, 8, 29)]


@pytest.mark.parametrize(("day", "since"), [(30, date(2025, 8, 25)), (31, date(2025, 8, 30))])
def test_a_day_of_the_run_counts_from_the_day_after(knowledge: Knowledge, day: int, since: date) -> None:
    assert knowledge.key_dates(2025).must_have_run_since(date(2025, 8, day)) == since


@pytest.mark.parametrize(
    ("day", "off"),
    [
        (date(2025, 6, 1), False),
        (date(2025, 6, 2), True),
        (date(2025, 8, 24), True),
        (date(2025, 8, 25), False),
    ],
)
def test_class_updates_are_off_until_the_week_unless_a_day_is_given(
    knowledge: Knowledge, day: date, off: bool
) -> None:
    assert knowledge.key_dates(2025).class_updates_are_off(day) is off


def test_a_moved_week_takes_its_sunday_along() -> None:
    moved = changed(
        derive(2026), LocalDates(week_start=date(2026, 8, 17), end_of_year_deadline=date(2026, 8, 14))
    )
    assert (moved.week_start, moved.week_end) == (date(2026, 8, 17), date(2026, 8, 23))
    assert moved.first_day_of_term == derive(2026).first_day_of_term


def test_a_pause_is_moved(knowledge: Knowledge) -> None:
    moved = changed(knowledge.key_dates(2025), LocalDates(pauses_until=date(2025, 9, 5)))
    assert [pause.until for pause in moved.pauses] == [date(2025, 9, 5)]


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        (LocalDates(week_start=date(2026, 8, 25)), "week_start"),
        (LocalDates(week_start=date(2026, 8, 17)), "week_start"),
        (LocalDates(pauses_until=date(2026, 8, 29)), "pauses_until"),
        (
            LocalDates(class_updates_off=date(2026, 6, 2), class_updates_on=date(2026, 6, 1)),
            "class_updates_on",
        ),
    ],
)
def test_what_does_not_fit_is_refused_by_name(changes: LocalDates, name: str) -> None:
    with pytest.raises(LocalDatesError) as refused:
        changed(derive(2026), changes)
    assert refused.value.name == name


def test_a_file_for_everybody_and_for_one_authority(file: Path, knowledge: Knowledge) -> None:
    file.write_text(
        "[all.2026]\nfirst_day_of_term = 2026-09-02\nmust_run_on = [2026-08-30]\n"
        "[680.2026]\nfirst_day_of_term = 2026-09-03\n"
    )
    local = read_local(file, knowledge.years)
    newport = Calendar(knowledge.years, local_years(local, "680"))
    cardiff = Calendar(knowledge.years, local_years(local, "681"))
    assert newport.of(2026).first_day_of_term == date(2026, 9, 3)
    assert cardiff.of(2026).first_day_of_term == date(2026, 9, 2)
    assert newport.of(2026).must_run_on == (date(2026, 8, 30),)
    assert newport.of(2027) == derive(2027)
    assert newport.own(2026) == {"first_day_of_term", "must_run_on"}


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[Newport.2026]\n", "Newport"),
        ("[680.next]\n", "680.next"),
        ("[680]\ndeadline = 2026-08-14\n", "680.deadline"),
        ("[680.2026]\ndeadline = 2026-08-14\n", "680.2026.deadline"),
        ("[680.2026]\nweek_start = 2026-08-25\n", "680.2026.week_start"),
        ("[680.2026]\nweek_start = 'Monday'\n", "680.2026.week_start"),
        ("680 = 1\n", "680"),
    ],
)
def test_a_faulty_file_is_refused_with_its_key(file: Path, knowledge: Knowledge, text: str, key: str) -> None:
    file.write_text(text)
    with pytest.raises(KnowledgeError) as refused:
        read_local(file, knowledge.years)
    assert refused.value.key == key


def test_a_missing_file_is_told(file: Path, knowledge: Knowledge) -> None:
    with pytest.raises(KnowledgeError, match="is missing"):
        read_local(file, knowledge.years)


@pytest.mark.parametrize("year", [2020, 2025, 2026])
def test_every_event_is_said_in_both_languages_in_order(knowledge: Knowledge, year: int) -> None:
    found = events(knowledge.key_dates(year))
    assert [event.day for event in found] == sorted(event.day for event in found)
    for event in found:
        for language in LANGUAGES:
            assert knowledge.catalogue.say(f"date.{event.id}.what", language, **event.values)
            assert knowledge.catalogue.say(f"date.{event.id}.name", language)


def test_a_week_is_past_when_its_sunday_is_over() -> None:
    week = next(event for event in events(derive(2026)) if event.id == "week")
    assert not week.is_past(date(2026, 8, 30))
    assert week.is_past(date(2026, 8, 31))
