"""Runs by workers: what this process has to do with the queue on PostgreSQL."""

import logging
import threading
from collections.abc import Collection
from contextlib import suppress
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from bot.service.sweeping import StoppedError, until_stopped
from bot.services import Services
from bot.settings import Settings
from bot.slots import members
from provisioning.errors import KnownError
from provisioning.jobs import queue
from provisioning.jobs.values import FollowUpJob, Job
from provisioning.store import follow_ups, schools
from provisioning.store.database import Database

if TYPE_CHECKING:
    from provisioning.jobs.worker import Worker

log = logging.getLogger(__name__)


def call_for_follow_ups(database: Database, settings: Settings) -> None:
    """Let each transaction that notes follow-ups put their jobs in: a worker begins once it commits."""

    def put(session: Session, numbers: Collection[str]) -> None:
        groups = members(settings.groups, list(schools.some(session, numbers).values()))
        queue.put(session, [FollowUpJob(number, group.site) for number, group in groups.items()])

    database.session_info[follow_ups.CALLED] = put


def worker(services: Services, *, site: str | None = None, concurrency: int = 1) -> "Worker":
    """Return a worker of this process for the schools of `site`; `KnownError` without Procrastinate.

    Without a `site`, it is for the schools that have none.
    """
    from provisioning.jobs.worker import Worker  # loads Procrastinate, which few commands need

    stopping = threading.Event()
    do = until_stopped(services, stopping)

    def carry_out(job: Job) -> None:
        if stopping.is_set():
            return
        try:
            with suppress(StoppedError):
                do(job)
        except KnownError as error:
            log.warning("a job was left to the next sweep: %s", error.said.key)

    return Worker(services.database.url, carry_out, stopping, site=site, concurrency=concurrency)
