"""The trial ends soon after it was asked to, also where something is still at work, and leaves no data."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.bot.command_line import environment

PROGRAM = """
import signal, sys, threading
from pathlib import Path
from bot.trial.ending import Ending

ending = Ending(seconds=0.1)
ending.folder = Path(sys.argv[1])
ending.listen()
if "at-work" in sys.argv:
    threading.Thread(target=threading.Event().wait).start()
try:
    if "starting" not in sys.argv:
        main = threading.main_thread().ident
        threading.Timer(0.1, lambda: signal.pthread_kill(main, signal.SIGTERM)).start()
        ending.wait()
    else:
        signal.raise_signal(signal.SIGTERM)
        print("went on")
except KeyboardInterrupt:
    print("interrupted")
print("left by itself")
"""


def said(folder: Path, *words: str) -> str:
    """What a process prints that is asked to end; `at-work`: a thread of it never does."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder), *words],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stderr == ""
    return done.stdout


@pytest.mark.integration
def test_what_is_at_work_does_not_keep_the_trial_from_ending(tmp_path: Path) -> None:
    folder = tmp_path / "county"
    folder.mkdir()
    assert said(folder, "at-work") == "left by itself\n"
    assert not folder.exists()


@pytest.mark.integration
def test_a_trial_that_is_still_starting_is_interrupted(tmp_path: Path) -> None:
    assert said(tmp_path, "starting") == "interrupted\nleft by itself\n"
