"""The week's figures: counted from the cases, and sent when the office opens after it."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot import hours
from bot.desk.case import EventKind
from bot.desk.figures import Handled, Week, week
from bot.desk.tables import CaseEventRow, CaseRow
from bot.outbox import letters
from bot.outbox.letters import Letter
from bot.people import permissions
from bot.people.permissions import EVERYWHERE, MAY, Act
from bot.services import Services
from knowledge.texts import UK
from provisioning.clock import uk_date

KIND = "desk-week"
_LATE = timedelta(days=3)
"""How long after its Monday a week is still worth telling of."""


def figures(session: Session, monday: date) -> Week:
    """The figures of the week that begins on a Monday."""
    return week(monday, _handled(session, datetime.combine(monday, datetime.min.time(), UK)))


def tell(services: Services) -> None:
    """Put last week's summary into the outbox, once, when the office opens after it."""
    now = services.clock.now()
    if not hours.is_open(now):
        return
    today = uk_date(now)
    monday = today - timedelta(days=today.weekday())
    if today - monday > _LATE:
        return
    with services.database.reading() as session:
        wanted = [
            letter
            for letter in _letters(session, monday - timedelta(days=7), _readers(services, session, today))
            if letters.posted(session, letter.key) is None
        ]
    if wanted:
        services.database.write(lambda session: letters.put(session, wanted, now))


def _letters(session: Session, monday: date, to: Sequence[str]) -> list[Letter]:
    """The letters of a week in which there was something to tell."""
    if not to or not figures(session, monday).lines:
        return []
    payload = {"kind": KIND, "monday": monday.isoformat()}
    return [Letter(f"{KIND}:{monday}:{one}", one, payload) for one in to]


def _readers(services: Services, session: Session, today: date) -> list[str]:
    """The desk's channel; where there is none, everybody whose desk is that of all schools."""
    if services.settings.desk_channel:
        return [services.settings.desk_channel]
    grants = permissions.in_force(session, today)
    found = (one.user for one in grants if one.scope == EVERYWHERE and one.role in MAY[Act.DESK])
    return list(dict.fromkeys(found))


def _handled(session: Session, since: datetime) -> list[Handled]:
    """The cases that were open at some moment since then."""
    answers = (
        select(CaseEventRow.case, func.min(CaseEventRow.at).label("at"))
        .where(CaseEventRow.deed.in_([EventKind.ANSWERED, EventKind.RESOLVED]))
        .group_by(CaseEventRow.case)
        .subquery()
    )
    query = (
        select(CaseRow.first_cause, CaseRow.opened_at, answers.c.at, CaseRow.resolved_at)
        .join(answers, answers.c.case == CaseRow.number, isouter=True)
        .where((CaseRow.resolved_at.is_(None)) | (CaseRow.resolved_at >= since))
    )
    return [Handled(*row) for row in session.execute(query)]
