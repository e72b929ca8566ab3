"""`hwb doctor`: what the bundle for support says, and that no person can be found in it."""

import io
import json
import shutil
import stat
import zipfile
from pathlib import Path
from typing import Any

import pytest

from bot.service.bundle_values import error_shown, log_shown, settings_shown
from bot.settings_loading import load_settings
from provisioning.errors import KnownError
from tests.bot.command_line import CommandLine
from tests.bot.hand_written import JULY, PRIMARY, SCHOOLS, write_july
from tests.bot.service.marked_rows import mark_everywhere
from tests.builders import upn

MARK, MARKED_UPN, MAIL = "Llinosmarc", upn(77, issued_by=PRIMARY), "llinosmarc@ysgol.example"
WORDS = f"{MARK} {MARKED_UPN} {MAIL}"
LOG = f"""\
2026-09-07 09:00:00,000 INFO bot.service.work run 12 of 6602001 failed, asked {MARKED_UPN}
2026-09-07 09:00:01,000 WARNING some.library {WORDS}
Traceback (most recent call last):
ValueError: {WORDS}
Sep 07 09:00:02 host hwb[1]: 2026-09-07 09:00:02,000 ERROR provisioning.runs the queue is full
{{"time": "2026-09-07T09:00:03Z", "logger": "bot.x", "message": "late", "exc_info": "{WORDS}"}}
{{"time": "2026-09-07T09:00:04Z", "logger": "urllib3", "message": "{WORDS}"}}
"""


def bundle(file: Path) -> dict[str, str]:
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def part(found: dict[str, str], name: str) -> Any:
    return json.loads(found[f"{name}.json"])


@pytest.fixture
def hwb(hwb: CommandLine, migrated: Path) -> CommandLine:
    """The command line in a folder with an empty database."""
    (hwb.folder / "data").mkdir()
    shutil.copyfile(migrated, hwb.folder / "data" / "hwb.sqlite3")
    return hwb


@pytest.fixture
def july(hwb: CommandLine) -> CommandLine:
    """Three schools, of which the primary has run in July, and another had no extract to run on."""
    hwb.write("schools.csv", SCHOOLS)
    write_july(hwb.folder)
    assert hwb("schools import schools.csv").status == 0
    hwb(f"provision --all --at {JULY}")
    return hwb


