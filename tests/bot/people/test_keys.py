"""The keys of the settings, of the audit's chain and of the usernames, as `hwb check` tries them."""

import pytest

from tests.bot.command_line import CommandLine
from tests.bot.hand_written import AUGUST, SCHOOLS, write_august

pytestmark = pytest.mark.integration

KEY, ANOTHER = "k" * 64, "l" * 64


@pytest.mark.parametrize("variable", ["HWB_AUDIT_KEY", "HWB_USERNAME_KEY"])
def test_a_key_that_is_too_short_is_a_problem(
    variable: str, hwb: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "hunter2")
    checked = hwb("check")
    assert checked.status == 1
    assert variable in checked.out
    assert "32 characters or more" in checked.out
    assert "hunter2" not in checked.out


def test_another_key_than_the_usernames_are_kept_under_is_a_problem(
    hwb: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HWB_USERNAME_KEY", KEY)
    hwb.write("schools.csv", SCHOOLS)
    write_august(hwb.folder)
    assert hwb("schools import schools.csv").status == 0
    assert hwb(f"check --at {AUGUST}").status == 0
    monkeypatch.setenv("HWB_USERNAME_KEY", ANOTHER)
    checked = hwb(f"check --at {AUGUST}")
    assert checked.status == 1
    assert "kept under another key" in checked.out
    monkeypatch.delenv("HWB_USERNAME_KEY")
    assert "kept under another key" in hwb(f"check --at {AUGUST}").out


def test_a_key_that_is_set_for_the_first_time_is_no_problem(
    hwb: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert hwb("schools list").status == 0
    monkeypatch.setenv("HWB_USERNAME_KEY", KEY)
    assert hwb("check").status == 0
