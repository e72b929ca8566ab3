"""The work of a process: the schedule, and on PostgreSQL a worker on the queue beside it."""

from collections.abc import Callable
from typing import Self

from bot.service.queueing import worker
from bot.service.schedule import Schedule
from bot.service.service_manager import ServiceManager
from bot.services import Services
from provisioning.errors import KnownError
from provisioning.jobs.queue import QueueEngine


class Work:
    """Runs schools on schedule while its block lasts.

    On PostgreSQL what is due goes into the queue; with `carries_out` a worker of this process takes jobs from
    it, `concurrency` of them side by side: those of a `site`, or else of the schools without one. An embedded
    database has no queue and no other workers: there, anything but carrying out all raises `KnownError`,
    and anywhere a site that no group of schools has. A `manager` is told that the schedule is alive.
    """

    def __init__(
        self,
        services: Services,
        *,
        carries_out: bool = True,
        site: str | None = None,
        concurrency: int = 1,
        manager: ServiceManager | None = None,
    ) -> None:
        database = services.database
        if database.embedded and not carries_out:
            raise KnownError("work-needs-postgresql")
        queued = not database.embedded
        sites = sorted({group.site for group in services.settings.groups if group.site})
        if site is not None and site not in sites:
            raise KnownError("no-such-site", site=site, sites=", ".join(sites) or "-")
        self._worker = (
            worker(services, site=site, concurrency=concurrency) if queued and carries_out else None
        )
        self._schedule = Schedule(services, QueueEngine(database) if queued else None, manager)

    @property
    def parts(self) -> dict[str, Callable[[], bool]]:
        """What the health check asks whether it is alive, by name."""
        of_worker = {} if self._worker is None else {"work": lambda: self._worker_alive}
        return {"schedule": lambda: self._schedule.alive, **of_worker}

    @property
    def _worker_alive(self) -> bool:
        return self._worker is not None and self._worker.alive

    @property
    def ticked_seconds_ago(self) -> float:
        """The seconds since the schedule last began a work."""
        return self._schedule.ticked_seconds_ago

    def __enter__(self) -> Self:
        self._schedule.start()
        if self._worker is not None:
            self._worker.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._schedule.stop()
        if self._worker is not None:
            self._worker.stop()
