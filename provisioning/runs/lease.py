"""Who holds a running run, and whether that process is still there."""

import os
import socket
from datetime import UTC, datetime, timedelta

import psutil

LEASE = timedelta(minutes=15)
"""How long a run is believed to be under way; most take seconds.

On this machine as well: a process that lost its database can't say that its run has ended.
"""

_ADRIFT = 2.0
"""Seconds by which two readings of one process's start may differ: setting the machine's clock moves it."""


def me() -> str:
    """This process, as no other process on any machine is called."""
    return name_of(os.getpid())


def name_of(pid: int) -> str:
    """A process of this machine, as no other process on any machine is called."""
    return f"{socket.gethostname()}/{pid}/{psutil.Process(pid).create_time():.2f}"


def with_client(client: int) -> str:
    """The holder of a run that goes on for as long as its client works, even where this process ends."""
    return f"{me()} {name_of(client)}"


def has_client(holder: str | None) -> bool:
    """Whether a run was at the point at which its client worked."""
    return " " in (holder or "")


def lease_end(longer: timedelta = timedelta()) -> datetime:
    """Until when a run that begins now is believed to be under way; by the machine's clock, not `--at`."""
    return datetime.now(UTC) + LEASE + longer


def is_gone(holder: str | None, lease_until: datetime | None) -> bool:
    """Whether the processes that held a run have ended, as seen on this machine, or its lease has."""
    if lease_until is not None and lease_until < datetime.now(UTC):
        return True
    return all(_has_ended(process, lease_until) for process in (holder or "").split(" "))


def _has_ended(holder: str, lease_until: datetime | None) -> bool:
    host, _, process = holder.partition("/")
    if host != socket.gethostname():
        return lease_until is None
    pid, _, created = process.partition("/")
    try:
        there = psutil.Process(int(pid))
        # One that was killed and that its parent has not asked after keeps its number.
        return there.status() == psutil.STATUS_ZOMBIE or abs(there.create_time() - float(created)) > _ADRIFT
    except psutil.NoSuchProcess:
        return True
