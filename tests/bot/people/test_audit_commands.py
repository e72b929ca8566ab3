"""`hwb audit` and `hwb subject-access`: every command is recorded, and all that is held comes together."""

import os
import pwd
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from knowledge.texts import UK
from provisioning.clock import system_time
from provisioning.store.database import Database
from tests.bot.command_line import CommandLine
from tests.bot.hand_written import AUGUST, JULY, PRIMARY, SCHOOLS, SECONDARY, write_july
from tests.bot.prepared import Prepared

ME = f"cli:{pwd.getpwuid(os.getuid()).pw_name}"


@pytest.fixture
def july(hwb: CommandLine, prepared: Prepared, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """The three schools in July, when the primary's client has run."""
    monkeypatch.setenv("HWB_AT", JULY)
    return prepared.folder("the primary has run in July", hwb, _the_primary_has_run)


def _the_primary_has_run(hwb: CommandLine) -> None:
    hwb.write("schools.csv", SCHOOLS)
    write_july(hwb.folder)
    assert hwb("schools import schools.csv").status == 0
    assert hwb(f"provision --school {PRIMARY}").status == 0


def audit(hwb: CommandLine, line: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = hwb(f"audit --json {line}").shape["audit"]
    return found


def upn_at(hwb: CommandLine, school: str) -> str:
    accounts = hwb(f"accounts --school {school} --kind learner --json").shape["accounts"]
    return str(accounts[0]["upn"])


COMMANDS = (
    ("schools list", "schools list", None, "ok"),
    (f"provision --school {PRIMARY} --dry-run", "provision", PRIMARY, "ok"),
    (f"runs --school {PRIMARY}", "runs", PRIMARY, "ok"),
    (f"accounts --school {PRIMARY}", "accounts", PRIMARY, "ok"),
    (f"missing --school {PRIMARY}", "missing", PRIMARY, "ok"),
    (f"missing --school {SECONDARY}", "missing", SECONDARY, "error:extract-no-folder"),
    (f"rollover --school {PRIMARY}", "rollover", PRIMARY, "ok"),
    ("rehearse --to 2026-07-21", "rehearse", None, "ok"),
    (f"review non-mis --school {PRIMARY}", "review", PRIMARY, "ok"),
    (f"why-missing ABC --school {PRIMARY}", "why-missing", PRIMARY, "not-in-mis"),
    ("why-missing ABC --school 9999999", "why-missing", "9999999", "error:school-unknown"),
    ("approve 999", "approve", None, "error:run-unknown"),
    ("undo 1", "undo", PRIMARY, "ok"),
    (f"reconsider --school {PRIMARY}", "reconsider", PRIMARY, "ok"),
    ("dates", "dates", None, "ok"),
    ("faq contacts", "faq", None, "ok"),
    ("grants list", "grants list", None, "ok"),
    ("roles", "roles", None, "ok"),
    ("audit", "audit", None, "ok"),
)


@pytest.mark.parametrize(
    ("line", "deed", "school", "outcome"), COMMANDS, ids=[command[0] for command in COMMANDS]
)
def test_a_command_is_recorded(
    line: str, deed: str, school: str | None, outcome: str, july: CommandLine
) -> None:
    july(line)
    newest = audit(july, "--last 1")[0]
    assert (newest["who"], newest["door"], newest["deed"]) == (ME, "cli", deed)
    assert (newest["school"], newest["outcome"]) == (school, outcome)


def test_a_run_is_recorded_as_begun_and_with_its_status(july: CommandLine) -> None:
    found = audit(july, "--deed provision")
    assert [(record["school"], record["outcome"]) for record in found] == [
        (PRIMARY, "succeeded"),
        (PRIMARY, "begun"),
    ]


def test_who_gave_what_to_whom(july: CommandLine) -> None:
    july(f"grants add U0MAIR digital-champion --school {PRIMARY} --until 2027-08-31 --at {AUGUST}")
    july("grants remove U0MAIR")
    taken, given = audit(july, "--subject u0mair")[:2]
    assert (given["deed"], given["school"], given["outcome"]) == (
        "role-given",
        PRIMARY,
        "digital-champion until 2027-08-31",
    )
    assert (taken["deed"], taken["who"]) == ("role-taken", ME)


def test_the_filters(july: CommandLine) -> None:
    upn = upn_at(july, PRIMARY)
    july(f"why-missing {upn} --school {PRIMARY}")
    assert [record["outcome"] for record in audit(july, f"--subject {upn.lower()}")] == ["present"]
    assert audit(july, "--who U0NOBODY") == []
    assert audit(july, "--door slack") == []
    assert {record["school"] for record in audit(july, f"--school {PRIMARY}")} == {PRIMARY}
    # By the time as it is, whatever the clock that is set says.
    day = system_time().astimezone(UK).date()
    assert audit(july, f"--since {day - timedelta(days=1)} --until {day + timedelta(days=1)}")
    assert audit(july, f"--until {day - timedelta(days=1)}") == []
    assert audit(july, f"--since {day + timedelta(days=2)}") == []
    assert july("audit --since yesterday").status == 2


def test_the_table_in_both_languages(july: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HWB_AT")
    july(f"missing --school {PRIMARY}")
    said = july("audit --last 1")
    assert said.out.split()[:2] == ["When", "Who"]
    assert f"{ME}" in said.out
    assert july("audit --last 1 --lang cy").out.split()[:2] == ["Pryd", "Pwy"]


def test_a_look_up_by_a_clock_that_was_set_has_both_times(hwb: CommandLine) -> None:
    hwb("faq contacts --at 2020-03-01T09:00")
    newest = audit(hwb, "--last 1")[0]
    assert newest["at"] == "2020-03-01T09:00:00+00:00"
    assert system_time() - datetime.fromisoformat(newest["recorded_at"]) < timedelta(minutes=5)
    shown = hwb("audit")
    assert "By the clock set" in shown.out
    assert "2020-03-01 09:00" in shown.out


def test_what_cannot_be_recorded_is_not_printed(july: CommandLine) -> None:
    upn = upn_at(july, PRIMARY)
    database = Database(f"sqlite:///{july.folder / 'data' / 'hwb.sqlite3'}")
    with database.writing() as session:
        session.execute(text("DROP TABLE audit"))
    database.close()
    said = july(f"accounts --school {PRIMARY}")
    assert (said.status, said.out) == (1, "")
    assert upn not in said.err


def test_all_that_is_held_about_a_learner(july: CommandLine) -> None:
    upn = upn_at(july, PRIMARY)
    others = {
        account["upn"]
        for account in july(f"accounts --school {PRIMARY} --kind learner --json").shape["accounts"]
    } - {upn}
    july(f"why-missing {upn} --school {PRIMARY}")
    july(f"why-missing {upn} --school {SECONDARY}")
    said = july(f"subject-access {upn.lower()} --json")
    held = said.shape["held"]
    assert said.shape["identifiers"] == [upn]
    assert held["extracts"][0]["upn"] == upn
    assert held["extracts"][0]["school"] == PRIMARY
    assert held["accounts"][0]["upn"] == upn
    assert held["covered_records"][0]["identifier"] == upn
    assert [change["kind"] for change in held["journal"]] == ["create"]
    assert [record["deed"] for record in held["audit"]] == ["why-missing", "why-missing", "subject-access"]
    assert not [other for other in others if other in said.out]


def test_the_report_in_both_languages(july: CommandLine) -> None:
    upn = upn_at(july, PRIMARY)
    english = july(f"subject-access {upn}").out
    assert f"All that is kept about {upn}" in english
    assert "What runs changed (1)" in english
    assert "year group: " in english
    welsh = july(f"subject-access {upn} --lang cy").out
    assert f"Y cyfan a gedwir am {upn}" in welsh
    assert "Yr hyn a newidiwyd gan rediadau (1)" in welsh
    assert not any(internal in english + welsh for internal in ("None", "False", "()", "_", "error."))
    assert not any(word in welsh for word in ("learner", "active", "create"))


def test_a_staff_code_is_one_schools(july: CommandLine) -> None:
    staff = july(f"accounts --school {PRIMARY} --kind staff --json").shape["accounts"][0]
    code, username = staff["staff_code"], staff["username"]
    held = july(f"subject-access {code} --school {PRIMARY} --json").shape["held"]
    assert [account["username"] for account in held["accounts"]] == [username]
    assert {extract["school"] for extract in held["extracts"]} == {PRIMARY}
    assert july(f"subject-access {code}").explains(code, "--school")
    by_username = july(f"subject-access {username} --json").shape["held"]
    assert by_username["accounts"] == held["accounts"]
    assert by_username["extracts"] == held["extracts"]


def test_a_person_of_whom_nothing_is_held_but_that_they_were_looked_for(july: CommandLine) -> None:
    held = july("subject-access Z999999999999 --json").shape["held"]
    assert list(held) == ["audit"]
    assert july("subject-access ABC --school 9999999").explains("9999999")


def test_retention_shows_and_then_deletes(july: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    assert july("retention").out == "Nothing is past its time.\n"
    later = "--at 2095-01-01T06:00"
    shown = july(f"retention --dry-run {later}").out
    assert "What runs changed: " in shown
    assert "would be deleted" in shown
    assert "Yr hyn a newidiwyd" in july(f"retention --dry-run {later} --lang cy").out
    written_in_2020(july)
    assert july("retention --json").shape["deleted"]["journal"] > 0
    assert "What runs changed" not in july(f"retention --dry-run {later}").out
    assert july("undo 1").explains("no longer kept")


def written_in_2020(july: CommandLine) -> None:
    """The run was really in 2020."""
    database = Database(f"sqlite:///{july.folder / 'data' / 'hwb.sqlite3'}")
    with database.writing() as session:
        session.execute(text("UPDATE runs SET recorded_at = '2020-07-21 05:00:00'"))
    database.close()


@pytest.mark.parametrize("later", ["2095-01-01T06:00", "2099-12-31"])
def test_retention_by_a_later_clock_is_refused_and_deletes_nothing(later: str, july: CommandLine) -> None:
    before = [record["deed"] for record in audit(july)]
    assert july(f"retention --at {later}").explains("Nothing is deleted", later[:10], "--dry-run")
    assert [record["deed"] for record in audit(july)] == ["retention", "audit", *before]
    assert july("undo 1").status == 0


def test_the_audit_is_verified_and_its_last_link_told(july: CommandLine) -> None:
    said = july("audit --verify --json").shape["verified"]
    assert (said["broken"], said["unsealed"], said["first"]) == (None, 0, 1)
    assert said["checked"] == said["last"] == len(audit(july)) - 1
    told = july("audit --verify").out
    assert "The last link is no. " in told
    assert "Without audit_key they can write the whole chain anew" in told
    assert "Y ddolen olaf yw rhif " in july("audit --verify --lang cy").out


def test_an_altered_record_is_named(july: CommandLine) -> None:
    database = Database(f"sqlite:///{july.folder / 'data' / 'hwb.sqlite3'}")
    with database.writing() as session:
        session.execute(text("DROP TRIGGER audit_is_append_only"))
        session.execute(text("UPDATE audit SET who = 'U0X' WHERE id = 2"))
    database.close()
    said = july("audit --verify")
    assert said.status == 1
    assert "link 2 of its chain, of the record no. 2, does not hold" in said.err
    assert july("audit --verify --json").shape["verified"]["broken"]["why"] == "changed"
    assert audit(july, "--last 1")[0]["outcome"] == "error:audit-broken"


def test_the_key_of_the_chain(july: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HWB_AUDIT_KEY", "too short")
    assert july("audit").explains("too short", "32")
    monkeypatch.delenv("HWB_AUDIT_KEY")
    july.write("key", f"{'k' * 32}\n").chmod(0o600)
    july.write("hwb.toml", 'audit_key_file = "key"\n')
    july("faq contacts")
    assert july("audit --verify --json").shape["verified"]["keyed"] == 1
    assert "without audit_key" not in july("audit --verify").out


def test_a_retention_that_is_too_short_is_refused(july: CommandLine) -> None:
    july.write("hwb.toml", "[retention]\naudit = 1\n")
    assert july("retention").explains("retention.audit")
