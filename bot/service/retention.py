"""Retention: whatever is past its time is deleted every day, so many rows at once."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select

from bot.desk.tables import CaseEnquiryRow, CaseEventRow, CaseRow
from bot.people import audit
from bot.people.audit import AuditRecord
from bot.people.tables import AuditRow, OutboxRow
from bot.requests.tables import RequestAskRow, RequestRow
from bot.services import Services
from bot.settings import RetentionSettings
from provisioning.clock import uk_date
from provisioning.store import retention
from provisioning.store.retention import Stale

log = logging.getLogger(__name__)
_AT_ONCE = 500
"""Rows in a transaction: others write between two."""


def stale(kept: RetentionSettings, now: datetime, *, external_directory: bool) -> list[Stale]:
    """All that is past its time, what hangs on other rows first; accounts elsewhere are not ours."""

    def before(days: int) -> datetime:
        return now - timedelta(days=days)

    cases = select(CaseRow.number).where(CaseRow.resolved_at < before(kept.cases))
    requests = select(RequestRow.id).where(RequestRow.ended_at < before(kept.cases))
    given_up = and_(OutboxRow.given_up_because.is_not(None), OutboxRow.created_at < before(kept.letters))
    return [
        Stale(AuditRow, AuditRow.at < before(kept.audit)),
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
    """How many rows of each table would be deleted now."""
    with services.database.reading() as session:
        return {one.table.name: retention.count(session, one) for one in _stale(services)}


def forget(services: Services, *, who: str, door: str) -> dict[str, int]:
    """Delete what is past its time, and record how much it was; says how many rows of each table."""
    gone: dict[str, int] = {}
    for one in _stale(services):
        gone[one.table.name] = 0
        while some := _delete_some(services, one):
            gone[one.table.name] += some
    outcome = told(gone) or audit.OK
    audit.keep(
        services.database, AuditRecord(services.clock.now(), who, door, "retention", None, None, outcome)
    )
    return gone


def told(gone: Mapping[str, int]) -> str:
    """What was deleted, in one line."""
    return ", ".join(f"{name} {count}" for name, count in gone.items() if count)


def daily(services: Services) -> None:
    """What the clock's door does every day."""
    gone = told(forget(services, who="schedule", door="schedule"))
    if gone:
        log.info("past their time and deleted: %s", gone)


def _stale(services: Services) -> list[Stale]:
    external_directory = services.provisioning.external_directory is not None
    return stale(services.settings.retention, services.clock.now(), external_directory=external_directory)


def _delete_some(services: Services, one: Stale) -> int:
    return services.database.write(lambda session: retention.delete_some(session, one, _AT_ONCE))
