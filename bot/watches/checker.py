"""The check of watches, where something has changed at a school that a watch is about."""

import logging
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from sqlalchemy.orm import Session

from bot.outbox import letters
from bot.people import permissions
from bot.people.permissions import Act, Grant
from bot.services import Services
from bot.watches import store
from bot.watches.letters import end_letter
from bot.watches.watch import Watch, WatchNews, news_of
from diagnostics.walk import diagnose
from provisioning.clock import today, uk_date
from provisioning.errors import ExtractProblem, KnownError
from provisioning.records.schools import School
from provisioning.runs.dependencies import Provisioning
from provisioning.store import portal, schools
from provisioning.store.latest_runs import last_partial, latest_of

log = logging.getLogger(__name__)
WatchState = tuple[date, tuple[object, ...]]
"""The day; whether the user may ask; and the `_school_state` of each school that a watch is about."""


class WatchChecker:
    """Checks the watches whose schools have changed since the last check; after a start, all of them."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._seen: dict[int, WatchState] = {}
        self._about: dict[int, tuple[str, ...]] = {}

    @property
    def remembers(self) -> bool:
        """Whether the last check has found a watch: it may be gone by now, which a check is to notice."""
        return bool(self._seen)

    def check(self) -> None:
        """End the watches that have news, each with a letter to its user."""
        now = self._services.clock.now()
        with self._services.database.reading() as session:
            watches = store.every(session)
            found = schools.every(session) if watches else []
            known: dict[str, School] = {school.number: school for school in found}
            grants = permissions.in_force(session, uk_date(now)) if watches else []
            states = {
                watch.id: self._state(session, watch, known, now, _may(watch, known, grants))
                for watch in watches
            }
        self._seen = {id_: seen for id_, seen in self._seen.items() if id_ in states}
        self._about = {id_: about for id_, about in self._about.items() if id_ in states}
        for watch in watches:
            if self._seen.get(watch.id) == states[watch.id] and now < watch.until:
                continue
            about = self._about.get(watch.id)
            self._check(watch, known.get(watch.school), now)
            # The state of a previous school that this diagnosis has named first was not read: check again.
            if self._about.get(watch.id) == about:
                self._seen[watch.id] = states[watch.id]

    def _check(self, watch: Watch, school: School | None, now: datetime) -> None:
        provisioning = self._services.provisioning
        with provisioning.database.reading() as session:
            caller = permissions.caller(session, watch.user, uk_date(now))
        if school is None or not caller.may(Act.DIAGNOSE, school):
            provisioning.database.write(lambda session: store.end(session, watch))
            return
        try:
            found = diagnose(provisioning, watch.question, watch.identifier, watch.school)
        except KnownError as problem:
            log.warning("a watch at school %s could not be looked at: %s", watch.school, problem.said.key)
            return
        self._about[watch.id] = (watch.school, *([found.previous.number] if found.previous else []))
        news = news_of(watch, found, now)
        if news is not None:
            year = _year_of(provisioning, school, watch.identifier)
            provisioning.database.write(lambda session: _end(session, watch, news, year, now))

    def _state(
        self, session: Session, watch: Watch, known: Mapping[str, School], now: datetime, may: bool
    ) -> WatchState:
        about = self._about.get(watch.id, (watch.school,))
        at_schools = [self._school_state(session, known[number]) for number in about if number in known]
        return uk_date(now), (may, *at_schools)

    def _school_state(self, session: Session, school: School) -> object:
        """Return a value that changes with a run of `school`, its extract, or a reading of its accounts."""
        # The last success too: a held run that is approved may be an earlier one than the latest.
        runs = (*latest_of(session, school.number), last_partial(session, school.number))
        ran = [(run.id, run.status, run.finished_at) for run in runs if run]
        read = (
            portal.as_of(session, school.number) if self._services.provisioning.external_directory else None
        )
        return tuple(ran), self._services.provisioning.extract_folder.stamp(school.number), read


def _may(watch: Watch, known: Mapping[str, School], grants: Iterable[Grant]) -> bool:
    """Return whether the user of a watch may still ask its question, by `grants`."""
    school = known.get(watch.school)
    return school is not None and any(
        grant.user == watch.user and grant.allows(Act.DIAGNOSE, school) for grant in grants
    )


def _year_of(provisioning: Provisioning, school: School, identifier: str) -> str | None:
    """Return the year group of a learner by the extract of `school`; None where that does not tell it."""
    try:
        extract = provisioning.extract_folder.read(school, today(provisioning.clock))
    except ExtractProblem:
        return None
    return next((learner.year_group for learner in extract.learners if learner.upn == identifier), None)


def _end(session: Session, watch: Watch, news: WatchNews, year: str | None, now: datetime) -> None:
    """End a watch and put its letter into the outbox, in one transaction: another checker finds it ended."""
    if store.end(session, watch):
        letters.put(session, [end_letter(watch, news, year)], now)
