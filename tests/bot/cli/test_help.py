"""The lists of commands: each is said in whole sentences, in both languages, uncut."""

import pytest

from bot.cli.language import first_sentence
from tests.bot.command_line import CommandLine


@pytest.mark.parametrize("language", ["en", "cy"])
@pytest.mark.parametrize("group", ["", "grants", "schools", "dates"])
def test_what_a_command_does_is_not_cut_off(group: str, language: str, hwb: CommandLine) -> None:
    out = hwb(f"{group} --help --lang {language}").out
    commands = out.partition("Gorchmynion:" if language == "cy" else "Commands:")[2]
    assert len(commands.splitlines()) > 2
    assert "..." not in commands
    assert all(len(line) <= 80 for line in out.splitlines())


def test_a_list_of_commands_says_the_first_paragraph_of_each() -> None:
    said = "Check settings, files\nand database.\n\nWith --sheet, write a sheet."
    assert first_sentence(said) == "Check settings, files and database."


def test_roles_of_a_user_group_are_listed_under_its_own_heading(hwb: CommandLine) -> None:
    given = hwb("grants add S01DESG service-desk --all --group").out
    assert given.startswith("User group  Role")
    assert hwb("grants add U01MAIR service-desk --all").out.startswith("Slack user  Role")
    assert hwb("grants list").out.startswith("User or group  Role")
    assert hwb("grants list --lang cy").out.startswith("Defnyddiwr neu grŵp  Rôl")
