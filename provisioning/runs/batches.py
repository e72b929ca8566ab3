"""Batches: several schools run, schools for younger learners first; a failure stays with its school.

The order is only the shortest way: a school that ran while its learners were still active elsewhere is run
again once the other school has released them (`provisioning.store.follow_ups`).
"""

import logging
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from provisioning import log_fields
from provisioning.errors import DatabaseProblem, KnownError
from provisioning.records.schools import School
from provisioning.rules import year_number
from provisioning.runs.chunks import SCHOOLS_IN_A_CHUNK, run_chunk
from provisioning.runs.dependencies import Provisioning
from provisioning.runs.school_run import run_in_full, skip_unchanged
from provisioning.store import follow_ups, runs
from provisioning.store import schools as school_store
from provisioning.store.runs import Run

log = logging.getLogger(__name__)

Done = Callable[[Run], None]
"""What is called after each run of a batch."""


@dataclass(frozen=True)
class Batch:
    """The runs of a batch, the schools whose run could not begin, and those that another process runs.

    A school of `refused` comes with the error; one of `elsewhere` is running, or has just had the slot.
    """

    runs: tuple[Run, ...] = ()
    refused: tuple[tuple[str, KnownError], ...] = ()
    elsewhere: tuple[str, ...] = ()

    def __add__(self, other: "Batch") -> "Batch":
        return Batch(self.runs + other.runs, self.refused + other.refused, self.elsewhere + other.elsewhere)


def provision_batch(
    provisioning: Provisioning,
    schools: Iterable[str],
    *,
    started_by: str,
    slot: datetime | None = None,
    done: Done = lambda _run: None,
) -> Batch:
    """Run several schools for `slot`, then again those of them for whose learners another run has released.

    Unchanged schools come first, then, in chunks, schools that wait for no other of the batch, then the
    others singly. A school that another process runs does not stop the others; a database that can't be used
    does, and raises `DatabaseProblem`. `done` is called after each run.
    """
    asked = list(dict.fromkeys(schools))
    ahead = dict.fromkeys(asked)
    finished: list[Run] = []

    def ended(found: Sequence[Run]) -> None:
        for run in found:
            ahead.pop(run.school, None)
            finished.append(run)
        _tell(done, found)

    ended(skip_unchanged(provisioning, ahead, started_by=started_by, slot=slot))
    if ahead and provisioning.external_directory is None:
        for chunk in _chunks(provisioning, ahead):
            ended(run_chunk(provisioning, chunk, ahead.keys(), started_by=started_by, slot=slot))
    elsewhere = _taken(provisioning, ahead, slot)
    left = [school for school in _in_order(provisioning, ahead) if school not in elsewhere]
    singly = _run_singly(provisioning, left, started_by=started_by, slot=slot, done=done)
    again = follow_up(provisioning, asked, started_by=started_by, done=done)
    return Batch(tuple(finished), elsewhere=tuple(sorted(elsewhere))) + singly + again


def follow_up(
    provisioning: Provisioning,
    among: Collection[str] | None = None,
    *,
    started_by: str,
    done: Done = lambda _run: None,
) -> Batch:
    """Run the schools again for whose learners another school's run has released, until there is none left.

    It ends: a follow-up comes from a run that released learners, once for a school. `among` are the schools
    that may run; without it, all of them.
    """
    total, tried = Batch(), set[tuple[str, tuple[int, ...]]]()
    # One that is still there after the school's run, or could not be carried out, is left to the next sweep.
    while wanted := [each for each in _to_follow_up(provisioning, among).items() if each not in tried]:
        tried |= set(wanted)
        schools = [school for school, _ in wanted]
        total += _run_singly(provisioning, schools, started_by=started_by, slot=None, done=done)
    return total


def _to_follow_up(provisioning: Provisioning, among: Collection[str] | None) -> dict[str, tuple[int, ...]]:
    """Return the open follow-ups of the schools `among`, or of all, in the order of the first of each."""
    with provisioning.database.reading() as session:
        found = follow_ups.open_by_school(session)
    return {school: noted for school, noted in found.items() if among is None or school in among}


def _tell(done: Done, found: Sequence[Run]) -> None:
    """Call `done` after each of several runs; what it raises, such as a wish to stop, waits for the last."""
    raised: list[Exception] = []
    for run in found:
        try:
            done(run)
        except Exception as error:
            raised.append(error)
    if raised:
        raise raised[0]


def _run_singly(
    provisioning: Provisioning,
    schools: Sequence[str],
    *,
    started_by: str,
    slot: datetime | None,
    done: Done,
) -> Batch:
    """Run schools one by one, with an external directory `clients_at_once` of them side by side.

    A database that can't be used ends it, as an error: what was run until then has been told to `done`.
    """

    stopped = threading.Event()

    def run(school: str) -> Batch:
        if stopped.is_set():
            return Batch()
        try:
            found = run_in_full(provisioning, school, started_by=started_by, slot=slot)
        except DatabaseProblem:
            stopped.set()  # the others would wait for it too, each as long as this one
            raise
        except KnownError as problem:
            if problem.name in _TAKEN:
                return Batch(elsewhere=(school,))
            with log_fields.about(school=school):
                log.warning("school %s was not run: %s", school, problem.name)
            return Batch(refused=((school, problem),))
        try:
            done(found)
        except Exception:
            stopped.set()  # the schools that have not begun do not begin
            raise
        return Batch((found,))

    if provisioning.external_directory is None or len(schools) < 2:
        return sum(map(run, schools), Batch())
    with ThreadPoolExecutor(provisioning.clients_at_once, "client") as clients:
        return sum(clients.map(run, schools), Batch())


_TAKEN = frozenset({"run-under-way", "run-slot-taken"})
"""Errors of a school that another process runs, or has just run for the slot."""


def _taken(provisioning: Provisioning, schools: Collection[str], slot: datetime | None) -> set[str]:
    """Return those of some schools that had the slot meanwhile, by a run that was not ours."""
    if slot is None or not schools:
        return set()
    with provisioning.database.reading() as session:
        return runs.with_slot(session, slot) & set(schools)


def by_final_year(school: School) -> tuple[int, str]:
    """Return the sort key of a school: learners move on to schools for older ones."""
    return year_number(school.final_year or _LAST_YEAR), school.number


_LAST_YEAR = "13"


def _in_order(provisioning: Provisioning, schools: Collection[str]) -> list[str]:
    """Return schools by their final year; unknown ones last, for their own run refuses them."""
    with provisioning.database.reading() as session:
        known = school_store.some(session, schools)
    unknown = [school for school in schools if school not in known]
    return [school.number for school in sorted(known.values(), key=by_final_year)] + unknown


def _chunks(provisioning: Provisioning, schools: Collection[str]) -> Iterator[Sequence[str]]:
    """Yield schools in chunks, those for younger learners first.

    Where one chunk does not take them all, each has schools of a single final year, so that hardly any school
    has to wait for one of its chunk.
    """
    with provisioning.database.reading() as session:
        known = sorted(school_store.some(session, schools).values(), key=by_final_year)
    if len(known) <= SCHOOLS_IN_A_CHUNK:
        yield [school.number for school in known]
        return
    for _, alike in groupby(known, key=lambda school: by_final_year(school)[0]):
        yield from batched([school.number for school in alike], SCHOOLS_IN_A_CHUNK)


def batched(schools: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    """Yield schools `size` at a time, in their order; the last may be smaller."""
    for start in range(0, len(schools), size):
        yield schools[start : start + size]
