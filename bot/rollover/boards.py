"""Boards: the readiness of many schools, worst first, kept for a few minutes while somebody reads on."""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from diagnostics.readiness import Readiness, readiness, worst_first
from knowledge.models import KeyDates
from provisioning.clock import uk_date
from provisioning.records import School
from provisioning.runs.school_run import Provisioning

_FRESH = timedelta(minutes=10)
"""How long a page, a picture or a file shows the same board as the page before."""
_KEPT = 16


@dataclass(frozen=True)
class Board:
    """Schools by the stages of their rollover, worst first, as the records stood at a moment."""

    dates: KeyDates
    as_of: datetime
    schools: tuple[Readiness, ...]

    @property
    def ready(self) -> int:
        """How many schools are ready."""
        return sum(one.ready for one in self.schools)

    @property
    def stages(self) -> tuple[str, ...]:
        """The ids of the stages, in the order in which they happen."""
        return tuple(dict.fromkeys(stage.step for one in self.schools for stage in one.stages))


class Boards:
    """The boards of the last minutes, by the schools on them."""

    def __init__(self) -> None:
        self._kept: OrderedDict[frozenset[str], Board] = OrderedDict()
        self._lock = threading.Lock()

    def kept(self, schools: Sequence[School], now: datetime) -> Board | None:
        """The board of these schools, where one was made in the last minutes."""
        with self._lock:
            found = self._kept.get(_key(schools))
        fresh = found is not None and timedelta(0) <= now - found.as_of < _FRESH
        return found if fresh else None

    def made(self, provisioning: Provisioning, schools: Sequence[School]) -> Board:
        """The board of these schools as the records stand now."""
        now = provisioning.clock.now()
        dates = provisioning.knowledge.rollover_in_focus(uk_date(now))
        there = [one.number for one in schools if not one.is_closed(uk_date(now))]
        board = Board(dates, now, tuple(worst_first(readiness(provisioning, number) for number in there)))
        with self._lock:
            self._kept[_key(schools)] = board
            self._kept.move_to_end(_key(schools))
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return board


def _key(schools: Sequence[School]) -> frozenset[str]:
    return frozenset(school.number for school in schools)
