"""The sweep: what is due by the store, handed to the engine that carries it out.

A slot has had its run only if that run was not interrupted, so neither a killed process nor a lost job
loses one.
"""

import logging
import threading
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from bot import meters
from bot.people import audit
from bot.people.audit import AuditRecord
from bot.reviews.letters import daily as daily_reviews
from bot.runs.actions import RunAuditAction
from bot.services import Services
from bot.settings_tables import ScheduleGroup
from bot.slots import CATCH_UP, latest_slot, members
from provisioning.clock import uk_date
from provisioning.errors import KnownError
from provisioning.jobs.job_engine import CarryOut, EmbeddedEngine, JobEngine
from provisioning.jobs.values import FollowUpJob, Job, SlotJob
from provisioning.records.schools import School
from provisioning.runs.batches import Batch, batched, by_final_year, follow_up, provision_batch
from provisioning.store import follow_ups, freezes, run_interruptions, runs, schools
from provisioning.store.portions import portions
from provisioning.store.runs import Run

log = logging.getLogger(__name__)
SCHEDULE = "schedule"
"""Who starts runs on schedule, in the audit and in the runs."""

Between = Callable[[Run], None]
"""What is called after each run of a job; an exception ends the job."""


def run_due(services: Services, between: Between = lambda _run: None) -> Batch:
    """End accounts made by hand that are due, and carry out in this process all that is due.

    `between` is called after each run.
    """
    daily_reviews(services)
    done: list[Batch] = []
    sweep(services, EmbeddedEngine(lambda job: done.append(carry_out(services, job, between))))
    return sum(done, Batch())


class StoppedError(Exception):
    """The process is asked to stop: the rest of a job is not run."""


def embedded_engine(services: Services, stopping: threading.Event) -> EmbeddedEngine:
    """Return the engine that carries jobs out in this process, until `stopping` is set."""
    return EmbeddedEngine(until_stopped(services, stopping))


def until_stopped(services: Services, stopping: threading.Event) -> CarryOut:
    """Return what carries out a job, and raises `StoppedError` after a run once `stopping` is set."""

    def raise_if_stopping(_run: Run) -> None:
        if stopping.is_set():
            raise StoppedError

    def do(job: Job) -> None:
        carry_out(services, job, raise_if_stopping)

    return do


def sweep(services: Services, engine: JobEngine) -> None:
    """Mark the runs on which nothing works any more as interrupted, and put what is due into `engine`."""
    lost = run_interruptions.interrupt_lost(services.database, services.clock.now())
    if lost:
        log.warning("%d runs were interrupted", len(lost))
    if engine.schools_in_a_job is not None:
        # Workers carry it out in their time: what they are at work on would look due again at once.
        engine.put(due_jobs(services, engine.schools_in_a_job))
        return
    # Until nothing is due, for a run may release for a school that has been run again already. It ends: what
    # is still due after it was tried is left to the next sweep, and only a release makes a follow-up.
    tried: set[_Cause] = set()
    while jobs := {job: causes for job, causes in _due(services).items() if not causes <= tried}:
        engine.put(jobs)
        tried = tried.union(*jobs.values())


_Cause = tuple[str, datetime | int]
"""Why a school is due: its number, with a slot or with the run because of which it is to be run again."""


def due_jobs(services: Services, schools_in_a_job: int | None = None) -> list[Job]:
    """Return what is due: slots without a run, oldest first, then schools to run again.

    `schools_in_a_job` is how many schools a job names at most.
    """
    return list(_due(services, schools_in_a_job))


