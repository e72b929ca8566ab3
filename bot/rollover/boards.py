"""Boards: the readiness of many schools, worst first, kept for some minutes while pages are read."""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from diagnostics.readiness import Readiness, readiness_at, worst_first
from knowledge.models import KeyDates
from provisioning.clock import uk_date
from provisioning.records.schools import School
from provisioning.runs.school_run import Provisioning

_FRESH = timedelta(minutes=10)
"""How long pages, pictures and files are made from a kept board."""
_KEPT = 16
"""Boards in the cache."""


@dataclass(frozen=True)
class Board:
    """The readiness of schools, worst first, as the records stood at `as_of`."""

    dates: KeyDates
    as_of: datetime
    schools: tuple[Readiness, ...]

    @property
    def ready(self) -> int:
        """The number of schools that are ready."""
        return sum(school.ready for school in self.schools)

    @property
    def stages(self) -> tuple[str, ...]:
        """The ids of the stages, in the order in which they happen."""
        return tuple(dict.fromkeys(stage.step for school in self.schools for stage in school.stages))


class Boards:
    """A cache of boards by their schools."""

    def __init__(self) -> None:
        self._kept: OrderedDict[frozenset[str], Board] = OrderedDict()
        self._lock = threading.Lock()

    def kept(self, schools: Sequence[School], now: datetime) -> Board | None:
        """Return the board of `schools`, if it was made in the last ten minutes."""
        with self._lock:
            found = self._kept.get(_key(schools))
        fresh = found is not None and timedelta(0) <= now - found.as_of < _FRESH
        return found if fresh else None

    def make(self, provisioning: Provisioning, schools: Sequence[School]) -> Board:
        """Make the board of those `schools` that are not closed, as the records stand now, and keep it."""
        now = provisioning.clock.now()
        dates = provisioning.knowledge.rollover_in_focus(uk_date(now))
        numbers = [school.number for school in schools if not school.is_closed(uk_date(now))]
        board = Board(dates, now, tuple(worst_first(readiness_at(provisioning, numbers))))
        with self._lock:
            self._kept[_key(schools)] = board
            self._kept.move_to_end(_key(schools))
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return board


def _key(schools: Sequence[School]) -> frozenset[str]:
    return frozenset(school.number for school in schools)
