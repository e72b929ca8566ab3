"""Every command of the contract, in JSON and for people to read."""

import csv
import io
from typing import Any

import pytest

from tests.bot.cli.command_story import Story
from tests.bot.command_line import CommandLine, Said, process
from tests.bot.hand_written import (
    ANGHARAD,
    AUGUST,
    BROKEN,
    NEW,
    NOBODY,
    OSIAN,
    PRIMARY,
    SCHOOLS,
    SECONDARY,
    SION,
    write_august,
)

COUNTS = {
    "create",
    "match",
    "reactivate",
    "update",
    "release",
    "blocked",
    "doubtful",
    "vanished",
    "paused",
    "held",
    "refused",
    "rejected",
    "unchanged",
}


RUN = {"id", "school", "status", "started_at", "finished_at", "counts", "held_by", "error"}


ACCOUNT = {
    "username",
    "kind",
    "school",
    "upn",
    "staff_code",
    "year_group",
    "class",
    "status",
    "released_from",
    "released_at",
}


DIAGNOSIS = {"entry", "school", "identifier", "cause", "causes", "steps", "next"}


OUTCOMES = {"holds", "fails", "unknown", "not-applicable", "not-reached"}


def test_schools(hwb: CommandLine) -> None:
    hwb.write("schools.csv", SCHOOLS)
    imported = hwb("schools import schools.csv --json")
    assert imported.status == 0
    assert [school["number"] for school in imported.shape["schools"]] == [PRIMARY, SECONDARY, BROKEN]
    assert imported.shape["schools"][0]["name"] == "Bryn Mawr Primary"
    assert imported.shape["schools"][1]["final_year"] == "13"
    listed = hwb("schools list --json")
    by_number = {school["number"]: school for school in listed.shape["schools"]}
    assert by_number == {school["number"]: school for school in imported.shape["schools"]}
    assert "Bryn Mawr Primary" in hwb("schools list").out
    assert "Ysgol Gynradd Bryn Mawr" in hwb("schools list --lang cy").out


def test_the_published_address_list(hwb: CommandLine) -> None:
    header = (
        "School Number,School Name,LA Code,Local Authority,Sector,Governance - see notes,WM Code,"
        "Welsh Medium Type - see notes,School Type,Religious Character,Address 1,Address 2,Address 3,"
        "Address 4,Postcode,Phone Number,Pupils - see notes"
    )
    row = "6602001,Ysgol Bryn Mawr,660,Isle of Anglesey,Primary,C,,,,,,,,,LL77 7XX,01632 960001,88"
    hwb.write("addresses.csv", f"\ufeff{header}\r\n{row}\r\n\r\n,,,,,,,,,,,,,,,,\r\n")
    found = hwb("schools import addresses.csv --json")
    assert found.status == 0
    (school,) = found.shape["schools"]
    assert (school["number"], school["local_authority"], school["phase"]) == ("6602001", "660", "primary")


def test_provision(story: Story) -> None:
    said = story.printed
    assert said.status == 3
    runs = said.shape["runs"]
    assert all(set(run) >= RUN and set(run["counts"]) == COUNTS for run in runs)
    by_school = {run["school"]: run for run in runs}
    assert {number: run["status"] for number, run in by_school.items()} == {
        PRIMARY: "succeeded",
        SECONDARY: "succeeded",
        BROKEN: "failed",
    }
    assert [run["school"] for run in runs].index(PRIMARY) < [run["school"] for run in runs].index(SECONDARY)
    assert {name: count for name, count in by_school[PRIMARY]["counts"].items() if count} == {
        "release": 2,
        "unchanged": 3,
    }
    assert {name: count for name, count in by_school[SECONDARY]["counts"].items() if count} == {
        "match": 1,
        "create": 2,
        "blocked": 1,
        "rejected": 1,
    }
    assert "staff.csv" in by_school[BROKEN]["error"] or "learners.csv" in by_school[BROKEN]["error"]
    assert by_school[PRIMARY]["error"] is None
    assert by_school[PRIMARY]["held_by"] == []
    assert by_school[PRIMARY]["started_at"] == "2026-08-26T06:00:00+01:00"
    assert by_school[PRIMARY]["finished_at"] == "2026-08-26T06:00:00+01:00"


def test_a_run_for_people_to_read(august: CommandLine) -> None:
    said = august(f"provision --all --at {AUGUST}")
    assert said.status == 3
    assert "succeeded" in said.out
    assert "2 released" in said.out
    assert "failed" in said.out
    welsh = august(f"provision --all --at {AUGUST} --lang cy")
    assert "methodd" in welsh.out


