"""The little school of `tests/fixtures/sources`, in every format, and changes to its files."""

import csv
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from knowledge.texts import Text
from provisioning.errors import ExtractProblem
from provisioning.records.extracts import Extract
from provisioning.sources.extract_folder import ExtractFolder
from tests.builders import GLAN, TODAY
from tests.paths import TESTS

SCHOOL = GLAN.number
FIXTURES = TESTS / "fixtures" / "sources"
WRITTEN = datetime(2026, 9, 7, 8, 0, tzinfo=UTC)
"""When the fixtures count as written."""


def lay(fixture: str, extracts: Path) -> Path:
    """Lay a fixture into the school's folder."""
    folder = extracts / SCHOOL
    shutil.copytree(FIXTURES / fixture, folder)
    return folder


def read(folder: Path, source: str, at: datetime = WRITTEN) -> Extract:
    """The school's extract, from files that were all written at a moment."""
    for path in folder.rglob("*"):
        os.utime(path, (at.timestamp(), at.timestamp()))
    return ExtractFolder(folder.parent).read(replace(GLAN, source=source), TODAY)


def problem(folder: Path, source: str) -> Text:
    """What is wrong with the files."""
    with pytest.raises(ExtractProblem) as raised:
        read(folder, source)
    return raised.value.said


def edit(path: Path, change: Callable[[dict[str, str]], bool | None], *more: dict[str, str]) -> None:
    """Change the rows of a CSV table in place; a row whose change says False goes; `more` are added."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows, names = list(reader), list(reader.fieldnames or ())
    kept = [row for row in rows if change(row) is not False]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, restval="", extrasaction="ignore")
        writer.writeheader()
        writer.writerows([*kept, *more])


def setting(key: str, value: str, /, **fields: str) -> Callable[[dict[str, str]], None]:
    """A change that gives fields to the rows whose column `key` has a value."""

    def change(row: dict[str, str]) -> None:
        if row[key] == value:
            row.update(fields)

    return change


def keep(_row: dict[str, str]) -> None:
    """No change."""


def learner_of(extract: Extract, surname: str) -> object:
    """The only learner of a surname, or None."""
    found = [learner for learner in extract.learners if learner.surname == surname]
    assert len(found) <= 1
    return found[0] if found else None
