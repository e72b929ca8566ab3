"""Secrets from files and systemd's credentials: who may read them, and that no command line has one."""

from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from pydantic import SecretStr

from bot.cli.commands import COMMANDS
from bot.secret_values import secret_in
from bot.settings import IN_FILES, SECRETS, Settings, variable
from bot.settings_loading import load_settings
from provisioning.errors import KnownError
from tests.bot.command_line import CommandLine

SECRET = "s3cr3t-" * 8


def file_of(folder: Path, name: str, text: str = SECRET + "\n", mode: int = 0o600) -> Path:
    file = folder / name
    file.write_text(text)
    file.chmod(mode)
    return file


def value(settings: Settings, name: str) -> str:
    found = getattr(settings, name)
    return found.get_secret_value() if isinstance(found, SecretStr) else str(found)


def read(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name, said in environment.items():
        monkeypatch.setenv(name, said)
    return load_settings({}, environment)


def test_every_secret_setting_can_stand_in_a_file() -> None:
    secret = {name for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)}
    assert secret == SECRETS
    assert set(IN_FILES) == secret | {"database_url"}


@pytest.mark.parametrize("name", sorted(set(IN_FILES) - {"audit_key", "username_key"}))
def test_a_variable_names_its_file(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = file_of(tmp_path, name)
    assert value(read({f"{variable(name)}_FILE": str(file)}, monkeypatch), name) == SECRET.strip()


def test_a_byte_order_mark_from_windows_is_no_part_of_the_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = file_of(tmp_path, "token", f"\ufeff{SECRET}\r\n")
    assert value(read({"SLACK_BOT_TOKEN_FILE": str(file)}, monkeypatch), "slack_bot_token") == SECRET


@pytest.mark.parametrize("name", IN_FILES)
def test_systemd_hands_it_over_as_a_credential(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_of(tmp_path, name, mode=0o400)
    assert value(read({"CREDENTIALS_DIRECTORY": str(tmp_path)}, monkeypatch), name) == SECRET


def test_the_variable_goes_before_a_credential_and_the_file_before_hwb_toml(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_of(tmp_path, "slack_bot_token")
    given = {"CREDENTIALS_DIRECTORY": str(tmp_path), "SLACK_BOT_TOKEN": "xoxb-1"}
    assert value(read(given, monkeypatch), "slack_bot_token") == "xoxb-1"
    (tmp_path / "hwb.toml").write_text('database_url = "sqlite:///old.sqlite3"\n')
    url = file_of(tmp_path, "url", "postgresql://hwb:s3cr3t@db.example/hwb")
    given = {"HWB_SETTINGS": str(tmp_path / "hwb.toml"), "HWB_DATABASE_URL_FILE": str(url)}
    assert read(given, monkeypatch).database_url == "postgresql://hwb:s3cr3t@db.example/hwb"


@pytest.mark.parametrize(
    ("text", "mode", "error"),
    [
        (SECRET, 0o644, "secret-file-open"),
        (SECRET, 0o602, "secret-file-open"),
        (" \n", 0o600, "secret-file-empty"),
    ],
)
def test_a_file_that_others_can_read_or_that_is_empty_is_refused(
    text: str, mode: int, error: str, tmp_path: Path
) -> None:
    with pytest.raises(KnownError) as refused:
        secret_in(file_of(tmp_path, "token", text, mode))
    assert refused.value.name == error


def test_the_refusal_says_what_to_do(hwb: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    file = file_of(hwb.folder, "token", mode=0o644)
    monkeypatch.setenv("SLACK_BOT_TOKEN_FILE", str(file))
    said = hwb("serve")
    assert said.explains("rights 0644", f"chmod 600 {file}")
    assert SECRET not in said.err
    file.chmod(0o600)
    assert hwb("serve").explains("SLACK_BOT_TOKEN", "xoxb-")


def test_the_password_of_an_address_in_a_file_is_shown_nowhere(
    hwb: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = "postgresql://hwb:hunter2@127.0.0.1:1/hwb?connect_timeout=1"
    monkeypatch.setenv("HWB_DATABASE_URL_FILE", str(file_of(hwb.folder, "url", address)))
    for said in (hwb("schools list"), hwb("check")):
        assert said.status == 1
        assert "127.0.0.1" in said.err + said.out
        assert "hunter2" not in said.err + said.out


def test_a_variable_and_its_file_at_once_are_refused(
    hwb: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    monkeypatch.setenv("SLACK_BOT_TOKEN_FILE", str(hwb.folder / "token"))
    assert hwb("schools list").explains("SLACK_BOT_TOKEN", "SLACK_BOT_TOKEN_FILE")


def test_a_misspelt_variable_of_a_file_is_refused(hwb: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HWB_SMTP_PASWORD_FILE", "password")
    assert hwb("schools list").explains("HWB_SMTP_PASWORD_FILE")


def options(command: click.Command) -> Iterator[str]:
    """Every option of a command and of the commands below it."""
    for parameter in command.params:
        yield from parameter.opts
    if isinstance(command, click.Group):
        for below in command.commands.values():
            yield from options(below)


def test_no_option_of_any_command_takes_a_secret() -> None:
    for place in COMMANDS.values():
        taken = [
            option
            for option in options(place.load())
            if any(word in option for word in ("password", "secret", "token", "key"))
        ]
        assert taken == []
