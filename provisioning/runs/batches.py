"""Batches: several schools run in the order in which learners move; a failure stays with its school."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from provisioning.clock import today
from provisioning.errors import KnownError
from provisioning.rules import is_on_roll, year_number
from provisioning.runs.chunks import SCHOOLS_IN_A_CHUNK, run_chunk
from provisioning.runs.order import order
from provisioning.runs.school_run import Provisioning, run_in_full, skip_unchanged
from provisioning.store import accounts
from provisioning.store import schools as school_store
from provisioning.store.runs import Run


@dataclass(frozen=True)
class Batch:
    """The runs of a batch, in order, and the schools whose run could not begin, with the error."""

    runs: tuple[Run, ...]
    refused: tuple[tuple[str, KnownError], ...] = ()


def provision_batch(
    provisioning: Provisioning,
    schools: Iterable[str],
    *,
    started_by: str,
    slot: datetime | None = None,
    done: Callable[[Run], None] = lambda _run: None,
) -> Batch:
    """Run several schools, previous schools before the schools that their leavers have been admitted to.

    Unchanged schools come first, then, in chunks, schools that wait for no other of the batch, then the
    others singly in their order. Of schools that swap learners, the first runs once more if some of its
    learners are still blocked. A school that is already running, or has had this slot, does not stop the
    others. `done` is called after each run.
    """
    finished: list[Run] = []
    refused: list[tuple[str, KnownError]] = []
    ahead = dict.fromkeys(schools)

    def ended(runs: Iterable[Run]) -> None:
        for run in runs:
            ahead.pop(run.school, None)
            finished.append(run)
            done(run)

    def run(school: str, slot: datetime | None) -> None:
        try:
            ended([run_in_full(provisioning, school, started_by=started_by, slot=slot)])
        except KnownError as problem:
            refused.append((school, problem))

    ended(skip_unchanged(provisioning, ahead, started_by=started_by, slot=slot))
    if ahead and provisioning.external_directory is None:
        for chunk in _chunks(provisioning, ahead):
            ended(run_chunk(provisioning, chunk, ahead.keys(), started_by=started_by, slot=slot))
    sequence = order(ahead, moves(provisioning, list(ahead)))
    for school in sequence.schools:
        run(school, slot)
    waiting = {run.school for run in finished if run.counts["blocked"]}
    for school in sequence.again:
        if school in waiting:
            run(school, None)
    return Batch(tuple(finished), tuple(refused))


def _chunks(provisioning: Provisioning, batch: Collection[str]) -> list[list[str]]:
    """Return the schools of a batch in chunks, ordered by their final year.

    Learners move from schools for younger ones to schools for older ones. Where one chunk does not take them
    all, each has schools of a single final year, so that hardly any school has to wait for one of its chunk.
    """
    with provisioning.database.reading() as session:
        known = school_store.some(session, batch)
    by_final_year: defaultdict[int, list[str]] = defaultdict(list)
    for number in sorted(known):
        by_final_year[year_number(known[number].final_year or _LAST_YEAR)].append(number)
    ordered = [numbers for _, numbers in sorted(by_final_year.items())]
    if len(known) <= SCHOOLS_IN_A_CHUNK:
        ordered = [list(chain.from_iterable(ordered))]
    return [
        numbers[start : start + SCHOOLS_IN_A_CHUNK]
        for numbers in ordered
        for start in range(0, len(numbers), SCHOOLS_IN_A_CHUNK)
    ]


_LAST_YEAR = "13"


def moves(provisioning: Provisioning, batch: Sequence[str]) -> set[tuple[str, str]]:
    """Return the pairs (previous school, new school) between which accounts of learners have yet to move."""
    day = today(provisioning.clock)
    found: set[tuple[str, str]] = set()
    if not batch:
        return found
    with provisioning.database.reading() as session:
        if not accounts.any_active(session):
            return found  # a first load
        for school in batch:
            try:
                extract = provisioning.extract_folder.read(school_store.get(session, school), day)
            except KnownError:
                continue  # the school's own run reports it
            here = accounts.active_upns(session, school)
            new = (learner for learner in extract.learners if learner.upn not in here)
            upns = [learner.upn for learner in new if is_on_roll(learner, day)]
            found |= {(origin, school) for origin in accounts.active_elsewhere(session, school, upns)}
    return found
