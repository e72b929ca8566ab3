"""`hwb still-active`, and what `hwb check` says of extracts that are too old."""

import os
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from knowledge.loading import Knowledge
from provisioning.store.database import Database
from tests.bot.command_line import CommandLine
from tests.builders import GLAN, Schools, learner, staff_member

LONG_AGO, LEFT = date(2020, 9, 1), date(2026, 9, 4)
SEREN, HUW, MALI = (learner(number, admission_date=LONG_AGO) for number in (1, 2, 3))
JAC = staff_member(start_date=LONG_AGO)


@pytest.fixture
def at(
    hwb: CommandLine, monkeypatch: pytest.MonkeyPatch, sqlite_url: str, knowledge: Knowledge
) -> CommandLine:
    """Huw has left since the last run, Mali has no row any more, and Jac's row has no name."""
    monkeypatch.setenv("HWB_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("HWB_EXTRACTS", str(hwb.folder / "extracts"))
    monkeypatch.setenv("HWB_AT", "2026-09-07T09:00")
    database = Database(sqlite_url)
    provisioning = Schools(database, hwb.folder / "extracts", knowledge)
    provisioning.extracts(GLAN, SEREN, HUW, MALI, JAC)
    provisioning.runs(GLAN)
    gone = replace(JAC, surname="", leaving_date=LEFT)
    provisioning.extracts(GLAN, SEREN, replace(HUW, leaving_date=LEFT), gone)
    database.close()
    return hwb


def test_each_by_cause_in_the_shape_of_missing(at: CommandLine) -> None:
    shape = at("still-active --school 6809903 --json").shape
    assert shape["school"] == "6809903"
    assert [(group["cause"], group["count"], group["identifiers"]) for group in shape["groups"]] == [
        ("row-rejected", 1, ["JEV"]),
        ("not-run-since-record", 1, [HUW.upn]),
        ("vanished", 1, [MALI.upn]),
    ]
    assert all(group["next"].keys() == {"who", "contact", "action"} for group in shape["groups"])


def test_in_words_and_in_welsh(at: CommandLine) -> None:
    said = at("still-active --school 6809903").out
    assert "3 accounts of people who have left, or have no row in the MIS, still active" in said
    assert "the legal surname or forename is missing" in said
    assert "Extract of 7 Sept" in said
    assert "mae 3 chyfrif pobl sydd wedi gadael" in at("still-active --school 6809903 --lang cy").out


def test_what_a_run_noticed_is_shown_with_it(at: CommandLine) -> None:
    path = at.folder / "extracts" / GLAN.number / "learners.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("Seren", "Serena"), encoding="utf-8")
    (run,) = at("provision --school 6809903 --json").shape["runs"]
    assert {(note["note"], note["identifier"]) for note in run["notes"]} >= {
        ("vanished", MALI.upn),
        ("name-differs", SEREN.upn),
    }
    said = at("runs --school 6809903").out
    assert f"1 person with an active account, and no row in the MIS: {MALI.upn}" in said
    assert "The MIS has another legal name than the account of" in said
    assert "has another legal name than the account" in at(f"why-missing {SEREN.upn} --school 6809903").out


def test_who_vanished_and_was_replaced_is_told_once_in_run_diagnosis_and_still_active(
    at: CommandLine, knowledge: Knowledge
) -> None:
    """Nia Rees has no row any more; there is another Nia Rees, born on another day, with a new UPN."""
    database = Database(os.environ["HWB_DATABASE_URL"])
    provisioning = Schools(database, at.folder / "extracts", knowledge)
    nia = learner(8, surname="Rees", forename="Nia", date_of_birth=date(2014, 5, 3))
    other = learner(9, surname="REES", forename="Nia", date_of_birth=date(2013, 2, 1))
    provisioning.extracts(GLAN, SEREN, HUW, nia, JAC)
    provisioning.runs(GLAN)
    provisioning.extracts(GLAN, SEREN, HUW, other, JAC)
    database.close()
    (run,) = at("provision --school 6809903 --json").shape["runs"]
    assert (run["counts"]["create"], run["counts"]["vanished"]) == (1, 2)
    noted = {note["identifier"]: note.get("replaced_by") for note in run["notes"]}
    assert noted == {nia.upn: other.upn, MALI.upn: None}
    told = f"in whose name the MIS has another: {nia.upn} ({other.upn})"
    for line in ("runs --school 6809903 --last 1", "runs --school 6809903 --last 1 --lang cy"):
        said = at(line).out
        assert said.count(nia.upn) == said.count(MALI.upn) == 1
        assert (told in said) is ("cy" not in line)
    said = at(f"why-missing {nia.upn} --school 6809903").out
    assert said.count(f"it has {other.upn} in the same name") == 1
    assert "has no record of" in at(f"why-missing {MALI.upn} --school 6809903").out
    assert "a leaving date ends an account" in at(f"why-missing {MALI.upn} --school 6809903").out
    said = at("still-active --school 6809903").out
    assert said.count(f"the MIS has {other.upn} in the same name") == 1


def test_a_school_that_is_not_there(at: CommandLine) -> None:
    assert at("still-active --school 6609999").explains("6609999")
    assert at("still-active").status == 2


def test_check_names_schools_whose_extracts_are_too_old(
    at: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert at("check --json").shape == {"ok": True, "problems": []}
    monkeypatch.setenv("HWB_AT", "2026-09-15T09:00")  # eight days later, and term has only begun
    said = at("check --json")
    assert (said.status, said.shape["ok"], said.shape["problems"]) == (0, True, [])
    (problem,) = said.shape["warnings"]
    assert "6809903 (2026-09-07)" in problem
    assert "too old" in problem
    assert "6809903 (2026-09-07)" in at("check").out


def test_check_says_nothing_of_schools_without_files(hwb: CommandLine) -> None:
    assert hwb("check --json").shape == {"ok": True, "problems": []}


def test_the_time_of_the_newest_file_counts(at: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HWB_AT", "2026-09-15T09:00")
    path = at.folder / "extracts" / GLAN.number / "staff.csv"
    newer = datetime(2026, 9, 10, tzinfo=UTC).timestamp()
    os.utime(path, (newer, newer))
    assert "warnings" not in at("check --json").shape
