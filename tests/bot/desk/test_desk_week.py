"""The week's summary: told once, when the office opens, with its picture and without personal data."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from bot.desk import store, transitions, week_store, weekly
from bot.desk.case import DeskCase, Enquiry, EnquirySource, Resolution, about
from bot.desk.week_picture import document
from bot.outbox.sending import Sender
from bot.people.permissions import EVERYWHERE, Grant, Role
from bot.service.features import LETTER_KINDS
from bot.slack.voice import Voice
from knowledge.ids import Question
from knowledge.texts import UK
from provisioning.clock import FixedClock
from tests.bot.app_fixtures import HELP, NIA, PRYS, SEREN, WYN, Room, words
from tests.builders import GLAN

MONDAY = date(2026, 8, 24)
TUESDAY = datetime(2026, 8, 25, 9, tzinfo=UK)
OPENS = datetime(2026, 9, 1, 8, tzinfo=UK)
"""After the bank holiday: no office is open on Monday 31 August."""


def resolved_case(room: Room) -> None:
    """Seren's case: opened on Tuesday at nine, answered an hour later, resolved after another."""
    found = room.provisioning.asks(Question.WHY_MISSING, SEREN.upn, GLAN)
    case = about(DeskCase(0, TUESDAY, NIA, "en"), found, Question.WHY_MISSING)

    def at(hours: int) -> datetime:
        return TUESDAY + timedelta(hours=hours)

    with room.services.database.writing() as session:
        enquiry = Enquiry(TUESDAY, NIA, EnquirySource.PASTED, "en")
        case = store.add(session, case, transitions.opened(NIA, TUESDAY), enquiry)
        for move in (
            lambda now: transitions.answer(now, NIA, at(1)),
            lambda now: transitions.resolve(now, NIA, Resolution.PUT_RIGHT, "", at(2)),
        ):
            case, event = move(case)
            store.save(session, case, event)


def monday_passes(room: Room, now: datetime = OPENS, channel: str | None = HELP, **more: object) -> None:
    settings = room.services.settings.model_copy(update={"desk_channel": channel, **more})
    clock = FixedClock(now)
    services = replace(
        room.services, settings=settings, provisioning=replace(room.services.provisioning, clock=clock)
    )
    weekly.send_figures(services)
    Sender(services, room.app.client, LETTER_KINDS).deliver()


def said(room: Room, user: str, channel: str | None = None) -> list[str]:
    person = room.server.person(user)
    found = person.messages(channel) if channel else person.messages()
    return [words(message.get("blocks", [])) for message in found]


def test_the_desks_channel_reads_it_once_with_a_picture_in_the_thread(glan: Room) -> None:
    resolved_case(glan)
    monday_passes(glan)
    monday_passes(glan)
    first, *others = [message for message in said(glan, NIA, HELP) if message]
    assert others == []
    assert "The Service Desk in the week from 24 August 2026" in first
    assert "1 case opened, 1 resolved, 0 still open" in first
    assert "to the first answer: 60 minutes" in first
    assert "to resolution: 2 hours" in first
    assert SEREN.upn not in first
    (shared,) = glan.server.calls("files.completeUploadExternal")
    assert shared["channel_id"] == HELP
    assert shared["thread_ts"]


def test_without_a_channel_each_whose_desk_is_everybodys_is_told_in_their_language(glan: Room) -> None:
    glan.grant(Grant(WYN, Role.ADMINISTRATOR, EVERYWHERE))
    resolved_case(glan)
    monday_passes(glan, channel=None)
    assert "1 case opened" in said(glan, NIA)[0]
    assert "Agorwyd 1 achos" in said(glan, WYN)[0]
    assert "tan yr ateb cyntaf: 60 munud" in said(glan, WYN)[0]
    assert said(glan, PRYS) == []


@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 8, 31, 9, tzinfo=UK),
        datetime(2026, 9, 1, 7, tzinfo=UK),
        datetime(2026, 9, 4, 9, tzinfo=UK),
    ],
    ids=["bank holiday", "before eight", "Friday is too late"],
)
def test_not_on_a_bank_holiday_before_eight_or_late_in_the_week(glan: Room, now: datetime) -> None:
    resolved_case(glan)
    monday_passes(glan, now)
    assert not any(said(glan, NIA, HELP))


def test_where_the_first_office_day_of_a_week_is_its_friday_it_comes_then(glan: Room) -> None:
    resolved_case(glan)
    days = ("fri", "sat", "sun")
    monday_passes(glan, datetime(2026, 9, 5, 9, tzinfo=UK), office_days=days)
    assert not any(said(glan, NIA, HELP)), "Saturday is too late"
    monday_passes(glan, datetime(2026, 9, 4, 9, tzinfo=UK), office_days=days)
    assert any(said(glan, NIA, HELP))


def test_a_week_in_which_nothing_happened_is_not_told(glan: Room) -> None:
    monday_passes(glan)
    assert not any(said(glan, NIA, HELP))


@pytest.mark.parametrize("language", ["en", "cy"])
def test_the_picture_says_in_words_what_it_shows(glan: Room, language: str) -> None:
    resolved_case(glan)
    with glan.services.database.reading() as session:
        found = week_store.figures(session, MONDAY, NIA)
    made = document(found, Voice(glan.services.catalogue, "cy" if language == "cy" else "en"))
    assert made.content.startswith(b"\x89PNG")
    assert ("2 awr" if language == "cy" else "2 hours") in made.alt
