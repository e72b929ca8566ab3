"""How the trial ends: within seconds of being asked to, at every point, with none of its data left behind."""

import os
import shutil
import signal
import sys
import threading
import time
from pathlib import Path
from types import FrameType

from bot.service.stopping import wait_until_asked

_SECONDS = 4.0
"""The time in which it ends by itself; what is still at work then, such as a run, is given up."""


class Ending:
    """Whether the trial was asked to end, and the folder that may not outlive it."""

    def __init__(self, seconds: float = _SECONDS) -> None:
        self._seconds = seconds
        self.asked = threading.Event()
        self.folder: Path | None = None
        self._waits = False

    def listen(self) -> None:
        """Take SIGTERM and Ctrl+C from now on; while the trial starts they raise `KeyboardInterrupt`."""
        threading.Thread(target=self._end_in_time, name="hwb-ending", daemon=True).start()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask)

    def wait(self) -> None:
        """Wait until the trial is asked to end."""
        self._waits = True
        wait_until_asked(self.asked)

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        first = not self.asked.is_set()
        self.asked.set()
        if first and not self._waits:
            raise KeyboardInterrupt

    def _end_in_time(self) -> None:
        """End the process some seconds after it was asked to, whatever is still at work in it."""
        self.asked.wait()
        time.sleep(self._seconds)
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)
        sys.stdout.flush()
        os._exit(0)
