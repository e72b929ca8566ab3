"""`hwb backup` and `hwb restore`: whole while in use; refused where it would do harm."""

import json
import os
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command as alembic
from alembic.config import Config
from sqlalchemy import make_url, text

from provisioning.store.backups import back_up
from provisioning.store.database import Database
from provisioning.store.schema import MIGRATIONS
from tests import postgres_server
from tests.bot.command_line import CommandLine, environment
from tests.bot.hand_written import AUGUST, JULY, PRIMARY, SCHOOLS, write_august, write_july
from tests.docs.pages import blocks


@pytest.fixture
def installed(hwb: CommandLine) -> CommandLine:
    """The primary has run in July, and one user has a role."""
    hwb.write("schools.csv", SCHOOLS)
    write_july(hwb.folder)
    assert hwb("schools import schools.csv").status == 0
    assert hwb(f"provision --school {PRIMARY} --at {JULY}").status == 0
    assert hwb("grants add U1 administrator --all").status == 0
    return hwb


def database(at: CommandLine) -> Path:
    return at.folder / "data" / "hwb.sqlite3"


def users(file: Path) -> list[str]:
    """The users who have a role, by what a database file says."""
    with closing(sqlite3.connect(file)) as opened:
        return [user for (user,) in opened.execute('SELECT "user" FROM grants ORDER BY "user"')]


IN_USE = """
import os, sys
from sqlalchemy import make_url, text
from sqlalchemy import make_url, text

from provisioning.store.backups import back_up
from provisioning.store.database import Database
database = Database("sqlite:///data/hwb.sqlite3")
with database.writing() as session:
    session.execute(text("INSERT INTO grants (user, role, scope, granted_at) "
                         "VALUES ('U2', 'administrator', '*', '2026-08-26 05:00:00')"))
print("idle", flush=True)
sys.stdin.read()
"""


