"""The service desk's figures of a week: counts and times per cause, without names. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from provisioning.clock import uk_date


@dataclass(frozen=True)
class CaseTimes:
    """The moments at which a case was opened, first answered and resolved, as far as that has happened.

    `cause` is the first cause that was found, None where the case was not about a person. A case that was
    resolved without an answer counts as answered at that moment, for its writer is told.
    """

    cause: str | None
    opened_at: datetime
    answered_at: datetime | None
    resolved_at: datetime | None


@dataclass(frozen=True)
class CauseFigures:
    """A week's figures of a cause: counts of cases, and median times, None where no case has one."""

    cause: str | None
    opened: int
    resolved: int
    still_open: int
    to_answer: timedelta | None
    to_resolution: timedelta | None


@dataclass(frozen=True)
class Week:
    """A week's figures, from a Monday to its Sunday: those of each cause, most cases first, and the total."""

    monday: date
    lines: tuple[CauseFigures, ...]
    total: CauseFigures


def week(monday: date, cases: Iterable[CaseTimes]) -> Week:
    """Return the figures of the week from `monday`, in UK days.

    Times are those of cases answered or resolved in the week, whenever opened; `still_open` is as at its end.
    """
    known = [case for case in cases if uk_date(case.opened_at) <= monday + timedelta(days=6)]
    causes = dict.fromkeys(case.cause for case in known)
    lines = [_line(cause, [case for case in known if case.cause == cause], monday) for cause in causes]
    told = [line for line in lines if line.opened or line.resolved or line.still_open]
    told.sort(key=lambda line: (-line.opened, -line.still_open, line.cause or ""))
    return Week(monday, tuple(told), _line(None, known, monday))


def _line(cause: str | None, cases: Sequence[CaseTimes], monday: date) -> CauseFigures:
    def within(moment: datetime | None) -> bool:
        return moment is not None and monday <= uk_date(moment) <= monday + timedelta(days=6)

    def after(moment: datetime | None) -> bool:
        return moment is None or uk_date(moment) > monday + timedelta(days=6)

    return CauseFigures(
        cause=cause,
        opened=sum(within(case.opened_at) for case in cases),
        resolved=sum(within(case.resolved_at) for case in cases),
        still_open=sum(after(case.resolved_at) for case in cases),
        to_answer=median_time(
            case.answered_at - case.opened_at
            for case in cases
            if case.answered_at and within(case.answered_at)
        ),
        to_resolution=median_time(
            case.resolved_at - case.opened_at
            for case in cases
            if case.resolved_at and within(case.resolved_at)
        ),
    )


def median_time(times: Iterable[timedelta]) -> timedelta | None:
    """Return the median of `times`; None for none."""
    found = [time.total_seconds() for time in times]
    return timedelta(seconds=median(found)) if found else None
