"""A process of its own that sweeps a county (`tests.campaign.sweeping`), and what it has made of it."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from knowledge.loading import Knowledge
from tests.builders import Schools
from tests.campaign.county_in_september import COUNTY, provisioning_at
from tests.paths import REPOSITORY

State = tuple[list[tuple[object, ...]], set[tuple[str, str]]]


@contextmanager
def sweeper(url: str, folder: Path, node: str = "") -> Iterator["subprocess.Popen[str]"]:
    """A process that sweeps once it is told to; it is ended with the block."""
    command = [sys.executable, "-m", "tests.campaign.sweeping", url, str(folder), *([node] if node else [])]
    with subprocess.Popen(
        command, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
        process.kill()


def begin(process: "subprocess.Popen[str]") -> None:
    """Tell a process to sweep."""
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def whole(process: "subprocess.Popen[str]") -> None:
    """Wait until a process has seen that nothing is due."""
    assert process.stdout is not None
    assert process.stdout.readline() == "whole\n"


def state(url: str, folder: Path, knowledge: Knowledge) -> State:
    """Every account, and the runs for the slot that were not interrupted, by school."""
    behind = provisioning_at(url, folder, knowledge)
    county = Schools.__new__(Schools)
    county.database = behind.database
    accounts = sorted(
        (a.username, a.school, a.upn or "", a.status.value, a.year_group or "") for a in county.accounts()
    )
    ran = [(school, status) for school, status in county.statuses() if status != "interrupted"]
    behind.database.close()
    july = len(COUNTY)
    return list(accounts), set(ran[july:])