@contextmanager
def in_use(at: CommandLine) -> Iterator["subprocess.Popen[str]"]:
    """Another process, which has given U2 a role and holds the database open, with nothing to do."""
    with subprocess.Popen(
        [sys.executable, "-c", IN_USE],
        cwd=at.folder,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "idle\n"
        yield process


# Backup


def test_a_backup_is_whole_while_the_database_is_in_use(installed: CommandLine) -> None:
    with in_use(installed):
        # What the other has written stands in the log only: a plain copy of the file lacks it.
        said = installed(f"backup copy.sqlite3 --json --at {AUGUST}")
        assert users(Path(shutil.copy(database(installed), installed.folder / "plain"))) == ["U1"]
    copy = installed.folder / "copy.sqlite3"
    assert said.shape | {"taken_at": ""} == {
        "file": "copy.sqlite3",
        "bytes": copy.stat().st_size,
        "taken_at": "",
    }
    # By the time as it is, whatever the clock that is set says.
    assert abs(datetime.fromisoformat(said.shape["taken_at"]) - datetime.now(UTC)) < timedelta(minutes=5)
    assert users(copy) == ["U1", "U2"]
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert not list(installed.folder.glob("copy.sqlite3-*"))


def test_a_backup_leaves_out_what_is_not_done_yet(installed: CommandLine) -> None:
    opened = Database(f"sqlite:///{database(installed)}")
    with opened.writing() as session:
        session.execute(text("DELETE FROM grants"))
        back_up(opened, installed.folder / "copy.sqlite3")
    opened.close()
    assert users(database(installed)) == []
    assert users(installed.folder / "copy.sqlite3") == ["U1"]


def test_a_file_that_is_there_is_left_as_it_is(installed: CommandLine) -> None:
    installed.write("copy.sqlite3", "something else")
    assert installed("backup copy.sqlite3").explains("copy.sqlite3 is there already")
    assert (installed.folder / "copy.sqlite3").read_text(encoding="utf-8") == "something else"


def test_a_place_that_is_not_there(installed: CommandLine) -> None:
    assert installed("backup nowhere/copy.sqlite3").explains("nowhere/copy.sqlite3 can't be written")


def test_after_a_batch_a_plain_copy_has_its_runs(installed: CommandLine) -> None:
    write_august(installed.folder)
    with in_use(installed):
        assert installed(f"provision --all --at {AUGUST} --json").shape["runs"]
        plain = shutil.copy(database(installed), installed.folder / "plain.sqlite3")
        with closing(sqlite3.connect(plain)) as copied:
            assert copied.execute("SELECT count(*) FROM runs WHERE status = 'succeeded'").fetchone() == (3,)


# Restore


def test_what_was_lost_is_said_and_kept_beside(installed: CommandLine) -> None:
    assert installed("backup copy.sqlite3").status == 0
    write_august(installed.folder)
    installed(f"provision --all --at {AUGUST}")
    installed("grants add U2 administrator --all")
    installed(f"relax {PRIMARY} too-many-leavers --up-to 60 --until 2026-09-15 --why merger --at {AUGUST}")
    said = installed("restore copy.sqlite3 --json")
    assert said.shape["lost"] == {"runs": 3, "grants": 1, "decisions": 1}
    kept = Path(said.shape["replaced"])
    assert (kept.parent, stat.S_IMODE(kept.stat().st_mode)) == (database(installed).parent, 0o600)
    assert users(kept) == ["U1", "U2"]
    assert users(database(installed)) == ["U1"]
    assert len(installed("runs --json").shape["runs"]) == 1
    assert any(line.split()[-1] == "ok" and "restore" in line for line in installed("audit").out.splitlines())


def test_it_is_said_in_words(installed: CommandLine) -> None:
    installed(f"backup copy.sqlite3 --at {AUGUST}")
    installed("grants remove U1")
    installed("grants add U2 administrator --all")
    said = installed("restore copy.sqlite3").out
    assert "as of " in said
    assert "26 Aug 06:00" not in said
    assert "lost: 0 runs, 1 role, 0 decisions" in said
    assert "hwb.sqlite3.replaced-" in said
    assert "rôl" in installed("restore copy.sqlite3 --lang cy").out


def test_it_is_refused_while_another_process_has_the_database_open(installed: CommandLine) -> None:
    assert installed("backup copy.sqlite3").status == 0
    with in_use(installed):
        assert installed("restore copy.sqlite3").explains("is open in another program", "hwb serve")
        assert users(database(installed)) == ["U1", "U2"]
    assert installed("restore copy.sqlite3").status == 0
    assert users(database(installed)) == ["U1"]


def test_the_log_of_a_killed_process_belongs_to_the_replaced_database(installed: CommandLine) -> None:
    assert installed("backup copy.sqlite3").status == 0
    with in_use(installed) as process:
        os.kill(process.pid, signal.SIGKILL)
    assert database(installed).with_name("hwb.sqlite3-wal").stat().st_size
    said = installed("restore copy.sqlite3 --json")
    assert said.shape["lost"]["grants"] == 1
    assert users(Path(said.shape["replaced"])) == ["U1", "U2"]
    assert users(database(installed)) == ["U1"]


def files(at: CommandLine) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (at.folder / "data").iterdir() if path.is_file()}


def test_what_is_no_whole_backup_of_ours_is_refused(installed: CommandLine) -> None:
    assert installed("backup copy.sqlite3").status == 0
    whole = (installed.folder / "copy.sqlite3").read_bytes()
    half = len(whole) // 2 // 4096 * 4096
    for name, content, told in (
        ("text.sqlite3", b"number,name\n" * 100, "is not a database"),
        ("empty.sqlite3", b"", "is not a database"),
        ("short.sqlite3", whole[:half], "is damaged"),
        ("torn.sqlite3", whole[:half] + b"\xff" * (len(whole) - half), "is damaged"),
    ):
        (installed.folder / name).write_bytes(content)
        before = files(installed)
        assert installed(f"restore {name}").explains(f"{name} can't be restored", told), name
        assert files(installed) == before
    for name, statement, told in (
        ("versionless.sqlite3", "DELETE FROM alembic_version", "not the row that says of which version"),
        ("newer.sqlite3", "UPDATE alembic_version SET version_num = '9999'", "a newer version"),
        ("theirs.sqlite3", "DROP TABLE accounts", "another program"),
    ):
        shutil.copy(installed.folder / "copy.sqlite3", installed.folder / name)
        with closing(sqlite3.connect(installed.folder / name)) as broken:
            broken.execute(statement)
            broken.commit()
        assert installed(f"restore {name}").explains(f"{name} can't be restored", told), name
    assert installed("restore nowhere.sqlite3").explains("nowhere.sqlite3", "No such file")
    assert installed("restore data/hwb.sqlite3").explains("is the database itself")
    assert users(database(installed)) == ["U1"]


