"""Which rows are past their time, of every feature: children before parents."""

from datetime import datetime, timedelta

from sqlalchemy import and_, func, select

from bot.alerts.tables import AlertRow
from bot.desk.tables import CaseEnquiryRow, CaseEventRow, CaseRow
from bot.outbox.tables import OutboxRow
from bot.people import audit_chain
from bot.people.tables import AuditRow, GrantRow, OutsiderRow, PreferenceRow, UserGroupRow
from bot.requests.tables import RequestAskRow, RequestRow
from bot.settings_tables import RetentionSettings
from bot.watches.tables import WatchRow
from provisioning.clock import uk_date
from provisioning.store import past_times
from provisioning.store.retention import Stale, recorded


def stale(kept: RetentionSettings, now: datetime, *, external_directory: bool) -> list[Stale]:
    """Return the rows whose time in `kept` is over, children before parents.

    With an `external_directory` accounts are deleted only where its export tells nothing of them any more.
    """

    def before(days: int) -> datetime:
        return now - timedelta(days=days)

    return [
        Stale(AuditRow, audit_chain.past_their_time(before(kept.audit)), audit_chain.delete_records),
        *_of_users(before(kept.audit)),
        *_of_letters(before(kept.letters)),
        *_of_cases(before(kept.cases)),
        *past_times.of_runs(before(kept.journal)),
        *past_times.of_records(before(kept.leavers), uk_date(before(kept.leavers))),
        *past_times.of_accounts(before(kept.accounts), external_directory=external_directory),
        *past_times.of_decisions(before(kept.journal)),
        *past_times.of_export(before(kept.leavers)),
    ]


def _of_users(before: datetime) -> list[Stale]:
    """Return what is kept of Slack users who have no role any more and did nothing since `before`."""
    granted = select(GrantRow.user)
    unused = and_(PreferenceRow.user.not_in(granted), PreferenceRow.user.not_in(select(AuditRow.who)))
    return [
        Stale(OutsiderRow, OutsiderRow.since < before),
        Stale(GrantRow, GrantRow.ends_on < uk_date(before)),
        Stale(UserGroupRow, UserGroupRow.id.not_in(granted)),
        Stale(PreferenceRow, unused),
    ]


def _of_letters(before: datetime) -> list[Stale]:
    """Return the letters from before `before`, also those that could never be sent, and such watches."""
    last = func.coalesce(OutboxRow.sent_at, OutboxRow.created_at)
    return [
        Stale(OutboxRow, recorded(OutboxRow, last) < before),
        Stale(WatchRow, WatchRow.since < before),
    ]


def _of_cases(before: datetime) -> list[Stale]:
    """Return cases, requests and alerts that ended before `before`, with all that hangs on them.

    Cases that are open and untouched are closed before (`bot.desk.untouched`).
    """
    resolved = and_(CaseRow.resolved_at.is_not(None), recorded(CaseRow, CaseRow.resolved_at) < before)
    cases = select(CaseRow.number).where(resolved)
    asked = func.coalesce(RequestRow.ended_at, RequestRow.asked_at)
    ended = recorded(RequestRow, asked) < before
    requests = select(RequestRow.id).where(ended)
    over = AlertRow.resolved_at < before
    return [
        Stale(CaseEventRow, CaseEventRow.case.in_(cases)),
        Stale(CaseEnquiryRow, CaseEnquiryRow.case.in_(cases)),
        Stale(CaseRow, resolved),
        Stale(RequestAskRow, RequestAskRow.request.in_(requests)),
        Stale(RequestRow, ended),
        Stale(AlertRow, over),
    ]
