"""What a school's runs changed in the same week of last year, from the journal."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from knowledge.texts import UK
from provisioning.records.changes import ChangeKind
from provisioning.records.people import Kind
from provisioning.store.tables.accounts import JournalRow
from provisioning.store.tables.runs import RunRow

_A_YEAR, _A_WEEK = timedelta(weeks=52), timedelta(weeks=1)
_REACHES_BACK = timedelta(weeks=4)
"""Where the journal has changes of so long before the week, those of the week are kept too."""


def same_week(session: Session, school: str, day: date) -> Mapping[tuple[ChangeKind, Kind], int] | None:
    """Return how many accounts a school's runs changed in the week of `day`, 52 weeks before.

    By what was done, and to which kind of person; what was undone is left out. None where the journal has
    nothing of the school from that time, so that it is not known. Weeks begin on Monday, in UK time.
    """
    monday = day - timedelta(days=day.weekday()) - _A_YEAR
    begin, end = (datetime.combine(start, time(), UK) for start in (monday, monday + _A_WEEK))
    undoing = aliased(RunRow)
    query = (
        select(JournalRow.kind, JournalRow.person, RunRow.finished_at, func.count())
        .join(RunRow, JournalRow.run == RunRow.id)
        .where(
            RunRow.school == school,
            RunRow.finished_at >= begin - _REACHES_BACK,
            RunRow.finished_at < end,
            RunRow.undoes.is_(None),
            ~exists().where(undoing.undoes == RunRow.id),
        )
        .group_by(JournalRow.kind, JournalRow.person, RunRow.id, RunRow.finished_at)
    )
    found = session.execute(query).all()
    if not found:
        return None
    in_week: Counter[tuple[ChangeKind, Kind]] = Counter()
    for kind, person, finished_at, count in found:
        if finished_at is not None and finished_at >= begin:
            in_week[ChangeKind(kind), Kind(person)] += count
    return in_week
