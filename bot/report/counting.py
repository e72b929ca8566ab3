"""Records of a rollover counted into its figures. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median

from bot.desk.figures import median_time
from bot.report.figures import (
    LEVELS,
    SLOW_DECISION,
    AlertFigures,
    CauseFigures,
    Closing,
    DeskFigures,
    HoldFigures,
    SchoolFigures,
    StageFigures,
    StageState,
)
from diagnostics.deadlines import due
from diagnostics.stages import STAGES
from knowledge.models import KeyDates
from provisioning.clock import uk_date
from provisioning.records.schools import School
from provisioning.store.hold_ends import HoldEnd

Days = Mapping[tuple[str, str], tuple[bool, date | None]]
"""Whether a stage applies and when it closed, by the school's number and the stage's id."""


@dataclass(frozen=True)
class AlertTimes:
    """An alert of a school: its kind, the level that it reached, and when it was raised and resolved."""

    school: str
    kind: str
    level: int
    raised_at: datetime
    resolved_at: datetime | None


@dataclass(frozen=True)
class CaseTimes:
    """A case of a school: its first cause, and when it was opened, first answered and resolved."""

    school: str | None
    cause: str | None
    opened_at: datetime
    answered_at: datetime | None
    resolved_at: datetime | None


@dataclass(frozen=True)
class RequestTimes:
    """A request for a run of a school: its cause, and when it was asked and ended."""

    school: str
    cause: str
    asked_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True)
class HoldTimes:
    """What a run of a school held: when it was announced, and what became of it; None while it waits."""

    school: str
    announced_at: datetime
    end: HoldEnd | None
    decided_at: datetime | None = None


def school_figures(school: School, days: Days, dates: KeyDates, on: date) -> SchoolFigures:
    """Return the stages of `school` by what is kept in `days`, against the key `dates`, on the day `on`."""
    closings = {}
    for stage in STAGES:
        applies, closed_on = days.get((school.number, stage), (True, None))
        known = (school.number, stage) in days
        closed = closed_on if closed_on and closed_on <= on else None
        closings[stage] = Closing(stage, due(stage, dates), on, known, applies, closed)
    return SchoolFigures(school, closings)


def worst_first(schools: Iterable[SchoolFigures]) -> list[SchoolFigures]:
    """Return `schools` by what is open, then by what was late, by how many days, and by number."""

    def worst(found: SchoolFigures) -> tuple[int, int, int, str]:
        late = found.of(StageState.LATE)
        days = sum(closing.late for closing in late)
        return -len(found.of(StageState.OPEN)), -len(late), -days, found.school.number

    return sorted(schools, key=worst)


def stage_figures(schools: Sequence[SchoolFigures]) -> tuple[StageFigures, ...]:
    """Return how many of `schools` closed each stage in time, late, or not, in the order of the stages."""
    return tuple(_stage(stage, [school.stages[stage] for school in schools]) for stage in STAGES)


def _stage(stage: str, closings: Sequence[Closing]) -> StageFigures:
    counted = Counter(closing.state for closing in closings)
    late = [closing.late for closing in closings if closing.late]
    days = {closing.due for closing in closings}
    return StageFigures(
        stage,
        {state: counted[state] for state in StageState},
        _whole(late),
        days.pop() if len(days) == 1 else None,
    )


def cause_figures(
    alerts: Iterable[AlertTimes], cases: Iterable[CaseTimes], requests: Iterable[RequestTimes]
) -> tuple[CauseFigures, ...]:
    """Return how often each cause was an alert, a case or a request, the most frequent first."""
    of_alerts, of_cases, of_requests = (Counter[str | None]() for _ in range(3))
    days: defaultdict[str | None, list[int]] = defaultdict(list)
    for alert in alerts:
        of_alerts[alert.kind] += 1
        days[alert.kind] += _days(alert.raised_at, alert.resolved_at)
    for case in cases:
        of_cases[case.cause] += 1
        days[case.cause] += _days(case.opened_at, case.resolved_at)
    for request in requests:
        of_requests[request.cause] += 1
        days[request.cause] += _days(request.asked_at, request.ended_at)
    found = [
        CauseFigures(cause, of_alerts[cause], of_cases[cause], of_requests[cause], _whole(days[cause]))
        for cause in {**of_alerts, **of_cases, **of_requests}
    ]
    return tuple(sorted(found, key=lambda line: (-line.count, line.cause or "")))


def alert_figures(alerts: Sequence[AlertTimes]) -> AlertFigures:
    """Return how many alerts reached each level, how many are open, and how long the others were."""
    levels = Counter(min(alert.level, LEVELS - 1) for alert in alerts)
    return AlertFigures(
        tuple(levels[level] for level in range(LEVELS)),
        sum(alert.resolved_at is None for alert in alerts),
        _whole([day for alert in alerts for day in _days(alert.raised_at, alert.resolved_at)]),
    )


def hold_figures(holds: Sequence[HoldTimes], now: datetime) -> HoldFigures:
    """Return what became of the `holds` until `now`."""
    waiting = [now - hold.announced_at for hold in holds if hold.end is None]
    ends = Counter(hold.end for hold in holds)
    return HoldFigures(
        approved=ends[HoldEnd.APPROVED],
        rejected=ends[HoldEnd.REJECTED],
        undone=ends[HoldEnd.UNDONE],
        replaced=ends[HoldEnd.REPLACED],
        waiting=len(waiting),
        overdue=sum(waited >= SLOW_DECISION for waited in waiting),
        to_decision=median_time(hold.decided_at - hold.announced_at for hold in holds if hold.decided_at),
    )


def desk_figures(cases: Sequence[CaseTimes]) -> DeskFigures:
    """Return how many cases there were, and how long they waited."""
    return DeskFigures(
        opened=len(cases),
        resolved=sum(case.resolved_at is not None for case in cases),
        to_answer=median_time(case.answered_at - case.opened_at for case in cases if case.answered_at),
        to_resolution=median_time(case.resolved_at - case.opened_at for case in cases if case.resolved_at),
    )


def _days(begun: datetime, ended: datetime | None) -> list[int]:
    """Return the days from one moment to another, in UK days; none where it has not `ended`."""
    return [] if ended is None else [(uk_date(ended) - uk_date(begun)).days]


def _whole(days: Sequence[int]) -> int | None:
    """Return the median of `days` in whole days, half a day rounded up; None for none."""
    return int(median(days) + 0.5) if days else None
