"""Finds what other systems are to be told: runs that are held or failed, accounts made, schools ready.

An event is put into the outbox once, with how far was told in the same transaction. What a receiver gets
twice has the id of the first time.
"""

import time
from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from bot.api.event_letters import EventPayload, EventType, event_letter
from bot.api.run_events import Found, Gaps, of_runs, places_of
from bot.api.tables import EventPlaceRow
from bot.outbox import letters
from bot.services import Services
from diagnostics.tally import SchoolState, Standing
from provisioning.clock import uk_date

_READY = "ready:"


class Events:
    """Puts events into the outbox, where the settings have a webhook for them.

    `elapsed` are seconds since any moment, by which runs are waited for that are not committed yet.
    """

    def __init__(self, services: Services, elapsed: Callable[[], float] = time.monotonic) -> None:
        self._services, self._gaps = services, Gaps(elapsed)

    def tell_of_runs(self) -> None:
        """Tell what has come of runs since the last time; the first time begins with the newest run."""
        if self._services.settings.events is None:
            return
        now = self._services.clock.now()
        with self._services.database.reading() as session:
            news = _is_news(session, of_runs(session, now, self._gaps))
        if news:
            self._services.database.write(
                lambda session: _keep(session, of_runs(session, now, self._gaps), now)
            )

    def tell_of_ready(self, standings: Mapping[str, Standing]) -> None:
        """Tell which of the schools in `standings` are ready, each once for a rollover."""
        if self._services.settings.events is None:
            return
        now = self._services.clock.now()
        year = self._services.provisioning.knowledge.rollover_in_focus(uk_date(now)).year
        ready = [number for number, standing in standings.items() if standing.state is SchoolState.READY]

        def news(session: Session) -> Found:
            told = places_of(session, _READY)
            new = [number for number in ready if told.get(_READY + number) != year]
            events = [EventPayload(EventType.SCHOOL_READY, now, number, year=year) for number in new]
            return Found(events, {_READY + number: year for number in new})

        with self._services.database.reading() as session:
            if not news(session).events:
                return
        self._services.database.write(lambda session: _keep(session, news(session), now))


def _is_news(session: Session, found: Found) -> bool:
    """Return whether any of what a look has found is not kept yet."""
    keys = (event_letter(event).key for event in found.events)
    return bool(found.places or found.over) or any(letters.posted(session, key) is None for key in keys)


def _keep(session: Session, found: Found, now: datetime) -> None:
    letters.put(session, map(event_letter, found.events), now)
    for name, place in found.places.items():
        session.merge(EventPlaceRow(name=name, place=place))
    session.execute(delete(EventPlaceRow).where(EventPlaceRow.name.in_(found.over)))
    session.flush()
