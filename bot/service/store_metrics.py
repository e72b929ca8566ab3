"""What the store shows for Prometheus: runs, what is due and held, letters, alerts, the queue of jobs.

Every process on a database shows the same. Nothing is written down between two scrapes but the last answer.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.alerts import store as alerts
from bot.outbox import letters
from bot.outbox.transports.external import Route
from bot.service.sweeping import due_jobs
from bot.services import Services
from provisioning.clock import uk_date
from provisioning.errors import KnownError
from provisioning.jobs import queue
from provisioning.jobs.values import FollowUpJob, SlotJob
from provisioning.store import run_announcements, schools
from provisioning.store.latest_runs import latest_runs

_SECONDS = 10.0
"""For how long an answer serves every scrape: however often it is asked, the store is not."""


class StoreMetrics(Collector):
    """Reads the metrics of the store when they are scraped; `seconds` gives a time that only grows."""

    def __init__(self, services: Services, seconds: Callable[[], float] = time.monotonic) -> None:
        self._services, self._seconds = services, seconds
        self._lock = threading.Lock()
        self._last: tuple[float, list[Metric]] | None = None

    def collect(self) -> list[Metric]:
        """Return the metrics as they are now, or were within ten seconds.

        Where the database can't be used, that is the only thing said.
        """
        with self._lock:
            now = self._seconds()
            if self._last is None or now - self._last[0] >= _SECONDS:
                self._last = now, self._look()
            return self._last[1]

    def describe(self) -> list[Metric]:
        """Return none: to register is not to read the store."""
        return []

    def _look(self) -> list[Metric]:
        try:
            found = list(self._read())
        except (KnownError, SQLAlchemyError):
            return [_gauge("hwb_database_up", "Whether the database can be used.", 0)]
        return [_gauge("hwb_database_up", "Whether the database can be used.", 1), *found]

    def _read(self) -> Iterator[Metric]:
        now, database = self._services.clock.now(), self._services.database
        yield from self._due(now)
        with database.reading() as session:
            yield from _of_runs(session, now)
            yield from _of_letters(session, now)
            yield _labelled(
                "hwb_alerts",
                "Open alerts by their kind and by what users have done about them.",
                ("kind", "state"),
                alerts.open_by_state(session, now).items(),
            )
            if not database.embedded:
                yield from _of_jobs(session)

    def _due(self, now: datetime) -> Iterator[Metric]:
        jobs = due_jobs(self._services)
        slots = [job for job in jobs if isinstance(job, SlotJob)]
        oldest = min((job.slot for job in slots), default=now)
        yield _gauge(
            "hwb_oldest_due_slot_age_seconds",
            "How long ago the oldest scheduled time was for which a school has had no run; 0 for none.",
            max((now - oldest).total_seconds(), 0),
        )
        yield _gauge(
            "hwb_due_schools", "Schools without their run for a slot.", sum(len(job.schools) for job in slots)
        )
        yield _gauge(
            "hwb_due_follow_ups",
            "Schools to run again, because another has released learners for whom they wait.",
            sum(isinstance(job, FollowUpJob) for job in jobs),
        )


def _of_runs(session: Session, now: datetime) -> Iterator[Metric]:
    day = uk_date(now)
    authorities: dict[str, str] = {
        school.number: school.local_authority
        for school in schools.every(session)
        if not school.is_closed(day)
    }
    latest = Counter(
        (found.latest.status.value if found.latest else "none", authorities[number])
        for number, found in latest_runs(session, authorities).items()
    )
    yield _labelled(
        "hwb_latest_runs",
        "Open schools by the status of their latest finished run, and by local authority.",
        ("status", "authority"),
        latest.items(),
    )
    held = run_announcements.undecided(session)
    yield _gauge("hwb_held_runs", "Schools whose latest run waits for a decision.", len(held))
    since = min((run.finished_at or run.started_at for run in held), default=now)
    yield _gauge(
        "hwb_oldest_held_run_age_seconds",
        "How long the oldest of them has waited; 0 for none.",
        max((now - since).total_seconds(), 0),
    )


def _of_letters(session: Session, now: datetime) -> Iterator[Metric]:
    found = {route.value: letters.depth(session, route) for route in Route}
    yield _labelled(
        "hwb_outbox_letters",
        "Letters that wait, those put off to office hours included, by where they go.",
        ("route",),
        (((route,), count) for route, (count, _) in found.items()),
    )
    yield _labelled(
        "hwb_outbox_oldest_age_seconds",
        "How long the oldest of these letters has waited; 0 for none.",
        ("route",),
        (
            ((route,), max((now - since).total_seconds(), 0) if since else 0)
            for route, (_, since) in found.items()
        ),
    )
    held_up = letters.held_up(session)
    yield _gauge(
        "hwb_outbox_held_up_letters",
        "Letters that have failed for a quarter of an hour.",
        held_up[0] if held_up else 0,
    )


def _of_jobs(session: Session) -> Iterator[Metric]:
    found = queue.depths(session)
    yield _labelled(
        "hwb_jobs",
        "Jobs in the queue of runs, by queue and status (todo: no worker has taken it; doing: at work).",
        ("queue", "status"),
        (((each.queue, each.status), each.count) for each in found),
    )
    yield _gauge(
        "hwb_oldest_job_age_seconds",
        "How long the oldest job that no worker has taken has waited; 0 for none.",
        max((each.oldest_seconds for each in found if each.status == "todo"), default=0),
    )


def _gauge(name: str, about: str, value: float) -> Metric:
    return GaugeMetricFamily(name, about, value=value)


def _labelled(
    name: str, about: str, labels: tuple[str, ...], values: Iterable[tuple[tuple[str, ...], float]]
) -> Metric:
    family = GaugeMetricFamily(name, about, labels=labels)
    for of, value in values:
        family.add_metric(of, value)
    return family
