"""`/hwb report`: who sees what of which school, the year before, and the files."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import insert

from bot.alerts.tables import StageDayRow
from bot.people import permissions
from bot.people.permissions import EVERYWHERE, Grant, Role
from bot.report.screens import _listed
from bot.report.sections import Section
from bot.slack.voice import Voice
from provisioning.clock import FixedClock
from tests.bot.app_fixtures import CARYS, NIA, PRYS, Room, buttons, many_schools, words
from tests.bot.rollover.test_rollover_in_slack import content, in_direct_messages
from tests.builders import BRYN, GLAN, NANT
from tests.everything import knowledge

pytestmark = pytest.mark.integration
AUTUMN = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def autumn(glan: Room) -> Room:
    """Nant and Bryn were through their end of year after Glan had run; only Nant is of its authority.

    Glan's staff are incomplete still. Nia looks after all authorities.
    """
    with glan.services.database.writing() as session:
        permissions.add(session, [Grant(NIA, Role.LOCAL_AUTHORITY, EVERYWHERE)], AUTUMN)
        session.execute(
            insert(StageDayRow),
            [
                {"school": school.number, "year": 2026, "stage": stage, "applies": True, "closed_on": day}
                for school, stage, day in (
                    (NANT, "mis-end-of-year", date(2026, 8, 27)),
                    (BRYN, "mis-end-of-year", date(2026, 8, 28)),
                    (GLAN, "client-ran", date(2026, 8, 24)),
                    (GLAN, "staff-complete", None),
                )
            ],
        )
    return glan.at(FixedClock(AUTUMN))


def test_what_to_do_stands_first(autumn: Room) -> None:
    said = words(autumn.answer(NIA, "report"))
    assert said.index("What to do in July") < said.index("When each part of rollover was done")
    assert "This primary had no leaving dates yet when the secondaries began to run: Nant Primary." in said


def test_a_school_sees_its_own_and_no_number_of_another(autumn: Room) -> None:
    """Carys is Digital Champion of Glan."""
    said = words(autumn.answer(CARYS, "report"))
    assert "Rollover 2026, after the summer: Glan High" in said
    assert "Staff records were incomplete when term began, or soon after: Glan High." in said
    assert not [name for name in ("Nant", "Bryn", "primaries") if name in said]
    assert "You have no role at school" in words(autumn.answer(CARYS, f"report {NANT.number}"))


@pytest.mark.parametrize(
    ("head", "says"),
    [
        (("What", "2026"), "• *Runs* · 12"),
        (("What", "2026", "2025"), "• *Runs* · 2026: 12; 2025: 9"),
        (("Cause", "Alerts"), "• *Runs* · Alerts: 12"),
    ],
)
def test_the_reports_own_year_stands_before_a_number_only_beside_another(
    head: tuple[str, ...], says: str
) -> None:
    row = ("Runs", "12", "9")[: len(head)]
    voice = Voice(knowledge().catalogue, "en")
    (shown,) = _listed(Section("What runs did", (), head, (row,)), voice)
    assert says in shown["text"]["text"].split("\n")


def test_another_year_is_not_known(autumn: Room) -> None:
    said = words(autumn.answer(CARYS, "adroddiad 2019"))
    assert "2019" in said
    assert "Not known for 2019" in said


def test_the_report_of_the_year_before_is_offered_where_something_is_known_of_it(autumn: Room) -> None:
    assert "Report of 2025" not in buttons(autumn.answer(CARYS, "report"))
    assert "Report of 2026" in buttons(autumn.answer(CARYS, "report 2027"))


def test_an_authority_is_chosen_from_several(autumn: Room) -> None:
    """Nia looks after all of them, Prys after Nant's and Glan's."""
    said = words(autumn.answer(NIA, "report 2026 681"))
    assert "Bryn Primary" in said
    assert "Nant Primary" not in said
    assert "Nant Primary" in words(autumn.answer(PRYS, "report"))
    assert "Bryn Primary" not in words(autumn.answer(PRYS, "report"))
    assert "681" in words(autumn.answer(PRYS, "report 681"))


def test_files_come_to_the_user_alone(autumn: Room) -> None:
    for form in ("picture", "html", "markdown"):
        autumn.run(CARYS, f"report {form}")
    files = {file["name"]: file for file in in_direct_messages(autumn, CARYS)}
    begins = {
        "report-2026-6809903.png": b"\x89PNG",
        "report-2026-6809903.html": b"<!DOCTYPE html>",
        "report-2026-6809903.md": b"# Rollover 2026",
    }
    assert {name: content(file)[: len(begins[name])] for name, file in files.items()} == begins
    assert all("Glan High" in file["alt_txt"] for file in files.values())


def test_many_schools_are_counted_in_the_background(autumn: Room) -> None:
    autumn.schools(*many_schools(13))
    shown = autumn.run(NIA, "report 670")
    assert "13 schools" in words(shown[-1])
