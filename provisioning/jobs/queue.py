"""The queue of jobs on PostgreSQL: jobs as rows of Procrastinate's table, put in by transactions of our own.

A row is inserted by a statement of ours, because Procrastinate's function raises where a job waits already,
and an error in a run's transaction would undo the run. Nothing depends on what the table remembers: a job
that is lost, or was deleted, is derived again from the store by the next sweep.
"""

import json
import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from provisioning.jobs.unserved import unserved, worker_for
from provisioning.jobs.values import FollowUpJob, Job, SlotJob
from provisioning.store.database import Database

log = logging.getLogger(__name__)

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
        self._unserved: frozenset[str | None] = frozenset()

    def put(self, jobs: Iterable[Job]) -> None:
        """Put in what of `jobs`, all that is due, no job in the queue names yet.

        A site whose jobs no worker takes is logged once, until one takes them.
        """
        due = list(jobs)
        self._database.write(lambda session: _put_what_is_missing(session, due))
        with self._database.reading() as session:
            found = frozenset(unserved(session))
        for site in found - self._unserved:
            log.warning("runs wait, and no worker takes them: `%s` is missing", worker_for(site))
        self._unserved = found


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


@dataclass(frozen=True)
class Depth:
    """How many jobs of a queue have a status, and how many seconds ago the oldest of them was put in."""

    queue: str
    status: str
    count: int
    oldest_seconds: float


def depths(session: Session) -> list[Depth]:
    """Return how deep the queues are, by status."""
    return [Depth(name, status, count, float(age)) for name, status, count, age in session.execute(_DEPTHS)]


_DEPTHS = text(
    "SELECT job.queue_name, job.status::text, count(DISTINCT job.id), "
    "coalesce(extract(epoch FROM now() - min(event.at)), 0) FROM procrastinate_jobs AS job "
    "LEFT JOIN procrastinate_events AS event ON event.job_id = job.id AND event.type = 'deferred' "
    "GROUP BY 1, 2 ORDER BY 1, 2"
)
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
_DELETE = text("DELETE FROM procrastinate_jobs WHERE id = :id AND status = 'todo' RETURNING id")
_IN_THE_QUEUE = text(
    f"SELECT id, status, task_name, args FROM procrastinate_jobs WHERE task_name IN ('{SLOT}', '{FOLLOW_UP}')"  # noqa: S608
)

_Due = tuple[str, datetime | None]
"""A school with the slot that it is due for; None where it is to be run again."""


def _named_by(job: Job) -> list[_Due]:
    """Return what `job` names."""
    if isinstance(job, FollowUpJob):
        return [(job.school, None)]
    return [(school, job.slot) for school in job.schools]


def _put_what_is_missing(session: Session, due: list[Job]) -> None:
    session.execute(select(func.pg_advisory_xact_lock(_PUTTING)))
    session.execute(_DELETE_LOST, {"seconds": LOST_AFTER})
    named = _kept(session, {each: job.site for job in due for each in _named_by(job)})
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
            *(job for job in due if isinstance(job, FollowUpJob) and (job.school, None) not in named),
        ],
    )


def _kept(session: Session, due: Mapping[_Due, str | None]) -> set[_Due]:
    """Return what the jobs that stay in the queue name; `due` has the site of each school that is due.

    Deleted is a job that waits for a slot for which none of its schools is due any more, and one that waits
    in the queue of a site from which one of its schools has moved: its schools are put in anew.
    """
    named: set[_Due] = set()
    for id_, status, task, values in session.execute(_IN_THE_QUEUE).all():
        job = job_of(task, values)
        asked = _named_by(job)
        sites = {due[each] for each in asked if each in due}
        is_over = isinstance(job, SlotJob) and not sites
        has_moved = bool(sites - {job.site})
        # A worker may have taken it at this moment: then it is at work.
        if (
            status != "todo"
            or not (is_over or has_moved)
            or session.execute(_DELETE, {"id": id_}).first() is None
        ):
            named |= set(asked)
    return named
