"""The facts of all schools, made of their stages, and kept until something they rest on changes."""

import logging
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from bot.alerts.alert import Fact
from bot.alerts.facts import facts, season, under_freezes
from bot.alerts.stage_days import StageOutcomes
from bot.settings_tables import ScheduleGroup
from bot.slots import members
from bot.stages.kept import Kept
from bot.stages.known_stages import KnownStages
from bot.stages.marks import Changes
from bot.stages.stored_stages import StoredStages
from diagnostics.deadlines import due
from diagnostics.tally import Standing, standing
from knowledge.keydates import Calendar
from provisioning.calendars import by_authority
from provisioning.clock import today, uk_date
from provisioning.errors import KnownError
from provisioning.records.schools import School
from provisioning.rules import is_stale
from provisioning.runs.dependencies import Provisioning
from provisioning.store import freezes

log = logging.getLogger(__name__)


class _Told(NamedTuple):
    """What was made of what was `kept` of a school, in season or not: facts, how it stands, outcomes."""

    kept: Kept
    in_season: bool
    facts: tuple[Fact, ...]
    standing: Standing
    stages: StageOutcomes


class KnownFacts:
    """The facts that earlier rounds have found; a round makes them again only where something has changed.

    Schools in the `groups` of the schedule run by themselves; `stored` is as for `KnownStages`.
    """

    def __init__(self, groups: Sequence[ScheduleGroup] = (), stored: StoredStages | None = None) -> None:
        self._groups, self._stages = groups, KnownStages(stored)
        self._told: dict[str, _Told] = {}
        self._too_old: dict[str, bool] = {}
        """Whether a school's files are too old on the day of the last round, by their times alone."""
        self._day: date | None = None
        self.unknown: frozenset[str] = frozenset()
        """The schools, by number, whose facts the last round could not find out."""
        self.standings: Mapping[str, Standing] = {}
        """How each school stands that is in season, by number, as the last round has found it."""
        self.stages: Mapping[str, StageOutcomes] = {}
        """The outcomes of the stages of each school that the last round knows, by number."""

    def of(
        self, provisioning: Provisioning, among: Sequence[School], with_alerts: frozenset[str]
    ) -> tuple[Fact, ...]:
        """Return the facts of those of all schools, `among`, that can have alerts.

        A school can have alerts in season, or while its extract is too old, or while it has open ones
        (`with_alerts`, by number), unless it is closed. A school whose readiness can't be found out is logged
        and left out.
        """
        with self._stages.round(provisioning, among) as changes:
            self._forget_ages(changes, today(provisioning.clock))
            return self._read(provisioning, among, with_alerts)

    def _forget_ages(self, changes: Changes | None, day: date) -> None:
        if changes is None or self._day != day:
            self._day, self._too_old = day, {}
            return
        for number in changes.schools:
            self._too_old.pop(number, None)

    def _read(
        self, provisioning: Provisioning, among: Sequence[School], with_alerts: frozenset[str]
    ) -> tuple[Fact, ...]:
        day = today(provisioning.clock)
        by_code = _calendars(provisioning, among)
        unknown = {school.number for school in among if school.local_authority not in by_code}
        among = [school for school in among if school.number not in unknown]
        seasons = {code: season(calendar.in_focus(day), day) for code, calendar in by_code.items()}

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
        numbers = [school.number for school in able]
        known = self._stages.of(provisioning, numbers, _left_out)
        scheduled = members(self._groups, able)
        before, self._told = self._told, {}
        for number, kept in known.items():
            code = kept.found.school.local_authority
            told = before.get(number)
            if told is None or told.kept is not kept or told.in_season is not seasons[code]:
                dates = by_code[code].in_focus(day)
                found = facts(kept.found, kept.failed, dates, day, provisioning.knowledge)
                outcomes = tuple(
                    (stage.step, stage.outcome, due(stage.step, dates)) for stage in kept.found.stages
                )
                stages = StageOutcomes(number, dates.year, seasons[code], outcomes)
                told = _Told(kept, seasons[code], found, standing(kept.found, scheduled), stages)
            self._told[number] = told
        self.unknown = frozenset(unknown.union(numbers).difference(known))
        self.standings = {number: told.standing for number, told in self._told.items() if told.in_season}
        self.stages = {number: told.stages for number, told in self._told.items()}
        every = (fact for told in self._told.values() for fact in told.facts)
        with provisioning.database.reading() as session:
            frozen = freezes.since(session, day).frozen(able, provisioning.clock.now())
        return under_freezes(every, frozen)


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
