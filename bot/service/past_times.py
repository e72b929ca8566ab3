"""Which rows are past their time, of every feature: children before parents."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, exists, func, select
from sqlalchemy.orm import Session

from bot.alerts.tables import AlertRow
from bot.desk.tables import CaseEnquiryRow, CaseEventRow, CaseRow
from bot.feedback.tables import FeedbackRow
from bot.outbox.tables import OutboxRow
from bot.people import audit_chain
from bot.people.tables import AbsenceRow, AuditRow, GrantRow, OutsiderRow, PreferenceRow, UserGroupRow
from bot.requests.tables import RequestAskRow, RequestRecordRow, RequestRow
from bot.settings_tables import RetentionSettings
from bot.watches.tables import WatchRow
from provisioning.clock import uk_date
from provisioning.store import past_times
from provisioning.store.retention import Stale, recorded
from provisioning.store.run_retention import RunTimes, past_runs


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
        Stale(AbsenceRow, AbsenceRow.until < uk_date(before(kept.journal))),
        Stale(FeedbackRow, FeedbackRow.day < uk_date(before(kept.cases))),
        *past_times.of_runs(before(kept.journal)),
        *past_runs(_run_times(kept, before)),
        *past_times.of_records(before(kept.leavers), uk_date(before(kept.leavers))),
        *past_times.of_accounts(before(kept.accounts), external_directory=external_directory),
        *past_times.of_decisions(before(kept.journal)),
        *past_times.of_export(before(kept.leavers)),
    ]


def _run_times(kept: RetentionSettings, before: Callable[[int], datetime]) -> RunTimes:
    """Return when runs are past their time: not before what is kept longer and is about them.

    A letter about a held run is put in until it is decided, and kept for its own days from then on.
    """
    runs = max(kept.runs, kept.journal, kept.letters)
    return RunTimes(
        quiet=before(kept.quiet_runs_days),
        others=before(runs),
        announced=before(runs + kept.letters),
        releasing=before(max(runs, kept.accounts)),
    )


def _of_users(before: datetime) -> list[Stale]:
    """Return what is kept of Slack users who have no role any more and did nothing since `before`."""
    # The audit has no index of who did something: it is looked through once, and not again for each user.
    did_nothing = PreferenceRow.user.not_in(select(AuditRow.who))
    unused = and_(~exists().where(GrantRow.user == PreferenceRow.user), did_nothing)
    return [
        Stale(OutsiderRow, OutsiderRow.since < before),
        Stale(GrantRow, GrantRow.ends_on < uk_date(before)),
        Stale(UserGroupRow, ~exists().where(GrantRow.user == UserGroupRow.id)),
        Stale(PreferenceRow, unused, _forget_preferences),
    ]


def _forget_preferences(session: Session, users: Sequence[str]) -> None:
    session.execute(delete(PreferenceRow).where(PreferenceRow.user.in_(users)))


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
    asked = func.coalesce(RequestRow.ended_at, RequestRow.asked_at)
    ended = recorded(RequestRow, asked) < before
    over = AlertRow.resolved_at < before
    return [
        Stale(CaseEventRow, exists().where(CaseRow.number == CaseEventRow.case, resolved)),
        Stale(CaseEnquiryRow, exists().where(CaseRow.number == CaseEnquiryRow.case, resolved)),
        Stale(CaseRow, resolved),
        Stale(RequestAskRow, exists().where(RequestRow.id == RequestAskRow.request, ended)),
        Stale(RequestRecordRow, exists().where(RequestRow.id == RequestRecordRow.request, ended)),
        Stale(RequestRow, ended),
        Stale(AlertRow, over),
    ]
