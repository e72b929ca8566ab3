"""A database of a newer version, opened by this one: every command says so, and touches nothing."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.bot.command_line import CommandLine

pytestmark = pytest.mark.integration


@pytest.fixture
def newer(hwb: CommandLine) -> Path:
    """The file of a database whose schema is of a version to come."""
    assert hwb("check").status == 0
    file = hwb.folder / "data" / "hwb.sqlite3"
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    return file


@pytest.mark.parametrize(
    "line",
    [
        "check",
        "migrate",
        "provision --all",
        "missing --school 6602001",
        "retention",
        "audit",
        "backup copy.sqlite3",
        "compact",
        "erase H801200001001 --yes",
    ],
)
def test_a_command_says_that_the_schema_is_newer_and_leaves_the_file_as_it_is(
    line: str, newer: Path, hwb: CommandLine
) -> None:
    before = newer.read_bytes()
    said = hwb(line)
    assert said.status == 1
    assert "was made by a newer version of this program" in said.out + said.err
    assert newer.read_bytes() == before
