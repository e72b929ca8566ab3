"""What a command imports: nothing large for help and the version, and never what it does not use."""

import json
import os
import re
import subprocess
import sys
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
sys.argv = ["hwb", *sys.argv[1:]]
try:
    main()
except SystemExit as end:
    assert end.code in (0, 1), end.code
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})), file=sys.stderr)
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


def imported(line: str, folder: Path) -> set[str]:
    """The packages that a command line has imported at its end."""
    return set(json.loads(python("-c", RUN, *line.split(), folder=folder)[1].splitlines()[-1]))


@pytest.mark.parametrize("line", ["--help", "--version", "--help --lang cy"])
def test_help_and_version_import_nothing_large(line: str, tmp_path: Path) -> None:
    assert imported(line, tmp_path) & LARGE == set()
    assert list(tmp_path.iterdir()) == []  # no database was made


@pytest.mark.parametrize("line", ["faq", "why-missing H801200001001 --school 6604911", "schools list"])
def test_a_command_that_asks_imports_neither_slack_nor_pictures(line: str, tmp_path: Path) -> None:
    imported(line, tmp_path)  # makes the database, for which Alembic is needed
    assert imported(line, tmp_path) & (FOR_SLACK_AND_PICTURES | FOR_POSTGRESQL | {"alembic"}) == set()


@pytest.mark.parametrize("line", ["check", "serve", "work", "serve --no-work"])
def test_an_embedded_database_needs_nothing_of_postgresql(line: str, tmp_path: Path) -> None:
    assert imported(line, tmp_path) & FOR_POSTGRESQL == set()


@pytest.mark.parametrize("line", ["--help", "--version"])
def test_help_and_version_take_little_more_than_python_itself(line: str, tmp_path: Path) -> None:
    python("-m", "bot", line, folder=tmp_path)  # compiles what is not compiled yet
    nothing = min(python("-c", "pass", folder=tmp_path)[2] for _ in range(3))
    spent = min(python("-m", "bot", line, folder=tmp_path)[2] for _ in range(3))
    assert spent < 40 * max(nothing, 0.01)


def test_the_version_is_that_of_the_package_and_the_newest_of_the_changelog(tmp_path: Path) -> None:
    said = python("-m", "bot", "--version", folder=tmp_path)[0].strip()
    declared = (REPOSITORY / "pyproject.toml").read_text("utf-8")
    assert f'\nversion = "{said}"\n' in declared
    changes = (REPOSITORY / "CHANGELOG.md").read_text("utf-8")
    assert re.findall(r"^## (\d.*?) ", changes, re.MULTILINE)[0] == said


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