def test_a_database_that_cannot_be_read_is_kept_as_it_is(installed: CommandLine) -> None:
    assert installed("backup copy.sqlite3").status == 0
    database(installed).write_bytes(b"overwritten" * 1000)
    said = installed("restore copy.sqlite3 --json")
    assert said.shape["lost"] is None
    assert Path(said.shape["replaced"]).read_bytes() == b"overwritten" * 1000
    assert users(database(installed)) == ["U1"]


def test_another_programs_database_is_not_replaced(installed: CommandLine) -> None:
    assert installed("backup copy.sqlite3").status == 0
    with closing(sqlite3.connect(installed.folder / "places.sqlite3")) as theirs:
        theirs.execute("CREATE TABLE places (url TEXT)")
    said = installed("restore copy.sqlite3 --database sqlite:///places.sqlite3")
    assert said.explains("another program")


def test_a_restore_where_there_is_no_database(installed: CommandLine) -> None:
    assert installed("backup copy.sqlite3").status == 0
    shutil.rmtree(installed.folder / "data")
    said = installed("restore copy.sqlite3 --json")
    assert (said.shape["replaced"], said.shape["lost"], said.err) == (None, None, "")
    assert users(database(installed)) == ["U1"]


def test_a_backup_of_an_earlier_version_is_brought_up_to_date(installed: CommandLine) -> None:
    old = Database(f"sqlite:///{installed.folder / 'old.sqlite3'}")
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with old.engine.begin() as connection:
        config.attributes["connection"] = connection
        alembic.upgrade(config, "0012")
    old.close()
    assert installed("restore old.sqlite3 --json").shape["lost"] == {"runs": 1, "grants": 1, "decisions": 0}
    assert installed("runs --json").shape["runs"] == []
    assert installed("check").status == 0


# PostgreSQL


def test_on_postgresql_its_own_tools_are_named(hwb: CommandLine, postgresql_url: str) -> None:
    for line in ("backup copy.sqlite3", "restore copy.sqlite3"):
        assert hwb(f"{line} --database {postgresql_url}").explains("pg_dump and pg_restore")


def test_the_page_on_operating_brings_postgresql_back(
    hwb: CommandLine, postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (block,) = (each for each in blocks("operating.md") if each.first.startswith("export PGHOST=host"))
    _, dump, restore = block.commands
    monkeypatch.setenv("HWB_DATABASE_URL", postgresql_url)
    hwb.write("schools.csv", SCHOOLS)
    write_august(hwb.folder)
    hwb("schools import schools.csv")
    hwb(f"provision --school {PRIMARY} --at {AUGUST}")
    accounts = json.loads(hwb("accounts --json").out)

    url = make_url(postgresql_url)
    tools = {
        "PATH": f"{postgres_server.binaries()}:{os.environ['PATH']}",
        "PGHOST": str(url.query["host"]),
        "PGDATABASE": str(url.database),
        "PGUSER": postgres_server.ROLE,
    }
    restore = restore.replace("--dbname=hwb", f"--dbname={url.database}")
    subprocess.run(dump, shell=True, cwd=hwb.folder, env=tools, check=True)
    hwb("grants add U1 administrator --all")
    hwb(f"provision --all --at {AUGUST}")
    subprocess.run(restore, shell=True, cwd=hwb.folder, env=tools, check=True)
    assert hwb("accounts --json").shape == accounts
    assert hwb("grants list --json").shape == {"grants": []}
    assert hwb(f"provision --all --at {AUGUST}").status == 3  # one of the exports is broken
    assert hwb("check").status == 0


# A new database


def test_a_new_database_is_said_once_with_its_place(hwb: CommandLine) -> None:
    said = hwb("schools list --json")
    assert said.err == f"There was no database yet, so a new one was made: {database(hwb)}\n"
    assert said.shape == {"schools": []}
    assert hwb("schools list --json").err == ""
    again = hwb("check --json --lang cy --database sqlite:///other/hwb.sqlite3")
    assert again.err.startswith("Nid oedd cronfa ddata eto")
    assert str(hwb.folder / "other" / "hwb.sqlite3") in again.err


def test_a_database_without_accounts_beside_extracts_is_doubtful(installed: CommandLine) -> None:
    assert "has no accounts" not in installed(f"check --at {JULY}").out
    checked = installed(f"check --at {JULY} --database sqlite:///wrong.sqlite3")
    assert checked.status == 0
    assert f"an extract of a school: {PRIMARY}" in checked.out
    assert str(installed.folder / "wrong.sqlite3") in checked.out
