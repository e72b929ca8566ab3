"""The contract's section 5, command by command: shapes, exit statuses, options, on files written by hand."""

import csv
import io
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.command_line import CommandLine, Said, process
from tests.e2e.hand_written import (
    ANGHARAD,
    AUGUST,
    BROKEN,
    JULY,
    NEW,
    NOBODY,
    OSIAN,
    PRIMARY,
    SCHOOLS,
    SECONDARY,
    SION,
    write_august,
    write_july,
)

COUNTS = {
    "create",
    "match",
    "reactivate",
    "update",
    "release",
    "blocked",
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


@dataclass(frozen=True)
class Story:
    """Folders as they stood in July and in August, after a run, and what the run of August printed."""

    july: Path
    august: Path
    printed: Said


@pytest.fixture(scope="session")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    """The primary's client ran in July; on the Wednesday of rollover week all three did."""
    july, august = (tmp_path_factory.mktemp(name) / "hwb" for name in ("july", "august"))
    july.mkdir()
    (july / "schools.csv").write_text(SCHOOLS, encoding="utf-8")
    write_july(july)
    assert process("schools", "import", "schools.csv", folder=july).status == 0
    assert process("provision", "--school", PRIMARY, "--at", JULY, folder=july).status == 0
    shutil.copytree(july, august)
    write_august(august)
    return Story(july, august, process("provision", "--all", "--at", AUGUST, "--json", folder=august))


@pytest.fixture
def july(story: Story, hwb: CommandLine) -> CommandLine:
    """The primary's client has run in July."""
    shutil.copytree(story.july, hwb.folder, dirs_exist_ok=True)
    return hwb


@pytest.fixture
def august(july: CommandLine) -> CommandLine:
    """The Wednesday of rollover week: nothing has run yet, one export is broken."""
    write_august(july.folder)
    return july


@pytest.fixture
def ran(story: Story, hwb: CommandLine) -> CommandLine:
    """All three have run."""
    shutil.copytree(story.august, hwb.folder, dirs_exist_ok=True)
    return hwb


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
    assert SION in hwb(f"missing --school {SECONDARY} --at {AUGUST}").out
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
    assert [one for group in shape["groups"] for one in group["identifiers"]] == identifiers


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
    (one,) = hwb("faq old-class --json").shape["entries"]
    assert one["id"] == "old-class"
    assert one in shape["entries"]
    (welsh,) = hwb("faq old-class --json --lang cy").shape["entries"]
    assert welsh["question"] != one["question"]
    assert "old-class" in hwb("faq").out


def test_check(hwb: CommandLine) -> None:
    assert hwb("check --json") == Said(0, '{\n  "ok": true,\n  "problems": []\n}\n', "")
    assert hwb("check").status == 0
    hwb.write("hwb.toml", "langg = 'cy'\n")
    said = hwb("check --json")
    assert said.status == 1
    assert said.shape["ok"] is False
    assert "langg" in said.shape["problems"][0]


def test_grants(july: CommandLine) -> None:
    added = july(f"grants add U1 digital-champion --school {PRIMARY} --until 2026-12-31 --json")
    grant = {"user": "U1", "role": "digital-champion", "scope": PRIMARY, "ends_on": "2026-12-31"}
    assert added.shape == {"grants": [grant]}
    assert july("grants add U2 local-authority --la 660").status == 0
    assert [one["user"] for one in july("grants list --json").shape["grants"]] == ["U1", "U2"]
    assert july("grants remove U1").status == 0
    assert [one["user"] for one in july("grants list --json").shape["grants"]] == ["U2"]
    assert july("grants remove U1").explains("U1 has no such grant")
    assert july("grants add U3 local-authority --la 999").explains("999")
    assert july("grants add U3 digital-champion --school 6609999").explains("6609999")
    assert july("grants add U3 digital-champion").status == 2
    assert july("grants add U3 sorcerer --all").status == 2
    assert july("grants add U3 service-desk --all --group").explains("U3 is no id of a Slack user group")
    assert july("grants add S3 service-desk --all").explains("S3 is no Slack user id")
    group = july("grants add --group S3 service-desk --all --json")
    assert group.shape["grants"] == [{"user": "S3", "role": "service-desk", "scope": "*", "ends_on": None}]


# Options, wherever they stand


@pytest.mark.parametrize("line", ["{} schools list", "schools {} list", "schools list {}"])
def test_options_before_and_after_the_command(line: str, july: CommandLine) -> None:
    said = july(line.format("--json --lang cy"))
    assert said.status == 0
    assert len(said.shape["schools"]) == 3


def test_the_later_option_has_the_last_word(july: CommandLine) -> None:
    assert "Ysgol Gynradd" in july("--lang en schools list --lang cy").out


def test_options_from_the_environment(
    july: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "HWB_DATABASE_URL": f"sqlite:///{tmp_path / 'other.sqlite3'}",
        "HWB_EXTRACTS": str(tmp_path / "data" / "extracts"),
        "HWB_AT": JULY,
        "HWB_JSON": "1",
        "HWB_LANG": "cy",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path.parent)
    assert july("schools list").shape == {"schools": []}
    july("schools import", str(tmp_path / "schools.csv"))
    (run,) = july(f"provision --school {PRIMARY}").shape["runs"]
    assert run["started_at"] == "2026-07-01T06:00:00+01:00"
    assert run["counts"]["create"] == 5
    failed = july(f"provision --school {BROKEN}").shape["runs"]
    assert "Nid oes echdyniad" in failed[0]["error"]


def test_the_command_line_weighs_more_than_the_environment_and_that_more_than_the_file(
    july: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    july.write("hwb.toml", "lang = 'cy'\n")
    assert "Ysgol Gynradd" in july("schools list").out
    monkeypatch.setenv("HWB_LANG", "en")
    assert "Bryn Mawr Primary" in july("schools list").out
    assert "Ysgol Gynradd" in july("schools list --lang cy").out


@pytest.mark.parametrize(
    ("at", "started"),
    [
        ("2026-08-26T06:00", "2026-08-26T06:00:00+01:00"),
        ("2026-01-12T06:00", "2026-01-12T06:00:00+00:00"),
        ("2026-08-26T05:00:00+00:00", "2026-08-26T06:00:00+01:00"),
        ("2026-08-26T05:00:00Z", "2026-08-26T06:00:00+01:00"),
    ],
)
def test_a_naive_moment_is_uk_time(at: str, started: str, july: CommandLine) -> None:
    (run,) = july(f"provision --school {PRIMARY} --json --at {at}").shape["runs"]
    assert run["started_at"] == started


def test_help_of_every_command(hwb: CommandLine) -> None:
    for line in ("--help", "-h", "provision --help", "schools import -h", "trial --help"):
        said = hwb(line)
        assert said.status == 0
        assert "Usage: hwb" in said.out


# Usage errors


@pytest.mark.parametrize(
    "line",
    [
        "provision",
        f"provision --all --school {PRIMARY}",
        "why-missing",
        f"why-missing {SION}",
        "runs --last 0",
        "runs --last many",
        "accounts --kind cat",
        "schools list --at yesterday",
        "schools list --lang fr",
        "schools list --nonsense",
        "schools",
        "trial --port 70000",
    ],
)
def test_usage_errors_are_status_2(line: str, hwb: CommandLine) -> None:
    said = hwb(line)
    assert said.status == 2
    assert "Traceback" not in said.err
    assert said.err


def test_an_unknown_command_asks_did_you_mean(hwb: CommandLine) -> None:
    said = hwb("why-mising X")
    assert said.status == 2
    assert "Did you mean 'why-missing'?" in said.err


# Known errors: a sentence, a hint, status 1


@pytest.mark.parametrize(
    "line",
    [
        "provision --school 6609999",
        "runs --school 6609999",
        "accounts --school 6609999",
        "missing --school 6609999",
        f"why-missing {SION} --school 6609999",
        "old-class X --school 6609999",
    ],
)
def test_an_unknown_school(line: str, july: CommandLine) -> None:
    assert july(line).explains("School 6609999 is not among the schools", "hwb schools list")
    assert july(f"{line} --lang cy").explains("Nid yw ysgol 6609999", "Awgrym")


def test_no_schools_yet(hwb: CommandLine) -> None:
    assert hwb("provision --all").explains("No schools have been imported yet.")


def test_a_list_that_is_not_there(hwb: CommandLine) -> None:
    assert hwb("schools import nowhere.csv").explains("nowhere.csv", "No such file")


def test_an_unknown_entry(hwb: CommandLine) -> None:
    assert hwb("faq astrology").explains("There is no FAQ entry astrology", "old-class")


def test_an_unknown_setting(hwb: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HWB_DATABSE_URL", "sqlite:///x")
    assert hwb("schools list").explains("HWB_DATABSE_URL", "HWB_DATABASE_URL")
    monkeypatch.delenv("HWB_DATABSE_URL")
    hwb.write("hwb.toml", "colour = 'red'\n")
    assert hwb("schools list").explains("colour", "hwb.toml", "database_url")
    hwb.write("hwb.toml", "colour = \n")
    assert hwb("schools list").explains("hwb.toml", "line 1")
    hwb.write("hwb.toml", "slack_bot_token = 'xoxb-1'\n")
    assert hwb("schools list").explains("slack_bot_token", "secret")


@pytest.mark.parametrize(
    ("lines", "word"),
    [
        ("lang = 'fr'", "lang"),
        ("at = 'tomorrow'", "at"),
        ("health_port = 70000", "health_port"),
        ("[[groups]]\nname = 'x'\ncron = '0 1 * * *'", "between 01:00 and 02:00"),
        ("[[groups]]\nname = 'x'\ncron = 'at dawn'", "groups"),
        ("[[groups]]\nname = 'x'\ncolour = 'red'", "colour"),
    ],
)
def test_a_setting_that_cannot_be_used(lines: str, word: str, hwb: CommandLine) -> None:
    hwb.write("hwb.toml", f"{lines}\n")
    assert hwb("schools list").explains(word)


def test_a_known_error_is_told_in_the_settings_files_language(july: CommandLine) -> None:
    july.write("hwb.toml", "lang = 'cy'\n")
    assert july("missing --school 6609999").explains("Nid yw ysgol 6609999")


def test_a_settings_file_that_is_named_must_be_there(
    hwb: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HWB_SETTINGS", "elsewhere.toml")
    assert hwb("schools list").explains("elsewhere.toml")


@pytest.mark.parametrize("url", ["nonsense", "oracle://x", "sqlite://///", ""])
def test_a_database_address_that_cannot_be_read(url: str, hwb: CommandLine) -> None:
    said = hwb("schools list --database", url)
    assert said.explains("database")


def test_a_database_folder_that_cannot_be_written(hwb: CommandLine) -> None:
    hwb.write("data", "a file stands where the folder should be")
    assert hwb("schools list").explains("sqlite:///data/hwb.sqlite3 can't be reached")


def test_a_file_that_is_no_database(hwb: CommandLine) -> None:
    hwb.write("data/hwb.sqlite3", "number,name\n" * 100)
    assert hwb("schools list").explains("can't be reached")


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
