"""While very many rows past their time are deleted, a record of another writer waits half a second at most.

`make campaign` deletes a million; without `PAST_ROWS` this is skipped, as it goes by a clock.
"""

import os
import threading
import time
from collections.abc import Callable

import pytest

from bot.people import audit
from bot.people.audit import AuditRecord
from bot.service.retention import forget
from provisioning.store.database import Database
from tests.bot.service.past_rows import TABLES, write_past_rows
from tests.bot.service.test_retention import services
from tests.builders import NOW, Schools

ROWS = int(os.environ.get("PAST_ROWS", "0"))
LONGEST_WAIT = 0.5
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not ROWS, reason="PAST_ROWS says how many rows are deleted"),
]


def write_until(done: threading.Event, database: Database) -> list[float]:
    """Write an audit record every few milliseconds, as an answer does; how long each took."""
    waits = []
    while not done.wait(0.02):
        began = time.perf_counter()
        audit.keep(database, AuditRecord(NOW, "U0CARYS", "slack", "faq", None, None, "ok"))
        waits.append(time.perf_counter() - began)
    return waits


def test_a_record_of_another_writer_hardly_waits(
    provisioning: Schools, record_property: Callable[[str, object], None]
) -> None:
    write_past_rows(provisioning.database, ROWS // len(TABLES))
    file = provisioning.database.file
    assert file is not None
    before, done, waits = file.stat().st_size, threading.Event(), list[float]()
    writer = threading.Thread(target=lambda: waits.extend(write_until(done, provisioning.database)))
    writer.start()
    try:
        deleted = forget(services(provisioning, NOW), who="schedule", entry_point="schedule")
    finally:
        done.set()
        writer.join()
    waits.sort()
    told = f"{len(waits)} records beside {sum(deleted.values())} rows deleted or emptied: "
    told += f"median {waits[len(waits) // 2] * 1000:.1f} ms, longest {waits[-1] * 1000:.0f} ms; "
    told += f"file {before / 1e6:.0f} to {file.stat().st_size / 1e6:.0f} MB"
    record_property("figures", told)
    assert waits[-1] < LONGEST_WAIT, told
