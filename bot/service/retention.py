"""Retention: a daily job deletes the rows whose time of keeping is over.

It goes by the time as it is, and by when rows were really written: what a clock that was set says of them
neither ends their time nor makes it longer.
"""

import logging
from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from bot.desk import untouched
from bot.people import audit, audit_chain
from bot.people.audit import AuditRecord
from bot.service.past_times import stale
from bot.services import Services
from provisioning.clock import system_time
from provisioning.store import retention
from provisioning.store.retention import Stale

log = logging.getLogger(__name__)
_ROWS_AT_ONCE = 500
"""Rows deleted in a transaction; other writers get their turn between two transactions."""


def waiting(services: Services, now: datetime | None = None) -> dict[str, int]:
    """Return how many rows of each table would be deleted at `now`, or as the time is."""
    with services.database.reading() as session:
        moment, found = now or system_time(), Counter[str]()
        for rows in _stale(services, moment):
            found[rows.table.name] += retention.count(session, rows)
        found["untouched_cases"] = len(untouched.over(session, services, moment))
    return dict(found)


def forget(services: Services, *, who: str, entry_point: str, now: datetime | None = None) -> dict[str, int]:
    """Delete the rows whose time is over at `now`, or as the time is; return how many of each table.

    An audit record says so. What was deleted then stands no more in an embedded database's files either.
    """
    moment, deleted = now or system_time(), Counter[str]()
    audit_chain.seal_all(services.database)
    untouched.warn(services, moment)
    deleted["untouched_cases"] = untouched.close(services, moment)
    for rows in _stale(services, moment):
        deleted[rows.table.name] += 0
        while count := _delete_some(services, rows):
            deleted[rows.table.name] += count
    outcome = summary(deleted) or audit.OK
    audit.keep(
        services.database,
        AuditRecord(services.clock.now(), who, entry_point, "retention", None, None, outcome),
    )
    services.database.scrub()
    return dict(deleted)


def summary(deleted: Mapping[str, int]) -> str:
    """Return the counts of deleted rows in a line, without tables of which none was deleted."""
    return ", ".join(f"{name} {count}" for name, count in deleted.items() if count)


def daily(services: Services) -> None:
    """Delete the rows whose time is over, as the schedule does every day."""
    deleted = summary(forget(services, who="schedule", entry_point="schedule"))
    if deleted:
        log.info("past their time and deleted: %s", deleted)


def _stale(services: Services, now: datetime) -> list[Stale]:
    external_directory = services.provisioning.external_directory is not None
    return stale(services.settings.retention, now, external_directory=external_directory)


def _delete_some(services: Services, rows: Stale) -> int:
    return services.database.write(lambda session: retention.delete_some(session, rows, _ROWS_AT_ONCE))
