"""The facts of all schools: found by looking at a school, and kept until something they rest on changes."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.alerts.alert import Fact
from bot.alerts.facts import facts, season
from bot.alerts.marks import Changes, MarkReader
from bot.settings_tables import ScheduleGroup
from bot.slots import members
from diagnostics.readiness import AT_ONCE, Look, looks_together
from diagnostics.reliance import Reliance
from diagnostics.tally import Standing, standing
from knowledge.keydates import Calendar
from provisioning.calendars import by_authority
from provisioning.clock import today, uk_date
from provisioning.errors import KnownError
from provisioning.records.schools import School
from provisioning.rules import is_stale
from provisioning.runs.school_run import Provisioning

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Kept:
    """The facts that were found of a school, how it stands, and what that rests on besides its own marks."""

    facts: tuple[Fact, ...]
    standing: Standing
    rests_on: Reliance
    in_season: bool

    def lasts(self, day: date, *, in_season: bool) -> bool:
        """Return whether the facts still hold on a `day`, as far as that goes by the day."""
        return self.rests_on.lasts(day) and self.in_season is in_season


class KnownFacts:
    """The facts that earlier rounds have found; a round looks again only where something has changed.

    They are of this process: a new one looks at every school once.
    """

    def __init__(self, groups: Sequence[ScheduleGroup] = ()) -> None:
        self._groups = groups
        self._marks = MarkReader()
        self._kept: dict[str, Kept] = {}
        self._too_old: dict[str, bool] = {}
        """Whether a school's files are too old on the day of the last round, by their times alone."""
        self._day: date | None = None
        self.unknown: frozenset[str] = frozenset()
        """The schools, by number, whose facts the last round could not find out."""
        self.standings: Mapping[str, Standing] = {}
        """How each school stands that is in season, by number, as the last round has found it."""

    def of(
        self, provisioning: Provisioning, among: Sequence[School], with_alerts: frozenset[str]
    ) -> tuple[Fact, ...]:
        """Return the facts of those of all schools, `among`, that can have alerts.

        A school can have alerts in season, or while its extract is too old, or while it has open ones
        (`with_alerts`, by number), unless it is closed. A school whose readiness can't be found out is logged
        and left out.
        """
        with provisioning.database.reading() as session:
            changes = self._marks.changes(provisioning, session, among)
        try:
            self._forget_changed(changes)
            return self._read(provisioning, among, with_alerts)
        except BaseException:
            self._marks.forget()
            raise

    def _forget_changed(self, changes: Changes | None) -> None:
        if changes is None:
            self._kept, self._too_old = {}, {}
            return
        for number in [number for number, kept in self._kept.items() if changes.reach(number, kept.rests_on)]:
            del self._kept[number]
        for number in changes.schools:
            self._too_old.pop(number, None)

    def _forget_past(self, day: date, seasons: Mapping[str, bool]) -> None:
        """Forget the facts that may be others on `day`; `seasons` has, by school, whether it is in season."""
        past = [
            number
            for number, kept in self._kept.items()
            if number not in seasons or not kept.lasts(day, in_season=seasons[number])
        ]
        for number in past:
            del self._kept[number]
        if self._day != day:
            self._day, self._too_old = day, {}

    def _read(
        self, provisioning: Provisioning, among: Sequence[School], with_alerts: frozenset[str]
    ) -> tuple[Fact, ...]:
        day = today(provisioning.clock)
        by_code = _calendars(provisioning, among)
        unknown = {school.number for school in among if school.local_authority not in by_code}
        among = [school for school in among if school.number not in unknown]
        seasons = {code: season(calendar.in_focus(day), day) for code, calendar in by_code.items()}
        self._forget_past(day, {school.number: seasons[school.local_authority] for school in among})

        def can_have_alerts(school: School) -> bool:
            if school.is_closed(day):
                return False
            if seasons[school.local_authority] or school.number in with_alerts:
                return True
            if school.number not in self._too_old:
                calendar = by_code[school.local_authority]
                self._too_old[school.number] = _is_too_old(provisioning, school.number, day, calendar)
            return self._too_old[school.number]

        able = [school for school in among if can_have_alerts(school)]
        wanted = [school.number for school in able if school.number not in self._kept]
        scheduled = members(self._groups, able)
        for look in _looks(provisioning, wanted):
            school = look.found.school
            dates = by_code[school.local_authority].in_focus(day)
            found = facts(look.found, look.latest, dates, day, provisioning.knowledge)
            stands = standing(look.found, scheduled)
            self._kept[school.number] = Kept(found, stands, look.rests_on, seasons[school.local_authority])
        self.unknown = frozenset(unknown.union(wanted).difference(self._kept))
        kept = {school.number: self._kept[school.number] for school in able if school.number in self._kept}
        self.standings = {number: found.standing for number, found in kept.items() if found.in_season}
        return tuple(fact for of_school in kept.values() for fact in of_school.facts)


def _calendars(provisioning: Provisioning, among: Sequence[School]) -> Mapping[str, Calendar]:
    """Return the key dates in force in the local authorities of the schools `among`, by code.

    An authority whose dates don't fit each other is logged and left out.
    """
    with provisioning.database.reading() as session:
        of = by_authority(provisioning.knowledge.calendar, provisioning.local_dates, session)
    found: dict[str, Calendar] = {}
    for code in sorted({school.local_authority for school in among}):
        try:
            found[code] = of(code)
        except KnownError as problem:
            log.warning("schools of authority %s could not be looked at: %s", code, problem.name)
    return found


def _is_too_old(provisioning: Provisioning, school: str, day: date, calendar: Calendar) -> bool:
    """Return whether the files of a school's extract are too old on a `day`, by their times alone."""
    written = provisioning.extract_folder.written_at(school)
    return written is not None and is_stale(uk_date(written), day, calendar.of(day.year).end_of_year_deadline)


def _looks(provisioning: Provisioning, numbers: Sequence[str]) -> Iterator[Look]:
    """Yield a look at each of the schools `numbers`; one that can't be looked at is logged and left out."""
    for start in range(0, len(numbers), AT_ONCE):
        together = numbers[start : start + AT_ONCE]
        try:
            yield from looks_together(provisioning, together)
        except KnownError:
            for number in together:
                try:
                    yield from looks_together(provisioning, [number])
                except KnownError as problem:
                    log.warning("school %s could not be looked at: %s", number, problem.said.key)
