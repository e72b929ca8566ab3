"""Retention: a daily job deletes the rows whose time of keeping is over.

It goes by the time as it is, and by when rows were really written: what a clock that was set says of them
neither ends their time nor makes it longer.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from bot.desk import untouched
from bot.people import audit, audit_chain
from bot.people.audit import AuditRecord
from bot.service.past_times import stale
from bot.services import Services
from provisioning.clock import system_time
from provisioning.store import retention
from provisioning.store.database import Database
from provisioning.store.pacing import rested
from provisioning.store.portions import portions
from provisioning.store.retention import Key, Stale

log = logging.getLogger(__name__)
_FOUND_AT_ONCE = 20_000
"""Keys that are found in one reading."""
_ROWS_AT_ONCE = 100
"""Rows deleted in a transaction, in a few milliseconds; between two, other writers get their turn."""
_LOTS_TO_A_CHECKPOINT = 50
"""Lots after which an embedded database's log is emptied; else the commit of another writer would do it."""

Between = Callable[[], None]


def waiting(services: Services, now: datetime | None = None) -> dict[str, int]:
    """Return how many rows of each table would be deleted at `now`, or as the time is."""
    with services.database.reading() as session:
        moment, found = now or system_time(), Counter[str]()
        for rows in _stale(services, moment):
            found[rows.table.name] += retention.count(session, rows)
        found["untouched_cases"] = len(untouched.over(session, services, moment))
    return dict(found)


def forget(
    services: Services,
    *,
    who: str,
    entry_point: str,
    now: datetime | None = None,
    between: Between = lambda: None,
) -> dict[str, int]:
    """Delete the rows whose time is over at `now`, or as the time is; return how many of each table.

    `between` is called after each lot of rows; an exception ends it. An audit record says what was deleted in
    any case. Then it stands no more in an embedded database's files either.
    """
    moment, deleted = now or system_time(), Counter[str]()
    audit_chain.seal_all(services.database)
    untouched.warn(services, moment)
    deleted["untouched_cases"] = untouched.close(services, moment)
    try:
        for rows in _stale(services, moment):
            deleted[rows.table.name] += 0
            for count in _ended(services.database, rows):
                deleted[rows.table.name] += count
                between()
    finally:
        outcome = summary(deleted) or audit.OK
        record = AuditRecord(services.clock.now(), who, entry_point, "retention", None, None, outcome)
        audit.keep(services.database, record)
    services.database.shrink()
    services.database.scrub()
    return dict(deleted)


def summary(deleted: Mapping[str, int]) -> str:
    """Return the counts of deleted rows in a line, without tables of which none was deleted."""
    return ", ".join(f"{name} {count}" for name, count in deleted.items() if count)


def daily(services: Services, between: Between = lambda: None) -> None:
    """Delete the rows whose time is over, as the schedule does every day; `between` is as for `forget`."""
    deleted = summary(forget(services, who="schedule", entry_point="schedule", between=between))
    if deleted:
        log.info("past their time and deleted: %s", deleted)


def _stale(services: Services, now: datetime) -> list[Stale]:
    external_directory = services.provisioning.external_directory is not None
    return stale(services.settings.retention, now, external_directory=external_directory)


def _ended(database: Database, rows: Stale) -> Iterator[int]:
    """Delete or empty the stale `rows`, oldest first; yield the count of each lot. Others write between."""
    keys = _found(database, rows, None)
    while keys:
        for number, some in enumerate(portions(keys, _ROWS_AT_ONCE), start=1):
            yield rested(partial(database.write, partial(_end_some, rows, some)))
            if number % _LOTS_TO_A_CHECKPOINT == 0:
                database.checkpoint()
        keys = _found(database, rows, keys[-1]) if len(keys) == _FOUND_AT_ONCE else ()


def _found(database: Database, rows: Stale, last: Key | None) -> Sequence[Key]:
    with database.reading() as session:
        return retention.find(session, rows, _FOUND_AT_ONCE, last)


def _end_some(rows: Stale, keys: Sequence[Key], session: Session) -> int:
    return retention.end(session, rows, keys)
