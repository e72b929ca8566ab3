"""The clock by which leases are measured: one for all processes on a database."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from provisioning.clock import system_time


def server_now(session: Session) -> datetime:
    """Return the database server's time, for the clocks of machines differ; for a file, this machine's."""
    if session.get_bind().dialect.name != "postgresql":
        return system_time()
    found: datetime = session.scalars(select(func.clock_timestamp())).one()
    return found
