"""Retention keeps no writer waiting: each lot costs little, however much is past its time, and then rests."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from bot.people import audit
from bot.people.audit import AuditFilter, AuditRecord
from bot.service import retention
from bot.service.past_times import stale
from bot.service.sweeping import StoppedError
from bot.settings_tables import RetentionSettings
from knowledge.loading import Knowledge
from provisioning.clock import system_time
from provisioning.store.database import Database
from provisioning.store.pacing import rested
from provisioning.store.retention import end, find
from tests.bot.service.past_rows import TABLES, write_past_rows
from tests.bot.service.test_retention import services
from tests.builders import NOW, Schools
from tests.costs import GROWS_AT_MOST, counted

T = TypeVar("T")
FEW, MANY, LOT = 400, 4_000, 100


@pytest.fixture
def few(provisioning: Schools) -> Schools:
    """A database with 400 rows of each kind that are past their time."""
    write_past_rows(provisioning.database, FEW)
    return provisioning


@pytest.fixture
def many(migrated: Path, tmp_path: Path, knowledge: Knowledge) -> Iterator[Schools]:
    """Another with 4,000 of each."""
    database = Database(f"sqlite:///{shutil.copy(migrated, tmp_path / 'many.sqlite3')}")
    provisioning = Schools(database, tmp_path / "extracts", knowledge)
    write_past_rows(database, MANY)
    yield provisioning
    database.close()


def steps_of_lots(database: Database) -> dict[str, int]:
    """What the dearest lot of each table costs: the steps of its transaction, in which others wait."""
    dearest = dict.fromkeys(TABLES, 0)
    for rows in stale(RetentionSettings(), system_time(), external_directory=False):
        if rows.table.name not in dearest:
            continue
        with database.reading() as session:
            keys = find(session, rows, LOT)
        if keys:
            with counted(database) as so_far, database.writing() as session:
                end(session, rows, keys)
            dearest[rows.table.name] = max(dearest[rows.table.name], so_far().steps)
    return dearest


def test_a_lot_costs_no_more_where_ten_times_as_much_is_past_its_time(few: Schools, many: Schools) -> None:
    costs, more = steps_of_lots(few.database), steps_of_lots(many.database)
    assert all(costs.values())
    assert [name for name in TABLES if more[name] > costs[name] * GROWS_AT_MOST] == []


def test_between_two_lots_others_write_at_once(few: Schools, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another program that does not wait at all writes a record into the audit after each lot."""
    written = 0
    monkeypatch.setattr("provisioning.store.database.BUSY_SECONDS", 0)
    other = Database(str(few.database.url))

    def then_another_writes(lot: Callable[[], T]) -> T:
        nonlocal written
        done = lot()
        audit.keep(other, AuditRecord(NOW, "U0CARYS", "slack", "faq", None, None, "ok"))
        written += 1
        return done

    monkeypatch.setattr(retention, "rested", then_another_writes)
    deleted = retention.forget(services(few, NOW), who="schedule", entry_point="schedule")
    other.close()
    assert {name: deleted[name] for name in ("audit", "journal")} == {"audit": FEW, "journal": FEW}
    assert written >= sum(deleted[name] for name in TABLES) // LOT


def test_what_is_stopped_in_between_says_what_it_has_deleted(few: Schools) -> None:
    def stop() -> None:
        raise StoppedError

    with pytest.raises(StoppedError):
        retention.daily(services(few, NOW), stop)
    with few.database.reading() as session:
        (told,) = audit.read(session, AuditFilter(action="retention"))
    assert told.outcome == f"audit {LOT}"


def test_after_a_lot_twice_its_time_is_rested_and_a_second_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, rests = [0.0], list[float]()
    monkeypatch.setattr("provisioning.store.pacing.time.perf_counter", lambda: clock[0])

    def lot(seconds: float) -> None:
        clock[0] += seconds

    for seconds in (0.004, 5.0):
        rested(lambda seconds=seconds: lot(seconds), rests.append)
    assert rests == [pytest.approx(0.008), 1.0]
