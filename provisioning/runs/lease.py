"""Which process holds a running run, and whether it still does: a lease that the process renews."""

import os
import socket
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

LEASE = timedelta(seconds=60)
"""How long a run counts as under way since its process last said so."""
RENEWED_EVERY = timedelta(seconds=15)
"""How often a process says so: a lease outlives three that fail."""

_ADRIFT = 2.0
"""Seconds by which two readings of a process's start may differ: setting the machine's clock moves it."""


class ThisProcess:
    """The process that runs this code: the name of its node, and the runs that it has under way.

    Containers may share a host name, so the setting `node` names each; the runs are by id.
    """

    def __init__(self) -> None:
        self.node = socket.gethostname()
        self._lock = threading.Lock()
        self._runs: set[int] = set()

    def began(self, runs: Iterable[int]) -> None:
        """Note that `runs` are under way; to be called before others can see them in the store."""
        with self._lock:
            self._runs |= set(runs)

    def ended(self, runs: Iterable[int]) -> None:
        """Note that `runs` are under way no more, whatever the store says of them."""
        with self._lock:
            self._runs -= set(runs)

    @property
    def runs(self) -> frozenset[int]:
        """The ids of the runs that are under way in this process."""
        with self._lock:
            return frozenset(self._runs)


THIS_PROCESS = ThisProcess()


@dataclass(frozen=True)
class Process:
    """A process by node, pid and start time, because pids are reused; `node/pid/start` as text."""

    node: str
    pid: int
    start: float

    @classmethod
    def of(cls, pid: int) -> "Process":
        """Return the process of this machine with `pid`."""
        import psutil  # few commands run anything

        return cls(THIS_PROCESS.node, pid, psutil.Process(pid).create_time())

    @classmethod
    def parse(cls, stored: str) -> "Process":
        """Return the process that `str` wrote."""
        node, pid, start = stored.rsplit("/", 2)
        return cls(node, int(pid), float(start))

    def __str__(self) -> str:
        return f"{self.node}/{self.pid}/{self.start:.2f}"

    @property
    def is_this(self) -> bool:
        """Whether it is the process that runs this code."""
        return self.pid == os.getpid() and self.is_there

    @property
    def is_there(self) -> bool:
        """Whether it is known to run, on this node."""
        return self.node == THIS_PROCESS.node and self._is_running()

    @property
    def has_ended(self) -> bool:
        """Whether it is known to have ended; of a process on another node only its lease tells."""
        return self.node == THIS_PROCESS.node and not self._is_running()

    def _is_running(self) -> bool:
        import psutil

        try:
            process = psutil.Process(self.pid)
            # A killed process whose parent has not waited for it keeps its pid.
            zombie = process.status() == psutil.STATUS_ZOMBIE
            return not zombie and abs(process.create_time() - self.start) <= _ADRIFT
        except psutil.NoSuchProcess:
            return False


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

    def is_at_work(self, run: int) -> bool:
        """Return whether its process is on this node, runs, and has `run` under way as far as is known."""
        if self.process.is_this:
            return run in THIS_PROCESS.runs
        return self.process.is_there

    def has_let_go(self, run: int) -> bool:
        """Return whether nothing works on `run` any more, as far as is known; its client may go on alone."""
        if self.client is not None and not self.client.has_ended:
            return False
        if self.process.is_this:
            return run not in THIS_PROCESS.runs
        return self.process.has_ended


def is_gone(
    run: int, holder: Holder | None, lease_until: datetime | None, now: datetime, *, embedded: bool
) -> bool:
    """Return whether nothing works on a running `run` any more: its lease or its `holder` has ended.

    `now` is the database's time, by which leases are given, not that of `--at`. An `embedded` database is on
    this machine, and a long write of another process keeps a process from renewing its leases: there, a
    holder that lives keeps its run.
    """
    if embedded and holder is not None and holder.is_at_work(run):
        return False
    if lease_until is None or lease_until < now:
        return True
    return holder is not None and holder.has_let_go(run)
