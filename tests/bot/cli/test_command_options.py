"""Global options: on the command line, in the environment and in the settings file; help."""

from pathlib import Path

import pytest

from tests.bot.command_line import CommandLine
from tests.bot.hand_written import (
    BROKEN,
    JULY,
    PRIMARY,
)


@pytest.mark.parametrize("line", ["{} schools list", "schools {} list", "schools list {}"])
def test_options_before_and_after_the_command(line: str, july: CommandLine) -> None:
    said = july(line.format("--json --lang cy"))
    assert said.status == 0
    assert len(said.shape["schools"]) == 3


def test_the_later_option_has_the_last_word(july: CommandLine) -> None:
    assert "Ysgol Gynradd" in july("--lang en schools list --lang cy").out


def test_options_from_the_environment(
    july: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "HWB_DATABASE_URL": f"sqlite:///{tmp_path / 'other.sqlite3'}",
        "HWB_EXTRACTS": str(tmp_path / "data" / "extracts"),
        "HWB_AT": JULY,
        "HWB_JSON": "1",
        "HWB_LANG": "cy",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path.parent)
    assert july("schools list").shape == {"schools": []}
    july("schools import", str(tmp_path / "schools.csv"))
    (run,) = july(f"provision --school {PRIMARY}").shape["runs"]
    assert run["started_at"] == "2026-07-01T06:00:00+01:00"
    assert run["counts"]["create"] == 5
    failed = july(f"provision --school {BROKEN}").shape["runs"]
    assert "Nid oes echdyniad" in failed[0]["error"]


def test_the_command_line_weighs_more_than_the_environment_and_that_more_than_the_file(
    july: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    july.write("hwb.toml", "lang = 'cy'\n")
    assert "Ysgol Gynradd" in july("schools list").out
    monkeypatch.setenv("HWB_LANG", "en")
    assert "Bryn Mawr Primary" in july("schools list").out
    assert "Ysgol Gynradd" in july("schools list --lang cy").out


@pytest.mark.parametrize(
    ("at", "started"),
    [
        ("2026-08-26T06:00", "2026-08-26T06:00:00+01:00"),
        ("2026-01-12T06:00", "2026-01-12T06:00:00+00:00"),
        ("2026-08-26T05:00:00+00:00", "2026-08-26T06:00:00+01:00"),
        ("2026-08-26T05:00:00Z", "2026-08-26T06:00:00+01:00"),
    ],
)
def test_a_naive_moment_is_uk_time(at: str, started: str, july: CommandLine) -> None:
    (run,) = july(f"provision --school {PRIMARY} --json --at {at}").shape["runs"]
    assert run["started_at"] == started


def test_help_of_every_command(hwb: CommandLine) -> None:
    for line in ("--help", "-h", "provision --help", "schools import -h", "trial --help"):
        said = hwb(line)
        assert said.status == 0
        assert "Usage: hwb" in said.out
