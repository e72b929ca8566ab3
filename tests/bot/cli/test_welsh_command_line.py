"""The command line in Welsh: help, how it is used, mistakes; and the sheet by which Welsh texts are read."""

import csv
import inspect
import io
import shutil
from collections.abc import Iterator
from gettext import GNUTranslations
from pathlib import Path

import click
import pytest
from babel.messages.pofile import read_po

from bot.cli.main import hwb as commands
from bot.texts import TEXTS
from knowledge.texts import Catalogue
from tests.bot.command_line import REPOSITORY, CommandLine, Said, process

pytestmark = pytest.mark.integration

LOCALE = REPOSITORY / "bot/cli/locale/cy/LC_MESSAGES"


def walk(command: click.Command, path: str = "hwb") -> Iterator[tuple[str, click.Command]]:
    """A command and those below it, each with the key of its help, such as `hwb.grants.add`."""
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from walk(below, f"{path}.{name}")


def test_every_command_and_option_has_its_help_in_both_languages() -> None:
    catalogue = Catalogue(TEXTS)
    for path, command in walk(commands):
        assert catalogue.say(f"help.{path}", "en") == inspect.cleandoc(command.help or "").strip(), path
        for option in command.params:
            if isinstance(option, click.Option) and option.name != "help":
                assert option.help, f"{path} {option.opts}"
                keys = (f"help.{path}.{option.name}", f"help.shared.{option.name}")
                said = [catalogue.say(key, "en") for key in keys if key in catalogue]
                assert said == [option.help], path


@pytest.mark.parametrize("option", ["--database", "--extracts", "--at", "--json", "--lang"])
@pytest.mark.parametrize("line", ["--help", "schools list --help", "why-missing --help"])
def test_what_every_command_takes_is_explained_with_it(line: str, option: str, hwb: CommandLine) -> None:
    (explained,) = [words for words in hwb(line).out.splitlines() if words.strip().startswith(option)]
    assert len(explained.split()) > 3


def test_the_compiled_welsh_of_click_is_that_of_its_source() -> None:
    with (LOCALE / "hwb.po").open("rb") as source, (LOCALE / "hwb.mo").open("rb") as compiled:
        written, shipped = read_po(source), GNUTranslations(compiled)
    for message in filter(lambda message: message.id, written):
        if isinstance(message.id, tuple | list):
            single, several = message.id
            assert tuple(message.string) == tuple(
                shipped.ngettext(single, several, number) for number in (1, 2)
            )
        else:
            assert message.string == shipped.gettext(message.id)


def test_help_in_welsh_has_no_english_in_it(tmp_path: Path) -> None:
    said = process("why-missing", "--help", "--lang", "cy", folder=tmp_path).out
    assert "Dweud pam mae cyfrif person ar goll" in said
    assert "UPN-NEU-GOD-STAFF" in said
    assert not any(word in said for word in ("Usage", "OPTIONS", "Show", "NUMBER", "Options", "required"))


def test_english_is_english_again_after_welsh(hwb: CommandLine) -> None:
    hwb("--help --lang cy")
    assert hwb("--help").out.startswith("Usage: hwb [OPTIONS] COMMAND")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("aprove 3", "Nid oes gorchymyn o'r enw 'aprove'. Ai 'approve' oedd gennych mewn golwg?"),
        ("xyzzy", "Nid oes gorchymyn o'r enw 'xyzzy'."),
        ("runs --schol 1", "Nid oes opsiwn o'r enw '--schol'. (Ai un o'r rhain oedd gennych mewn golwg"),
        ("why-missing", "Mae'r ddadl hon ar goll: 'UPN-NEU-GOD-STAFF'."),
        ("provision", "Enwch ysgolion gyda --school, neu cymerwch bob un gyda --all."),
        ("runs --last 0", "Gwerth annilys ar gyfer '--last': Nid yw 0 o fewn"),
        ("--at never runs", "Gwerth annilys ar gyfer '--at': Nid yw 'never' yn ddyddiad ac amser ISO"),
        ("check --sheet x.csv", "Mae --sheet a --take yn mynd gyda --translations."),
    ],
)
def test_what_is_wrong_with_what_was_typed(hwb: CommandLine, line: str, words: str) -> None:
    said = hwb(f"{line} --lang cy")
    assert said.status == 2
    assert f"Gwall: {words}" in said.err
    assert said.err.startswith("Defnydd: hwb")


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The program in a folder of its own, whose list of reviews may be written."""
    for package in ("bot", "diagnostics", "knowledge", "provisioning"):
        shutil.copytree(
            REPOSITORY / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__", "static")
        )
    return tmp_path


def translations(code: Path, *words: str) -> Said:
    return process("check", "--translations", *words, folder=code, code=code)


def test_a_welsh_speaker_reads_a_sheet(copied: Path) -> None:
    before = int(translations(copied).out.splitlines()[-1].split()[0])
    assert translations(copied, "--sheet", "sheet.csv").out.count("\n") == 1
    rows = list(csv.DictReader(io.StringIO((copied / "sheet.csv").read_text(encoding="utf-8-sig"))))
    assert len(rows) == before
    rows[0]["reviewed_by"] = rows[1]["reviewed_by"] = rows[2]["reviewed_by"] = "Non"
    rows[1]["welsh"] = "Gwell geiriau"
    rows[2]["english"] = "What once stood here"
    with (copied / "read.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), delimiter=";")
        writer.writeheader()
        writer.writerows(rows)

    said = translations(copied, "--take", "read.csv").out.splitlines()

    assert said[0] == "1 text noted as read."
    assert said[1] == f"Other words are wanted at {rows[1]['file']} {rows[1]['key']}: Gwell geiriau"
    assert said[2].startswith(f"{rows[2]['file']} {rows[2]['key']} has changed since")
    assert said[3].startswith(f"{before - 1} of ")
    left = translations(copied, "--json").out
    assert f'"key": "{rows[0]["key"]}"' not in left.split('"unreviewed"')[1].split("}")[0]


def test_a_file_that_is_no_sheet(hwb: CommandLine) -> None:
    hwb.write("learners.csv", "upn,name\n1,2\n")
    assert hwb("check --translations --take learners.csv").explains("learners.csv", "reviewed_by")
    assert hwb("check --translations --take gone.csv").explains("gone.csv")
    assert hwb("check --translations --sheet no/such/folder.csv").explains("folder.csv")
