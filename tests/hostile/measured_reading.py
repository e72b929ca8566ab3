"""Reads extracts, each in a process of its own, and says what came of each and what it took.

`python -m tests.hostile.measured_reading` takes JSON lines of [FOLDER, SCHOOL, SOURCE] and answers each by
a line: `error` (or null), `peak` in MiB for the whole process, `before` (the peak when nothing had been read
yet), and `seconds`; or `ended`, the status of a process that could not say. All is loaded once, before a
process is forked.
"""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from knowledge.texts import Bilingual
from provisioning.errors import ExtractProblem
from provisioning.records.schools import School
from provisioning.sources.extract_folder import ExtractFolder
from tests.paths import REPOSITORY


def peak() -> float:
    """The most memory that this process has had, in MiB."""
    # A process that was started from a larger one inherits its ru_maxrss on Linux, but not its VmHWM.
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20)


def read(folder: str, school: str, source: str) -> None:
    """Read an extract, and tell."""
    before, started = peak(), time.monotonic()
    error, records = None, 0
    of = School(school, Bilingual("", ""), "680", "secondary", "13", "school", "", source)
    try:
        records = len(ExtractFolder(Path(folder)).read(of, date(2026, 9, 7)).records)
    except ExtractProblem as problem:
        error = problem.said.key
    took = time.monotonic() - started
    print(
        json.dumps({"error": error, "records": records, "before": before, "peak": peak(), "seconds": took}),
        flush=True,
    )


@contextmanager
def reader() -> Iterator[Callable[[Path, str, str], Any]]:
    """The script at work: takes a folder, a school and a source, and returns what the script says."""
    command = [sys.executable, "-m", "tests.hostile.measured_reading"]
    with subprocess.Popen(
        command, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        asked, answers = process.stdin, process.stdout

        def ask(folder: Path, school: str, source: str) -> Any:
            asked.write(json.dumps([str(folder), school, source]) + "\n")
            asked.flush()
            return json.loads(answers.readline())

        try:
            yield ask
        finally:
            asked.close()
            if process.wait(timeout=10) != 0:
                raise AssertionError("The reader of hostile files did not end well.")


def main() -> None:
    """Fork a process for each line, and wait for its end."""
    for line in sys.stdin:
        child = os.fork()
        if not child:
            read(*json.loads(line))
            os._exit(0)
        _, ended = os.waitpid(child, 0)
        if ended:
            print(json.dumps({"ended": ended}), flush=True)


if __name__ == "__main__":
    main()
