"""`hwb dates` and `hwb rollover`: shapes, exit statuses, local dates and what honours them."""

import pytest

from tests.bot.command_line import CommandLine
from tests.bot.hand_written import ANGHARAD, PRIMARY, SCHOOLS, SECONDARY, write_august, write_july

IN_2026 = "--at 2026-08-26T10:00"


@pytest.fixture
def county(hwb: CommandLine) -> CommandLine:
    hwb.write("schools.csv", SCHOOLS)
    assert hwb("schools import schools.csv").status == 0
    return hwb


def authority(hwb: CommandLine) -> str:
    schools = hwb("schools list --json").shape["schools"]
    return str(next(school["local_authority"] for school in schools if school["number"] == PRIMARY))


def test_dates_as_derived(county: CommandLine) -> None:
    shape = county(f"dates --json {IN_2026}").shape
    assert (shape["year"], shape["local_authority"]) == (2026, None)
    assert [(entry["date"], entry["day"], entry["past"]) for entry in shape["dates"]] == [
        ("end-of-year-deadline", "2026-08-21", True),
        ("week", "2026-08-24", False),
        ("accounts-end", "2026-08-31", False),
        ("first-day-of-term", "2026-09-01", False),
    ]
    assert set(shape["dates"][0]) == {"date", "day", "until", "who", "what", "past", "own"}


def test_dates_in_words(county: CommandLine) -> None:
    said = county(f"dates --year 2025 {IN_2026} --lang cy").out
    assert "8 Awst 2025" in said
    assert "Tudalennau cymorth cyhoeddus Hwb" in said


def test_an_authority_sets_its_own_and_takes_it_back(county: CommandLine) -> None:
    code = authority(county)
    shape = county(f"dates set --la {code} first-day-of-term 2026-09-03 --json {IN_2026}").shape
    own = [entry for entry in shape["dates"] if entry["own"]]
    assert [(entry["date"], entry["day"]) for entry in own] == [("first-day-of-term", "2026-09-03")]
    county(f"dates set --la {code} must-run-on 2026-08-30 2026-08-28 {IN_2026}")
    days = [entry["day"] for entry in county(f"dates --la {code} --json {IN_2026}").shape["dates"]]
    assert days == sorted(days)
    assert {"2026-08-28", "2026-08-30"} <= set(days)
    assert "2026-09-01" in county(f"dates --json {IN_2026}").out
    assert county(f"dates reset --la {code} must-run-on {IN_2026}").status == 0
    assert county(f"dates reset --la {code} {IN_2026}").status == 0
    assert county(f"dates reset --la {code} {IN_2026}").explains(code)
    assert not any(entry["own"] for entry in county(f"dates --la {code} --json {IN_2026}").shape["dates"])


def test_what_does_not_fit_is_not_kept(county: CommandLine) -> None:
    code = authority(county)
    assert county(f"dates set --la {code} week-start 2026-08-25 {IN_2026}").explains("week-start", "Monday")
    assert county(f"dates set --la {code} pauses-until 2026-08-29 {IN_2026}").explains("pauses-until")
    assert not any(entry["own"] for entry in county(f"dates --la {code} --json {IN_2026}").shape["dates"])


@pytest.mark.parametrize(
    "line",
    ["set --la 999 first-day-of-term 2026-09-03", "reset --la 999", "--la 999"],
)
def test_an_unknown_authority(county: CommandLine, line: str) -> None:
    assert county(f"dates {line}").explains("999")


@pytest.mark.parametrize(
    "line",
    ["set first-day-of-term 2026-09-03", "set --la 660 term 2026-09-03", "set --la 660 week-start soon"],
)
def test_usage(county: CommandLine, line: str) -> None:
    assert county(f"dates {line}").status == 2
    assert county("dates set --la 660 week-start 2026-08-17 2026-08-24").status == 2


def test_a_file_of_local_dates_is_honoured_by_runs(county: CommandLine) -> None:
    """A leaver of the primary's final year keeps the account while the file's pause lasts."""
    county.write("hwb.toml", 'key_dates_file = "dates.toml"\n')
    county.write(
        "dates.toml",
        '[[all.2026.pauses]]\nyear_groups = ["6"]\nleft_after = 2026-06-01\nuntil = 2026-08-28\n',
    )
    write_july(county.folder)
    county(f"provision --school {PRIMARY} --at 2026-07-14T06:00")
    write_august(county.folder)
    (run,) = county(f"provision --school {PRIMARY} {IN_2026} --json").shape["runs"]
    assert run["counts"]["paused"] == 1
    assert angharad(county)["status"] == "active"
    county(f"dates set --la {authority(county)} pauses-until 2026-08-25 {IN_2026}")
    (again,) = county(f"provision --school {PRIMARY} {IN_2026} --json").shape["runs"]
    assert (again["counts"]["paused"], again["counts"]["release"]) == (0, 1)
    assert angharad(county)["status"] == "inactive"


def angharad(hwb: CommandLine) -> dict[str, str]:
    """Angharad's account; she has left the primary's final year."""
    accounts = hwb(f"accounts --school {PRIMARY} --kind learner --json").shape["accounts"]
    return next(account for account in accounts if account["upn"] == ANGHARAD)


def test_a_faulty_file_is_told(county: CommandLine) -> None:
    county.write("hwb.toml", 'key_dates_file = "dates.toml"\n')
    county.write("dates.toml", "[680.2026]\nweek_start = 2026-08-25\n")
    assert county("dates").explains("dates.toml", "680.2026.week_start")
    checked = county("check --json")
    assert checked.status == 1
    assert "week_start" in checked.out


def test_rollover_by_the_contract(county: CommandLine) -> None:
    write_august(county.folder)
    shape = county(f"rollover --all --json {IN_2026}").shape
    assert set(shape) == {"year", "as_of", "schools"}
    assert (shape["year"], shape["as_of"]) == (2026, "2026-08-26T10:00:00+01:00")
    assert {PRIMARY, SECONDARY} <= {school["school"] for school in shape["schools"]}
    for school in shape["schools"]:
        assert set(school) == {"school", "ready", "stages"}
        assert isinstance(school["ready"], bool)
        for stage in school["stages"]:
            assert set(stage) == {"stage", "outcome", "detail"}
            assert stage["outcome"] in {"holds", "fails", "unknown", "not-applicable", "not-reached"}
    ready = sum(school["ready"] for school in shape["schools"])
    counted = f"{ready} of {len(shape['schools'])} schools ready: "
    assert county(f"rollover --all {IN_2026}").out.startswith(counted)
    (only,) = county(f"rollover --school {PRIMARY} --json {IN_2026}").shape["schools"]
    assert only["school"] == PRIMARY
    said = county(f"rollover --school {PRIMARY} {IN_2026} --lang cy")
    assert said.status == 0
    assert "Diwedd blwyddyn y MIS" in said.out


def test_rollover_usage_and_errors(county: CommandLine) -> None:
    assert county("rollover").status == 2
    assert county(f"rollover --all --school {PRIMARY}").status == 2
    assert county("rollover --la 999").explains("999")
    assert county("rollover --school 9999999").explains("9999999")
