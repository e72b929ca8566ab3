"""What the command line's start takes: the processor seconds of a command in a new process."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from operator import attrgetter

from benchmarks.step import Cost

_TIMES = 9
"""How often a command is run; the median counts."""


def take_start(*words: str, settings: Mapping[str, str] | None = None) -> Cost:
    """Run `hwb` with `words` and return its median cost; its seconds are the processor's.

    `settings` are environment variables. The code is compiled before, as that of an installation is: reading
    modules without their byte code takes a fifth longer.
    """
    with tempfile.TemporaryDirectory(prefix="hwb-compiled-") as folder:
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": folder, **(settings or {})}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        _once(words, environment)
        taken = sorted((_once(words, environment) for _ in range(_TIMES)), key=attrgetter("processor"))
    return taken[_TIMES // 2]


def _once(words: tuple[str, ...], environment: Mapping[str, str]) -> Cost:
    command = [sys.executable, "-m", "bot", *words]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"hwb {' '.join(words)} ended with exit status {process.returncode}")
    seconds = used.ru_utime + used.ru_stime
    return Cost(seconds, used.ru_maxrss / 1024, seconds)
