"""The engines that carry out what is due: each test of a job runs with all of them."""

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import text

from bot.service import sweeping
from bot.service.queueing import call_for_follow_ups
from bot.services import Services
from provisioning.jobs.queue import QueueEngine
from provisioning.jobs.worker import Worker
from provisioning.runs.batches import Batch
from provisioning.store.database import Database
from tests.slack_workspace.workspace_fixtures import eventually

RunDue = Callable[[Services], Batch]
"""Carries out all that is due, and returns what was done."""


def by_a_worker(services: Services) -> Batch:
    """Put what is due into the queue on PostgreSQL, and let a worker empty it."""
    done: list[Batch] = []
    call_for_follow_ups(services.database, services.settings)
    worker = Worker(
        services.database.url,
        lambda job: done.append(sweeping.carry_out(services, job)),
        threading.Event(),
        concurrency=2,
    )
    worker.start()
    try:
        sweeping.sweep(services, QueueEngine(services.database))
        eventually(lambda: not jobs_in(services.database), 30)
    finally:
        worker.stop()
    return sum(done, Batch())


def jobs_in(database: Database) -> list[tuple[str, str, str]]:
    """The jobs in the queue in the order in which they are taken: queue, task and status."""
    query = "SELECT queue_name, task_name, status FROM procrastinate_jobs ORDER BY priority DESC, id"
    with database.reading() as session:
        return [tuple(row) for row in session.execute(text(query))]


on_every_engine = pytest.mark.parametrize(
    ("database_url", "run_due"),
    [
        pytest.param("sqlite", sweeping.run_due, id="embedded-sqlite"),
        pytest.param("postgresql", sweeping.run_due, id="embedded-postgresql"),
        pytest.param("postgresql", by_a_worker, id="queue-postgresql"),
    ],
    indirect=["database_url"],
)
