"""Which processes hold a running run, and whether they are still alive."""

import os
import socket
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import psutil

LEASE = timedelta(minutes=15)
"""How long a run counts as under way; most take seconds.

It also applies on the machine itself: a process that lost its database can't record that its run has ended.
"""

_ADRIFT = 2.0
"""Seconds by which two readings of a process's start may differ: setting the machine's clock moves it."""


@dataclass(frozen=True)
class Process:
    """A process by host, pid and start time, because pids are reused; `host/pid/start` as text."""

    host: str
    pid: int
    start: float

    @classmethod
    def of(cls, pid: int) -> "Process":
        """Return the process of this machine with `pid`."""
        return cls(socket.gethostname(), pid, psutil.Process(pid).create_time())

    @classmethod
    def parse(cls, stored: str) -> "Process":
        """Return the process that `str` wrote."""
        host, pid, start = stored.split("/")
        return cls(host, int(pid), float(start))

    def __str__(self) -> str:
        return f"{self.host}/{self.pid}/{self.start:.2f}"

    def has_ended(self, lease_until: datetime | None) -> bool:
        """Return whether the process has ended, as far as this machine can tell.

        A process on another machine has ended when its run has no lease.
        """
        if self.host != socket.gethostname():
            return lease_until is None
        try:
            running = psutil.Process(self.pid)
            # A killed process whose parent has not waited for it keeps its pid.
            zombie = running.status() == psutil.STATUS_ZOMBIE
            return zombie or abs(running.create_time() - self.start) > _ADRIFT
        except psutil.NoSuchProcess:
            return True


@dataclass(frozen=True)
class Holder:
    """The holder of a running run: the process that began it and, once it works, the school's client.

    As text, in the column `runs.holder`, the two are parted by a space.
    """

    process: Process
    client: Process | None = None

    @classmethod
    def here(cls, client: int | None = None) -> "Holder":
        """Return this process as a holder, with a client of this machine by its pid."""
        return cls(Process.of(os.getpid()), None if client is None else Process.of(client))

    @classmethod
    def parse(cls, stored: str) -> "Holder":
        """Return the holder that `str` wrote."""
        process, _, client = stored.partition(" ")
        return cls(Process.parse(process), Process.parse(client) if client else None)

    def __str__(self) -> str:
        return f"{self.process} {self.client}" if self.client else str(self.process)

    def has_ended(self, lease_until: datetime | None) -> bool:
        """Return whether all processes of the holder have ended; a run goes on while its client works."""
        clients = () if self.client is None else (self.client,)
        return all(process.has_ended(lease_until) for process in (self.process, *clients))


def lease_end(longer: timedelta = timedelta()) -> datetime:
    """Return when the lease of a run that begins now ends; by the machine's clock, not `--at`."""
    return datetime.now(UTC) + LEASE + longer


def is_gone(holder: Holder | None, lease_until: datetime | None) -> bool:
    """Return whether a run's lease or its `holder` has ended; without a holder, whether it has no lease."""
    if lease_until is not None and lease_until < datetime.now(UTC):
        return True
    return lease_until is None if holder is None else holder.has_ended(lease_until)
