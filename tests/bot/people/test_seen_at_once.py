"""What is kept for everybody, such as schools and key dates: changes of another process are seen at once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from provisioning.store import dates
from provisioning.store import schools as school_store
from provisioning.store.database import Database
from tests.bot.app_fixtures import CARYS, PRYS, SEREN, Room, words
from tests.builders import GLAN, NANT, NOW
from tests.costs import counted


@pytest.fixture
def elsewhere(here: Room) -> Iterator[Database]:
    """The database as another process has it."""
    database = Database(here.services.database.url.render_as_string(hide_password=False))
    yield database
    database.close()


def test_a_school_that_has_moved_to_another_authority(glan: Room, elsewhere: Database) -> None:
    before = words(glan.answer(PRYS, f"last-run {NANT.number}"))
    with elsewhere.writing() as session:
        school_store.put(session, [replace(NANT, local_authority="670")])
    after = words(glan.answer(PRYS, f"last-run {NANT.number}"))
    assert "Nant Primary" in before, before
    assert "Nant Primary" not in after, after


def test_key_dates_that_an_authority_has_set(glan: Room, elsewhere: Database) -> None:
    before = words(glan.answer(CARYS, "dates"))
    with elsewhere.writing() as session:
        day = date(2026, 9, 4)
        dates.put(session, GLAN.local_authority, 2026, "first_day_of_term", [day], by="else", at=NOW)
    after = words(glan.answer(CARYS, "dates"))
    with elsewhere.writing() as session:
        dates.remove(session, GLAN.local_authority, None, None)
    assert "4 September 2026" not in before
    assert "4 September 2026" in after
    assert words(glan.answer(CARYS, "dates")) == before


def test_an_extract_that_the_office_has_written(glan: Room) -> None:
    before = words(glan.answer(CARYS, f"why-missing {SEREN.upn}"))
    glan.provisioning.extracts(GLAN, replace(SEREN, leaving_date=date(2026, 9, 5)))
    after = words(glan.answer(CARYS, f"why-missing {SEREN.upn}"))
    assert before != after
    assert "5 September 2026" in after, after


def test_an_answer_about_a_person_takes_few_statements(glan: Room) -> None:
    glan.answer(CARYS, f"why-missing {SEREN.upn}")  # Slack has said who Carys is
    with counted(glan.services.database) as so_far:
        glan.answer(CARYS, f"why-missing {SEREN.upn}")
        assert so_far().statements <= 28  # eight of them find who can be asked for the next step, and who was
