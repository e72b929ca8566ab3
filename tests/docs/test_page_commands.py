"""What the pages for operators tell to type is typed, block by block, in a plain folder.

Each block begins in a folder of its own, and its lines follow one another as on the page. What can't be run
here stands in not_run.toml.
"""

import io
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

import pytest

from tests.bot.command_line import CommandLine
from tests.docs.page_folders import AUGUST, awaits, typed_in
from tests.docs.pages import PAGES, Block, blocks
from tests.paths import REPOSITORY

pytestmark = pytest.mark.integration
NOT_RUN = tomllib.loads((REPOSITORY / "tests/docs/not_run.toml").read_text("utf-8"))
WHOLE = {first: reason for reason, found in NOT_RUN["blocks"].items() for first in found}
LINES = {line: reason for reason, found in NOT_RUN["commands"].items() for line in found}
EVERY = [block for page in PAGES for block in blocks(page)]
HWB = ".venv/bin/hwb "
ALTERNATIVES = tuple(f"{HWB}{words}" for words in ("reject 49", "undo 49", "decide 7 another", "correct H8"))
"""How lines begin that are typed instead of those above them, so that each has a folder of its own."""
ADDRESS = "postgresql://user:password@host/hwb"
_PLACES = re.compile(r"(?<![\w.])/(?=etc/hwb|backups|opt/hwb/client)")
_HERE = re.compile(rf"(?<=[ =])({re.escape(ADDRESS)}|49|7)(?=\s|$)")
_SHELLS = {"_", "SHLVL", "PWD", "OLDPWD"}


class Typing:
    """Types the lines of a page in folders like its reader's; `here` says what a page's examples are here."""

    def __init__(self, hwb: CommandLine, here: dict[str, str]) -> None:
        self._hwb, self._here = hwb, here

    def block(self, block: Block, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Type the lines of `block` in copies of `folder`, and hold that each ends with exit status 0."""
        self._begin(folder, monkeypatch)
        for line in block.commands:
            if line in LINES:
                continue
            if line.startswith(ALTERNATIVES):
                self._begin(folder, monkeypatch)
            self._line(line, monkeypatch)

    def settings(self, block: Block, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Write `block` into the settings file of a copy of `folder`, and hold that `hwb check` takes it."""
        self._begin(folder, monkeypatch)
        monkeypatch.setenv("HWB_EVENTS_SECRET", f"whsec_{'c2Vj' * 8}")  # which the page makes later
        Path("hwb.toml").write_text(_PLACES.sub(f"{Path.cwd()}/", block.text), "utf-8")
        self._line(f"{HWB}check", monkeypatch)

    def schools(self, block: Block, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Import `block` as a list of schools."""
        self._begin(folder, monkeypatch)
        Path("schools.csv").write_text(block.text, "utf-8")
        self._line(f"{HWB}schools import schools.csv", monkeypatch)

    def _begin(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        here = Path(tempfile.mkdtemp(dir=folder.parent))
        shutil.copytree(folder, here, dirs_exist_ok=True)
        monkeypatch.chdir(here)

    def _line(self, line: str, monkeypatch: pytest.MonkeyPatch) -> None:
        placed = _PLACES.sub(f"{Path.cwd()}/", _HERE.sub(lambda found: self._here[found[0]], line))
        if placed.startswith(HWB):
            monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
            said = self._hwb("", *shlex.split(placed)[1:])
            assert said.status == 0, (line, said.out, said.err)
            return
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", f"set -a\n{placed}\nenv -0 >.variables"],
            input="pasted",
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, (line, done.stderr)
        for each in Path(".variables").read_text("utf-8").split("\0"):
            name, _, value = each.partition("=")
            if name and name not in _SHELLS and os.environ.get(name) != value:
                monkeypatch.setenv(name, value)


@pytest.fixture
def folders(
    hwb: CommandLine, tmp_path_factory: pytest.TempPathFactory, postgresql_url: str
) -> tuple[Path, Path, dict[str, str]]:
    """The folder of a summer, that with what waits for a decision, and what the pages' examples are here."""
    typed_in(hwb)
    summer, waiting = (tmp_path_factory.mktemp("page") / "folder" for _ in range(2))
    shutil.copytree(hwb.folder, summer)
    run, doubt = awaits(hwb)
    shutil.copytree(hwb.folder, waiting)
    return summer, waiting, {"49": str(run), "7": str(doubt), ADDRESS: postgresql_url}


def test_the_commands_of_the_pages_work_as_they_are_written(
    hwb: CommandLine,
    folders: tuple[Path, Path, dict[str, str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    summer, waiting, here = folders
    typing = Typing(hwb, here)
    ways = {"settings": typing.settings, "schools": typing.schools}
    monkeypatch.setenv("HWB_AT", AUGUST)
    for block in EVERY:
        way = ways.get(WHOLE[block.first]) if block.first in WHOLE else typing.block
        if way is not None:
            with monkeypatch.context() as typed:
                way(block, waiting if "decide" in block.text or "approve" in block.text else summer, typed)


def test_what_is_not_run_stands_on_a_page() -> None:
    assert WHOLE.keys() <= {block.first for block in EVERY}
    assert LINES.keys() <= {line for block in EVERY if block.first not in WHOLE for line in block.commands}


def test_a_test_that_is_named_in_place_is_there() -> None:
    for reason in {*WHOLE.values(), *LINES.values()}:
        for file in re.findall(r"tests/[\w/]+\.py", reason):
            assert (REPOSITORY / file).is_file(), reason
