"""What the command line's start takes: the processor seconds of a command in a new process."""

import os
import subprocess
import sys
from collections.abc import Mapping
from operator import attrgetter

from benchmarks.step import Cost

_TIMES = 5
"""How often a command is run; the median counts."""


def take_start(*words: str, settings: Mapping[str, str] | None = None) -> Cost:
    """Run `hwb` with `words` and return its median cost; its seconds are the processor's.

    `settings` are environment variables.
    """
    taken = sorted((_once(words, settings or {}) for _ in range(_TIMES)), key=attrgetter("processor"))
    return taken[_TIMES // 2]


def _once(words: tuple[str, ...], settings: Mapping[str, str]) -> Cost:
    command = [sys.executable, "-m", "bot", *words]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env={**os.environ, **settings})
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"hwb {' '.join(words)} ended with exit status {process.returncode}")
    seconds = used.ru_utime + used.ru_stime
    return Cost(seconds, used.ru_maxrss / 1024, seconds)
