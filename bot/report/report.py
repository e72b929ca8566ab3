"""The report of a rollover: its figures, those of the year before, and what to do in July."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar

from sqlalchemy.orm import Session

from bot.report import counting, records
from bot.report.advice import Advice, advice
from bot.report.figures import Known, YearFigures, period
from bot.report.records import Records
from bot.services import Services
from bot.settings_tables import RetentionSettings
from knowledge.keydates import Calendar
from provisioning.calendars import by_authority
from provisioning.clock import uk_date
from provisioning.records.schools import School

T = TypeVar("T")


@dataclass(frozen=True)
class Part:
    """The figures of some schools, with those of the year `before`, and what follows for July."""

    now: YearFigures
    before: YearFigures
    advice: tuple[Advice, ...]


@dataclass(frozen=True)
class Report:
    """How the rollover of `year` went, as the records stood at `as_of`.

    `whole` is of all its schools, and `authorities` of each local authority's, by code.
    """

    year: int
    as_of: datetime
    whole: Part
    authorities: dict[str, Part]

    @property
    def school(self) -> School | None:
        """The only school, where there is one alone."""
        found = self.whole.now.schools
        return found[0].school if len(found) == 1 else None

    @property
    def authority(self) -> str | None:
        """The code of the only local authority, where there is one alone."""
        return next(iter(self.authorities)) if len(self.authorities) == 1 else None


@dataclass(frozen=True)
class _Kept:
    """Since when records are there: the oldest run, and how far back each kind of record is kept."""

    first_run: date | None
    now: datetime
    retention: RetentionSettings

    @property
    def today(self) -> date:
        """The day of `now`."""
        return uk_date(self.now)

    def since(self, days: int) -> date | None:
        """Return the day since which all records are there that are kept for `days`; None without any."""
        if self.first_run is None:
            return None
        return max(self.first_run, self.today - timedelta(days=days))


def make(services: Services, schools: Sequence[School], year: int) -> Report:
    """Return the report of the rollover of `year` at `schools`, as the records stand now."""
    now = services.clock.now()
    with services.database.reading() as session:
        calendars = by_authority(
            services.provisioning.knowledge.calendar, services.provisioning.local_dates, session
        )
        first_run = records.first_run_on(session)
        kept = _Kept(uk_date(first_run) if first_run else None, now, services.settings.retention)
        by_year = {each: _read(session, schools, each, kept) for each in (year, year - 1)}
    by_code: defaultdict[str, list[School]] = defaultdict(list)
    for school in schools:
        by_code[school.local_authority].append(school)
    dates = {code: calendars(code) for code in by_code}

    def part(among: Sequence[School]) -> Part:
        found, before = (_figures(among, each, by_year[each], dates, kept) for each in (year, year - 1))
        return Part(found, before, advice(found, before))

    whole = part(schools)
    if len(by_code) == 1:
        return Report(year, now, whole, dict.fromkeys(by_code, whole))
    return Report(year, now, whole, {code: part(by_code[code]) for code in sorted(by_code)})


def _read(session: Session, schools: Sequence[School], year: int, kept: _Kept) -> Records:
    first, last = period(year)
    return records.read(session, [school.number for school in schools], year, first, min(last, kept.today))


def _figures(
    schools: Sequence[School], year: int, found: Records, dates: dict[str, Calendar], kept: _Kept
) -> YearFigures:
    """Return the figures of `year` at `schools` from what was `found` at these and others."""
    numbers = {school.number for school in schools}
    of = {code: calendar.of(year) for code, calendar in dates.items()}
    at = counting.worst_first(
        counting.school_figures(school, found.days, of[school.local_authority], kept.today)
        for school in schools
    )
    cases = [case for case in found.cases if case.school in numbers]
    requests = [request for request in found.requests if request.school in numbers]
    alerts = [alert for alert in found.alerts if alert.school in numbers]
    holds = [hold for hold in found.holds if hold.school in numbers]
    settled, runs = kept.since(kept.retention.cases), kept.since(kept.retention.runs)
    return YearFigures(
        year=year,
        on=kept.today,
        schools=tuple(at),
        stages=counting.stage_figures(at),
        causes=_known(
            year,
            settled,
            lambda first: counting.cause_figures(
                [alert for alert in alerts if uk_date(alert.raised_at) >= first],
                [case for case in cases if uk_date(case.opened_at) >= first],
                [request for request in requests if uk_date(request.asked_at) >= first],
            ),
        ),
        alerts=_known(
            year,
            settled,
            lambda first: counting.alert_figures(
                [alert for alert in alerts if uk_date(alert.raised_at) >= first]
            ),
        ),
        holds=_known(
            year,
            runs,
            lambda first: counting.hold_figures(
                [hold for hold in holds if uk_date(hold.announced_at) >= first], kept.now
            ),
        ),
        desk=_known(
            year,
            settled,
            lambda first: counting.desk_figures([case for case in cases if uk_date(case.opened_at) >= first]),
        ),
    )


def _known(year: int, since: date | None, counted: Callable[[date], T]) -> Known[T]:
    """Return the figures of `year` as far as records are there `since` a day, or none."""
    first, last = period(year)
    if since is None or since > last:
        return Known(None)
    return Known(counted(max(first, since)), since if since > first else None)
