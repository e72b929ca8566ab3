"""Boards: the readiness of many schools, worst first, kept for some minutes while pages are read."""

import threading
from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.services import Services
from bot.slots import members
from bot.stages.known_stages import stages_of
from diagnostics.school_stages import SchoolStages, worst_first
from diagnostics.tally import Standing, Tally, standing, tally
from knowledge.models import KeyDates
from provisioning.clock import uk_date
from provisioning.records.schools import School
from provisioning.store import freezes
from provisioning.store.freezes import Freeze

_FRESH = timedelta(minutes=10)
"""How long pages, pictures and files are made from a kept board."""
_KEPT = 16
"""Boards in the cache."""


@dataclass(frozen=True)
class Board:
    """The readiness of schools, worst first, as the records stood at `as_of`.

    `scheduled` are the numbers of the schools that are run on schedule, `frozen` the freezes by number.
    """

    dates: KeyDates
    as_of: datetime
    schools: tuple[SchoolStages, ...]
    scheduled: Collection[str] = ()
    frozen: Mapping[str, Freeze] = field(default_factory=dict)

    @property
    def tally(self) -> Tally:
        """How many of the schools are in each state."""
        return tally(map(self.standing, self.schools))

    def standing(self, found: SchoolStages) -> Standing:
        """Return how a school of the board stands."""
        return standing(found, self.scheduled)

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

    def make(self, services: Services, schools: Sequence[School]) -> Board:
        """Make the board of those `schools` that are not closed, as the records stand now, and keep it."""
        provisioning = services.provisioning
        now = provisioning.clock.now()
        dates = provisioning.knowledge.rollover_in_focus(uk_date(now))
        numbers = [school.number for school in schools if not school.is_closed(uk_date(now))]
        scheduled = frozenset(members(services.settings.groups, schools))
        with services.database.reading() as session:
            frozen = freezes.since(session, uk_date(now)).frozen(schools, now)
        found = tuple(worst_first(stages_of(provisioning, numbers)))
        board = Board(dates, now, found, scheduled, frozen)
        with self._lock:
            self._kept[_key(schools)] = board
            self._kept.move_to_end(_key(schools))
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return board


def _key(schools: Sequence[School]) -> frozenset[str]:
    return frozenset(school.number for school in schools)
