"""The monitor that evaluates every school's alerts, and keeps them with the letters that follow."""

import logging
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from bot.alerts import stage_days, store, told_store
from bot.alerts.actions import AlertAuditAction
from bot.alerts.alert import Alert, Fact
from bot.alerts.evaluation import DigestsAfter, Responsible, evaluate
from bot.alerts.known_facts import KnownFacts
from bot.alerts.letters import alert_letter, digest_letter, reminder_edits
from bot.alerts.morning import Chosen
from bot.alerts.notification_plan import plan
from bot.alerts.stage_days import StageKeeper
from bot.hours import OFFICE_HOURS, OfficeHours
from bot.outbox import letters
from bot.people import absences, audit, permissions, preferences
from bot.people.absences import Absences
from bot.people.audit import AuditRecord
from bot.services import Services
from bot.settings import MOST_A_DAY
from bot.stages.stored_stages import StoredStages
from bot.undecided import undecided
from bot.waits_for import WaitsFor, WaitsForUsers
from diagnostics.tally import Standing
from knowledge.texts import UK
from provisioning.clock import uk_date
from provisioning.records.runs import RunStatus
from provisioning.records.schools import School
from provisioning.store import schools
from provisioning.store.tables.runs import RunRow

log = logging.getLogger(__name__)
_SCHEDULE = "schedule"
_EVERY = 3600.0
"""Seconds between two evaluations, where nothing calls for an earlier one."""
_REST = 10
"""The least rest after an evaluation, as a multiple of the time that it took."""


class RunsSoFar(NamedTuple):
    """The number of the newest run, how many are under way, and how many wait for a decision.

    New runs call for an evaluation, and so do decisions.
    """

    newest: int
    under_way: int
    held: int


class AlertMonitor:
    """Evaluates the alerts hourly, when the office opens, and after runs.

    What it remembers only saves work: alerts and messages are kept in the tables.
    """

    def __init__(
        self,
        services: Services,
        seconds: Callable[[], float] = time.monotonic,
        stood: Callable[[Mapping[str, Standing]], None] | None = None,
        waits: Sequence[WaitsForUsers] = (),
    ) -> None:
        self._services, self._seconds, self._stood, self._waits = services, seconds, stood, waits
        self._next = self._rested = 0.0
        self._runs_seen: RunsSoFar | None = None
        self._known = KnownFacts(services.settings.groups, StoredStages())
        self._stages = StageKeeper()

    def evaluate_if_due(self) -> None:
        """Evaluate the alerts, if an hour has passed or something calls for it, but never without a rest."""
        now, begun = self._services.clock.now(), self._seconds()
        with self._services.database.asking() as session:
            newest, under_way, held, had_digest, snooze_is_over = session.execute(_calls(now)).one()
        so_far = RunsSoFar(newest, under_way, held)
        digest_is_due = self._services.settings.office.is_open(now) and not had_digest
        runs_have_ended = self._runs_seen is None or (so_far != self._runs_seen and not so_far.under_way)
        due = begun >= self._next or runs_have_ended or digest_is_due or snooze_is_over
        if begun < self._rested or not due:
            return
        try:
            self.evaluate()
            self._next, self._runs_seen = begun + _EVERY, so_far
        finally:
            self._rested = begun + (self._seconds() - begun) * (_REST + 1)

    def evaluate(self) -> None:
        """Read the facts of this moment; keep the alerts and letters that follow, and the days of stages."""
        services = self._services
        now = services.clock.now()
        with services.database.reading() as session:
            among = schools.every(session)
            with_alerts = store.schools_with_open(session)
        found = self._known.of(services.provisioning, among, with_alerts)
        standings, unknown = self._known.standings, self._known.unknown
        most, office = services.settings.alerts_a_day, services.settings.office
        services.database.write(
            lambda session: _apply(
                session, among, found, standings, now, unknown, most, self._waiting, office
            )
        )
        changed = self._stages.changed(self._known.stages)
        if changed:
            services.database.write(lambda session: stage_days.keep(session, changed, uk_date(now)))
            self._stages.wrote(changed)
        if self._stood is not None:
            self._stood(standings)

    def _waiting(self, session: Session, away: Absences) -> list[WaitsFor]:
        """Return what waits for users who are `away` and for whom another user covers."""
        users = {absence.user for absence in away.values() if absence.cover is not None}
        return [found for of in self._waits for found in of(self._services, session, users)] if users else []