def _due(services: Services, schools_in_a_job: int | None = None) -> dict[Job, set[_Cause]]:
    """Return the jobs that are due, each with its causes, in the order of `due_jobs`.

    A school that is frozen has none, and a slot within a freeze is never had later: after the freeze the
    school waits for its next slot, also where another has released learners for it.
    """
    day = uk_date(services.clock.now())
    with services.database.reading() as session:
        open_ = [school for school in schools.every(session) if not school.is_closed(day)]
        groups = members(services.settings.groups, open_)
        known: dict[str, School] = {school.number: school for school in open_}
        frozen = freezes.since(session, day - CATCH_UP)
        now_frozen = frozen.frozen(open_, services.clock.now())
        open_ = [school for school in open_ if school.number not in now_frozen]
        latest = _latest_slots(services, session, open_, groups)
        waiting = {school for school, slot in latest.items() if frozen.of(known[school], slot)}
        slots = {school: slot for school, slot in latest.items() if school not in waiting}
        had = {slot: runs.with_slot(session, slot) for slot in set(slots.values())}
        again: dict[Job, set[_Cause]] = {
            FollowUpJob(school, groups[school].site): {(school, run) for run in because_of}
            for school, because_of in follow_ups.open_by_school(session).items()
            if school in groups and school not in now_frozen and school not in waiting
        }
    due: defaultdict[tuple[datetime, str], list[str]] = defaultdict(list)
    for school in sorted(open_, key=by_final_year):
        slot = slots.get(school.number)
        if slot is not None and school.number not in had[slot]:
            due[slot, groups[school.number].site or ""].append(school.number)
    jobs: dict[Job, set[_Cause]] = {
        SlotJob(slot, tuple(numbers), site or None): {(number, slot) for number in numbers}
        for (slot, site), some in sorted(due.items())
        for numbers in batched(some, schools_in_a_job or len(some))
    }
    return jobs | again


def _latest_slots(
    services: Services,
    session: Session,
    open_: Iterable[School],
    groups: Mapping[str, ScheduleGroup],
) -> dict[str, datetime]:
    """Return the latest slot of each school that has had one; one is worked out for a group and authority.

    An authority whose key dates do not fit each other is logged, and its schools have none.
    """
    worked_out: dict[tuple[str, str], datetime | None] = {}
    found: dict[str, datetime] = {}
    calendar = services.provisioning.calendars(session)
    for school in open_:
        group, authority = groups.get(school.number), school.local_authority
        if group is None:
            continue
        if (group.name, authority) not in worked_out:
            worked_out[group.name, authority] = None
            try:
                slot = latest_slot(group, calendar(authority), services.clock.now())
                worked_out[group.name, authority] = slot
            except KnownError as error:
                log.warning("schools of authority %s are not run: %s", authority, error.name)
        slot = worked_out[group.name, authority]
        if slot is not None:
            found[school.number] = slot
    return found


def carry_out(services: Services, job: Job, between: Between = lambda _run: None) -> Batch:
    """Carry out a job, with an audit record of each run; `between` is called after each of them."""
    ran: list[Run] = []

    def note(run: Run) -> None:
        ran.append(run)
        between(run)

    provisioning = replace(services.provisioning, on_schedule=True)
    try:
        match job:
            case SlotJob(slot, some):
                batch = provision_batch(provisioning, some, started_by=SCHEDULE, slot=slot, done=note)
            case FollowUpJob(school):
                batch = follow_up(provisioning, [school], started_by=SCHEDULE, done=note)
    finally:
        audit.keep(services.database, *_records(ran, services.clock.now()))
        _count(services, ran)
    services.database.checkpoint()
    log.info(
        "%d runs on schedule, %d schools by another process, %d refused",
        len(batch.runs),
        len(batch.elsewhere),
        len(batch.refused),
    )
    return batch


def _count(services: Services, ran: Collection[Run]) -> None:
    """Count the runs for Prometheus, by status and local authority."""
    with services.database.reading() as session:
        places = {
            number: school.local_authority
            for some in portions(sorted({run.school for run in ran}))
            for number, school in schools.some(session, some).items()
        }
    for run in ran:
        meters.RUNS.labels(run.status.value, places.get(run.school, "")).inc()


def _records(ran: Iterable[Run], now: datetime) -> Iterator[AuditRecord]:
    for run in ran:
        yield AuditRecord(now, SCHEDULE, SCHEDULE, RunAuditAction.RUN, run.school, None, run.status)
