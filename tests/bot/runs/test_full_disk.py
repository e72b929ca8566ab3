"""A disk that is full before or during a batch: what was done, what was not, and what to do.

A limit to the size of files stands for it: each process that writes beyond it gets an error of the disk.
"""

import os
import subprocess
import sys

import pytest

from tests.bot.command_line import CommandLine, Said
from tests.bot.hand_written import AUGUST, BROKEN, PRIMARY, SCHOOLS, SECONDARY, write_august
from tests.builders import upn
from tests.paths import REPOSITORY

pytest.importorskip("resource", reason="files have no limit there")
pytestmark = pytest.mark.integration

_WITH_A_LIMIT = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
limit = int(sys.argv.pop(1))
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
from bot.cli.main import main
main()
"""


@pytest.fixture
def installed(hwb: CommandLine) -> CommandLine:
    """Three schools with the exports of August; the secondary has thousands of learners."""
    hwb.write("schools.csv", SCHOOLS)
    write_august(hwb.folder)
    learners = hwb.folder / f"data/extracts/{SECONDARY}/learners.csv"
    with learners.open("a", encoding="utf-8") as file:
        for number in range(3000):
            identifier = upn(number % 1000, issued_by=SECONDARY, year=str(10 + number // 1000))
            file.write(f"{identifier}\tHughes\tEfa{number}\t2025-09-03\t\tY8\t8C\t\r\n")
    assert hwb("schools import schools.csv").status == 0
    return hwb


def with_room_for(at: CommandLine, room: int, line: str) -> Said:
    """Run a command line in a process whose files may have so many bytes."""
    ended = subprocess.run(
        [sys.executable, "-c", _WITH_A_LIMIT, str(room), *line.split()],
        cwd=at.folder,
        env=os.environ | {"PYTHONPATH": str(REPOSITORY), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    return Said(ended.returncode, ended.stdout, ended.stderr)


def statuses(at: CommandLine) -> dict[str, str]:
    return {run["school"]: run["status"] for run in at("runs --json").shape["runs"]}


def test_a_disk_without_any_room_before_the_batch(installed: CommandLine) -> None:
    said = with_room_for(installed, 4096, f"provision --all --at {AUGUST}")
    assert said.explains("There is no room left on the disk", "Make room on that disk")
    assert statuses(installed) == {}


def test_a_disk_that_is_full_in_the_middle_of_a_batch(installed: CommandLine) -> None:
    """The secondary's run waits for the primary's, which has been done; its own is not kept in part."""
    said = with_room_for(installed, 700_000, f"provision --all --at {AUGUST}")
    assert (said.status, "Traceback" in said.err) == (3, False)
    assert f"{SECONDARY}  The disk of the database sqlite:///data/hwb.sqlite3 reports an error." in said.out
    assert f"{SECONDARY}  Look at the disk and its quota" in said.out
    assert statuses(installed) == {PRIMARY: "succeeded", BROKEN: "failed", SECONDARY: "failed"}
    counts = {run["school"]: run["counts"]["create"] for run in installed("runs --json").shape["runs"]}
    assert counts == {PRIMARY: 3, BROKEN: 0, SECONDARY: 0}
    assert installed(f"provision --school {SECONDARY} --at {AUGUST}").status == 0


def test_a_bundle_for_support_that_has_no_room_is_told_and_leaves_no_file(hwb: CommandLine) -> None:
    assert hwb("schools list").status == 0
    said = with_room_for(hwb, 2_000, "doctor b.zip")
    assert said.explains("The file b.zip can't be written")
    assert "Traceback" not in said.err
    assert not (hwb.folder / "b.zip").exists()
