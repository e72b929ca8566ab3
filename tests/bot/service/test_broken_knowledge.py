"""A knowledge file that is not as it must be stops every command, with file and key."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.bot.command_line import REPOSITORY, process

pytestmark = pytest.mark.integration


@pytest.fixture
def code(tmp_path: Path) -> Path:
    """A copy of the program, to be broken."""
    for package in ("bot", "diagnostics", "knowledge", "provisioning"):
        ignore = shutil.ignore_patterns("__pycache__")
        shutil.copytree(REPOSITORY / package, tmp_path / "code" / package, ignore=ignore)
    return tmp_path / "code"


def lose_welsh(text: str) -> str:
    """A text without its Welsh."""
    return "\n".join(line for line in text.splitlines() if not line.startswith("running.cy"))


def lose_step(text: str) -> str:
    """An entry with a step that there is not."""
    return text.replace('"mis-record"', '"mis-recrod"', 1)


@pytest.mark.parametrize(
    ("name", "spoil", "words"),
    [
        ("bot/runs/texts.toml", lose_welsh, ("texts.toml", "answer.running.cy")),
        ("knowledge/faq/learner-missing.toml", lose_step, ("mis-recrod",)),
        ("knowledge/causes.toml", lambda text: text + "\n[[causes", ("causes.toml",)),
    ],
)
def test_file_and_key_are_named(
    name: str, spoil: Callable[[str], str], words: tuple[str, ...], code: Path, tmp_path: Path
) -> None:
    file = code / name
    before = file.read_text(encoding="utf-8")
    file.write_text(spoil(before), encoding="utf-8")
    assert file.read_text(encoding="utf-8") != before
    said = process("schools", "list", folder=tmp_path, code=code)
    assert said.explains(*words), said
