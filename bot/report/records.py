"""The records of rollovers, read from the store for many schools at once, in a fixed number of statements."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from bot.alerts.tables import AlertRow, StageDayRow
from bot.desk.case import EventKind
from bot.desk.tables import CaseEventRow, CaseRow
from bot.report.counting import AlertTimes, CaseTimes, Days, HoldTimes, RequestTimes
from bot.requests.tables import RequestRow
from knowledge.texts import UK
from provisioning.records.runs import RunStatus
from provisioning.store.hold_ends import HoldEnd
from provisioning.store.portions import portions
from provisioning.store.tables.runs import RunRow

FEW = 100
"""Schools up to which a statement names them; of more, all rows of the time are read and sifted here."""
_APPLIED = (RunStatus.SUCCEEDED, RunStatus.HELD)


@dataclass(frozen=True)
class Records:
    """What the store holds of the rollover of a year at some schools."""

    days: Days
    alerts: tuple[AlertTimes, ...]
    cases: tuple[CaseTimes, ...]
    requests: tuple[RequestTimes, ...]
    holds: tuple[HoldTimes, ...]


def first_run_on(session: Session) -> datetime | None:
    """Return when the oldest run that is kept began; None before the first."""
    oldest = select(func.min(RunRow.id)).scalar_subquery()
    return session.scalar(select(RunRow.started_at).where(RunRow.id == oldest))


def read(session: Session, numbers: Collection[str], year: int, first: date, last: date) -> Records:
    """Return the records of the rollover of `year` at the schools `numbers`, begun from `first` to `last`."""
    schools = _Among(frozenset(numbers))
    begin = datetime.combine(first, datetime.min.time(), UK)
    end = datetime.combine(last + timedelta(days=1), datetime.min.time(), UK)
    return Records(
        days=_days(session, schools, year),
        alerts=_alerts(session, schools, year, begin, end),
        cases=_cases(session, schools, begin, end),
        requests=_requests(session, schools, begin, end),
        holds=_holds(session, schools, begin, end),
    )


@dataclass(frozen=True)
class _Among:
    """The schools that are asked about."""

    numbers: frozenset[str]

    def narrow(self, column: InstrumentedAttribute[Any]) -> list[ColumnElement[bool]]:
        """Return the condition that `column` names one of a few schools; none where there are many."""
        return [column.in_(sorted(self.numbers))] if len(self.numbers) <= FEW else []


def _days(session: Session, schools: _Among, year: int) -> Days:
    row = StageDayRow
    query = select(row.school, row.stage, row.applies, row.closed_on)
    found = session.execute(query.where(row.year == year, *schools.narrow(row.school)))
    return {
        (school, stage): (applies, closed_on)
        for school, stage, applies, closed_on in found
        if school in schools.numbers
    }


def _alerts(
    session: Session, schools: _Among, year: int, begin: datetime, end: datetime
) -> tuple[AlertTimes, ...]:
    row = AlertRow
    query = select(row.school, row.kind, row.level, row.raised_at, row.resolved_at).where(
        row.year == year, row.raised_at >= begin, row.raised_at < end, *schools.narrow(row.school)
    )
    return tuple(AlertTimes(*found) for found in session.execute(query) if found[0] in schools.numbers)


def _cases(session: Session, schools: _Among, begin: datetime, end: datetime) -> tuple[CaseTimes, ...]:
    row = CaseRow
    within = (row.opened_at >= begin, row.opened_at < end, *schools.narrow(row.school))
    answers = (
        select(CaseEventRow.case, func.min(CaseEventRow.at).label("at"))
        .join(row, row.number == CaseEventRow.case)
        .where(CaseEventRow.kind.in_([EventKind.ANSWERED, EventKind.RESOLVED]), *within)
        .group_by(CaseEventRow.case)
        .subquery()
    )
    query = (
        select(row.school, row.first_cause, row.opened_at, answers.c.at, row.resolved_at)
        .join(answers, answers.c.case == row.number, isouter=True)
        .where(*within)
    )
    return tuple(CaseTimes(*found) for found in session.execute(query) if found[0] in schools.numbers)


def _requests(session: Session, schools: _Among, begin: datetime, end: datetime) -> tuple[RequestTimes, ...]:
    row = RequestRow
    query = select(row.school, row.cause, row.asked_at, row.ended_at).where(
        row.asked_at >= begin, row.asked_at < end, *schools.narrow(row.school)
    )
    return tuple(RequestTimes(*found) for found in session.execute(query) if found[0] in schools.numbers)


def _holds(session: Session, schools: _Among, begin: datetime, end: datetime) -> tuple[HoldTimes, ...]:
    """Return what runs held that people were told of, and what became of each (see `hold_ends`)."""
    row = RunRow
    query = (
        select(row.id, row.school, row.announced_at)
        .where(row.status.in_([RunStatus.RUNNING, *_APPLIED]))
        .where(row.announced_at >= begin, row.announced_at < end, *schools.narrow(row.school))
        .order_by(row.id)
    )
    announced: defaultdict[str, list[tuple[int, datetime]]] = defaultdict(list)
    for id_, school, at in session.execute(query):
        if at is not None and school in schools.numbers:
            announced[school].append((id_, at))
    since = min((held[0][0] for held in announced.values()), default=0)
    held_at = sorted(announced)
    decided = _decided(session, held_at, since)
    applied = _last_applied(session, held_at)
    undone = _undone(session, [id_ for found in decided.values() for id_, *_ in found])
    return tuple(
        hold
        for school, held in announced.items()
        for hold in _ends(school, held, decided[school], applied.get(school, 0), undone)
    )


Decided = tuple[int, str, datetime | None]
"""A run that was decided on: its id, the decision, and when."""


def _decided(session: Session, schools: Sequence[str], since: int) -> dict[str, list[Decided]]:
    """Return the runs of `schools` that people decided on, from the id `since` on, in order."""
    found: dict[str, list[Decided]] = {school: [] for school in schools}
    row = RunRow
    for some in portions(schools):
        query = (
            select(row.school, row.id, row.decision, row.decided_at)
            .where(row.school.in_(some), row.id >= since, row.status.in_(_APPLIED))
            .where(row.decision.is_not(None))
            .order_by(row.id)
        )
        for school, id_, decision, decided_at in session.execute(query):
            found[school].append((id_, str(decision), decided_at))
    return found


def _last_applied(session: Session, schools: Sequence[str]) -> dict[str, int]:
    """Return the id of the last run of each of `schools` that held nothing."""
    row = RunRow
    return {
        school: id_
        for some in portions(schools)
        for school, id_ in session.execute(
            select(row.school, func.max(row.id))
            .where(row.school.in_(some), row.status == RunStatus.SUCCEEDED)
            .group_by(row.school)
        )
    }


def _undone(session: Session, runs: Sequence[int]) -> set[int]:
    """Return those of `runs` that were undone."""
    return {
        id_
        for some in portions(runs)
        for id_ in session.scalars(select(RunRow.undoes).where(RunRow.undoes.in_(some)))
        if id_ is not None
    }


def _ends(
    school: str,
    held: Sequence[tuple[int, datetime]],
    decided: Sequence[Decided],
    applied: int,
    undone: set[int],
) -> Iterable[HoldTimes]:
    """Yield what became of each hold: a decision before the next one was announced, else a later run.

    `applied` is the school's last run that held nothing.
    """
    ids = [run[0] for run in decided]
    for place, (id_, at) in enumerate(held):
        until = held[place + 1][0] if place + 1 < len(held) else None
        next_ = decided[bisect_left(ids, id_)] if ids and ids[-1] >= id_ else None
        if next_ is not None and (until is None or next_[0] < until):
            run, decision, decided_at = next_
            end = HoldEnd.UNDONE if run in undone else HoldEnd(decision)
            yield HoldTimes(school, at, end, decided_at)
        elif until is None and applied < id_:
            yield HoldTimes(school, at, None)
        else:
            yield HoldTimes(school, at, HoldEnd.REPLACED)
