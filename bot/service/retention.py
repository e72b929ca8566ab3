"""Retention: a daily job deletes the rows whose time of keeping is over."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select

from bot.desk.tables import CaseEnquiryRow, CaseEventRow, CaseRow
from bot.outbox.tables import OutboxRow
from bot.people import audit
from bot.people.audit import AuditRecord
from bot.people.tables import AuditRow, OutsiderRow
from bot.requests.tables import RequestAskRow, RequestRow
from bot.services import Services
from bot.settings_tables import RetentionSettings
from provisioning.clock import uk_date
from provisioning.store import retention
from provisioning.store.retention import Stale

log = logging.getLogger(__name__)
_ROWS_AT_ONCE = 500
"""Rows deleted in a transaction; other writers get their turn between two transactions."""


def stale(kept: RetentionSettings, now: datetime, *, external_directory: bool) -> list[Stale]:
    """Return the rows whose time in `kept` is over, children before parents.

    With an `external_directory` the accounts are not ours to delete.
    """

    def before(days: int) -> datetime:
        return now - timedelta(days=days)

    cases = select(CaseRow.number).where(CaseRow.resolved_at < before(kept.cases))
    requests = select(RequestRow.id).where(RequestRow.ended_at < before(kept.cases))
    given_up = and_(OutboxRow.given_up_because.is_not(None), OutboxRow.created_at < before(kept.letters))
    return [
        Stale(AuditRow, AuditRow.at < before(kept.audit)),
        Stale(OutsiderRow, OutsiderRow.since < before(kept.audit)),
        Stale(OutboxRow, or_(OutboxRow.sent_at < before(kept.letters), given_up)),
        Stale(CaseEventRow, CaseEventRow.case.in_(cases)),
        Stale(CaseEnquiryRow, CaseEnquiryRow.case.in_(cases)),
        Stale(CaseRow, CaseRow.resolved_at < before(kept.cases)),
        Stale(RequestAskRow, RequestAskRow.request.in_(requests)),
        Stale(RequestRow, RequestRow.ended_at < before(kept.cases)),
        *retention.of_runs(before(kept.journal)),
        retention.of_leavers(uk_date(before(kept.leavers))),
        *([] if external_directory else [retention.of_accounts(before(kept.accounts))]),
        retention.of_identities(),
    ]


def waiting(services: Services) -> dict[str, int]:
    """Return how many rows of each table would be deleted now."""
    with services.database.reading() as session:
        return {rows.table.name: retention.count(session, rows) for rows in _stale(services)}


def forget(services: Services, *, who: str, entry_point: str) -> dict[str, int]:
    """Delete the rows whose time is over, with an audit record; return how many rows of each table."""
    deleted: dict[str, int] = {}
    for rows in _stale(services):
        deleted[rows.table.name] = 0
        while count := _delete_some(services, rows):
            deleted[rows.table.name] += count
    outcome = summary(deleted) or audit.OK
    audit.keep(
        services.database,
        AuditRecord(services.clock.now(), who, entry_point, "retention", None, None, outcome),
    )
    return deleted


def summary(deleted: Mapping[str, int]) -> str:
    """Return the counts of deleted rows in a line, without tables of which none was deleted."""
    return ", ".join(f"{name} {count}" for name, count in deleted.items() if count)


def daily(services: Services) -> None:
    """Delete the rows whose time is over, as the schedule does every day."""
    deleted = summary(forget(services, who="schedule", entry_point="schedule"))
    if deleted:
        log.info("past their time and deleted: %s", deleted)


def _stale(services: Services) -> list[Stale]:
    external_directory = services.provisioning.external_directory is not None
    return stale(services.settings.retention, services.clock.now(), external_directory=external_directory)


def _delete_some(services: Services, rows: Stale) -> int:
    return services.database.write(lambda session: retention.delete_some(session, rows, _ROWS_AT_ONCE))