def test_a_dry_run_changes_nothing(august: CommandLine) -> None:
    before = august("accounts --json").shape, august("runs --json").shape
    said = august(f"provision --school {PRIMARY} --school {SECONDARY} --dry-run --at {AUGUST} --json")
    assert said.status == 0
    runs = said.shape["runs"]
    assert all(set(run) >= RUN and set(run["counts"]) == COUNTS for run in runs)
    assert {run["school"]: run["counts"]["release"] for run in runs}[PRIMARY] == 2
    assert (august("accounts --json").shape, august("runs --json").shape) == before
    assert "release" in august(f"provision --school {PRIMARY} --dry-run --at {AUGUST}").out
    assert august(f"provision --all --dry-run --at {AUGUST}").status == 3


def test_runs(ran: CommandLine, story: Story) -> None:
    hwb, said = ran, story.printed
    listed = hwb("runs --json").shape["runs"]
    assert [run["id"] for run in listed] == sorted((run["id"] for run in listed), reverse=True)
    assert len(listed) == 4
    assert listed[:3] == list(reversed(said.shape["runs"]))
    assert hwb("runs --last 1 --json").shape["runs"] == listed[:1]
    of_primary = hwb(f"runs --school {PRIMARY} --json").shape["runs"]
    assert [run["school"] for run in of_primary] == [PRIMARY, PRIMARY]
    assert hwb("runs").status == 0


def test_accounts(ran: CommandLine) -> None:
    hwb = ran
    every = hwb("accounts --json").shape["accounts"]
    assert all(set(account) == ACCOUNT for account in every)
    by = {account["upn"] or account["staff_code"]: account for account in every}
    assert (by[ANGHARAD]["school"], by[ANGHARAD]["status"]) == (SECONDARY, "active")
    assert (by[ANGHARAD]["year_group"], by[ANGHARAD]["class"]) == ("7", "7A")
    assert by[ANGHARAD]["released_from"] is None
    assert (by[SION]["school"], by[OSIAN]["class"]) == (PRIMARY, "4B")
    assert (by["GPR"]["status"], by["GPR"]["released_from"]) == ("inactive", PRIMARY)
    assert by["GPR"]["released_at"] == "2026-08-26T06:00:00+01:00"
    assert by["GPR"]["kind"] == "staff"
    staff = hwb(f"accounts --school {PRIMARY} --kind staff --json").shape["accounts"]
    assert {account["staff_code"] for account in staff} == {"ELJ", "GPR"}
    assert hwb("accounts --kind governor --json").shape == {"accounts": []}
    assert by[SION]["username"] in hwb(f"accounts --school {PRIMARY}").out


def is_diagnosis(shape: Any) -> bool:
    """Whether it has the contract's shape."""
    steps = all(
        set(step) == {"step", "outcome", "detail", "as_of"} and step["outcome"] in OUTCOMES
        for step in shape["steps"]
    )
    whole = set(shape) >= DIAGNOSIS and set(shape["next"]) == {"who", "contact", "action"}
    return steps and whole and bool(shape["steps"]) and shape["causes"][0] == shape["cause"]


@pytest.mark.parametrize(
    ("command", "who", "school", "cause", "entry"),
    [
        ("why-missing", SION, SECONDARY, "previous-school-no-leaving-date", "learner-missing"),
        ("why-missing", ANGHARAD, SECONDARY, "present", "learner-missing"),
        ("why-missing", NOBODY, SECONDARY, "not-in-mis", "learner-missing"),
        ("why-missing", "X12", SECONDARY, "row-rejected", "staff-missing"),
        ("why-missing", NOBODY, BROKEN, "extract-unreadable", "learner-missing"),
        ("why-missing", "MRO", SECONDARY, "present", "staff-missing"),
        ("why-missing", "XYZ", SECONDARY, "not-in-mis", "staff-missing"),
        ("no-password", ANGHARAD, SECONDARY, "transferred", "learner-no-password"),
        ("no-password", NEW, SECONDARY, "new-account", "learner-no-password"),
        ("old-class", NEW, SECONDARY, "up-to-date", "old-class"),
        ("move-account", "MRO", SECONDARY, "contact-service-desk", "staff-move-account"),
    ],
)
def test_diagnoses(command: str, who: str, school: str, cause: str, entry: str, ran: CommandLine) -> None:
    hwb = ran
    said = hwb(f"{command} {who} --school {school} --at {AUGUST} --json")
    assert said.status == 0
    assert is_diagnosis(said.shape)
    if who != "X12":
        assert (said.shape["cause"], said.shape["entry"]) == (cause, entry)
    assert (said.shape["school"], said.shape["identifier"]) == (school, who)
    for_people = hwb(f"{command} {who} --school {school} --at {AUGUST}")
    assert for_people.status == 0
    assert "→" in for_people.out
    assert ("Extract of" in for_people.out) == (cause != "extract-unreadable")


