"""The figures of a week, counted from the cases in the store."""

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.desk.case import EventKind
from bot.desk.figures import CaseTimes, Week, week
from bot.desk.tables import CaseEventRow, CaseRow
from bot.people import workspaces
from bot.people.addresses import workspace_of
from knowledge.texts import UK
from provisioning.store import schools


def figures(session: Session, monday: date, reader: str) -> Week:
    """Return the figures of the week from `monday` for a `reader`: a user or channel.

    With several workspaces they are of the schools that the reader's serves.
    """
    return week(monday, _case_times(session, datetime.combine(monday, datetime.min.time(), UK), reader))


def _case_times(session: Session, since: datetime, reader: str) -> list[CaseTimes]:
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
    if workspace_of(reader):
        own = workspaces.within(session, reader, schools.every(session))
        query = query.where(CaseRow.school.in_([school.number for school in own]))
    return [CaseTimes(*row) for row in session.execute(query)]
