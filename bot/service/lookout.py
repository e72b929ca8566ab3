"""The lookout: whether anything waits for the work that is to begin within seconds, in a single statement."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select

from bot.desk import store as cases
from bot.outbox import letters
from bot.outbox.transports.external import Route
from bot.requests import store as requests
from bot.services import Services
from bot.watches import store as watches
from provisioning.clock import system_time
from provisioning.store import identities, run_announcements


@dataclass(frozen=True)
class Seen:
    """What waits: something `to_tell` in Slack, letters `outside`, open `cases`, `watches`, `events` to send.

    To tell are held runs and accounts in doubt not announced yet, open requests, and letters that are due.
    """

    to_tell: bool
    outside: bool
    cases: bool
    watches: bool
    events: bool = False


class Lookout:
    """Looks for what waits; the works that look at the same moment share an answer.

    `moment` gives the system's time, by which letters are put off; `seconds` a monotonic clock.
    """

    def __init__(
        self,
        services: Services,
        moment: Callable[[], datetime] = system_time,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._services, self._moment, self._seconds = services, moment, seconds
        self._lock = threading.Lock()
        self._last: tuple[float, Seen] | None = None

    def seen(self, within: float = 1.0) -> Seen:
        """Return what waits now, or what was seen `within` so many seconds."""
        with self._lock:
            now = self._seconds()
            if self._last is None or now - self._last[0] >= within:
                self._last = now, self._look()
            return self._last[1]

    def _look(self) -> Seen:
        services, moment = self._services, self._moment()
        office_open = services.settings.office.is_open(services.clock.now())
        for_slack, outside, events = (
            letters.any_due(moment, office_open=office_open, route=route) for route in Route
        )
        to_tell = or_(
            run_announcements.ANY_TO_ANNOUNCE, identities.ANY_TO_ANNOUNCE, requests.ANY_OPEN, for_slack
        )
        query = select(to_tell, outside, cases.ANY_OPEN, watches.ANY, events)
        with self._services.database.asking() as session:
            return Seen(*map(bool, session.execute(query).one()))