def test_a_diagnosis_names_who_must_act_and_how_to_reach_them(ran: CommandLine) -> None:
    hwb = ran
    shape = hwb(f"why-missing {SION} --school {SECONDARY} --at {AUGUST} --json").shape
    assert shape["next"]["who"] == "previous-school"
    assert "Bryn Mawr Primary" in shape["next"]["action"]
    welsh = hwb(f"why-missing {SION} --school {SECONDARY} --at {AUGUST} --json --lang cy").shape
    assert "Ysgol Gynradd Bryn Mawr" in welsh["next"]["action"]
    assert [step["outcome"] for step in welsh["steps"]] == [step["outcome"] for step in shape["steps"]]


def test_missing(ran: CommandLine) -> None:
    hwb = ran
    shape = hwb(f"missing --school {SECONDARY} --at {AUGUST} --json").shape
    assert shape["school"] == SECONDARY
    assert all(set(group) >= {"cause", "count", "identifiers", "next"} for group in shape["groups"])
    assert all(group["count"] == len(group["identifiers"]) for group in shape["groups"])
    assert {group["cause"] for group in shape["groups"]} == {
        "row-rejected",
        "previous-school-no-leaving-date",
    }
    listed = hwb(f"missing --school {SECONDARY} --at {AUGUST}").out
    assert SION in listed
    assert "Extract of" in listed
    assert "the UPN X12 is not valid" in " ".join(listed.split())
    assert hwb(f"missing --school {PRIMARY} --at {AUGUST} --json").shape["groups"] == []


@pytest.mark.parametrize(
    ("chosen", "identifiers"),
    [
        ("--year 7", [SION]),
        ("--year Y8", ["X12"]),
        ("--class 8c", ["X12"]),
        ("--class 7A", [SION]),
        ("--intake", [SION]),
    ],
)
def test_missing_of_a_year_group_a_class_or_the_intake(
    chosen: str, identifiers: list[str], ran: CommandLine
) -> None:
    shape = ran(f"missing --school {SECONDARY} {chosen} --at {AUGUST} --json").shape
    assert set(shape) == {"school", "groups"}
    assert [identifier for group in shape["groups"] for identifier in group["identifiers"]] == identifiers


def test_missing_of_a_class_or_year_group_that_is_not_there(ran: CommandLine) -> None:
    assert ran(f"missing --school {SECONDARY} --class 9Z --at {AUGUST}").explains("9Z", "7A, 8C")
    assert ran(f"missing --school {SECONDARY} --year 13 --at {AUGUST} --lang cy").explains("13", "7, 8")
    assert ran(f"missing --school {SECONDARY} --year 7 --intake").status == 2
    assert "Cymerwch un o" in ran(f"missing --school {SECONDARY} --year 7 --intake --lang cy").err


def test_missing_as_csv_on_the_screen_and_in_a_file(ran: CommandLine) -> None:
    printed = ran(f"missing --school {SECONDARY} --at {AUGUST} --csv -").out
    header, *rows = csv.reader(io.StringIO(printed.removeprefix("\ufeff")))
    assert header[0] == "UPN or staff code"
    assert [row[0] for row in rows] == ["X12", SION]
    assert "Wynn" not in printed
    said = ran(f"missing --school {SECONDARY} --year 7 --at {AUGUST} --csv gone.csv --lang cy")
    assert (said.status, said.out) == (0, "")
    written = (ran.folder / "gone.csv").read_text(encoding="utf-8-sig")
    assert written.startswith("UPN neu god staff")
    assert "X12" not in written


def test_faq(hwb: CommandLine) -> None:
    shape = hwb("faq --json").shape
    ids = [entry["id"] for entry in shape["entries"]]
    assert set(ids) >= {
        "staff-missing",
        "staff-move-account",
        "learner-missing",
        "learner-no-password",
        "old-class",
        "flow-within-school",
        "flow-school-to-school",
        "flow-staff-move",
        "non-mis-review",
        "governor-review",
        "contacts",
    }
    assert all(entry["question"] and isinstance(entry["steps"], list) for entry in shape["entries"])
    (old_class,) = hwb("faq old-class --json").shape["entries"]
    assert old_class["id"] == "old-class"
    assert old_class in shape["entries"]
    (welsh,) = hwb("faq old-class --json --lang cy").shape["entries"]
    assert welsh["question"] != old_class["question"]
    assert "old-class" in hwb("faq").out


