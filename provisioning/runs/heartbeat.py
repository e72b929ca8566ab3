"""The heartbeat of a process: it renews the leases of the runs that the process has under way."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import SQLAlchemyError

from provisioning.errors import KnownError
from provisioning.runs.lease import RENEWED_EVERY, THIS_PROCESS
from provisioning.store.database import Database
from provisioning.store.run_interruptions import renew_leases

log = logging.getLogger(__name__)


@contextmanager
def heartbeat(database: Database) -> Iterator[None]:
    """Renew leases while the block lasts, in a thread that asks nothing while no run is under way."""
    stopping = threading.Event()
    beating = threading.Thread(target=_beat, args=(database, stopping), name="hwb-heartbeat", daemon=True)
    beating.start()
    try:
        yield
    finally:
        stopping.set()
        beating.join()


def _beat(database: Database, stopping: threading.Event) -> None:
    while not stopping.wait(RENEWED_EVERY.total_seconds()):
        if not THIS_PROCESS.runs:
            continue
        try:
            database.write(renew_leases)
        except (KnownError, SQLAlchemyError) as error:
            # A lease outlives some lost beats; once it has lapsed, the run is refused when it ends.
            log.warning("the leases of runs were not renewed: %s", type(error).__name__)