def test_marked_people_are_everywhere_but_in_the_bundle(
    july: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name, a UPN and an address in every table, the settings, a folder and a log: none gets out."""
    assert mark_everywhere(july.folder / "data" / "hwb.sqlite3", MARK, WORDS) > 40
    july.write(f"data/extracts/{MARK}/learners.csv", WORDS)
    july.write(f"data/extracts/{PRIMARY}/{MARK}.csv", WORDS)
    july.write("hwb.log", LOG)
    desk = f'[hand_over]\nby = "email"\nto = "{MAIL}"\nsender = "{MAIL}"\nhost = "{MARK}"\nuser = "{MARK}"\n'
    kinds = f'[export.kinds]\n"{MARK}" = "staff"\n'
    july.write(
        "hwb.toml", f'node = "{MARK}"\n{desk}{kinds}[[groups]]\nname = "{MARK}"\nschools = ["6602001"]\n'
    )
    monkeypatch.setenv("HWB_SMTP_PASSWORD", MARK)
    said = july("doctor b.zip --log hwb.log --json")
    assert said.status == 0, said.err
    found = bundle(july.folder / "b.zip")
    whole = "\n".join(found.values()).casefold()
    for secret in (MARK, MARKED_UPN, MAIL, str(july.folder)):
        assert secret.casefold() not in whole
    assert set(found) == set(said.shape["parts"])
    assert part(found, "database")["rows"]["accounts"] >= 5
    assert "error" not in found["database.json"]
    assert [entry["school"] for entry in part(found, "extracts") if entry["written_at"]] == [PRIMARY]
    assert part(found, "errors") == {"of_requests": [], "of_runs": {}}
    assert part(found, "settings")["hand_over"]["port"] == 587
    assert "the queue is full" in found["log.txt"]


def test_the_bundle_is_its_owners_and_replaces_nothing(hwb: CommandLine) -> None:
    assert hwb("doctor b.zip").status == 0
    file = hwb.folder / "b.zip"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    before = file.read_bytes()
    assert hwb("doctor b.zip").explains("b.zip is there already")
    assert file.read_bytes() == before


def test_it_says_what_check_finds_and_who_asked_is_in_the_audit(july: CommandLine) -> None:
    july("doctor b.zip --log nowhere.log")
    assert not (july.folder / "b.zip").exists()
    (july.folder / "data" / "extracts").chmod(0o777)
    said = july("doctor b.zip --lang cy")
    assert "Problemau a ganfuwyd" in said.out
    assert "gellir ei anfon" in said.out
    found = bundle(july.folder / "b.zip")
    assert {"error": "extracts-open"} in part(found, "problems")["problems"]
    assert part(found, "errors")["of_runs"] == {"extract-no-folder": 2}
    assert july("audit --deed doctor --json").shape["audit"][0]["outcome"] == "ok"


def test_of_a_bundle_with_the_log_no_more_is_promised_than_is_so(hwb: CommandLine) -> None:
    """A name in a line that has the form of ours is not recognised; the command said that none is in it."""
    hwb.write("hwb.log", f"2026-09-07 09:00:00,000 INFO bot.service.work {MARK} asked, {MARKED_UPN}\n")
    said = hwb("doctor b.zip --log hwb.log").out
    log = bundle(hwb.folder / "b.zip")["log.txt"]
    assert MARK in log
    assert MARKED_UPN not in log
    assert "it may be sent" not in said
    assert "A name that something else wrote there is not recognised" in said
    assert "`unzip -p b.zip log.txt`" in said


def test_settings_that_cannot_be_read_are_a_problem_in_it_and_no_database_is_looked_at(
    hwb: CommandLine,
) -> None:
    hwb.write("hwb.toml", f'{MARK} = "cy"\n')
    shutil.rmtree(hwb.folder / "data")
    assert hwb("doctor b.zip").status == 0
    found = bundle(hwb.folder / "b.zip")
    assert set(found) == {"README.txt", "versions.json", "problems.json"}
    assert part(found, "problems")["problems"] == [{"error": "setting-unknown"}]
    assert MARK not in str(found)
    assert not (hwb.folder / "data").exists()


def test_a_database_that_is_none_leaves_the_rest_of_the_bundle(hwb: CommandLine) -> None:
    hwb.write("data/hwb.sqlite3", "no database at all, but a text that someone has put there" * 20)
    assert hwb("doctor b.zip").status == 0
    found = bundle(hwb.folder / "b.zip")
    assert "error" in part(found, "database")
    assert part(found, "versions")["hwb"]
    assert part(found, "problems")["problems"]


def test_a_check_that_fails_itself_is_the_problem_in_the_bundle(
    hwb: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_given: object) -> None:
        raise LookupError(MARK)

    monkeypatch.setattr("bot.service.doctor_cli.check_installation", fails)
    assert hwb("doctor b.zip").status == 0
    found = bundle(hwb.folder / "b.zip")
    assert part(found, "problems")["problems"] == [{"error": "unexpected"}]
    assert MARK not in str(found)


def test_lines_of_a_log_that_ours_have_written_are_kept_and_masked() -> None:
    kept = list(log_shown(io.StringIO(LOG)))
    assert [MARK in line or MARKED_UPN in line for line in kept] == [False] * 3
    assert kept[0].startswith("2026-09-07 09:00:00,000 INFO bot.service.work run 12 of 6602001 failed")
    assert kept[1] == "2026-09-07 09:00:02,000 ERROR provisioning.runs the queue is full"
    assert json.loads(kept[2])["message"] == "late"


def test_a_setting_that_an_operator_has_chosen_is_named_and_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HWB_DATABASE_URL", f"postgresql://{MARK}:secret@db.example/hwb")
    shown = settings_shown(load_settings({"lang": "cy", "extracts": f"/home/{MARK}/extracts"}))
    assert (shown["lang"], shown["extracts"], shown["database_url"]) == ("cy", "(set)", "(set)")
    assert shown["health_host"] == "127.0.0.1"


def test_numbers_of_safeguards_are_told_and_where_events_go_is_not() -> None:
    shown = settings_shown(
        load_settings({"safeguards": {"staff_leaving": 3}, "events": {"url": f"https://{MARK}.example"}})
    )
    assert shown["safeguards"]["staff_leaving"] == 3
    assert shown["events"] == {"url": "(set)"}


def test_of_an_error_only_numbers_are_told() -> None:
    error = KnownError("disk-full", folder=f"/home/{MARK}", free=1, needed=200)
    assert error_shown(error) == {"error": "disk-full", "values": {"free": 1, "needed": 200}}
