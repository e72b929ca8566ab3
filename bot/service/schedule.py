"""The schedule: which schools are due, and the runs that follow.

APScheduler only wakes the process. What is due follows from the runs in the store, each of which holds the
scheduled time it was for, so a time missed while the process was down is caught up once.
"""

import logging
import threading
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from bot.people import audit
from bot.people.audit import AuditRecord
from bot.reviews.letters import daily as daily_reviews
from bot.runs.actions import RunAuditAction
from bot.service.retention import daily as daily_retention
from bot.services import Services
from bot.settings_tables import ScheduleGroup
from bot.slots import latest_slot, members
from knowledge.keydates import Calendar
from knowledge.texts import UK
from provisioning.clock import uk_date
from provisioning.runs.batches import Batch, provision_batch
from provisioning.store import runs, schools
from provisioning.store.runs import Run

log = logging.getLogger(__name__)
_REFRESH_MINUTES = 5
"""The interval at which the external directory is read between runs."""
_RETENTION = "15 4 * * *"
"""When retention deletes rows: outside working hours and the times of runs."""
_HOUSEKEEPING = "45 5 * * *"
"""When accounts made by hand end whose date has come, also on days without a run."""
_SCHEDULE = "schedule"
_LATE = int(timedelta(hours=6).total_seconds())
"""How many seconds after its time a job is still begun, as after a standstill of the machine."""


def run_due(services: Services, between: Callable[[Run], None] = lambda _run: None) -> Batch:
    """End accounts made by hand that are due, then run every school whose latest slot has had no run.

    `between` is called after each run.
    """
    daily_reviews(services)
    due = _due(services)
    ran: list[Run] = []

    def note(run: Run) -> None:
        ran.append(run)
        between(run)

    try:
        batches = [
            provision_batch(services.provisioning, due[slot], started_by=_SCHEDULE, slot=slot, done=note)
            for slot in sorted(due)
        ]
    finally:
        audit.keep(services.database, *(_record(run, services.clock.now()) for run in ran))
    done = Batch(
        tuple(run for batch in batches for run in batch.runs),
        tuple(refused for batch in batches for refused in batch.refused),
    )
    if due:
        log.info("%d runs on schedule, %d schools refused", len(done.runs), len(done.refused))
    return done


def _due(services: Services) -> Mapping[datetime, Sequence[str]]:
    """Return the numbers of the open schools whose latest slot has had no run, by that slot."""
    now = services.clock.now()
    due: defaultdict[datetime, list[str]] = defaultdict(list)
    with services.database.reading() as session:
        every = [school for school in schools.every(session) if not school.is_closed(uk_date(now))]
        authorities = {school.local_authority for school in every}
        calendars = {code: services.provisioning.calendar(session, code) for code in authorities}
        dates: dict[str, Calendar] = {school.number: calendars[school.local_authority] for school in every}
        for number, group in members(services.settings.groups, every).items():
            slot = latest_slot(group, dates[number], now)
            if slot is not None and not runs.has_slot(session, number, slot):
                due[slot].append(number)
    return due


def _record(run: Run, now: datetime) -> AuditRecord:
    return AuditRecord(now, _SCHEDULE, _SCHEDULE, RunAuditAction.RUN, run.school, None, run.status)


class _StoppedError(Exception):
    """The schedule is being stopped: the rest of a batch is not run."""


class Schedule:
    """Runs due schools at the groups' times, and once at the start for missed times."""

    def __init__(self, services: Services) -> None:
        self._services, self._stopping = services, threading.Event()
        self._scheduler = BackgroundScheduler(
            timezone=UK,
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": _LATE},
        )

    def start(self) -> None:
        """Start the scheduler."""
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
        """Whether the scheduler is running."""
        return bool(self._scheduler.running)

    def stop(self) -> None:
        """Stop after the current run; runs that were not begun are caught up at the next start."""
        self._stopping.set()
        self._scheduler.shutdown(wait=True)

    def _wake(self) -> None:
        with suppress(_StoppedError):
            run_due(self._services, self._raise_if_stopping)

    def _forget(self) -> None:
        """Run retention; a failure is logged, and the next day's job deletes what was left."""
        daily_retention(self._services)

    def _refresh(self) -> None:
        """Read the external directory anew, because its accounts change between runs too."""
        provisioning = self._services.provisioning
        if provisioning.external_directory is not None:
            provisioning.external_directory.refresh(provisioning)

    def _raise_if_stopping(self, _run: Run) -> None:
        if self._stopping.is_set():
            raise _StoppedError


def _lines(group: ScheduleGroup) -> tuple[str, str]:
    return group.cron, group.rollover_week
