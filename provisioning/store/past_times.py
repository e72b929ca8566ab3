"""Which rows of runs and accounts are past their time: what a person left behind goes with its purpose."""

from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, exists, func, or_
from sqlalchemy.orm import InstrumentedAttribute, aliased

from provisioning.manual.handmade import MADE_BY_HAND
from provisioning.records.accounts import Status
from provisioning.records.people import MIS_KINDS
from provisioning.store.decisions import WHOLE_EXTRACT
from provisioning.store.freezes import FreezeRow
from provisioning.store.retention import NOT_KEPT, Stale, recorded
from provisioning.store.run_retention import finished_before, of_run
from provisioning.store.tables.accounts import AccountRow, CorrectionRow, JournalRow
from provisioning.store.tables.decisions import HeldRow, IdentityDecisionRow, RefusalRow, RelaxationRow
from provisioning.store.tables.files import CoveredRow, PortalReadingRow, PortalUnreadRow
from provisioning.store.tables.reviews import ReviewRow
from provisioning.store.tables.runs import ClientLogRow, NoteRow, RunRow
from provisioning.store.tables.schools import LocalDateRow, SchoolRow

_Text = InstrumentedAttribute[str]
_USERS = ("U", "W", "cli:")
"""How those begin who start a run and are people: Slack users, and accounts of the machine."""


def of_runs(before: datetime) -> list[Stale]:
    """Return what is kept of runs finished before `before`, who started and decided them included.

    What such a run still holds is shown anew by the school's next run, or where it is approved.
    """
    over, later = finished_before(before), aliased(RunRow)
    newer = exists().where(later.school == RunRow.school, later.id > RunRow.id, later.only.is_(None))
    started = or_(*(RunRow.started_by.startswith(mark, autoescape=True) for mark in _USERS))
    decided = and_(RunRow.decided_by.is_not(None), RunRow.decided_by != NOT_KEPT)
    taken_back = and_(RunRow.taken_back_by.is_not(None), RunRow.taken_back_by != NOT_KEPT)
    return [
        *(of_run(row, over) for row in (JournalRow, NoteRow, HeldRow, ClientLogRow)),
        Stale(RunRow, and_(over, started), empty={"started_by": NOT_KEPT}),
        Stale(RunRow, and_(over, decided), empty={"decided_by": NOT_KEPT}),
        Stale(RunRow, and_(over, taken_back), empty={"taken_back_by": NOT_KEPT}),
        Stale(RunRow, and_(over, RunRow.error.is_not(None), newer), empty={"error": None}),
    ]


def of_records(before: datetime, left_before: date) -> list[Stale]:
    """Return the covered records of people who left before `left_before`, and of schools that run no more.

    Such a school closed before that day, or has had no run since `before`.
    """
    still_runs = exists().where(
        RunRow.school == SchoolRow.number,
        or_(RunRow.finished_at.is_(None), recorded(RunRow, RunRow.finished_at) >= before),
    )
    # Asked of a record's own school: a list of all such schools would be made anew for each record that goes.
    is_over = exists().where(
        SchoolRow.number == CoveredRow.school, or_(SchoolRow.closed_on < left_before, ~still_runs)
    )
    return [Stale(CoveredRow, or_(CoveredRow.leaving_date < left_before, is_over))]


def of_decisions(before: datetime) -> list[Stale]:
    """Return people's decisions from before `before` of which no record or account is there any more.

    Relaxations and freezes have a day on which they end; their reason, a free text, goes so long after it.
    """
    kept = and_(
        AccountRow.status == Status.ACTIVE,
        or_(
            AccountRow.upn == RefusalRow.identifier,
            and_(AccountRow.staff_code == RefusalRow.identifier, AccountRow.school == RefusalRow.school),
        ),
    )
    refused = and_(
        exists().where(RunRow.id == RefusalRow.run, finished_before(before)),
        RefusalRow.kind != WHOLE_EXTRACT,
        ~_covered(RefusalRow.school, RefusalRow.identifier),
        ~exists().where(kept),
    )
    asked = func.coalesce(IdentityDecisionRow.at, IdentityDecisionRow.asked_at) < before
    gone = ~exists().where(AccountRow.id == IdentityDecisionRow.account)
    moot = and_(asked, ~_covered(IdentityDecisionRow.school, IdentityDecisionRow.identifier))
    return [
        Stale(RefusalRow, refused),
        Stale(IdentityDecisionRow, or_(gone, moot)),
        Stale(CorrectionRow, CorrectionRow.recorded_at < before),
        Stale(RelaxationRow, RelaxationRow.until < before.date()),
        Stale(FreezeRow, FreezeRow.ends_on < before.date()),
        Stale(
            LocalDateRow,
            and_(LocalDateRow.at < before, LocalDateRow.by != NOT_KEPT),
            empty={"by": NOT_KEPT},
        ),
    ]


def of_accounts(before: datetime, *, external_directory: bool) -> list[Stale]:
    """Return the accounts that ended before `before`, and the reviews of accounts that are gone.

    Of the MIS, those released, which no school has matched since; of those made by hand, those of which
    nothing has been decided since. With an `external_directory` only those that its export told no more.
    """
    released = and_(
        AccountRow.kind.in_(MIS_KINDS),
        AccountRow.released_at.is_not(None),
        AccountRow.released_at < before,
        ~_released_since(before),
    )
    ended = and_(
        AccountRow.kind.in_(MADE_BY_HAND),
        or_(AccountRow.expires_on.is_(None), AccountRow.expires_on < before.date()),
        ~exists().where(ReviewRow.account == AccountRow.id, ReviewRow.at >= before),
    )
    over = and_(AccountRow.status == Status.INACTIVE, or_(released, ended))
    if external_directory:
        over = and_(over, ~_read_since(AccountRow.school, before))
    without = ~exists().where(AccountRow.id == ReviewRow.account)
    return [Stale(AccountRow, over), Stale(ReviewRow, without)]


def of_export(before: datetime) -> list[Stale]:
    """Return the unread rows of exports of which none was read since `before`."""
    of_all = and_(PortalUnreadRow.reading == "", exists().where(PortalReadingRow.as_of >= before))
    over = and_(~of_all, ~_read_since(PortalUnreadRow.reading, before))
    return [Stale(PortalUnreadRow, over)]


def _released_since(before: datetime) -> ColumnElement[bool]:
    """Return the condition that a run recorded since `before` released the account, by whatever clock."""
    return exists().where(
        RunRow.school == AccountRow.released_from,
        RunRow.started_at <= AccountRow.released_at,
        RunRow.finished_at >= AccountRow.released_at,
        recorded(RunRow, RunRow.finished_at) >= before,
    )


def _read_since(school: _Text, moment: datetime) -> ColumnElement[bool]:
    return exists().where(PortalReadingRow.school == school, PortalReadingRow.as_of >= moment)


def _covered(school: _Text, identifier: _Text) -> ColumnElement[bool]:
    return exists().where(CoveredRow.school == school, CoveredRow.identifier == identifier)
