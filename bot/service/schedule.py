"""The schedule: what wakes this process, and the work that is not about one school.

APScheduler only wakes the process. What is due follows from the store (`bot.service.sweeping`), so a time
that was missed, or a run that was interrupted, is caught up by the next sweep of any process.
"""

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from bot import meters
from bot.people import audit_chain
from bot.reviews.letters import daily as daily_reviews
from bot.service.retention import daily as daily_retention
from bot.service.rounds import RoundsAtWork
from bot.service.service_manager import ServiceManager
from bot.service.sweeping import StoppedError, embedded_engine, sweep
from bot.services import Services
from bot.settings_tables import ScheduleGroup
from knowledge.texts import UK
from provisioning.errors import KnownError
from provisioning.jobs.job_engine import JobEngine
from provisioning.store import ticks

log = logging.getLogger(__name__)
_SWEEP_SECONDS, _SWEEP_QUEUE_SECONDS = 60, 20
"""The intervals of the sweep; shorter with workers, of which one may die while the others go on.

A lease of a minute, two of these and the runs themselves are within the two minutes that are promised.
"""
_REFRESH_MINUTES = 5
_SEAL_SECONDS = 60
_RETENTION = "15 4 * * *"
"""When retention deletes rows: outside working hours and the times of runs."""
_HOUSEKEEPING = "45 5 * * *"
"""When accounts made by hand end whose date has come, also on days without a run."""
_REST = timedelta(minutes=10)
"""How long after one process has done daily work no other does it; their clocks may differ by less."""
_LATE = int(timedelta(hours=6).total_seconds())
"""How many seconds after its time a job is still begun, as after a standstill of the machine."""


class Schedule:
    """Puts what is due into `engine`: at the groups' times, and by a sweep every minute.

    Without an `engine`, this process carries it out. A `manager` with a watchdog is told that it is alive.
    """

    def __init__(
        self, services: Services, engine: JobEngine | None = None, manager: ServiceManager | None = None
    ) -> None:
        self._services, self._stopping, self._sweeping = services, threading.Event(), threading.Lock()
        self._engine = engine or embedded_engine(services, self._stopping)
        self._sweep_seconds = _SWEEP_SECONDS if engine is None else _SWEEP_QUEUE_SECONDS
        self._manager = manager
        self._ticked_at = time.monotonic()
        self._scheduler = BackgroundScheduler(
            timezone=UK,
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": _LATE},
        )
        RoundsAtWork(self._scheduler)

    def start(self) -> None:
        """Start the scheduler, with a first sweep at once."""
        self._add(self._housekeeping, CronTrigger.from_crontab(_HOUSEKEEPING, timezone=UK), at_once=True)
        self._add(self._sweep, IntervalTrigger(seconds=self._sweep_seconds), at_once=True)
        self._add(self._seal, IntervalTrigger(seconds=_SEAL_SECONDS))
        if self._services.provisioning.external_directory is not None:
            self._add(self._refresh, IntervalTrigger(minutes=_REFRESH_MINUTES))
        for line in sorted({line for group in self._services.settings.groups for line in _lines(group)}):
            self._add(self._sweep, CronTrigger.from_crontab(line, timezone=UK))
        self._add(self._forget, CronTrigger.from_crontab(_RETENTION, timezone=UK))
        if self._manager is not None and self._manager.watchdog_seconds is not None:
            # Twice in its time, so that a busy machine may be late. A long batch of runs keeps none waiting.
            self._add(self._manager.alive, IntervalTrigger(seconds=self._manager.watchdog_seconds / 2))
        self._scheduler.start()

    @property
    def alive(self) -> bool:
        """Whether the scheduler is running."""
        return bool(self._scheduler.running)

    @property
    def ticked_seconds_ago(self) -> float:
        """The seconds since a work was last begun, however long those at work take; first since the start."""
        return time.monotonic() - self._ticked_at

    def stop(self) -> None:
        """Stop after the current run; what was not begun is caught up at the next start."""
        self._stopping.set()
        self._scheduler.shutdown(wait=True)

    def _add(
        self, work: Callable[[], None], trigger: CronTrigger | IntervalTrigger, *, at_once: bool = False
    ) -> None:
        """Add a work that is begun whenever `trigger` says, and with `at_once` at the start, too.

        The library can't take a job away that it is done with while it is stopped, so no job is for once.
        """
        first = {"next_run_time": datetime.now(UK)} if at_once else {}
        self._scheduler.add_job(self._tick, trigger, args=(work,), name=_name(work), **first)

    def _tick(self, work: Callable[[], None]) -> None:
        """Do `work`; a known error is a line in the log, for the next time may find it mended."""
        self._ticked_at = time.monotonic()
        with meters.TICKS.labels(_name(work)).time():
            try:
                work()
            except KnownError as error:
                log.warning("work on schedule was left until its next time: %s", error.said.key)

    def _sweep(self) -> None:
        """Sweep, unless a sweep of this process is under way: it, or the next one, finds what is due."""
        if self._sweeping.acquire(blocking=False):
            try:
                with suppress(StoppedError):
                    sweep(self._services, self._engine)
            finally:
                self._sweeping.release()

    def _housekeeping(self) -> None:
        """End accounts made by hand whose date has come."""
        if ticks.claim(self._services.database, "housekeeping", _REST):
            daily_reviews(self._services)

    def _forget(self) -> None:
        """Run retention; what a failure, or a stop, leaves, the next day's job deletes."""
        if ticks.claim(self._services.database, "retention", _REST):
            with suppress(StoppedError):
                daily_retention(self._services, self._raise_if_stopping)

    def _raise_if_stopping(self) -> None:
        if self._stopping.is_set():
            raise StoppedError

    def _seal(self) -> None:
        """Seal the audit's records of longer transactions, and of processes without its key."""
        audit_chain.seal_all(self._services.database)

    def _refresh(self) -> None:
        """Read the external directory anew, because its accounts change between runs too."""
        provisioning = self._services.provisioning
        if provisioning.external_directory is not None:
            provisioning.external_directory.refresh(provisioning)


def _name(work: Callable[[], None]) -> str:
    """Return the name of a work, as the metrics and the log have it."""
    return work.__name__.strip("_")


def _lines(group: ScheduleGroup) -> tuple[str, str]:
    return group.cron, group.rollover_week