def save_and_notify(
    session: Session,
    changed: Alert,
    among: Sequence[School],
    now: datetime,
    most_a_day: int = MOST_A_DAY,
    office: OfficeHours = OFFICE_HOURS,
) -> None:
    """Keep an alert that a user has changed, and put the messages that follow into the outbox."""
    store.save(session, [changed])
    years = [changed.key.year]
    last_messages = {
        (key, user): last
        for (key, user), last in store.last_messages(session, years).items()
        if key == changed.key or last.day in (None, uk_date(now))
    }
    people = responsible(session, among, now)
    messages = plan([changed], last_messages, people.of, now, most_a_day, office=office)
    letters.put(session, [*map(alert_letter, messages), *reminder_edits(session, [changed])], now)


def responsible(session: Session, among: Sequence[School], now: datetime) -> Responsible:
    """Return the schools `among`, with the grants in force of users who can be reached, and who is away."""
    away = letters.unreachable(session, now - letters.GONE)
    today = uk_date(now)
    grants = [grant for grant in permissions.in_force(session, today) if grant.user not in away]
    return Responsible({school.number: school for school in among}, grants, absences.on(session, today))


def _apply(
    session: Session,
    among: Sequence[School],
    found: Sequence[Fact],
    standings: Mapping[str, Standing],
    now: datetime,
    unknown: Collection[str] = (),
    most_a_day: int = MOST_A_DAY,
    waiting: Callable[[Session, Absences], Sequence[WaitsFor]] = lambda _, __: (),
    office: OfficeHours = OFFICE_HOURS,
) -> None:
    """Keep the alerts after the facts `found` at the schools `among`, and the letters that follow.

    `standings` has how each school in season stands, by number. The alerts of schools whose facts are
    `unknown` stay as they are. `waiting` finds what waits for users who are away.
    """
    today = uk_date(now)
    years = {fact.key.year for fact in found}
    every = store.every(session, years, lock=True)
    before = [alert for alert in every if alert.key.school not in unknown]
    hours = _hours_due(store.digest_made(session, today), now)
    chosen = Chosen(preferences.digest_choices(session), hours, office)
    with_digest = office.is_open(now) and chosen.any_due
    last_messages = store.last_messages(session, {alert.key.year for alert in before} | years)
    people = responsible(session, among, now)
    after = None
    if with_digest:
        told, waits = told_store.told(session, today), waiting(session, people.away)
        after = DigestsAfter(standings, told, chosen, undecided(session), waits)
    evaluation = evaluate(before, last_messages, found, people, now, after, most_a_day, office)
    store.save(session, evaluation.alerts, before)
    audit.record(session, *(_freed(alert, now) for alert in evaluation.freed))
    was = {alert.key: alert.revision for alert in before}
    changed = [alert for alert in evaluation.alerts if was.get(alert.key, alert.revision) != alert.revision]
    edits = reminder_edits(session, changed)
    letters.put(session, [*map(alert_letter, evaluation.messages), *edits], now)
    letters.put(session, map(digest_letter, evaluation.digests), now)
    if with_digest:
        store.mark_digest(session, today, now)
        told_store.save(session, evaluation.morning.told)
    if evaluation.messages or evaluation.digests:
        counts = len(evaluation.messages), len(evaluation.digests)
        log.info("%d alert messages, %d digests to send", *counts)


def _hours_due(made: datetime | None, now: datetime) -> range:
    """Return the hours of the day that have come since digests were last `made` on it; None for not yet."""
    first = 0 if made is None else made.astimezone(UK).hour + 1
    return range(first, now.astimezone(UK).hour + 1)


def _freed(alert: Alert, now: datetime) -> AuditRecord:
    """Return the record that an alert was freed from a user whose role has ended."""
    kind, school, _ = alert.key
    outcome = f"role-ended:{kind}"
    return AuditRecord(now, _SCHEDULE, _SCHEDULE, AlertAuditAction.FREED, school, alert.freed_from, outcome)


def _calls(now: datetime) -> Select[Any]:
    """Return the query for what may call for an evaluation at `now`, in one statement.

    It has the number of the newest run, how many runs are under way and how many held, whether there were
    digests today, and whether a snooze is over.
    """
    running, held = (
        select(func.count()).where(RunRow.status == status).scalar_subquery()
        for status in (RunStatus.RUNNING, RunStatus.HELD)
    )
    return select(
        select(func.coalesce(func.max(RunRow.id), 0)).scalar_subquery(),
        running,
        held,
        store.any_digest(uk_date(now)),
        store.any_snooze_over(now),
    )
