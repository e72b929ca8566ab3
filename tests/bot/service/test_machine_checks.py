"""What `hwb check` says of the machine: room, clocks, rights, proxy; and of a database with a table less."""

import os
import re
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot.service import machine_checks
from bot.service.machine_checks import clock_problems, proxy_problems, rights_problems
from bot.settings import Settings
from provisioning.clock import system_time
from provisioning.store import condition
from provisioning.store.database import Database
from provisioning.store.schema import revisions
from tests.bot.command_line import CommandLine
from tests.builders import GLAN, NOW, Schools

pytestmark = pytest.mark.integration


@pytest.fixture
def hwb(hwb: CommandLine, migrated: Path) -> CommandLine:
    """The command line in a folder with an empty database."""
    (hwb.folder / "data").mkdir(mode=0o700)
    shutil.copyfile(migrated, hwb.folder / "data" / "hwb.sqlite3")
    return hwb


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the extract of a school."""
    (tmp_path / "6602001").mkdir()
    (tmp_path / "6602001" / "learners.csv").write_text("upn\n")
    return tmp_path


def test_a_full_disk_is_a_problem_told_once_for_both_folders(
    hwb: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _place: SimpleNamespace(free=5 << 20))
    said = hwb("check --json")
    assert said.status == 1
    assert said.shape["problems"] == [f"{hwb.folder / 'data'} has 5 MiB free; 200 MiB were expected."]


def test_a_column_that_is_missing_is_a_problem(hwb: CommandLine) -> None:
    with closing(sqlite3.connect(hwb.folder / "data" / "hwb.sqlite3")) as database:
        database.execute("ALTER TABLE alerts DROP COLUMN snoozed_by")
        database.execute("DROP TABLE digest_days")
    said = hwb("check")
    assert said.status == 1
    assert "alerts.snoozed_by" in said.out
    assert "digest_days" in said.out


def test_a_clock_that_was_set_back_after_a_run(
    provisioning: Schools, monkeypatch: pytest.MonkeyPatch
) -> None:
    provisioning.runs(GLAN)
    database, here = provisioning.database, Settings()
    assert list(clock_problems(here, database)) == []
    earlier = system_time() - timedelta(hours=2)
    monkeypatch.setattr(machine_checks, "system_time", lambda: earlier)
    monkeypatch.setattr(condition, "server_time", lambda _session: None)
    assert [error.name for error in clock_problems(here, database)] == ["clock-stepped-back"]
    assert list(clock_problems(Settings(at=NOW), database)) == []


@pytest.mark.both_databases
def test_the_condition_of_a_new_database(database: Database) -> None:
    assert condition.lacking(database) == []
    with database.reading() as session:
        assert condition.row_counts(session)["accounts"] == 0
        assert condition.revision(session) == max(revisions())
        assert re.fullmatch(r"\d+(\.\d+)+", condition.server_version(session))
        assert (condition.server_time(session) is None) == database.embedded
        assert condition.last_run_recorded_at(session) is None
        assert condition.recent_run_errors(session, 10) == {}
        assert condition.last_ticks(session) == {}


@pytest.mark.both_databases
def test_the_clock_of_the_databases_server(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with database.reading() as session:
        server = condition.server_time(session)
    assert server is None or abs(server - system_time()) < timedelta(minutes=1)
    monkeypatch.setattr(condition, "server_time", lambda _session: system_time() + timedelta(minutes=3))
    assert [error.name for error in clock_problems(Settings(), database)] == ["clock-apart"]


def test_an_extract_from_the_future_is_a_warning(hwb: CommandLine) -> None:
    file = hwb.write("data/extracts/6602001/learners.csv", "upn\n")
    later = (datetime.now(UTC) + timedelta(hours=3)).timestamp()
    os.utime(file, (later, later))
    said = hwb("check --json")
    assert said.status == 0
    assert any("an extract was written later: 6602001" in warning for warning in said.shape["warnings"])


def test_a_folder_into_which_every_account_can_write(folder: Path) -> None:
    here = Settings(extracts=folder)
    assert list(rights_problems(here)) == []
    (folder / "6602001").chmod(0o777)
    (problem,) = rights_problems(here)
    assert (problem.name, problem.said.values["mode"]) == ("extracts-open", "0777")


def test_a_file_that_this_account_cannot_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = folder / "6602001" / "learners.csv"
    monkeypatch.setattr(os, "access", lambda path, _rights: path != closed)
    (problem,) = rights_problems(Settings(extracts=folder))
    assert (problem.name, problem.said.values["names"]) == ("extracts-not-readable", str(closed))


@pytest.mark.parametrize(
    ("environment", "problems"),
    [
        ({}, []),
        ({"HTTPS_PROXY": "http://proxy.example:8080"}, []),
        ({"https_proxy": " "}, []),
        ({"HTTPS_PROXY": "http://a.example:1", "https_proxy": "http://a.example:1"}, []),
        ({"HTTPS_PROXY": "proxy.example:8080"}, ["proxy-not-usable"]),
        ({"http_proxy": "socks5://proxy.example:1080"}, ["proxy-not-usable"]),
        ({"HTTPS_PROXY": "http://proxy.example:none"}, ["proxy-not-usable"]),
        ({"HTTPS_PROXY": "http://a.example:1", "https_proxy": "http://b.example:1"}, ["proxy-twice"]),
    ],
)
def test_the_proxy_by_which_slack_is_reached(environment: dict[str, str], problems: list[str]) -> None:
    assert [error.name for error in proxy_problems(environment)] == problems
