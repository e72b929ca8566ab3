"""Sites without a worker, as the queue on PostgreSQL shows it: their jobs wait, and none is at work."""

from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

WAITED = timedelta(minutes=10)
"""How long a job must have waited: a worker that has nothing else to do takes it within seconds."""

_UNSERVED = text(
    "SELECT DISTINCT job.args ->> 'site' AS site FROM procrastinate_jobs AS job "
    "JOIN procrastinate_events AS event ON event.job_id = job.id AND event.type = 'deferred' "
    "WHERE job.status = 'todo' AND event.at < now() - make_interval(secs => :seconds) AND NOT EXISTS ("
    "SELECT FROM procrastinate_jobs AS other "
    "WHERE other.queue_name = job.queue_name AND other.status = 'doing') ORDER BY site"
)


def unserved(session: Session) -> list[str | None]:
    """Return the sites whose jobs have waited for `WAITED` and of which none is at work.

    None is the site of the schools without one.
    """
    return list(session.scalars(_UNSERVED, {"seconds": WAITED.total_seconds()}))


def worker_for(site: str | None) -> str:
    """Return the command of the worker that is missing for `site`."""
    return f"hwb work --site {site}" if site else "hwb work"
