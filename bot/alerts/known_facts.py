"""The facts of all schools: found by looking at a school, and kept until something they rest on changes."""

import logging
from collections.abc import Mapping, Sequence
from datetime import date

from bot.alerts.alert import Fact
from bot.alerts.facts import facts, season
from bot.alerts.marks import Changes, MarkReader
from bot.alerts.stage_days import SchoolStages
from bot.alerts.stored_facts import Kept, StoredFacts
from bot.settings_tables import ScheduleGroup
from bot.slots import members
from diagnostics.readiness import looks
from diagnostics.tally import Standing, standing
from knowledge.keydates import Calendar
from provisioning.calendars import by_authority
from provisioning.clock import today, uk_date
from provisioning.errors import KnownError
from provisioning.records.schools import School
from provisioning.rules import is_stale
from provisioning.runs.school_run import Provisioning

log = logging.getLogger(__name__)


class KnownFacts:
    """The facts that earlier rounds have found; a round looks again only where something has changed.

    Those that are `stored` are what a new process begins with; without them it looks at every school once.
    """

    def __init__(self, groups: Sequence[ScheduleGroup] = (), stored: StoredFacts | None = None) -> None:
        self._groups, self._stored = groups, stored
        self._marks, self._is_first = MarkReader(), True
        self._kept: dict[str, Kept] = {}
        self._too_old: dict[str, bool] = {}
        """Whether a school's files are too old on the day of the last round, by their times alone."""
        self._day: date | None = None
        self.unknown: frozenset[str] = frozenset()
        """The schools, by number, whose facts the last round could not find out."""
        self.standings: Mapping[str, Standing] = {}
        """How each school stands that is in season, by number, as the last round has found it."""
        self.stages: Mapping[str, SchoolStages] = {}
        """The outcomes of the stages of each school that this process has looked at, by number."""

    def of(
        self, provisioning: Provisioning, among: Sequence[School], with_alerts: frozenset[str]
    ) -> tuple[Fact, ...]:
        """Return the facts of those of all schools, `among`, that can have alerts.

        A school can have alerts in season, or while its extract is too old, or while it has open ones
        (`with_alerts`, by number), unless it is closed. A school whose readiness can't be found out is logged
        and left out.
        """
        with provisioning.database.reading() as session:
            is_first, self._is_first = self._is_first, False
            changes = self._marks.changes(provisioning, session, among)
            begun_with = self._stored.read(session, self._marks) if self._stored and is_first else {}
        try:
            self._forget_changed(changes)
            self._kept |= begun_with
            found = self._read(provisioning, among, with_alerts)
            self._store(provisioning)
        except BaseException:
            self._marks.forget()
            raise
        return found

    def _store(self, provisioning: Provisioning) -> None:
        """Store what has changed, unless accounts live in the portal: what of it changes has no mark here."""
        stored = self._stored
        known = self._kept if provisioning.external_directory is None else {}
        if stored is not None and not stored.is_as(self._marks, known):
            provisioning.database.write(lambda session: stored.write(session, self._marks, known))
            stored.written(self._marks, known)

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
        for look in looks(provisioning, wanted, _left_out):
            school = look.found.school
            dates = by_code[school.local_authority].in_focus(day)
            found = facts(look.found, look.latest, dates, day, provisioning.knowledge)
            stands = standing(look.found, scheduled)
            in_season = seasons[school.local_authority]
            outcomes = tuple((stage.step, stage.outcome) for stage in look.found.stages)
            stages = SchoolStages(school.number, dates.year, in_season, outcomes)
            self._kept[school.number] = Kept(found, stands, look.rests_on, in_season, stages)
        self.unknown = frozenset(unknown.union(wanted).difference(self._kept))
        kept = {school.number: self._kept[school.number] for school in able if school.number in self._kept}
        self.standings = {number: found.standing for number, found in kept.items() if found.in_season}
        self.stages = {number: found.stages for number, found in kept.items() if found.stages is not None}
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


def _left_out(number: str, problem: KnownError) -> None:
    log.warning("school %s could not be looked at: %s", number, problem.said.key)
