"""`hwb report`: text, JSON, Markdown, a page to print and a picture, in both languages."""

import json
import re
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import insert

from bot.alerts.tables import StageDayRow
from provisioning.store.database import Database
from tests.bot.command_line import CommandLine
from tests.bot.hand_written import PRIMARY, SCHOOLS, SECONDARY
from tests.paths import REPOSITORY

pytestmark = pytest.mark.integration
AUTUMN = "--at 2026-11-02T09:00"
NASTY = "<script>alert(1)</script> | *School*"


@pytest.fixture
def county(hwb: CommandLine) -> CommandLine:
    """The primary was through its end of year only after the secondary had run; its name is no markup."""
    hwb.write("schools.csv", SCHOOLS.replace("Ysgol", NASTY, 1))
    assert hwb("schools import schools.csv").status == 0
    database = Database(f"sqlite:///{hwb.folder / 'data' / 'hwb.sqlite3'}")
    with database.writing() as session:
        session.execute(
            insert(StageDayRow),
            [
                {"school": school, "year": 2026, "stage": stage, "applies": True, "closed_on": day}
                for school, stage, day in (
                    (PRIMARY, "mis-end-of-year", date(2026, 8, 27)),
                    (PRIMARY, "staff-complete", None),
                    (SECONDARY, "client-ran", date(2026, 8, 25)),
                )
            ],
        )
    database.close()
    return hwb


def test_json(county: CommandLine) -> None:
    found = county(f"report --year 2026 --json {AUTUMN}").shape
    assert found["year"] == 2026
    (school,) = [each for each in found["schools"] if each["school"] == PRIMARY]
    assert school["stages"]["mis-end-of-year"] == {
        "state": "late",
        "due": "2026-08-21",
        "closed_on": "2026-08-27",
        "days_late": 6,
    }
    assert school["stages"]["client-ran"]["state"] == "unknown"
    assert found["now"]["desk"] is None, "nothing has run, so nothing is known"
    assert found["now"]["holds"] is None
    july = {each["rule"]: each["schools"] for each in found["july"]}
    assert july["leaving-dates"] == [PRIMARY]


def test_markdown_shows_names_as_they_are(county: CommandLine) -> None:
    said = county(f"report --markdown {AUTUMN}").out
    assert said.startswith("# Rollover 2026, after the summer: ")
    assert "This primary had no leaving dates yet when the secondaries began to run: " in said
    assert "<script>" not in said
    tables = [line for line in said.splitlines() if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in tables} <= {4, 5, 7, 8}
    assert "Not known for 2026" in said


def test_text_in_welsh(county: CommandLine) -> None:
    said = county(f"report --school {PRIMARY} --lang cy {AUTUMN}").out
    assert "Beth i'w wneud ym mis Gorffennaf" in said
    assert "27 Awst, 6 diwrnod yn hwyr" in said
    assert "yn hwyr a heb ei gwblhau" in said
    assert "\\" not in said
    assert "#" not in said


def test_a_page_to_print_has_all_in_itself(county: CommandLine) -> None:
    said = county(f"report --html page.html --picture page.png --lang cy {AUTUMN}")
    assert said.out.count("Ysgrifennwyd i ") == 2
    page = (county.folder / "page.html").read_text(encoding="utf-8")
    assert page.startswith('<!DOCTYPE html>\n<html lang="cy">')
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert not re.search(r"(?:src|href)=|url\(|@import", page)
    assert (county.folder / "page.png").read_bytes().startswith(b"\x89PNG")


def test_usage_and_errors(county: CommandLine) -> None:
    assert county(f"report --la 670 --school {PRIMARY}").status == 2
    assert county("report --la 999").explains("999")
    assert county("report --school 9999999").explains("9999999")
    assert county("report --html no/such/folder.html").explains("no/such/folder.html")


def test_its_page_in_the_docs_names_every_rule() -> None:
    rules = json.loads(json.dumps(sorted(_rules())))
    page = (REPOSITORY / "docs" / "report.md").read_text(encoding="utf-8")
    assert [rule for rule in rules if f"`{rule}`" not in page] == []


def _rules() -> set[str]:
    source = (Path(REPOSITORY) / "bot" / "report" / "advice.py").read_text(encoding="utf-8")
    return set(re.findall(r'Advice\("([a-z-]+)"', source)) | set(
        re.findall(r'_about\(now, "[a-z-]+", "([a-z-]+)"', source)
    )
