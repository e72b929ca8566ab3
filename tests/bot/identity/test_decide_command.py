"""`hwb decide`: accounts in doubt on the command line, as they wait and as they are decided."""

import os
from dataclasses import replace
from datetime import date

import pytest

from knowledge.loading import Knowledge
from provisioning.store.database import Database
from tests.bot.command_line import CommandLine
from tests.builders import GLAN, Schools, learner, staff_member

ALYS = learner(1, surname="Jones", forename="Alys", date_of_birth=date(2014, 5, 3))
BECA = replace(ALYS, surname="Evans", forename="Beca", date_of_birth=date(2013, 11, 20))


@pytest.fixture
def at(
    hwb: CommandLine, monkeypatch: pytest.MonkeyPatch, sqlite_url: str, knowledge: Knowledge
) -> CommandLine:
    """At Glan, Alys has an account, and her UPN now stands with Beca's name."""
    monkeypatch.setenv("HWB_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("HWB_EXTRACTS", str(hwb.folder / "extracts"))
    monkeypatch.setenv("HWB_AT", "2026-09-07T09:00")
    database = Database(sqlite_url)
    provisioning = Schools(database, hwb.folder / "extracts", knowledge)
    provisioning.extracts(GLAN, ALYS)
    provisioning.runs(GLAN)
    provisioning.extracts(GLAN, BECA)
    database.close()
    return hwb


def test_what_waits_at_a_closed_school_is_not_listed_and_the_answer_names_the_successor(
    at: CommandLine,
) -> None:
    at("provision --school 6809903")
    (change,) = at("decide --json").shape["changes"]
    header = "number,name,name_cy,local_authority,phase,final_year,provisioning_managed_by,"
    header += "provisioning_contact,closed_on,successor"
    row = "6809903,Glan High,Ysgol Glan,680,secondary,13,school,,2026-09-01,6809901"
    at.write("closed.csv", f"{header}\n{row}\n")
    assert at("schools import closed.csv").status == 0
    assert at("decide --json").shape == {"changes": []}
    assert at(f"decide {change['id']} same").explains("Glan High has been closed", "Nant Primary")


def test_an_account_whose_staff_code_is_another_persons_now_is_listed_without_a_code(
    at: CommandLine, knowledge: Knowledge
) -> None:
    jane = staff_member("JEV", surname="Evans", forename="Jane")
    jac = replace(jane, surname="Everett", forename="Jac")
    database = Database(os.environ["HWB_DATABASE_URL"])
    provisioning = Schools(database, at.folder / "extracts", knowledge)
    provisioning.extracts(GLAN, ALYS, jane)
    provisioning.runs(GLAN)
    provisioning.extracts(GLAN, ALYS, jac)
    provisioning.runs(GLAN)
    database.close()
    (change,) = at("decide --json").shape["changes"]
    assert at(f"decide {change['id']} another").status == 0
    at("provision --school 6809903")
    told = at("accounts --kind staff --json").shape["accounts"]
    assert [(account["status"], account["staff_code"]) for account in told] == [
        ("inactive", None),
        ("active", "JEV"),
    ]
    said = at("accounts --kind staff").out
    for account, code in zip(told, ("", "JEV"), strict=True):
        (line,) = (line for line in said.splitlines() if account["username"] in line)
        assert line.count(account["username"]) == 1
        assert code in line.split("6809903")[1]


def test_a_dry_run_foretells_who_will_wait_for_a_decision(at: CommandLine) -> None:
    said = at("provision --school 6809903 --dry-run").out
    assert "1 person waits for a decision: the account may be another person's" in said
    assert "mae 1 person yn aros am benderfyniad" in at("provision --school 6809903 --dry-run --lang cy").out


def test_who_has_the_account_is_told_once_the_row_is_said_to_be_anothers(
    at: CommandLine,
) -> None:
    """Beca's row stands under the UPN of Alys, who has no row and an active account."""
    at("provision --school 6809903")
    (change,) = at("decide --json").shape["changes"]
    assert at(f"decide {change['id']} another").status == 0
    (run,) = at("provision --school 6809903 --json").shape["runs"]
    assert (run["counts"]["rejected"], run["counts"]["vanished"]) == (1, 1)
    (group,) = at("still-active --school 6809903 --json").shape["groups"]
    assert (group["cause"], group["identifiers"]) == ("vanished", [ALYS.upn])
    assert (
        "the row with this identifier is another person's, as was decided"
        in at("still-active --school 6809903").out
    )
    found = at(f"why-missing {ALYS.upn} --school 6809903 --json").shape
    assert found["causes"] == ["row-rejected"]
    said = " ".join(step["detail"] for step in found["steps"])
    assert "on 7 Sept 09:00 a person decided that the account with this UPN is another person's" in said
    assert f"hwb decide {change['id']} same" in said
    assert "provisioning manager, the local authority, the Service Desk and administrators" in said
    assert "The account with this UPN is active at Glan High" in said
    assert "no active account" not in said
    for line in (
        "missing --school 6809903",
        "runs --school 6809903",
        f"why-missing {ALYS.upn} --school 6809903",
    ):
        assert "several rows have" not in at(line).out
    assert "its account is another person's by a decision" in at("runs --school 6809903 --last 1").out
    assert f"hwb decide {change['id']} same" in at("missing --school 6809903").out
    assert at(f"decide {change['id']} same").status == 0
    at("provision --school 6809903")
    assert at("still-active --school 6809903 --json").shape["groups"] == []
    assert at(f"why-missing {ALYS.upn} --school 6809903 --json").shape["cause"] == "present"


def test_the_dates_of_birth_are_shown_for_a_person_decides_by_them(at: CommandLine) -> None:
    at("provision --school 6809903")
    (change,) = at("decide --json").shape["changes"]
    assert change["account"] == {"surname": "Jones", "forename": "Alys", "date_of_birth": "2014-05-03"}
    assert change["record"]["date_of_birth"] == "2013-11-20"
    said = at("decide").out
    assert "born 3 May 2014" in said
    assert "born 20 November 2013" in said
    assert "ganwyd 3 Mai 2014" in at("decide --lang cy").out


def test_an_account_whose_date_of_birth_is_not_known_says_so(at: CommandLine, knowledge: Knowledge) -> None:
    jane = staff_member("JEV", surname="Evans", forename="Jane")
    database = Database(os.environ["HWB_DATABASE_URL"])
    provisioning = Schools(database, at.folder / "extracts", knowledge)
    provisioning.extracts(GLAN, ALYS, jane)
    provisioning.runs(GLAN)
    provisioning.extracts(GLAN, ALYS, replace(jane, surname="Everett", forename="Jac"))
    provisioning.runs(GLAN)
    database.close()
    (change,) = at("decide --json").shape["changes"]
    assert change["account"] == {"surname": "Evans", "forename": "Jane", "date_of_birth": None}
    assert "born" not in at("decide").out


def test_a_decision_in_the_place_of_an_earlier_one_says_so(at: CommandLine) -> None:
    at("provision --school 6809903")
    (change,) = at("decide --json").shape["changes"]
    first = at(f"decide {change['id']} same --json").shape["changes"][0]
    assert "replaces" not in first
    said = " ".join(at(f"decide {change['id']} another").out.split())
    assert "This takes the place of an earlier decision: the same person, decided on" in said
    again = at(f"decide {change['id']} same --json").shape["changes"][0]
    assert (again["decided"], again["replaces"]["decided"]) == ("same", "another")
