"""The day by which each stage of a rollover is to be done. Pure."""

from datetime import date, datetime, timedelta

from diagnostics.verdict import Verdict
from knowledge.keydates import end_of_academic_year
from knowledge.models import KeyDates
from provisioning.clock import uk_date
from provisioning.rules import STALE, is_stale


def due(stage: str, dates: KeyDates) -> date:
    """Return the day by which the stage with the id `stage` is to be done."""
    match stage:
        case "mis-end-of-year":
            return dates.end_of_year_deadline
        case "client-ran" | "ran-after-previous-schools" | "intake-matched":
            return dates.week_end
        case "non-mis-reviewed" | "governors-reviewed":
            return end_of_academic_year(dates.year)
        case _:
            return dates.first_day_of_term


def due_of(stage: Verdict, dates: KeyDates) -> date:
    """Return the day by which `stage` is to be done.

    For an extract that is too old, it is the last day on which it was recent enough.
    """
    if stage.step == "extract-current" and isinstance(stage.as_of, datetime):
        return _recent_until(uk_date(stage.as_of), dates.end_of_year_deadline)
    return due(stage.step, dates)


def _recent_until(written: date, deadline: date) -> date:
    """Return the last day on which an extract `written` on a day is recent, by the year's `deadline`."""
    days = (written + timedelta(days=later) for later in range(STALE.days))
    return next(
        (day for day in days if is_stale(written, day + timedelta(days=1), deadline)), written + STALE
    )
