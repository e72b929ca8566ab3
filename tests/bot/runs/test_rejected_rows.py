"""Rows that a run rejected and cells that it left out: how many, why, where the first is, who mends it."""

from pathlib import Path

import pytest

from bot.people.permissions import Grant, Role
from tests.bot.app_fixtures import CARYS, ELIS, WYN, Json, Room, buttons, words
from tests.bot.command_line import CommandLine
from tests.builders import GLAN, LEARNERS_HEADER, NOW, Schools, learner, sheet, write

NAMELESS = [learner(number, surname="") for number in (4, 5)]


def spoilt(folder: Path) -> None:
    """Write Glan's learners: three in order, one of them with a date of birth in words, two without a
    surname (lines 5 and 6) and a line at the end that counts them.
    """
    rows = sheet(LEARNERS_HEADER, [learner(1), learner(2), learner(3), *NAMELESS])
    rows[3][LEARNERS_HEADER.index("date_of_birth")] = "in May"
    rows.append(["Total: 5", *[""] * (len(LEARNERS_HEADER) - 1)])
    write(folder / GLAN.number / "learners.csv", rows)


@pytest.fixture
def glan(here: Room) -> Room:
    here.provisioning.extracts(GLAN)
    spoilt(here.provisioning.folder)
    return here


def tells(message: Json | list[Json]) -> None:
    said = words(message)
    assert "3 records can't be used" in said
    reasons = "a legal name is missing (2); it is no person's record"
    assert f"• 3 records from the MIS could not be used: {reasons}." in said
    assert "The school's MIS administrator puts the records right in the MIS" in said
    assert "a total or a footer of the MIS's report" in said
    assert "The date of birth of 1 person could not be read and was left out" in said
    assert learner(3).upn in said


def test_an_mis_administrator_reads_lines_and_files_and_whose_move_it_is(glan: Room) -> None:
    glan.grant(Grant(ELIS, Role.MIS_ADMINISTRATOR, GLAN.number))
    glan.provisioning.runs(GLAN)
    said = words(glan.answer(ELIS, "last-run"))
    reasons = "a legal name is missing (2 rows, from line 5 on); it is no person's row (line 7)"
    assert f"• learners.csv: 3 rows could not be used: {reasons}." in said
    assert "Your move, as the school's MIS administrator: put the records right in the MIS" in said
    assert "You can leave it out of the report" in said


def test_the_screen_of_a_run_says_them(glan: Room) -> None:
    glan.answer(CARYS, "last-run")
    glan.press(CARYS, "say:run")
    tells(glan.server.person(CARYS).messages("C0HELP"))


def test_the_last_run_says_them_and_leads_to_the_people(glan: Room) -> None:
    glan.provisioning.runs(GLAN)
    answer = glan.answer(CARYS, "last-run")
    tells(answer)
    assert "Who is missing" in buttons(answer)
    opened = glan.press(CARYS, "say:missing")
    assert opened is not None
    assert NAMELESS[0].upn in words(opened)


def test_after_a_run_that_failed_they_are_those_of_the_run_before(glan: Room) -> None:
    glan.provisioning.runs(GLAN)
    (glan.provisioning.folder / GLAN.number / "staff.csv").unlink()
    glan.provisioning.runs(GLAN)
    answer = glan.answer(CARYS, "last-run")
    tells(answer)
    assert words(answer).index("*failed*") < words(answer).index("a total or a footer")


def test_in_welsh(glan: Room) -> None:
    glan.provisioning.runs(GLAN)
    said = words(glan.answer(WYN, "rhediad-diwethaf"))
    assert "3 chofnod o'r MIS na ellid eu defnyddio: mae enw cyfreithiol ar goll (2); nid cofnod" in said
    assert "Ni ellid darllen dyddiad geni 1 person" in said


def test_where_nothing_was_rejected_nothing_is_said_of_it(glan: Room) -> None:
    glan.provisioning.extracts(GLAN, learner(1))
    glan.provisioning.runs(GLAN)
    answer = glan.answer(CARYS, "last-run")
    assert "could not be used" not in words(answer)
    assert "Who is missing" not in buttons(answer)


def test_hwb_runs_says_them_for_people_and_for_programs(
    hwb: CommandLine, monkeypatch: pytest.MonkeyPatch, provisioning: Schools, sqlite_url: str
) -> None:
    monkeypatch.setenv("HWB_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("HWB_EXTRACTS", str(provisioning.folder))
    monkeypatch.setenv("HWB_AT", NOW.isoformat())
    provisioning.extracts(GLAN)
    spoilt(provisioning.folder)
    ran = hwb(f"provision --school {GLAN.number}")
    for said in (ran.out, hwb(f"runs --school {GLAN.number}").out):
        assert "learners.csv: 3 rows could not be used: a legal name is missing (2 rows, from line 5" in said
    (run,) = hwb(f"runs --school {GLAN.number} --json").shape["runs"]
    assert run["rejected_rows"] == [
        {"file": "learners.csv", "reason": "name-missing", "count": 2, "first_line": 5},
        {"file": "learners.csv", "reason": "not-a-person", "count": 1, "first_line": 7},
    ]


def test_a_run_that_failed_says_what_to_do(glan: Room) -> None:
    (glan.provisioning.folder / GLAN.number / "staff.csv").unlink()
    _, then = glan.run(CARYS, "run")
    assert "The data from the school's MIS can't be read." in words(then)
    assert "The school's MIS administrator can see why, and put it right." in words(then)
