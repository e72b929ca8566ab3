"""Periodic rounds that are still at work when they are due again, as the log tells of them.

That is no fault by itself: a receiver is slow, or there is much to do. APScheduler would warn of it each time
that the round is due; `bot.service.logs` leaves these lines out.
"""

import logging
from threading import Lock

from apscheduler.events import (
    EVENT_JOB_ERROR,
    EVENT_JOB_EXECUTED,
    EVENT_JOB_MAX_INSTANCES,
    JobExecutionEvent,
    JobSubmissionEvent,
)
from apscheduler.schedulers.base import BaseScheduler

log = logging.getLogger(__name__)


class RoundsAtWork:
    """Logs of each round of `scheduler`, once until it has ended, that it is still at work when it is due."""

    def __init__(self, scheduler: BaseScheduler) -> None:
        self._scheduler, self._told, self._lock = scheduler, set[str](), Lock()
        scheduler.add_listener(self._due_again, EVENT_JOB_MAX_INSTANCES)
        scheduler.add_listener(self._ended, EVENT_JOB_EXECUTED | EVENT_JOB_ERROR)

    def _due_again(self, event: JobSubmissionEvent) -> None:
        job = self._scheduler.get_job(event.job_id)
        with self._lock:
            if job is None or event.job_id in self._told:
                return
            self._told.add(event.job_id)
        log.info("the round %s is still at work though it is due again; the next begins after it", job.name)

    def _ended(self, event: JobExecutionEvent) -> None:
        with self._lock:
            self._told.discard(event.job_id)
