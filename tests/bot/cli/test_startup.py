"""What a command imports: nothing large for help and the version, and never what it does not use."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.bot.command_line import environment
from tests.paths import REPOSITORY

pytestmark = pytest.mark.integration

FOR_POSTGRESQL = frozenset({"psycopg", "psycopg_pool", "procrastinate"})
LARGE = FOR_POSTGRESQL | frozenset(
    {"sqlalchemy", "slack_bolt", "slack_sdk", "alembic", "matplotlib", "numpy", "pydantic"}
)
FOR_SLACK_AND_PICTURES = frozenset({"slack_bolt", "matplotlib", "numpy", "bm25s", "starlette", "uvicorn"})

RUN = """
import json, sys
from bot.cli.main import main
found = {}
for line in sys.argv[1:]:
    sys.argv = ["hwb", *line.split()]
    try:
        main()
    except SystemExit as end:
        assert end.code in (0, 1), end.code
    found[line] = sorted({name.partition(".")[0] for name in sys.modules})
print(json.dumps(found), file=sys.stderr)
"""


def python(*words: str, folder: Path) -> tuple[str, str, float]:
    """What a process of Python prints on both ways out, and how much processor time it takes."""
    before = os.times()
    done = subprocess.run(
        [sys.executable, *words], cwd=folder, env=environment(), capture_output=True, text=True, check=True
    )
    after = os.times()
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    return done.stdout, done.stderr, spent


def imported(lines: Sequence[str], folder: Path, unwanted: frozenset[str]) -> dict[str, set[str]]:
    """The packages among `unwanted` that were imported by the end of each line, all run in one process."""
    found = json.loads(python("-c", RUN, *lines, folder=folder)[1].splitlines()[-1])
    return {line: packages for line in lines if (packages := unwanted.intersection(found[line]))}


def test_the_version_is_told_without_the_reader_of_templates(tmp_path: Path) -> None:
    assert imported(["--version"], tmp_path, frozenset({"jinja2"})) == {}


@pytest.mark.parametrize("line", ["--help", "--version", "--help --lang cy"])
def test_help_and_version_import_nothing_large(line: str, tmp_path: Path) -> None:
    assert imported([line], tmp_path, LARGE) == {}
    assert list(tmp_path.iterdir()) == []  # no database was made


def test_a_command_that_asks_imports_neither_slack_nor_pictures(tmp_path: Path, migrated: Path) -> None:
    (tmp_path / "data").mkdir()
    shutil.copy(migrated, tmp_path / "data" / "hwb.sqlite3")  # to make one, Alembic is needed
    lines = ["faq", "why-missing H801200001001 --school 6604911", "schools list"]
    assert imported(lines, tmp_path, FOR_SLACK_AND_PICTURES | FOR_POSTGRESQL | {"alembic"}) == {}


def test_an_embedded_database_needs_nothing_of_postgresql(tmp_path: Path) -> None:
    assert imported(["check", "serve", "work", "serve --no-work"], tmp_path, FOR_POSTGRESQL) == {}


@pytest.mark.parametrize("line", ["--help", "--version"])
def test_help_and_version_take_little_more_than_python_itself(line: str, tmp_path: Path) -> None:
    python("-m", "bot", line, folder=tmp_path)  # compiles what is not compiled yet
    nothing = min(python("-c", "pass", folder=tmp_path)[2] for _ in range(3))
    spent = min(python("-m", "bot", line, folder=tmp_path)[2] for _ in range(3))
    assert spent < 40 * max(nothing, 0.01)


def test_the_version_is_that_of_the_package_and_says_whether_it_was_released(tmp_path: Path) -> None:
    """While there are changes that were not released, it is that of the next version, with `.dev0`."""
    said = python("-m", "bot", "--version", folder=tmp_path)[0].strip()
    declared = (REPOSITORY / "pyproject.toml").read_text("utf-8")
    assert f'\nversion = "{said}"\n' in declared
    changes = (REPOSITORY / "CHANGELOG.md").read_text("utf-8")
    newest = re.findall(r"^## (\d.*?) ", changes, re.MULTILINE)[0]
    if "\n## Unreleased\n" in changes:
        assert said.endswith(".dev0")
        assert numbers(said.removesuffix(".dev0")) > numbers(newest)
    else:
        assert said == newest


def numbers(version: str) -> list[int]:
    """The numbers of `version`, which order versions."""
    return [int(number) for number in version.split(".")]


def test_hwb_alone_shows_its_commands(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot"],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert "why-missing" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
