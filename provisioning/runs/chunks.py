"""Chunks: the runs of several schools in one transaction, for the usual case without errors.

Each school has its own run and journal, and its running row is committed first. A chunk that fails leaves
every school unchanged; its schools then run singly, and the error is reported by the school that has it.
"""

import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime

from sqlalchemy.orm import Session

from provisioning.clock import uk_date
from provisioning.errors import DatabaseProblem, ExtractProblem, KnownError
from provisioning.planning.proposal import Proposal
from provisioning.records.extracts import Extract
from provisioning.records.plans import NoteKind
from provisioning.records.schools import School
from provisioning.runs.clock_check import set_back
from provisioning.runs.dependencies import Provisioning
from provisioning.runs.lease import THIS_PROCESS
from provisioning.runs.school_run import apply, propose_all_now
from provisioning.store import applied_files, freezes, run_lifecycle, schools
from provisioning.store.runs import Run

log = logging.getLogger(__name__)

SCHOOLS_IN_A_CHUNK = 12
"""Schools in a chunk."""
RECORDS_IN_A_CHUNK = 16_000
"""Records in a chunk; the schools beyond this limit are left out."""


def run_chunk(
    provisioning: Provisioning,
    chunk: Sequence[str],
    ahead: Collection[str],
    *,
    started_by: str,
    slot: datetime | None,
) -> list[Run]:
    """Run those schools of `chunk` that can run now, in order, with the result that each would have alone.

    Left out without a run is a school that can't begin or whose extract can't be read, and one whose plan
    another school may still change: a school of the chunk, or one `ahead` that blocks its learners. A
    database that can't be used raises `DatabaseProblem`.
    """
    now = provisioning.clock.now()
    begun: Mapping[str, int] = {}

    def begin(session: Session) -> tuple[Mapping[str, School], Mapping[str, int]]:
        known = schools.some(session, chunk)
        day = uk_date(now)
        frozen = freezes.since(session, day).frozen(known.values(), now)
        can = (school for school in chunk if school not in frozen)
        open_ = [school for school in can if school not in known or not known[school].is_closed(day)]
        return known, run_lifecycle.begin_all(session, open_, now, started_by=started_by, slot=slot)

    try:
        places, begun = provisioning.database.write(begin)
        extracts = dict(_read(provisioning, begun, places, now))
        return provisioning.database.write(
            lambda session: _work(provisioning, session, now, places, begun, extracts, ahead)
        )
    except Exception as error:
        if begun:
            with suppress(KnownError), provisioning.database.writing() as session:
                run_lifecycle.forget(session, begun.values())
        if isinstance(error, DatabaseProblem):
            raise  # it is the same for every school
        # The school's own run reports it.
        why = type(error).__name__  # not its message, which may name people
        log.warning("%d schools could not run together (%s); each runs by itself", len(chunk), why)
        return []
    finally:
        THIS_PROCESS.ended(begun.values())


def _read(
    provisioning: Provisioning, begun: Mapping[str, int], places: Mapping[str, School], now: datetime
) -> Iterator[tuple[int, Extract]]:
    """Yield the readable extracts by run, up to the limit of records."""
    room = RECORDS_IN_A_CHUNK
    for school, run in begun.items():
        try:
            extract = provisioning.extract_folder.read(places[school], uk_date(now))
        except ExtractProblem:
            continue
        room -= len(extract.learners) + len(extract.staff) + len(extract.rejections)
        if room < 0:
            return
        yield run, extract


def _work(
    provisioning: Provisioning,
    session: Session,
    now: datetime,
    places: Mapping[str, School],
    begun: Mapping[str, int],
    extracts: Mapping[int, Extract],
    ahead: Collection[str],
) -> list[Run]:
    faulty = applied_files.problems(session, extracts.values())
    behind = {} if provisioning.clock_set_back else set_back(session, begun, now)
    at = provisioning.clock.now()
    frozen = freezes.since(session, uk_date(at)).frozen(places.values(), at)  # those since the runs began too
    left_out = {*faulty, *behind, *frozen}  # each school's own run says why
    extracts = {run: extract for run, extract in extracts.items() if extract.school not in left_out}
    proposed = dict(
        zip(
            extracts,
            propose_all_now(provisioning, session, list(extracts.values()), now, lock=True),
            strict=True,
        )
    )
    free = ready(proposed, ahead)
    run_lifecycle.forget(session, [run for run in begun.values() if run not in free])
    return apply(session, free, now)


def ready(proposed: Mapping[int, Proposal], ahead: Collection[str]) -> dict[int, Proposal]:
    """Return the proposals that no earlier one of the chunk affects and that no school `ahead` blocks."""
    free: dict[int, Proposal] = {}
    changed: set[int] = set()
    given: set[str | None] = set()
    for run, proposal in proposed.items():
        waits = any(note.kind is NoteKind.BLOCKED and note.school in ahead for note in proposal.plan.notes)
        touched = not changed.isdisjoint([account.id for account in proposal.accounts])
        claimed = not given.isdisjoint(proposal.extract.upns)
        if not (waits or touched or claimed):
            free[run] = proposal
            changed |= {change.account.id for change in proposal.free if change.account}
            given |= {change.after["upn"] for change in proposal.free if change.after.get("upn")}
    return free
