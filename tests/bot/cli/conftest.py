"""The command line over databases that have been provisioned in July and August."""

import shutil

import pytest

from tests.bot.cli.command_story import Story
from tests.bot.command_line import CommandLine, process
from tests.bot.hand_written import (
    AUGUST,
    JULY,
    PRIMARY,
    SCHOOLS,
    write_august,
    write_july,
)


@pytest.fixture(scope="session")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    """The primary's client ran in July; on the Wednesday of rollover week all three did."""
    july, august = (tmp_path_factory.mktemp(name) / "hwb" for name in ("july", "august"))
    july.mkdir()
    (july / "schools.csv").write_text(SCHOOLS, encoding="utf-8")
    write_july(july)
    assert process("schools", "import", "schools.csv", folder=july).status == 0
    assert process("provision", "--school", PRIMARY, "--at", JULY, folder=july).status == 0
    shutil.copytree(july, august)
    write_august(august)
    return Story(july, august, process("provision", "--all", "--at", AUGUST, "--json", folder=august))


@pytest.fixture
def july(story: Story, hwb: CommandLine) -> CommandLine:
    """The primary's client has run in July."""
    shutil.copytree(story.july, hwb.folder, dirs_exist_ok=True)
    return hwb


@pytest.fixture
def august(july: CommandLine) -> CommandLine:
    """The Wednesday of rollover week: nothing has run yet, one export is broken."""
    write_august(july.folder)
    return july


@pytest.fixture
def ran(story: Story, hwb: CommandLine) -> CommandLine:
    """All three have run."""
    shutil.copytree(story.august, hwb.folder, dirs_exist_ok=True)
    return hwb
