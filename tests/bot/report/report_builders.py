"""What tests of the report are built from: schools whose stages closed on certain days."""

from datetime import date, timedelta

from bot.report import counting
from bot.report.counting import Days
from bot.report.figures import (
    AlertFigures,
    CauseFigures,
    DeskFigures,
    HoldFigures,
    Known,
    YearFigures,
)
from diagnostics.deadlines import due
from diagnostics.stages import STAGES
from knowledge.keydates import derive
from provisioning.records.schools import School

DATES = derive(2026)
"""The deadline is 21 August 2026, rollover week 24 to 30 August, and term begins on 1 September."""
OPEN, NOT_HERE, UNKNOWN = "open", "not-here", "unknown"
Closed = date | str
NO_HOLDS, NO_CASES = HoldFigures(), DeskFigures(0, 0, None, None)
NO_ALERTS = AlertFigures((0, 0, 0, 0), 0, None)


def days(school: School, other: Closed | None = None, **closed: Closed) -> Days:
    """The days of a school's stages: those in `closed`, all others in time, or as `other` says."""
    found = {}
    for stage in STAGES:
        at = closed.get(stage.replace("-", "_"), other or due(stage, DATES))
        if at != UNKNOWN:
            found[school.number, stage] = (at != NOT_HERE, at if isinstance(at, date) else None)
    return found


def year(
    *schools: tuple[School, Days],
    number: int = 2026,
    on: date | None = None,
    causes: tuple[CauseFigures, ...] | None = (),
    alerts: AlertFigures | None = NO_ALERTS,
    holds: HoldFigures | None = NO_HOLDS,
    desk: DeskFigures | None = NO_CASES,
) -> YearFigures:
    """The figures of a year at schools with the days of their stages, in its autumn, or `on` a day."""
    on = on or date(number, 11, 2)
    at = tuple(counting.school_figures(school, kept, derive(number), on) for school, kept in schools)
    stages = counting.stage_figures(at)
    return YearFigures(number, on, at, stages, Known(causes), Known(alerts), Known(holds), Known(desk))


def in_august(day: int) -> date:
    return date(2026, 8, day)


def in_september(day: int) -> date:
    return date(2026, 9, day)


def hours(number: int) -> timedelta:
    return timedelta(hours=number)
