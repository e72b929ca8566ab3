"""The queue of jobs on PostgreSQL: jobs as rows of Procrastinate's table, put in by transactions of our own.

A row is inserted by a statement of ours, because Procrastinate's function raises where a job waits already,
and an error in a run's transaction would undo the run. Nothing depends on what the table remembers: a job
that is lost, or was deleted, is derived again from the store by the next sweep.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from provisioning.jobs.values import FollowUpJob, Job, SlotJob
from provisioning.store.database import Database

SCHOOLS_IN_A_JOB = 24
"""Schools in a job: two chunks, so that several workers share a batch of any size."""
LOST_AFTER = 20.0
"""Seconds without a sign of life after which a worker counts as dead, and its jobs as lost."""
SLOT, FOLLOW_UP = "slot", "follow-up"
"""The names of the two kinds of job in the queue."""

_PRIORITY = {SLOT: 1, FOLLOW_UP: 0}
"""Slots come first: they may release for a school more than one learner for whom it waits."""
_PUTTING = 0x487763
"""The number of PostgreSQL's advisory lock under which one sweep at a time puts jobs in."""


def queue_name(site: str | None) -> str:
    """Return the name of the queue for the schools of `site`; without one, of those that have none."""
    return f"runs-{site}" if site else "runs"


class QueueEngine:
    """Puts jobs into the queue, from which workers on any machine take them."""

    schools_in_a_job: int | None = SCHOOLS_IN_A_JOB

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, jobs: Iterable[Job]) -> None:
        """Put in what of `jobs`, all that is due, no job in the queue names yet."""
        due = list(jobs)
        self._database.write(lambda session: _put_what_is_missing(session, due))


def put(session: Session, jobs: Iterable[Job]) -> None:
    """Put `jobs` into the queue once `session` commits; one that waits already is left as it is."""
    # Follow-ups in one order everywhere, so that two runs that put some of the same do not block each other.
    rows = sorted(map(_row, jobs), key=lambda row: row["identity"] if row["task"] == FOLLOW_UP else "")
    if rows:
        session.connection().execute(_INSERT, rows)


def job_of(task: str, values: Mapping[str, Any]) -> Job:
    """Return the job of a row in the queue, from its `task` name and its `values`."""
    if task == FOLLOW_UP:
        return FollowUpJob(values["school"], values["site"])
    return SlotJob(datetime.fromisoformat(values["slot"]), tuple(values["schools"]), values["site"])


def _row(job: Job) -> dict[str, Any]:
    values: dict[str, Any]
    match job:
        case SlotJob(slot, schools, site):
            at = slot.astimezone(UTC).isoformat()
            kind, identity = SLOT, f"{SLOT} {at} {','.join(schools)}"
            values = {"slot": at, "schools": list(schools), "site": site}
        case FollowUpJob(school, site):
            kind, identity = FOLLOW_UP, f"{FOLLOW_UP} {school}"
            values = {"school": school, "site": site}
    return {
        "queue": queue_name(site),
        "task": kind,
        "priority": _PRIORITY[kind],
        "identity": identity,
        "values": json.dumps(values),
    }


_INSERT = text(
    "INSERT INTO procrastinate_jobs (queue_name, task_name, priority, queueing_lock, args) "
    "VALUES (:queue, :task, :priority, :identity, CAST(:values AS jsonb)) "
    "ON CONFLICT (queueing_lock) WHERE status = 'todo' DO NOTHING"
)
_DELETE_LOST = text(
    "DELETE FROM procrastinate_jobs AS job WHERE job.status <> 'todo' AND NOT EXISTS ("
    "SELECT FROM procrastinate_workers AS worker WHERE worker.id = job.worker_id "
    "AND job.status = 'doing' AND worker.last_heartbeat > now() - make_interval(secs => :seconds))"
)
_DELETE = text("DELETE FROM procrastinate_jobs WHERE id = :id AND status = 'todo'")
_IN_THE_QUEUE = text(
    f"SELECT id, status, task_name, args FROM procrastinate_jobs WHERE task_name IN ('{SLOT}', '{FOLLOW_UP}')"  # noqa: S608
)


def _put_what_is_missing(session: Session, due: list[Job]) -> None:
    session.execute(select(func.pg_advisory_xact_lock(_PUTTING)))
    session.execute(_DELETE_LOST, {"seconds": LOST_AFTER})
    slots = {(school, job.slot) for job in due if isinstance(job, SlotJob) for school in job.schools}
    named, again = _named(session, slots)
    missing: defaultdict[tuple[datetime, str | None], list[str]] = defaultdict(list)
    for job in due:
        if isinstance(job, SlotJob):
            left = [school for school in job.schools if (school, job.slot) not in named]
            missing[job.slot, job.site] += left
    put(
        session,
        [
            *(
                SlotJob(slot, tuple(schools[start : start + SCHOOLS_IN_A_JOB]), site)
                for (slot, site), schools in missing.items()
                for start in range(0, len(schools), SCHOOLS_IN_A_JOB)
            ),
            *(job for job in due if isinstance(job, FollowUpJob) and job.school not in again),
        ],
    )


def _named(session: Session, due: set[tuple[str, datetime]]) -> tuple[set[tuple[str, datetime]], set[str]]:
    """Return the schools with their slots, and those to run again, that jobs in the queue name.

    A job that waits for a slot, and of whose schools none is `due` for it any more, is deleted.
    """
    named: set[tuple[str, datetime]] = set()
    again: set[str] = set()
    over: list[dict[str, int]] = []
    for id_, status, task, values in session.execute(_IN_THE_QUEUE):
        job = job_of(task, values)
        if isinstance(job, FollowUpJob):
            again.add(job.school)
            continue
        schools = {(school, job.slot) for school in job.schools}
        if status == "todo" and not schools & due:
            over.append({"id": id_})
        else:
            named |= schools
    if over:
        session.connection().execute(_DELETE, over)
    return named, again
