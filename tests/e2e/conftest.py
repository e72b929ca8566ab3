"""The command line for every test that goes from one end to the other."""

from pathlib import Path

import pytest

from tests.e2e.command_line import CommandLine


@pytest.fixture
def hwb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """The command line in an empty folder."""
    return CommandLine(tmp_path, monkeypatch, capsys)
