"""Retention: a daily job deletes the rows whose time of keeping is over.

It goes by the time as it is, and by when rows were really written: what a clock that was set says of them
neither ends their time nor makes it longer.
"""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select

from bot.desk.tables import CaseEnquiryRow, CaseEventRow, CaseRow
from bot.outbox.tables import OutboxRow
from bot.people import audit, audit_chain
from bot.people.audit import AuditRecord
from bot.people.tables import AuditRow, OutsiderRow
from bot.requests.tables import RequestAskRow, RequestRow
from bot.services import Services
from bot.settings_tables import RetentionSettings
from provisioning.clock import system_time, uk_date
from provisioning.store import retention
from provisioning.store.retention import Stale, recorded

log = logging.getLogger(__name__)
_ROWS_AT_ONCE = 500
"""Rows deleted in a transaction; other writers get their turn between two transactions."""


def stale(kept: RetentionSettings, now: datetime, *, external_directory: bool) -> list[Stale]:
    """Return the rows whose time in `kept` is over, children before parents.

    With an `external_directory` the accounts are not ours to delete.
    """

    def before(days: int) -> datetime:
        return now - timedelta(days=days)

    resolved = and_(
        CaseRow.resolved_at.is_not(None), recorded(CaseRow, CaseRow.resolved_at) < before(kept.cases)
    )
    cases = select(CaseRow.number).where(resolved)
    ended = and_(
        RequestRow.ended_at.is_not(None), recorded(RequestRow, RequestRow.ended_at) < before(kept.cases)
    )
    requests = select(RequestRow.id).where(ended)
    last = func.coalesce(OutboxRow.sent_at, OutboxRow.created_at)
    settled = and_(
        or_(OutboxRow.sent_at.is_not(None), OutboxRow.given_up_because.is_not(None)),
        recorded(OutboxRow, last) < before(kept.letters),
    )
    return [
        Stale(AuditRow, audit_chain.past_their_time(before(kept.audit)), audit_chain.delete_records),
        Stale(OutsiderRow, OutsiderRow.since < before(kept.audit)),
        Stale(OutboxRow, settled),
        Stale(CaseEventRow, CaseEventRow.case.in_(cases)),
        Stale(CaseEnquiryRow, CaseEnquiryRow.case.in_(cases)),
        Stale(CaseRow, resolved),
        Stale(RequestAskRow, RequestAskRow.request.in_(requests)),
        Stale(RequestRow, ended),
        *retention.of_runs(before(kept.journal)),
        retention.of_leavers(uk_date(before(kept.leavers))),
        *([] if external_directory else [retention.of_accounts(before(kept.accounts))]),
        retention.of_identities(),
    ]


def waiting(services: Services, now: datetime | None = None) -> dict[str, int]:
    """Return how many rows of each table would be deleted at `now`, or as the time is."""
    with services.database.reading() as session:
        stale_now = _stale(services, now or system_time())
        return {rows.table.name: retention.count(session, rows) for rows in stale_now}


def forget(services: Services, *, who: str, entry_point: str, now: datetime | None = None) -> dict[str, int]:
    """Delete the rows whose time is over at `now`, or as the time is; return how many of each table.

    An audit record says so. What was deleted then stands no more in an embedded database's files either.
    """
    deleted: dict[str, int] = {}
    audit_chain.seal_all(services.database)
    for rows in _stale(services, now or system_time()):
        deleted[rows.table.name] = 0
        while count := _delete_some(services, rows):
            deleted[rows.table.name] += count
    outcome = summary(deleted) or audit.OK
    audit.keep(
        services.database,
        AuditRecord(services.clock.now(), who, entry_point, "retention", None, None, outcome),
    )
    services.database.scrub()
    return deleted


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
