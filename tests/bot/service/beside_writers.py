"""Retention beside another writer: how long its lots take, and how long the other waits."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from bot.people import audit
from bot.people.audit import AuditRecord
from bot.service.retention import forget
from provisioning.store.database import Database
from tests.bot.service.past_rows import TABLES, write_past_rows
from tests.bot.service.test_retention import services
from tests.builders import NOW, Schools


@dataclass(frozen=True)
class Beside:
    """Rows deleted or emptied, seconds of each lot and of each wait in rising order, the file's bytes."""

    deleted: int
    lots: list[float]
    waits: list[float]
    before: int
    after: int


def retention_beside_a_writer(provisioning: Schools, rows: int) -> Beside:
    """Let so many rows past their time go, while audit records are written."""
    database = provisioning.database
    write_past_rows(database, rows // len(TABLES))
    file = database.file
    assert file is not None
    before, done, waits, lots = file.stat().st_size, threading.Event(), list[float](), list[float]()
    writer = threading.Thread(target=lambda: waits.extend(_write_until(done, database)))
    writer.start()
    try:
        with _held_by_this_thread() as held:
            deleted = forget(
                services(provisioning, NOW),
                who="schedule",
                entry_point="schedule",
                between=lambda: lots.append(held[-1]),
            )
    finally:
        done.set()
        writer.join()
    return Beside(sum(deleted.values()), sorted(lots), sorted(waits), before, file.stat().st_size)


def _write_until(done: threading.Event, database: Database) -> list[float]:
    """Write an audit record every few milliseconds, as an answer does; return how long each took."""
    waits = list[float]()
    while not waits or not done.wait(0.02):
        began = time.perf_counter()
        audit.keep(database, AuditRecord(NOW, "U0CARYS", "slack", "faq", None, None, "ok"))
        waits.append(time.perf_counter() - began)
    return waits


@contextmanager
def _held_by_this_thread() -> Iterator[list[float]]:
    """Note how long each transaction of this thread lasts, from its lock to the end of its commit."""
    mine, began, held = threading.get_ident(), [0.0], list[float]()

    def begun(*_: Any) -> None:
        if threading.get_ident() == mine:
            began[0] = time.perf_counter()

    def ended(_session: Session) -> None:
        if threading.get_ident() == mine:
            held.append(time.perf_counter() - began[0])

    event.listen(Session, "after_begin", begun)
    event.listen(Session, "after_commit", ended)
    try:
        yield held
    finally:
        event.remove(Session, "after_begin", begun)
        event.remove(Session, "after_commit", ended)
