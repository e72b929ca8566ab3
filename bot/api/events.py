"""Finds what other systems are to be told: runs that are held or failed, accounts made, schools ready.

An event is put into the outbox once, with how far was told in the same transaction. What a receiver gets
twice has the id of the first time.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from bot.api.event_letters import Cause, EventPayload, EventType, event_letter
from bot.api.tables import EventPlaceRow
from bot.outbox import letters
from bot.services import Services
from diagnostics.tally import SchoolState, Standing
from provisioning.clock import uk_date
from provisioning.records.runs import RunStatus
from provisioning.store import run_lifecycle
from provisioning.store.prefixes import begins
from provisioning.store.tables import RunRow

_RUNS, _HELD, _READY = "runs", "held:", "ready:"
_AT_ONCE = 500
"""The runs that are looked at in one transaction."""


@dataclass
class _Found:
    """What a look has found: `events`, `places` to keep, and the names of places that are `over`."""

    events: list[EventPayload] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)
    over: list[str] = field(default_factory=list)


class Events:
    """Puts events into the outbox, where the settings have a webhook for them."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def tell_of_runs(self) -> None:
        """Tell what has come of runs since the last time; the first time begins with the newest run."""
        if self._services.settings.events is None:
            return
        now = self._services.clock.now()
        with self._services.database.reading() as session:
            found = _of_runs(session, now)
        if found.events or found.places or found.over:
            self._services.database.write(lambda session: _keep(session, _of_runs(session, now), now))

    def tell_of_ready(self, standings: Mapping[str, Standing]) -> None:
        """Tell which of the schools in `standings` are ready, each once for a rollover."""
        if self._services.settings.events is None:
            return
        now = self._services.clock.now()
        year = self._services.provisioning.knowledge.rollover_in_focus(uk_date(now)).year
        ready = [number for number, standing in standings.items() if standing.state is SchoolState.READY]

        def news(session: Session) -> _Found:
            told = _places(session, _READY)
            new = [number for number in ready if told.get(_READY + number) != year]
            events = [EventPayload(EventType.SCHOOL_READY, now, number, year=year) for number in new]
            return _Found(events, {_READY + number: year for number in new})

        with self._services.database.reading() as session:
            if not news(session).events:
                return
        self._services.database.write(lambda session: _keep(session, news(session), now))


def _of_runs(session: Session, now: datetime) -> _Found:
    """Return what is to be told of runs that ended since the last look, and of held ones decided since."""
    begun = session.get(EventPlaceRow, _RUNS)
    if begun is None:
        # The id of a run under way may be given to another, where it comes to nothing and is forgotten.
        over = select(func.max(RunRow.id)).where(RunRow.status != RunStatus.RUNNING)
        return _Found(places={_RUNS: session.scalar(over) or 0})
    found, held = _Found(), _places(session, _HELD)
    _of_new_runs(session, begun.place, held, now, found)
    for name, told in held.items():
        _of_held_run(session, name, told, begun.place, now, found)
    return found


def _of_new_runs(session: Session, place: int, held: Collection[str], now: datetime, found: _Found) -> None:
    """Add what has come of runs after `place`, which is kept before the first that is not over yet.

    Those of `held` were told as held; `_of_held_run` tells what comes of them.
    """
    query = select(RunRow).where(RunRow.id > place).order_by(RunRow.id).limit(_AT_ONCE)
    none_under_way = True
    for row in session.scalars(query):
        name = f"{_HELD}{row.id}"
        if row.status == RunStatus.RUNNING and name not in held:
            none_under_way = False
            continue
        if name not in held:
            found.events += _events(row, now)
            if row.status == RunStatus.HELD:
                found.places[name] = _made(row)
        if none_under_way:
            found.places[_RUNS] = row.id


def _of_held_run(session: Session, name: str, told: int, place: int, now: datetime, found: _Found) -> None:
    """Add what a decision has made of a held run beyond the `told` accounts, or that a later one replaced it.

    While a decision is being carried out, and after a later run that came to nothing, it still waits. One
    after `place` is kept, for it will be looked at again.
    """
    run = int(name.removeprefix(_HELD))
    row = session.get(RunRow, run)
    if row is not None and row.status == RunStatus.RUNNING:
        return
    waits = row is not None and row.status == RunStatus.HELD
    if row is not None and waits and not run_lifecycle.is_replaced(session, row):
        return
    if run <= place:
        found.over.append(name)
    if row is not None and not waits:
        found.events += _events(row, now, told)


def _events(row: RunRow, now: datetime, told: int | None = None) -> Iterator[EventPayload]:
    """Yield what is to be told of a run that is over, or held; once decided, beyond the accounts `told`."""
    at = row.decided_at or row.finished_at or now
    made = _made(row) - (told or 0)
    if row.status == RunStatus.HELD:
        yield EventPayload(EventType.RUN_HELD, at, row.school, run=row.id)
    elif RunStatus(row.status).came_to_nothing:
        cause = Cause.INTERRUPTED if row.status == RunStatus.INTERRUPTED else Cause.ERROR
        yield EventPayload(EventType.RUN_FAILED, at, row.school, run=row.id, cause=cause)
    if made > 0:
        decided = told is not None
        yield EventPayload(
            EventType.ACCOUNTS_THERE, at, row.school, run=row.id, accounts=made, decided=decided
        )


def _made(row: RunRow) -> int:
    """Return how many accounts a run has made, or made active again; an undo does so with those released."""
    names = ("release",) if row.undoes is not None else ("create", "reactivate")
    return sum(row.counts.get(name, 0) for name in names)


def _places(session: Session, begin: str) -> dict[str, int]:
    named = begins(session, EventPlaceRow.name, begin)
    query = select(EventPlaceRow).where(named).order_by(EventPlaceRow.name)
    return {row.name: row.place for row in session.scalars(query)}


def _keep(session: Session, found: _Found, now: datetime) -> None:
    letters.put(session, map(event_letter, found.events), now)
    for name, place in found.places.items():
        session.merge(EventPlaceRow(name=name, place=place))
    session.execute(delete(EventPlaceRow).where(EventPlaceRow.name.in_(found.over)))
    session.flush()
