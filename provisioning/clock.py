"""The clock in use, always passed in: rollover week can be rehearsed on any day."""

import threading
from datetime import UTC, date, datetime
from typing import Protocol

from knowledge.texts import UK


class Clock(Protocol):
    """The current time, aware and in UTC."""

    def now(self) -> datetime:
        """Return the moment."""
        ...


def system_time() -> datetime:
    """Return the time as it is, which no `--at` changes: for the audit, retention and delays."""
    return datetime.now(UTC)


def uk_date(moment: datetime) -> date:
    """Return the date in Europe/London at a moment."""
    return moment.astimezone(UK).date()


def today(clock: Clock) -> date:
    """Return the date in Europe/London now."""
    return uk_date(clock.now())


class SystemClock:
    """The system's clock."""

    def now(self) -> datetime:
        """Return the moment."""
        return system_time()


class FixedClock:
    """A stopped clock, for `--at` on the command line and for tests."""

    def __init__(self, at: datetime) -> None:
        self._at = (at if at.tzinfo else at.replace(tzinfo=UK)).astimezone(UTC)

    def now(self) -> datetime:
        """Return the time at which it was stopped."""
        return self._at


class MovableClock:
    """A clock that starts at `at`, runs on from there, and can be set."""

    def __init__(self, at: datetime) -> None:
        self._ahead = at.astimezone(UTC) - system_time()
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """Return the moment by this clock."""
        with self._lock:
            return system_time() + self._ahead

    def set(self, at: datetime) -> None:
        """Set the clock to `at`, from which it goes on."""
        with self._lock:
            self._ahead = at.astimezone(UTC) - system_time()
