"""How a process that stays, such as the bot, learns that it is to end."""

import signal
import threading

_LOOK_SECONDS = 1.0


def stop_signal() -> threading.Event:
    """Return an event that is set when the process is asked to end, by SIGTERM or Ctrl+C."""
    asked = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: asked.set())
    return asked


def wait_until_asked(asked: threading.Event) -> None:
    """Wait in the main thread until `asked` is set, by a handler of signals.

    Python calls the handler between two steps of the main thread. A wait without an end takes no step, so a
    signal that came just before it, or to another thread, would never be heard.
    """
    while not asked.wait(_LOOK_SECONDS):
        pass
