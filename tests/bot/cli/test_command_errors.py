"""Usage errors are status 2; known errors are a sentence, a hint and status 1."""

import pytest

from tests.bot.command_line import CommandLine
from tests.bot.hand_written import (
    PRIMARY,
    SION,
)

# Usage errors


@pytest.mark.parametrize(
    "line",
    [
        "provision",
        f"provision --all --school {PRIMARY}",
        "why-missing --school 6604002",
        "why-missing , --school 6604002",
        "runs --last 0",
        "audit --last 99999999999999999999",
        "runs --last many",
        "accounts --kind cat",
        "schools list --at yesterday",
        "schools list --lang fr",
        "schools list --nonsense",
        "schools",
        "trial --port 70000",
        "trial --from 2026-08-01 --directory export",
        "trial --trouble rate,snow",
        "trial --workspaces 3",
        "trial --workspaces 2 --from 2026-08-01",
        "trial --workspaces 2 --workspace-only",
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


@pytest.mark.parametrize(
    "line",
    [
        f"why-missing {SION} --school",
        "accounts --school",
        "runs --school",
        "cases --school",
        "audit --school",
        "report --la",
        "freeze --from 2026-08-01 --to 2026-08-02 --reason move --school",
        "grants add U0CARYS local-authority --la",
    ],
)
def test_a_place_that_is_blank(line: str, july: CommandLine) -> None:
    """A script whose variable is not set gets no answer about every school."""
    option = line.split()[-1]
    said = july(f"{line} ", "")
    assert (said.status, said.out) == (2, "")
    assert f"{option} has no value. Give one, or leave {option} out." in said.err


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


@pytest.mark.parametrize("at", ["0001-01-01", "1999-12-31T23:59", "2100-01-01", "9999-12-31T23:59+00:00"])
def test_a_clock_beyond_the_calendar(at: str, hwb: CommandLine) -> None:
    for line in ("schools list", "dates", "provision --all", "ask when"):
        assert hwb(f"{line} --at {at}").explains(f"can't stand at {at[:10]}", "2000 to 2099")
    assert hwb(f"check --at {at}").status == 1


@pytest.mark.parametrize("url", ["nonsense", "oracle://x", "sqlite://///", ""])
def test_a_database_address_that_cannot_be_read(url: str, hwb: CommandLine) -> None:
    said = hwb("schools list --database", url)
    assert said.explains("database")


def test_a_database_folder_that_cannot_be_written(hwb: CommandLine) -> None:
    hwb.write("data", "a file stands where the folder should be")
    assert hwb("schools list").explains("sqlite:///data/hwb.sqlite3 can't be reached")


def test_a_file_that_is_no_database(hwb: CommandLine) -> None:
    hwb.write("data/hwb.sqlite3", "number,name\n" * 100)
    assert hwb("schools list").explains("sqlite:///data/hwb.sqlite3 is not a database")
