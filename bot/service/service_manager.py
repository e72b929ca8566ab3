"""What the service manager that started this process is told: ready, alive, stopping.

It is systemd's protocol of `Type=notify` and `WatchdogSec=`: a datagram to the socket in NOTIFY_SOCKET. Where
that is not set, as in a terminal or on Windows, nothing is sent.
"""

import logging
import os
import socket
from collections.abc import Mapping

log = logging.getLogger(__name__)
_SECONDS = 2.0
"""How long a message waits for a manager that does not read."""


class ServiceManager:
    """The service manager of this process, as `environment` names it."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        self._address = _address(environment.get("NOTIFY_SOCKET", ""))
        self.watchdog_seconds = _watchdog_seconds(environment) if self._address else None
        """After how many seconds without `alive` the process is ended and started anew; None for never."""

    def ready(self) -> None:
        """Say that the start is over."""
        self._tell("READY=1")

    def alive(self) -> None:
        """Say that the process does its work."""
        self._tell("WATCHDOG=1")

    def stopping(self) -> None:
        """Say that the process is about to end, as it was asked to."""
        self._tell("STOPPING=1")

    def _tell(self, state: str) -> None:
        if not self._address:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
                line.settimeout(_SECONDS)
                line.connect(self._address)
                line.sendall(state.encode())
        except OSError as error:
            log.warning("the service manager could not be told %s: %s", state, error.strerror or error)


def _address(named: str) -> str:
    """Return the address of a socket: its path, or a name that stands in no folder (`@` at its beginning)."""
    if not named.startswith(("/", "@")) or not hasattr(socket, "AF_UNIX"):
        return ""
    return "\0" + named[1:] if named.startswith("@") else named


def _watchdog_seconds(environment: Mapping[str, str]) -> float | None:
    """Return the seconds in WATCHDOG_USEC; None where there are none, or where they are another process's."""
    microseconds, process = environment.get("WATCHDOG_USEC", ""), environment.get("WATCHDOG_PID", "")
    if not microseconds.isdecimal() or process not in ("", str(os.getpid())):
        return None
    return int(microseconds) / 1_000_000 or None
