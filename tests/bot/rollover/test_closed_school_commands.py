"""What the command line says of a school that has closed, and of its successor."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from knowledge.loading import Knowledge
from knowledge.texts import UK
from provisioning.store.database import Database
from tests.bot.command_line import CommandLine
from tests.builders import BRYN, NANT, Schools, learner, staff_member

LONG_AGO, JULY = date(2020, 9, 1), datetime(2026, 7, 10, 9, tzinfo=UK)
SEREN = learner(1, admission_date=LONG_AGO, year_group="4", class_name="4A")
HUW = learner(2, forename="Huw", admission_date=LONG_AGO, year_group="6", class_name="6A")
JAC = staff_member(start_date=LONG_AGO)
HEADER = "number,name,name_cy,local_authority,phase,closed_on,successor"
CLOSED = "6809901,Nant Primary,Ysgol Nant,680,primary,2026-08-31"


@pytest.fixture
def at(
    hwb: CommandLine, monkeypatch: pytest.MonkeyPatch, sqlite_url: str, knowledge: Knowledge
) -> CommandLine:
    """Nant has closed; Seren is at Bryn, whose client has not run since July."""
    monkeypatch.setenv("HWB_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("HWB_EXTRACTS", str(hwb.folder / "extracts"))
    monkeypatch.setenv("HWB_AT", "2026-09-07T09:00")
    database = Database(sqlite_url)
    provisioning = Schools(database, hwb.folder / "extracts", knowledge)
    provisioning.extracts(NANT, SEREN, HUW, JAC, at=JULY)
    provisioning.runs(NANT, at=JULY)
    provisioning.extracts(BRYN, at=JULY)
    provisioning.runs(BRYN, at=JULY)
    provisioning.extracts(BRYN, replace(SEREN, admission_date=date(2026, 9, 1)))
    database.close()
    hwb.write("closed.csv", f"{HEADER}\n{CLOSED},6819902\n")
    assert hwb("schools import closed.csv").status == 0
    return hwb


def test_it_misses_nobody_and_says_where_to_look(at: CommandLine) -> None:
    for _ in ("before", "after the run of Bryn"):
        assert at("missing --school 6809901 --json").shape == {"school": "6809901", "groups": []}
        said = at("missing --school 6809901")
        assert said.status == 0
        assert "Nant Primary has been closed since 31 August 2026" in said.out
        assert "Look at Bryn Primary (6819902), which takes its place" in said.out
        assert "Edrychwch ar Ysgol y Bryn (6819902)" in at("missing --school 6809901 --lang cy").out
        at("provision --school 6819902")


def test_accounts_that_live_on_there_with_whose_move_it_is(at: CommandLine) -> None:
    shape = at("still-active --school 6809901 --json").shape
    assert [(group["cause"], group["identifiers"], group["next"]["who"]) for group in shape["groups"]] == [
        ("not-run-since-record", [SEREN.upn], "provisioning-manager"),
        ("vanished", [HUW.upn, "JEV"], "local-authority"),
    ]
    assert shape["groups"][0]["next"]["action"] == "Run the Provisioning Client for Bryn Primary."
    assert "put the date of closing back" in shape["groups"][1]["next"]["action"]
    said = at("still-active --school 6809901").out
    assert "3 of its accounts are still active: no school has taken them over" in said
    assert "export it again" not in said
    assert "Mae 3 o'i chyfrifon yn dal yn weithredol" in at("still-active --school 6809901 --lang cy").out


def test_no_run_of_it_is_asked_for(at: CommandLine) -> None:
    for school in ("6809901", "6819902"):
        (found,) = at(f"rollover --school {school} --json").shape["schools"]
        stages = {stage["stage"]: (stage["outcome"], stage["detail"]) for stage in found["stages"]}
        outcome, detail = stages["ran-after-previous-schools"]
        assert outcome == "not-applicable"
        assert "Nant Primary" in detail
    (found,) = at("rollover --school 6809901 --json").shape["schools"]
    stages = {stage["stage"]: (stage["outcome"], stage["detail"]) for stage in found["stages"]}
    assert stages["leavers-ended"] == ("fails", "3 accounts live on that no school has taken over.")
    assert stages["client-ran"][0] == stages["extract-current"][0] == "not-applicable"
    said = at("rollover --school 6819902").out
    assert "Has the client run after the previous schools? Not for this school." in said


def test_a_diagnosis_there_asks_for_no_leaving_date_and_no_run(at: CommandLine) -> None:
    at("provision --school 6819902")
    found = at(f"why-missing {SEREN.upn} --school 6809901 --json").shape
    assert found["causes"] == ["already-left"]
    assert "ask at Bryn Primary" in found["next"]["action"]
    said = at(f"why-missing {SEREN.upn} --school 6809901").out
    assert said.startswith(
        "Nant Primary has been closed since 31 August 2026, so no account is missing there"
    )
    assert "leaving date, or one still to come" not in said
    assert "export it again" not in said


@pytest.mark.parametrize(
    ("rows", "line", "words"),
    [
        ([f"{CLOSED},6809901"], 2, "is given as its own successor"),
        ([f"{CLOSED},6809999"], 2, "the successor 6809999 of school 6809901 is no school that is known"),
        (["6819902,Bryn,Bryn,681,primary,2026-08-31,6809901"], 2, "6819902 → 6809901 → 6819902"),
        ([f"{CLOSED},6819902", "6819902,Bryn,Bryn,681,primary,,6809901"], 2, "6809901 → 6819902 → 6809901"),
    ],
)
def test_a_list_with_a_successor_that_can_be_none_is_refused(
    at: CommandLine, rows: list[str], line: int, words: str
) -> None:
    before = at("schools list --json").shape
    at.write("list.csv", "\n".join([HEADER, *rows, ""]))
    assert at("schools import list.csv").explains(f"list.csv, line {line}", words, "is expected")
    assert at("schools import list.csv --lang cy").explains(f"list.csv, llinell {line}", "disgwylir")
    assert at("schools list --json").shape == before
