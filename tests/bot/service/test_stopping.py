"""A process that is asked to end ends, whenever the signal comes."""

import subprocess
import sys

import pytest

from tests.paths import REPOSITORY

pytestmark = pytest.mark.integration

SIGNAL_TO_ANOTHER_THREAD = """
import signal, sys, threading
from bot.service.stopping import stop_signal, wait_until_asked

MAIN = threading.get_ident()

def send():
    places = []
    while len(places) < 100_000 or places.pop(0) != places[-1]:  # until the main thread takes no step
        places.append((frame := sys._current_frames()[MAIN]).f_code.co_name + str(frame.f_lasti))
    signal.pthread_kill(threading.get_ident(), signal.SIGTERM)

asked = stop_signal()
threading.Thread(target=send, daemon=True).start()
wait_until_asked(asked)
print("ended")
"""


def test_a_signal_that_comes_to_another_thread_is_heard() -> None:
    """One that comes just before the main thread waits is as lost on it."""
    command = [sys.executable, "-c", SIGNAL_TO_ANOTHER_THREAD]
    said = subprocess.run(command, cwd=REPOSITORY, check=False, stdout=subprocess.PIPE, text=True, timeout=30)
    assert said.stdout == "ended\n"
