"""The stages of all schools: found by looking at a school, and kept until something they rest on changes."""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from bot.stages.kept import Kept
from bot.stages.marks import Changes, MarkReader
from bot.stages.stored_stages import StoredStages
from diagnostics.readiness import LeftOut, looks, readiness_at
from diagnostics.school_stages import SchoolStages
from provisioning.clock import today
from provisioning.errors import KnownError
from provisioning.records.schools import School
from provisioning.runs.dependencies import Provisioning
from provisioning.store import schools

log = logging.getLogger(__name__)
_FEW = 12
"""Schools up to which looking at them is cheaper than reading the marks of all."""


class KnownStages:
    """The stages that earlier rounds have found; a round looks again only where something has changed.

    Those that are `stored`, by whatever process, are what a new process begins with; without them it looks at
    every school once.
    """

    def __init__(self, stored: StoredStages | None = None) -> None:
        self._stored = stored
        self._marks, self._is_first = MarkReader(), True
        self._kept: dict[str, Kept] = {}

    @contextmanager
    def round(self, provisioning: Provisioning, among: Sequence[School]) -> Iterator[Changes | None]:
        """Forget what may not hold any more, yield what has changed, and store at the end what was found.

        `among` are all schools. None is yielded where anything may have changed. A round that breaks off
        makes the next one look at all.
        """
        with provisioning.database.reading() as session:
            is_first, self._is_first = self._is_first, False
            changes = self._marks.changes(provisioning, session, among)
            begun_with = {}
            if self._stored is not None and is_first:
                begun_with = self._stored.read(session, self._marks, among, provisioning.knowledge)
        try:
            self._forget(changes)
            self._kept |= begun_with
            self._forget_past(provisioning, among)
            yield changes
            self._store(provisioning)
        except BaseException:
            self._marks.forget()
            raise

    def of(
        self, provisioning: Provisioning, numbers: Sequence[str], left_out: LeftOut | None = None
    ) -> Mapping[str, Kept]:
        """Return what is known of each of the schools `numbers`, in order, having looked where it must.

        A school that can't be looked at is told to `left_out` and is not in the answer; without that, its
        `KnownError` is raised.
        """
        wanted = [number for number in numbers if number not in self._kept]
        for look in looks(provisioning, wanted, left_out):
            latest = look.latest if look.latest is not None and look.latest.failed else None
            self._kept[look.found.school.number] = Kept(look.found.without_people(), latest, look.rests_on)
        return {number: self._kept[number] for number in numbers if number in self._kept}

    def _forget(self, changes: Changes | None) -> None:
        if changes is None:
            self._kept = {}
            return
        for number in [number for number, kept in self._kept.items() if changes.reach(number, kept.rests_on)]:
            del self._kept[number]

    def _forget_past(self, provisioning: Provisioning, among: Iterable[School]) -> None:
        """Forget the stages that may be others today, and those of schools that are not `among` all."""
        day, numbers = today(provisioning.clock), {school.number for school in among}
        past = [
            number
            for number, kept in self._kept.items()
            if number not in numbers or not kept.rests_on.lasts(day)
        ]
        for number in past:
            del self._kept[number]

    def _store(self, provisioning: Provisioning) -> None:
        """Store what has changed, unless accounts live in the portal: what of it changes has no mark here."""
        stored, known = self._stored, self._kept
        if stored is None or provisioning.external_directory is not None or stored.is_as(self._marks, known):
            return
        provisioning.database.write(lambda session: stored.write(session, self._marks, known))
        stored.written(self._marks, known)


def stages_of(provisioning: Provisioning, numbers: Sequence[str]) -> Sequence[SchoolStages]:
    """Return the stages of each of the schools `numbers`, in order; of many, only changed ones are looked at.

    Raises `KnownError` where a school can't be looked at. What can't be stored is found again the next time.
    """
    if len(numbers) <= _FEW:
        return readiness_at(provisioning, numbers)
    with provisioning.database.reading() as session:
        among = schools.every(session)
    known, found = KnownStages(StoredStages()), dict[str, Kept]()
    try:
        with known.round(provisioning, among):
            found |= known.of(provisioning, numbers)
    except KnownError as problem:
        if len(found) < len(set(numbers)):
            raise
        log.warning("the stages of schools could not be stored: %s", problem.name)
    return [found[number].found for number in numbers]