def test_check(hwb: CommandLine) -> None:
    assert hwb("check").status == 0
    assert hwb("check --json") == Said(0, '{\n  "ok": true,\n  "problems": []\n}\n', "")
    hwb.write("hwb.toml", "langg = 'cy'\n")
    said = hwb("check --json")
    assert said.status == 1
    assert said.shape["ok"] is False
    assert "langg" in said.shape["problems"][0]


def test_where_the_settings_cannot_be_read_no_other_database_is_looked_at(hwb: CommandLine) -> None:
    hwb.write("data", "a file where the folder of the usual database would be")
    hwb.write("hwb.toml", 'database_url = "sqlite:///elsewhere/hwb.sqlite3"\n')
    assert hwb("check --json").shape["ok"] is True
    hwb.write("hwb.toml", 'database_url = "sqlite:///elsewhere/hwb.sqlite3"\nlangg = "cy"\n')
    (problem,) = hwb("check --json").shape["problems"]
    assert "langg" in problem


def test_grants(july: CommandLine) -> None:
    until = f"grants add U1 digital-champion --school {PRIMARY} --until"
    assert july(f"{until} 2026-08-25 --at {AUGUST}").explains("25 August 2026, is over")
    added = july(f"{until} 2026-12-31 --json --at {AUGUST}")
    grant = {"user": "U1", "role": "digital-champion", "scope": PRIMARY, "ends_on": "2026-12-31"}
    assert added.shape == {"grants": [grant]}
    assert july("grants add U2 local-authority --la 660").status == 0
    assert [grant["user"] for grant in july("grants list --json").shape["grants"]] == ["U1", "U2"]
    assert july("grants remove U1").status == 0
    assert [grant["user"] for grant in july("grants list --json").shape["grants"]] == ["U2"]
    assert july("grants remove U1").explains("U1 has no such role")
    assert july("grants add U3 local-authority --la 999").explains("999")
    assert july("grants add U3 digital-champion --school 6609999").explains("6609999")
    assert july("grants add U3 digital-champion").status == 2
    assert july("grants add U3 sorcerer --all").status == 2
    assert july("grants add U3 service-desk --all --group").explains("U3 is no id of a Slack user group")
    assert july("grants add S3 service-desk --all").explains("S3 is no Slack user id")
    assert july("grants add --group S3 service-desk --la 660").out.startswith("User group")
    july("grants add U2 digital-champion --la 660")
    listed = july("grants list").out
    assert "660 (Isle of Anglesey)" in listed
    assert "660 (Ynys Môn)" in july("grants list --lang cy").out
    assert (listed.startswith("User or group"), listed.count("U2")) == (True, 1)
    group = july("grants add --group S3 service-desk --all --json")
    assert group.shape["grants"] == [{"user": "S3", "role": "service-desk", "scope": "*", "ends_on": None}]


# Extracts in a process of its own, as cron would


def test_python_m_bot(july: CommandLine) -> None:
    write_august(july.folder)
    said = process("--json", "provision", "--all", "--at", AUGUST, folder=july.folder)
    assert said.status == 3
    assert said.err == ""
    assert [run["status"] for run in said.shape["runs"]].count("succeeded") == 2


def test_one_broken_school_does_not_keep_the_others(ran: CommandLine) -> None:
    hwb = ran
    assert hwb(f"missing --school {PRIMARY} --at {AUGUST}").status == 0
    said = hwb(f"missing --school {BROKEN} --at {AUGUST} --json")
    assert [group["cause"] for group in said.shape["groups"]] == ["extract-unreadable"]


@pytest.mark.parametrize("command", ["missing", "still-active"])
def test_a_list_that_cannot_be_made_is_no_empty_list(command: str, ran: CommandLine) -> None:
    """For a program it is a group without people and exit status 1; for people, the error and its hint."""
    hwb = ran
    said = hwb(f"{command} --school {BROKEN} --at {AUGUST} --json")
    assert [(group["cause"], group["count"]) for group in said.shape["groups"]] == [("extract-unreadable", 0)]
    assert said.status == 1
    sentence, hint = said.err.splitlines()
    assert "learners.csv" in sentence
    assert hint.startswith("Hint: ")
    said = hwb(f"{command} --school {BROKEN} --at {AUGUST}")
    assert said.status == 1
    assert (said.out + said.err).count(sentence) == 1
    assert "can’t be read" in said.out
    audited = hwb(f"audit --since 2026-01-01 --json --at {AUGUST}").shape
    assert [entry["outcome"] for entry in audited["audit"] if entry["deed"] == command] == [
        "error:extract-no-column"
    ] * 2


def test_no_file_of_the_missing_is_written_where_they_are_not_known(ran: CommandLine) -> None:
    assert ran(f"missing --school {BROKEN} --at {AUGUST} --csv missing.csv").explains("learners.csv")
    assert not (ran.folder / "missing.csv").exists()
