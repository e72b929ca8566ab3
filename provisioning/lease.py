"""Who holds a running run, and whether that process is still there."""

import os
import socket
from datetime import UTC, datetime, timedelta

import psutil

LEASE = timedelta(minutes=15)
"""How long a run on another machine is believed to be under way; most take seconds."""

_ADRIFT = 2.0
"""Seconds by which two readings of one process's start may differ: setting the machine's clock moves it."""


def me() -> str:
    """This process, as no other process on any machine is called."""
    return f"{socket.gethostname()}/{os.getpid()}/{psutil.Process().create_time():.2f}"


def lease_end() -> datetime:
    """Until when a run that begins now is believed to be under way; by the machine's clock, not `--at`."""
    return datetime.now(UTC) + LEASE


def is_gone(holder: str | None, lease_until: datetime | None) -> bool:
    """Whether the process that held a run has ended: seen on this machine, by the lease on others."""
    host, _, process = (holder or "").partition("/")
    if host != socket.gethostname():
        return lease_until is None or lease_until < datetime.now(UTC)
    pid, _, created = process.partition("/")
    try:
        there = psutil.Process(int(pid))
        # One that was killed and that its parent has not asked after keeps its number.
        return there.status() == psutil.STATUS_ZOMBIE or abs(there.create_time() - float(created)) > _ADRIFT
    except psutil.NoSuchProcess:
        return True
