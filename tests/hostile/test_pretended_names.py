"""Who did it on the command line: the account of the process, whatever its environment pretends."""

import os
import pwd

import pytest

from bot.cli.account import me
from tests.bot.command_line import CommandLine

ACCOUNT = pwd.getpwuid(os.getuid()).pw_name
ROOT = pwd.getpwuid(0).pw_name
ANOTHER = pwd.getpwnam("nobody").pw_uid
PRETENDING = ("LOGNAME", "USER", "LNAME", "USERNAME")


@pytest.mark.parametrize("name", PRETENDING)
def test_a_variable_is_not_believed(name: str, hwb: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SUDO_USER", raising=False)
    monkeypatch.setenv(name, "headteacher")
    hwb("faq contacts")
    assert hwb("audit --json").shape["audit"][0]["who"] == f"cli:{ACCOUNT}"


def test_roots_process_says_who_called_sudo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.getuid", lambda: 0)
    monkeypatch.setenv("SUDO_USER", "jones")
    assert me() == f"{ROOT} (sudo: jones)"


def test_another_accounts_process_is_not_believed_of_sudo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.getuid", lambda: ANOTHER)
    monkeypatch.setenv("SUDO_USER", "jones")
    assert me() == "nobody"


@pytest.mark.parametrize("sudo", ["", "root", "x" * 33, "jones)\nU0CARYS", "jones\x1b[2K", "a b"])
def test_what_is_no_name_is_left_out(sudo: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.getuid", lambda: 0)
    monkeypatch.setenv("SUDO_USER", sudo)
    assert me() == ROOT


def test_an_account_without_a_name_is_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.getuid", lambda: 4_000_000)
    assert me() == "4000000"
