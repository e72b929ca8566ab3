"""The figures of a week, counted from the cases in the store."""

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.desk.case import EventKind
from bot.desk.figures import CaseTimes, Week, week
from bot.desk.tables import CaseEventRow, CaseRow
from knowledge.texts import UK


def figures(session: Session, monday: date) -> Week:
    """Return the figures of the week from `monday`."""
    return week(monday, _case_times(session, datetime.combine(monday, datetime.min.time(), UK)))


def _case_times(session: Session, since: datetime) -> list[CaseTimes]:
    """Return the cases that were open at some moment since `since`."""
    answers = (
        select(CaseEventRow.case, func.min(CaseEventRow.at).label("at"))
        .where(CaseEventRow.kind.in_([EventKind.ANSWERED, EventKind.RESOLVED]))
        .group_by(CaseEventRow.case)
        .subquery()
    )
    query = (
        select(CaseRow.first_cause, CaseRow.opened_at, answers.c.at, CaseRow.resolved_at)
        .join(answers, answers.c.case == CaseRow.number, isouter=True)
        .where((CaseRow.resolved_at.is_(None)) | (CaseRow.resolved_at >= since))
    )
    return [CaseTimes(*row) for row in session.execute(query)]
