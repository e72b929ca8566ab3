"""Other accounts of the machine: they read neither the database nor the files with secrets."""

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from provisioning.store.database import Database
from provisioning.store.private_files import open_to_others
from tests.bot.command_line import CommandLine
from tests.bot.hand_written import SCHOOLS, write_july

pytestmark = pytest.mark.integration


def mode(path: Path) -> str:
    return f"{stat.S_IMODE(path.stat().st_mode):04o}"


@pytest.fixture(autouse=True)
def _umask() -> Iterator[None]:
    """The account lets everybody read and write its new files, where a program does not say otherwise."""
    before = os.umask(0)
    yield
    os.umask(before)


def opened(file: Path) -> Database:
    """The database in use, so that its log and the index of that are there."""
    database = Database(f"sqlite:///{file}")
    database.prepare()
    with database.writing():
        pass
    return database


def test_a_new_database_is_its_accounts_alone(tmp_path: Path) -> None:
    file = tmp_path / "var" / "data" / "hwb.sqlite3"
    database = opened(file)
    assert [mode(Path(f"{file}{ending}")) for ending in ("", "-wal", "-shm")] == ["0600"] * 3
    assert [mode(folder) for folder in (file.parent, file.parent.parent)] == ["0700"] * 2
    database.close()


def test_what_an_earlier_version_made_is_closed_to_others(tmp_path: Path, migrated: Path) -> None:
    data = tmp_path / "data"
    (data / "extracts").mkdir(parents=True)
    data.chmod(0o755)
    (data / "extracts").chmod(0o755)
    file = data / "hwb.sqlite3"
    for ending in ("", "-wal", "-shm"):
        Path(f"{file}{ending}").touch()
    shutil.copyfile(migrated, file)
    for ending in ("", "-wal", "-shm"):
        Path(f"{file}{ending}").chmod(0o644)
    database = opened(file)
    assert [mode(Path(f"{file}{ending}")) for ending in ("", "-wal", "-shm")] == ["0600"] * 3
    assert mode(data) == "0700"
    database.close()


def test_a_folder_with_other_things_in_it_is_left_and_told(tmp_path: Path) -> None:
    data = tmp_path / "shared"
    data.mkdir()
    data.chmod(0o755)
    (data / "somebody-elses.txt").touch()
    database = opened(data / "hwb.sqlite3")
    assert (mode(data), mode(data / "hwb.sqlite3")) == ("0755", "0600")
    assert open_to_others(data / "hwb.sqlite3") == [(data, "0755")]
    database.close()


def test_a_folder_into_which_others_put_extracts_is_left(tmp_path: Path) -> None:
    (tmp_path / "data" / "extracts").mkdir(parents=True)
    (tmp_path / "data").chmod(0o755)
    (tmp_path / "data" / "extracts").chmod(0o777)
    opened(tmp_path / "data" / "hwb.sqlite3").close()
    assert mode(tmp_path / "data") == "0755"


def test_a_link_in_the_logs_place_changes_nothing_of_what_it_leads_to(tmp_path: Path, migrated: Path) -> None:
    """Who may write into the folder can't have the rights of another file changed."""
    other = tmp_path / "other"
    other.touch()
    other.chmod(0o644)
    (tmp_path / "hwb.sqlite3-journal").symlink_to(other)
    shutil.copyfile(migrated, tmp_path / "hwb.sqlite3")
    opened(tmp_path / "hwb.sqlite3").close()
    assert mode(other) == "0644"


def test_a_backup_and_what_a_restore_keeps(hwb: CommandLine) -> None:
    assert hwb("faq contacts").status == 0
    assert hwb("backup copy.sqlite3").status == 0
    kept = hwb("restore copy.sqlite3 --json").shape["replaced"]
    files = [hwb.folder / "copy.sqlite3", Path(kept), hwb.folder / "data" / "hwb.sqlite3"]
    assert [mode(file) for file in files] == ["0600"] * 3
    assert mode(hwb.folder / "data") == "0700"


SECRETS = {
    ".env": "SLACK_BOT_TOKEN=xoxb-1",
    ".env.production": "export HWB_SMTP_PASSWORD=hunter2",
    "hwb.toml": 'database_url = "postgresql://hwb:hunter2@db.example/hwb"',
    "client.ini": "[portal]\npassword = hunter2",
    "id_ed25519": "-----BEGIN OPENSSH PRIVATE KEY-----",
}


@pytest.mark.parametrize("name", SECRETS)
def test_a_file_with_secrets_that_others_can_read_is_a_problem(
    name: str, hwb: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HWB_DATABASE_URL", "sqlite:///data/hwb.sqlite3")
    monkeypatch.setenv("HWB_EXPORT", '{"client": ["client", "--key=id_ed25519", "client.ini", "{school}"]}')
    file = hwb.write(name, SECRETS[name] + "\n")
    file.chmod(0o644)
    said = hwb("check")
    assert said.status == 1
    assert f"{name} holds secrets" in said.out
    assert "hunter2" not in said.out
    file.chmod(0o600)
    assert hwb("check").status == 0


def test_files_without_secrets_may_be_read(hwb: CommandLine) -> None:
    hwb.write("hwb.toml", 'lang = "en"\n# smtp_password = "in the environment"\n').chmod(0o644)
    hwb.write(".env", "HWB_LANG=en\nSLACK_BOT_TOKEN=\n").chmod(0o644)
    assert hwb("check").status == 0


def test_the_key_of_the_audit_in_a_file(hwb: CommandLine) -> None:
    hwb.write("key", "k" * 64).chmod(0o644)
    hwb.write("hwb.toml", 'audit_key_file = "key"\n')
    assert "key holds secrets" in hwb("check").out


def test_serve_says_so_as_it_starts(hwb: CommandLine) -> None:
    hwb.write("schools.csv", SCHOOLS)
    write_july(hwb.folder)
    hwb.write(".env", "SLACK_BOT_TOKEN=xoxb-1\n").chmod(0o644)
    hwb.write("data/another-programs.txt", "").parent.chmod(0o755)
    said = hwb("serve")  # ends at once, without a token
    assert ".env holds secrets" in said.err
    assert "Other accounts on this machine have rights to" in said.err
