"""Reads one school's extract in a process of its own, and says what came of it and what it took.

`python -m tests.hostile.measured_reading FOLDER SCHOOL SOURCE` prints JSON: `error` (or null), `peak` in
MiB for the whole process, `before` (the peak when nothing had been read yet), and `seconds`.
"""

import json
import resource
import sys
import time
from datetime import date
from pathlib import Path

from knowledge.texts import Bilingual
from provisioning.errors import ExtractProblem
from provisioning.records.schools import School
from provisioning.sources.extract_folder import ExtractFolder


def peak() -> float:
    """The most memory that this process has had, in MiB."""
    # A process that was started from a larger one inherits its ru_maxrss on Linux, but not its VmHWM.
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20)


def main(folder: str, school: str, source: str) -> None:
    """Read, and tell."""
    before, started = peak(), time.monotonic()
    error, records = None, 0
    of = School(school, Bilingual("", ""), "680", "secondary", "13", "school", "", source)
    try:
        records = len(ExtractFolder(Path(folder)).read(of, date(2026, 9, 7)).records)
    except ExtractProblem as problem:
        error = problem.said.key
    took = time.monotonic() - started
    print(json.dumps({"error": error, "records": records, "before": before, "peak": peak(), "seconds": took}))


if __name__ == "__main__":
    main(*sys.argv[1:])
