"""Runs: the shell that reads, plans, applies and journals, for one school or a batch of them."""

import logging
import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from knowledge.loading import Knowledge
from knowledge.models import Pause
from knowledge.texts import Text, text
from provisioning.clock import Clock, today
from provisioning.errors import ExtractProblem, KnownError
from provisioning.order import order
from provisioning.plan import Directory, plan
from provisioning.records import Extract, Learner, Plan, RunStatus
from provisioning.rules import is_on_roll
from provisioning.sources.shelf import Shelf
from provisioning.store import accounts, running, runs, schools
from provisioning.store.database import Database
from provisioning.store.runs import Run

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Provisioning:
    """All that a run needs: where accounts and extracts are, what time it is, what the guide says."""

    database: Database
    shelf: Shelf
    clock: Clock
    knowledge: Knowledge


def provision(house: Provisioning, school: str, *, started_by: str, slot: datetime | None = None) -> Run:
    """Run provisioning for one school: all of it or nothing.

    `slot` is the scheduled time that the run is for, so that no slot is run twice. Raises `KnownError`
    where the school is unknown, already running, or has had this slot. A run that fails is returned.
    """
    with house.database.writing() as session:
        schools.one(session, school)
        run = running.begin(session, school, house.clock.now(), started_by=started_by, slot=slot)
    try:
        extract = house.shelf.read(school, today(house.clock))
        with house.database.writing() as session:
            drafted = _plan(house, session, extract, lock=True)
            now = house.clock.now()
            # What is risky will be taken out of the changes here, between the plan and the applying.
            accounts.apply(session, run, drafted.changes, now)
            runs.note(session, run, drafted)
            runs.cover(session, extract)
            return running.finish(
                session,
                run,
                RunStatus.SUCCEEDED,
                now,
                counts=runs.count(drafted),
                fingerprint=extract.fingerprint,
            )
    except ExtractProblem as problem:
        return _fail(house, run, problem.said)
    except Exception:
        reference = secrets.token_hex(4)
        log.exception("run %s of school %s failed, reference %s", run, school, reference)
        return _fail(house, run, text("error.run-unexpected", reference=reference))


def dry_run(house: Provisioning, school: str) -> tuple[Run, Plan | None]:
    """What a run would do now, as a run that is never stored, and its plan; None where there can be none."""
    now = house.clock.now()
    with house.database.reading() as session:
        schools.one(session, school)
        try:
            extract = house.shelf.read(school, today(house.clock))
        except ExtractProblem as problem:
            failed = Run(None, school, RunStatus.FAILED, now, now, "dry-run", _NOTHING, error=problem.said)
            return failed, None
        drafted = _plan(house, session, extract, lock=False)
    return Run(None, school, RunStatus.SUCCEEDED, now, now, "dry-run", runs.count(drafted)), drafted


@dataclass(frozen=True)
class Batch:
    """The runs of a batch, in the order in which they ran, and the schools that could not be started."""

    runs: tuple[Run, ...]
    refused: tuple[tuple[str, KnownError], ...] = ()


def provision_batch(
    house: Provisioning,
    schools: Iterable[str],
    *,
    started_by: str,
    slot: datetime | None = None,
    done: Callable[[Run], None] = lambda _run: None,
) -> Batch:
    """Run several schools, previous schools before the schools that their leavers have been admitted to.

    Of schools that swap learners, the one that went first runs once more if it still waits for somebody.
    A school that is already running, or has had this slot, does not keep the others from theirs.
    """
    batch = list(dict.fromkeys(schools))
    sequence = order(batch, moves(house, batch))
    finished: list[Run] = []
    refused: list[tuple[str, KnownError]] = []

    def run(school: str, slot: datetime | None) -> None:
        try:
            finished.append(provision(house, school, started_by=started_by, slot=slot))
            done(finished[-1])
        except KnownError as problem:
            refused.append((school, problem))

    for school in sequence.schools:
        run(school, slot)
    waiting = {one.school for one in finished if one.counts["blocked"]}
    for school in sequence.again:
        if school in waiting:
            run(school, None)
    return Batch(tuple(finished), tuple(refused))


def moves(house: Provisioning, batch: Sequence[str]) -> set[tuple[str, str]]:
    """Which school each learner on roll is still to be released by: (previous school, new school)."""
    day = today(house.clock)
    found: set[tuple[str, str]] = set()
    with house.database.reading() as session:
        for school in batch:
            try:
                extract = house.shelf.read(school, day)
            except ExtractProblem:
                continue  # its own run will say so
            upns = [learner.upn for learner in extract.learners if is_on_roll(learner, day)]
            found |= {(origin, school) for origin in accounts.active_elsewhere(session, school, upns)}
    return found


def pauses(house: Provisioning) -> tuple[Pause, ...]:
    """The pauses on deactivation of this year's rollover."""
    return house.knowledge.key_dates(today(house.clock).year).pauses


def _plan(house: Provisioning, session: Session, extract: Extract, *, lock: bool) -> Plan:
    upns = [upn for learner in extract.learners for upn in _upns(learner)]
    directory = Directory(accounts.for_planning(session, extract.school, upns, lock=lock))
    return plan(extract, directory, pauses(house), today(house.clock))


def _upns(learner: Learner) -> Iterable[str]:
    yield learner.upn
    if learner.former_upn:
        yield learner.former_upn


def _fail(house: Provisioning, run: int, error: Text) -> Run:
    with house.database.writing() as session:
        return running.finish(session, run, RunStatus.FAILED, house.clock.now(), counts=_NOTHING, error=error)


_NOTHING = dict.fromkeys(runs.COUNTS, 0)
