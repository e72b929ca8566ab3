"""Lots: the runs of several schools in one transaction, where nothing out of the ordinary keeps them from it.

Each school has its own run, with its own journal, and the running row by which it is held is there before. A
lot that comes to nothing leaves every school as it was; its schools can then be run one by one, and whatever
is out of the ordinary is told of the school that it is true of.
"""

import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime

from sqlalchemy.orm import Session

from provisioning.clock import uk_date
from provisioning.errors import ExtractProblem, KnownError
from provisioning.planning.proposal import Proposal
from provisioning.records import Extract, NoteKind, School
from provisioning.runs.school_run import Provisioning, apply, propose_all_now
from provisioning.store import run_lifecycle, schools
from provisioning.store.runs import Run

log = logging.getLogger(__name__)

SCHOOLS_IN_A_CHUNK = 12
"""Schools of a lot."""
RECORDS_IN_A_CHUNK = 16_000
"""Records of a lot, whatever its schools; the school that goes beyond them is left out."""


def run_chunk(
    provisioning: Provisioning,
    chunk: Sequence[str],
    ahead: Collection[str],
    *,
    started_by: str,
    slot: datetime | None,
) -> list[Run]:
    """Run those schools of a lot that can be run now; each run does what it would do alone, in this order.

    Left out, as if nobody had asked, is a school that can't be begun or read, and one whose plan another
    school may change yet: one of the lot, or one that its learners wait for and that is still `ahead`.
    """
    now = provisioning.clock.now()
    begun: Mapping[str, int] = {}
    try:
        with provisioning.database.writing() as session:
            places = schools.some(session, chunk)
            at_work = [one for one in chunk if one not in places or not places[one].is_closed(uk_date(now))]
            begun = run_lifecycle.begin_all(session, at_work, now, started_by=started_by, slot=slot)
        extracts = dict(_read(provisioning, begun, places, now))
        return provisioning.database.write(
            lambda session: _work(provisioning, session, now, begun, extracts, ahead)
        )
    except Exception as error:  # whichever school it is about: its own run will say so
        why = type(error).__name__  # and nothing of what it says, which may be of people
        log.warning("%d schools could not run together (%s); each runs by itself", len(chunk), why)
        with suppress(KnownError), provisioning.database.writing() as session:
            run_lifecycle.forget(session, begun.values())
        return []


def _read(
    provisioning: Provisioning, begun: Mapping[str, int], places: Mapping[str, School], now: datetime
) -> Iterator[tuple[int, Extract]]:
    """The extracts by run, as far as they can be read and there is room for them."""
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
    begun: Mapping[str, int],
    extracts: Mapping[int, Extract],
    ahead: Collection[str],
) -> list[Run]:
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
    """The drafts that stay the same whatever those before them do, and wait for no school that is to come."""
    free: dict[int, Proposal] = {}
    changed: set[int] = set()
    given: set[str | None] = set()
    for run, one in proposed.items():
        waits = any(note.kind is NoteKind.BLOCKED and note.school in ahead for note in one.plan.notes)
        touched = any(account.id in changed for account in one.accounts)
        claimed = any(learner.upn in given or learner.former_upn in given for learner in one.extract.learners)
        if not (waits or touched or claimed):
            free[run] = one
            changed |= {change.account.id for change in one.free if change.account}
            given |= {change.after["upn"] for change in one.free if change.after.get("upn")}
    return free
