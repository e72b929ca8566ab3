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

from tests.bot.cli.command_story import Story
from tests.bot.command_line import environment
from tests.bot.hand_written import AUGUST, SECONDARY, SION
from tests.paths import REPOSITORY

pytestmark = pytest.mark.integration

FOR_POSTGRESQL = frozenset({"psycopg", "psycopg_pool", "procrastinate"})
LARGE = FOR_POSTGRESQL | frozenset(
    {"sqlalchemy", "slack_bolt", "slack_sdk", "alembic", "matplotlib", "numpy", "pydantic"}
)
FOR_SLACK_AND_PICTURES = frozenset({"slack_bolt", "matplotlib", "numpy", "bm25s", "starlette", "uvicorn"})
ALL_FEATURES = frozenset({"bot.service.features", "bot.slack.context"})
"""Modules by which every verb, letter and screen of Slack is imported."""
NO_COMMAND_NEEDS = (
    FOR_SLACK_AND_PICTURES
    | FOR_POSTGRESQL
    | ALL_FEATURES
    | {"alembic", "http.server", "sqlalchemy.dialects.postgresql"}
)
NO_QUESTION_NEEDS = NO_COMMAND_NEEDS | {"slack_sdk", "smtplib", "provisioning.sources.formats.oneroster"}
_TO_RUN = frozenset({"provisioning.runs.school_run", "provisioning.planning.proposal"})
_OF_STAGES_AND_SLOTS = frozenset({"bot.stages", "diagnostics.readiness", "apscheduler"})
_OTHER_ACCOUNTS = frozenset({"provisioning.sources.non_mis", "provisioning.portal.export"})
_NO_ANSWER_NEEDS = _TO_RUN | _OF_STAGES_AND_SLOTS | _OTHER_ACCOUNTS
_SIMILAR = "rapidfuzz"
"""The library that finds identifiers which are nearly the one that was typed."""
NOT_NEEDED = {
    "schools list": _NO_ANSWER_NEEDS | {_SIMILAR, "diagnostics.missing"},
    "audit": _NO_ANSWER_NEEDS | {_SIMILAR, "diagnostics.missing"},
    f"missing --school {SECONDARY}": _NO_ANSWER_NEEDS | {_SIMILAR, "diagnostics.still_active"},
    f"still-active --school {SECONDARY}": _NO_ANSWER_NEEDS | {_SIMILAR},
    f"why-missing {SION} --school {SECONDARY}": _NO_ANSWER_NEEDS,
    "runs": _OF_STAGES_AND_SLOTS,
    f"provision --school {SECONDARY}": _OF_STAGES_AND_SLOTS,
    "rollover --all": frozenset(),
    "faq": frozenset(),
}
"""What each command does without, besides `NO_QUESTION_NEEDS`; those that need least come first."""

RUN = """
import json, sys
from bot.cli.main import main
found = {}
for line in sys.argv[1:]:
    sys.argv = ["hwb", *line.split()]
    try:
        main()
    except SystemExit as end:
        assert end.code in (0, 1, 3), (line, end.code)
    found[line] = sorted(sys.modules)
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
    """The modules among `unwanted` that were imported by the end of each line, all run in one process."""
    found = modules(lines, folder)
    return {line: names for line in lines if (names := unwanted.intersection(found[line]))}


def modules(lines: Sequence[str], folder: Path) -> dict[str, list[str]]:
    """All modules that were imported by the end of each line, all run in one process."""
    found: dict[str, list[str]] = json.loads(python("-c", RUN, *lines, folder=folder)[1].splitlines()[-1])
    return found


def test_the_version_is_told_without_the_reader_of_templates(tmp_path: Path) -> None:
    assert imported(["--version"], tmp_path, frozenset({"jinja2"})) == {}


@pytest.mark.parametrize("line", ["--help", "--version", "--help --lang cy"])
def test_help_and_version_import_nothing_large(line: str, tmp_path: Path) -> None:
    assert imported([line], tmp_path, LARGE) == {}
    assert list(tmp_path.iterdir()) == []  # no database was made


def test_a_command_imports_nothing_that_only_others_need(story: Story, tmp_path: Path) -> None:
    shutil.copytree(story.august, tmp_path, dirs_exist_ok=True)
    lines = {f"{line} --at {AUGUST}": NO_QUESTION_NEEDS | names for line, names in NOT_NEEDED.items()}
    found = modules([*lines], tmp_path)
    imported = {line: names.intersection(found[line]) for line, names in lines.items()}
    assert {line: names for line, names in imported.items() if names} == {}


def test_the_check_imports_every_table_and_no_feature(tmp_path: Path, migrated: Path) -> None:
    (tmp_path / "data").mkdir()
    shutil.copy(migrated, tmp_path / "data" / "hwb.sqlite3")  # to make one, Alembic is needed
    found = modules(["check"], tmp_path)["check"]
    assert NO_COMMAND_NEEDS.intersection(found) == set()
    assert {"bot.watches.tables", "provisioning.store.tables.reviews"} <= set(found)


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
