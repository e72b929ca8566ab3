"""The watch over the rollover: looks at every school now and then, and keeps alerts and letters by that."""

import logging
import time
from collections.abc import Callable, Sequence
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot import hours
from bot.alerts import store
from bot.alerts.alert import Alert, Fact
from bot.alerts.evaluation import Responsible, evaluate
from bot.alerts.facts import facts, season
from bot.alerts.notification_plan import plan
from bot.outbox import letters
from bot.people import permissions
from bot.services import Services
from diagnostics.readiness import readiness
from provisioning.calendars import calendars
from provisioning.clock import uk_date
from provisioning.errors import KnownError
from provisioning.records import RunStatus, School
from provisioning.rules import is_stale
from provisioning.runs.school_run import Provisioning
from provisioning.store import runs, schools
from provisioning.store.tables import RunRow

log = logging.getLogger(__name__)
_EVERY = 3600.0
_REST = 10
"""Between two looks there is at least this many times what a look takes."""


def gather(provisioning: Provisioning, among: Sequence[School], kept: frozenset[str]) -> tuple[Fact, ...]:
    """The facts of schools in their season, and of those with something still open (`kept`).

    A school that can't be looked at keeps the others from nothing.
    """
    today = uk_date(provisioning.clock.now())
    with provisioning.database.reading() as session:
        codes = {school.local_authority for school in among}
        by_code = calendars(provisioning.knowledge.calendar, provisioning.local_dates, session, codes)
    found: list[Fact] = []
    for school in among:
        calendar = by_code[school.local_authority]
        dates = calendar.in_focus(today)
        deadline = calendar.of(today.year).end_of_year_deadline
        chased = season(dates, today) or school.number in kept
        chased = chased or _is_stale(provisioning, school.number, today, deadline)
        if school.is_closed(today) or not chased:
            continue
        try:
            with provisioning.database.reading() as session:
                latest = runs.latest(session, school.number)
            found += facts(
                readiness(provisioning, school.number), latest, dates, today, provisioning.knowledge
            )
        except KnownError as problem:
            log.warning("school %s could not be looked at: %s", school.number, problem.said.key)
    return tuple(found)


def _is_stale(provisioning: Provisioning, school: str, today: date, deadline: date) -> bool:
    """Whether the files of a school's extract are too old, told without reading them."""
    written = provisioning.extract_folder.written_at(school)
    return written is not None and is_stale(uk_date(written), today, deadline)


class AlertMonitor:
    """Looks hourly, as the office opens, and after runs; the truth is in the tables, not here."""

    def __init__(self, services: Services, seconds: Callable[[], float] = time.monotonic) -> None:
        self._services, self._seconds = services, seconds
        self._next = self._rested = 0.0
        self._seen: tuple[int, int] | None = None

    def tick(self) -> None:
        """Look if it is time to."""
        now, moment = self._services.clock.now(), self._seconds()
        with self._services.database.reading() as session:
            state = _runs_so_far(session)
            morning = hours.is_open(now) and not store.had_digest(session, uk_date(now))
            awake = store.is_over(session, now)
        news = self._seen is None or (state != self._seen and not state[1])
        if moment < self._rested or not (moment >= self._next or news or morning or awake):
            return
        self._seen = state
        self.look()
        took = self._seconds() - moment
        self._next, self._rested = moment + _EVERY, moment + took * (_REST + 1)

    def look(self) -> None:
        """Gather the facts of this moment and let the alerts be what they now are."""
        services = self._services
        now = services.clock.now()
        with services.database.reading() as session:
            among = schools.every(session)
            kept = frozenset(alert.key.school for alert in store.every(session))
        found = gather(services.provisioning, among, kept)
        services.database.write(lambda session: _keep(session, among, found, now))


def tell(session: Session, changed: Alert, among: Sequence[School], now: datetime) -> None:
    """Keep an alert that somebody has changed, and let those who have a message of it see that."""
    store.save(session, [changed])
    years = [changed.key.year]
    told = {
        (key, user): last
        for (key, user), last in store.told(session, years).items()
        if key == changed.key or last.day in (None, uk_date(now))
    }
    messages = plan([changed], told, responsible(session, among, now).of, now)
    letters.put(session, map(store.letter_of, messages), now)


def responsible(session: Session, among: Sequence[School], now: datetime) -> Responsible:
    """The schools, and who is responsible for them and can be reached."""
    away = letters.unreachable(session, now - letters.GONE)
    today = uk_date(now)
    grants = [one for one in permissions.in_force(session, today) if one.user not in away]
    return Responsible({school.number: school for school in among}, grants)


def _keep(session: Session, among: Sequence[School], found: Sequence[Fact], now: datetime) -> None:
    today = uk_date(now)
    years = {fact.key.year for fact in found}
    before = store.every(session, years, lock=True)
    with_digest = hours.is_open(now) and not store.had_digest(session, today)
    told = store.told(session, {alert.key.year for alert in before} | years)
    come = evaluate(before, told, found, responsible(session, among, now), now, with_digest=with_digest)
    store.save(session, come.alerts, before)
    letters.put(session, map(store.letter_of, come.messages), now)
    letters.put(session, map(store.digest_letter, come.digests), now)
    if with_digest:
        store.mark_digest(session, today, now)
    if come.messages or come.digests:
        log.info("%d alert messages, %d digests to send", len(come.messages), len(come.digests))


def _runs_so_far(session: Session) -> tuple[int, int]:
    """The number of the newest run, and how many are under way."""
    running = select(func.count()).where(RunRow.status == RunStatus.RUNNING)
    return session.scalar(select(func.max(RunRow.id))) or 0, session.scalar(running) or 0
