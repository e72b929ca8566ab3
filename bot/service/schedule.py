"""The clock's door: which schools are due when, and the runs that follow.

APScheduler only wakes us. What is due is told by the runs in the store, each of which carries the
scheduled time that it was for: whatever was missed is caught up once, whoever was asleep.
"""

import logging
import threading
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from bot.people import audit
from bot.people.audit import AuditRecord
from bot.service.retention import daily as daily_retention
from bot.services import Services
from bot.settings import ScheduleGroup
from bot.slots import latest_slot, members
from knowledge.texts import UK
from provisioning.clock import uk_date
from provisioning.manual.reviews import daily
from provisioning.runs.batches import Batch, provision_batch
from provisioning.store import runs, schools
from provisioning.store.runs import Run

log = logging.getLogger(__name__)
_REFRESH_MINUTES = 5
_RETENTION = "15 4 * * *"
"""When what is past its time is deleted: nobody is at work, and no run is due."""
_HOUSEKEEPING = "45 5 * * *"
"""When accounts made by hand whose date has come end, even where no school runs that day."""
_ME = "schedule"
_LATE = int(timedelta(hours=6).total_seconds())


def run_due(services: Services, between: Callable[[Run], None] = lambda _run: None) -> Batch:
    """Keep house, then run every school whose latest scheduled time has had no run yet.

    `between` is called after each run.
    """
    provisioning, now = services.provisioning, services.clock.now()
    daily(provisioning)
    due: defaultdict[datetime, list[str]] = defaultdict(list)
    with services.database.reading() as session:
        every = [one for one in schools.every(session) if not one.is_closed(uk_date(now))]
        calendars = {
            code: provisioning.calendar(session, code) for code in {one.local_authority for one in every}
        }
        dates = {one.number: calendars[one.local_authority] for one in every}
        for number, group in members(services.settings.groups, every).items():
            slot = latest_slot(group, dates[number], now)
            if slot is not None and not runs.has_slot(session, number, slot):
                due[slot].append(number)
    ran: list[Run] = []

    def note(run: Run) -> None:
        ran.append(run)
        between(run)

    try:
        batches = [
            provision_batch(provisioning, due[slot], started_by=_ME, slot=slot, done=note)
            for slot in sorted(due)
        ]
    finally:
        audit.keep(services.database, *(_looked(run, services.clock.now()) for run in ran))
    done = Batch(
        tuple(run for batch in batches for run in batch.runs),
        tuple(refused for batch in batches for refused in batch.refused),
    )
    if due:
        log.info("%d runs on schedule, %d schools refused", len(done.runs), len(done.refused))
    return done


def _looked(run: Run, now: datetime) -> AuditRecord:
    return AuditRecord(now, _ME, _ME, "run", run.school, None, run.status)


class _StoppedError(Exception):
    """The clock is no longer watched: the rest of a batch is left."""


class Schedule:
    """Wakes up at the groups' times, and once at the start for what was missed."""

    def __init__(self, services: Services) -> None:
        self._services, self._stopping = services, threading.Event()
        self._scheduler = BackgroundScheduler(
            timezone=UK,
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": _LATE},
        )

    def start(self) -> None:
        """Begin to watch the clock."""
        self._scheduler.add_job(self._wake)
        if self._services.provisioning.external_directory is not None:
            self._scheduler.add_job(self._refresh, IntervalTrigger(minutes=_REFRESH_MINUTES))
        lines = {line for group in self._services.settings.groups for line in _lines(group)}
        for line in sorted(lines | {_HOUSEKEEPING}):
            self._scheduler.add_job(self._wake, CronTrigger.from_crontab(line, timezone=UK))
        self._scheduler.add_job(self._forget, CronTrigger.from_crontab(_RETENTION, timezone=UK))
        self._scheduler.start()

    @property
    def alive(self) -> bool:
        """Whether the clock is watched."""
        return bool(self._scheduler.running)

    def stop(self) -> None:
        """Stop, after the run at work has finished; what was not begun is caught up at the next start."""
        self._stopping.set()
        self._scheduler.shutdown(wait=True)

    def _wake(self) -> None:
        with suppress(_StoppedError):
            run_due(self._services, self._go_on)

    def _forget(self) -> None:
        """What is past its time goes; a failure is in the log, and the next day makes up for it."""
        daily_retention(self._services)

    def _refresh(self) -> None:
        """Accounts elsewhere change between runs too, and whoever asks wants them as they are."""
        provisioning = self._services.provisioning
        if provisioning.external_directory is not None:
            provisioning.external_directory.refresh(provisioning)

    def _go_on(self, _run: Run) -> None:
        if self._stopping.is_set():
            raise _StoppedError


def _lines(group: ScheduleGroup) -> tuple[str, str]:
    return group.cron, group.rollover_week
