"""Work at intervals that one process does, of all that are on a PostgreSQL database.

Times are the server's, because the clocks of machines differ. An embedded database has one process.
"""

import threading
import time
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Mapped, mapped_column

from provisioning.runs.lease import Holder
from provisioning.store.database import Database
from provisioning.store.tables.base import Base

_ASKED_EVERY = 10.0
"""Seconds for which a process believes the last answer."""
_LAPSES = timedelta(seconds=60)
"""How long after its holder was last heard of a duty goes to another process."""

_CLAIM = text(
    "INSERT INTO ticks (name, at, holder) VALUES (:name, now(), :holder) "
    "ON CONFLICT (name) DO UPDATE SET at = now(), holder = :holder "
    "WHERE ticks.holder = :holder OR ticks.at <= now() - make_interval(secs => :seconds) "
    "RETURNING name"
)


class TickRow(Base):
    """Work that one process of those on a database does, when it was last claimed, and who keeps it.

    `holder` is the process that goes on with it, as text; None where each time another may be first.
    """

    __tablename__ = "ticks"

    name: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    holder: Mapped[str | None]


def claim(database: Database, name: str, rest: timedelta) -> bool:
    """Return whether this process is to do the work `name` now: none has claimed it within `rest`.

    It is claimed before it is done: where the process ends in between, the work waits for its next time. So
    it has to be work that finds out anew what is to be done.
    """
    return database.embedded or _claim(database, name, None, rest)


class Duty:
    """A duty that one process has until it ends: what it remembers from one time to the next stays true.

    `holder` is the process, as text; without it, this one.
    """

    def __init__(self, database: Database, name: str, holder: str | None = None) -> None:
        self._database, self._name, self._holder = database, name, holder or str(Holder.here())
        self._answer, self._asked_at = False, -_ASKED_EVERY
        self._asking = threading.Lock()

    @property
    def is_ours(self) -> bool:
        """Whether this process has the duty; it takes it over where the holder is not heard of."""
        if self._database.embedded:
            return True
        with self._asking:  # several threads ask, and each would see an answer that is being asked for as no
            now = time.monotonic()
            if now >= self._asked_at + _ASKED_EVERY:
                self._answer, self._asked_at = False, now
                self._answer = _claim(self._database, self._name, self._holder, _LAPSES)
            return self._answer


def _claim(database: Database, name: str, holder: str | None, lapses: timedelta) -> bool:
    values = {"name": name, "holder": holder, "seconds": lapses.total_seconds()}
    with database.writing() as session:
        return session.execute(_CLAIM, values).first() is not None
