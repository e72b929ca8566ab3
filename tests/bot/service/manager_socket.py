"""The socket at which a service manager such as systemd listens, and what it was told."""

import socket
from pathlib import Path
from types import TracebackType


class ManagerSocket:
    """Takes what a service tells; `variables` are what systemd gives one with a watchdog of 0.4 seconds."""

    def __init__(self, folder: Path) -> None:
        address = folder / "notify"
        self._line = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._line.bind(str(address))
        self.variables = {"NOTIFY_SOCKET": str(address), "WATCHDOG_USEC": "400000"}

    def told(self) -> list[str]:
        """What has come since this was last asked, oldest first."""
        found = []
        self._line.setblocking(False)
        while True:
            try:
                found.append(self._line.recv(4096).decode())
            except BlockingIOError:
                return found

    def until(self, *awaited: str) -> None:
        """Wait until each message has come, in whatever order."""
        self._line.settimeout(20)
        missing = set(awaited)
        while missing:
            missing.discard(self._line.recv(4096).decode())

    def __enter__(self) -> "ManagerSocket":
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._line.close()
