"""Every case of `tests/cases/files`, played with the real command line."""

from pathlib import Path

import pytest

from tests.bot.command_line import CommandLine
from tests.cases.played import Play

FILES = Path(__file__).with_name("files")
CASES = sorted(path.parent for path in FILES.glob("*/case.json"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_case_holds(
    case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    faults = Play(CommandLine(tmp_path, monkeypatch, capsys), case).faults()
    assert not faults, "\n".join(faults)


def test_there_are_cases() -> None:
    assert CASES
