"""A worker on the queue: it takes what is put in, and whatever goes wrong, it goes on."""

import logging
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from provisioning.jobs import worker as worker_module
from provisioning.jobs.job_engine import CarryOut
from provisioning.jobs.queue import QueueEngine
from provisioning.jobs.values import FollowUpJob, Job, SlotJob
from provisioning.jobs.worker import Worker
from provisioning.store.database import Database
from tests.slack_workspace.workspace_fixtures import eventually

pytestmark = pytest.mark.integration

SIX = datetime(2026, 9, 7, 5, tzinfo=UTC)


@pytest.fixture
def database(postgresql_url: str) -> Iterator[Database]:
    database = Database(postgresql_url)
    yield database
    database.close()


@contextmanager
def worker(database: Database, carry_out: CarryOut, **options: object) -> Iterator[Worker]:
    """A worker at work, which is stopped at the end."""
    stopping = options.pop("stopping", threading.Event())
    at_work = Worker(database.url, carry_out, stopping, **options)  # type: ignore[arg-type]
    at_work.start()
    try:
        yield at_work
    finally:
        at_work.stop()
        assert not at_work.alive


def slot(*schools: str, site: str | None = None) -> SlotJob:
    return SlotJob(SIX, schools, site)


def count(database: Database, table: str) -> int:
    with database.reading() as session:
        return int(session.execute(text(f"SELECT count(*) FROM procrastinate_{table}")).scalar_one())


def test_what_is_put_in_is_carried_out_and_nothing_is_left_in_the_tables(database: Database) -> None:
    done: list[Job] = []
    with worker(database, done.append) as at_work:
        eventually(lambda: at_work.alive)
        QueueEngine(database).put([slot("6800001"), FollowUpJob("6800002")])
        eventually(lambda: len(done) == 2)
        eventually(lambda: count(database, "jobs") == 0)
    assert done == [slot("6800001"), FollowUpJob("6800002")]
    assert (count(database, "events"), count(database, "workers")) == (0, 0)


def test_a_worker_of_a_site_takes_the_jobs_of_that_site_alone(database: Database) -> None:
    done: list[Job] = []
    there = slot("6800002", site="ynys-mon")
    QueueEngine(database).put([slot("6800001"), there, slot("6800003", site="llyn")])
    with worker(database, done.append, site="ynys-mon"):
        eventually(lambda: done)
        eventually(lambda: count(database, "jobs") == 2)
    assert done == [there]


def test_several_jobs_are_carried_out_side_by_side(database: Database) -> None:
    meeting = threading.Barrier(3)
    QueueEngine(database).put([FollowUpJob(f"680000{number}") for number in range(3)])
    with worker(database, lambda _job: meeting.wait(10) and None, concurrency=3):
        eventually(lambda: count(database, "jobs") == 0, 10)
    assert not meeting.broken


def test_a_stop_waits_for_the_job_at_work_and_leaves_the_rest(database: Database) -> None:
    going, release, stopping = threading.Event(), threading.Event(), threading.Event()

    def slowly(_job: Job) -> None:
        going.set()
        assert release.wait(10)

    QueueEngine(database).put([slot("6800001"), FollowUpJob("6800003")])
    with worker(database, slowly, stopping=stopping) as at_work:
        assert going.wait(10)
        stop = threading.Thread(target=at_work.stop)
        stop.start()
        eventually(stopping.is_set)
        assert stop.is_alive()
        release.set()
        stop.join(10)
        assert not stop.is_alive()
    assert count(database, "jobs") == 1


@pytest.mark.parametrize("what", ["workers", "jobs"])
def test_it_goes_on_where_others_took_it_for_dead(
    what: str, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a standstill: its row, or that of its job, has been deleted meanwhile."""
    monkeypatch.setattr(worker_module, "_PAUSE", 0.01)
    done: list[Job] = []

    def carry_out(job: Job) -> None:
        if not done:
            with database.writing() as session:
                session.execute(text(f"DELETE FROM procrastinate_{what}"))
        done.append(job)

    engine = QueueEngine(database)
    with worker(database, carry_out):
        engine.put([slot("6800001")])
        eventually(lambda: len(done) == 1)
        engine.put([slot("6800002")])
        eventually(lambda: slot("6800002") in done, 20)


def test_it_goes_on_once_a_lost_database_is_back(
    database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Every connection of it is cut while it waits."""
    monkeypatch.setattr(worker_module, "_PAUSE", 0.01)
    done: list[Job] = []
    with worker(database, done.append) as at_work:
        eventually(lambda: at_work.alive and count(database, "workers"))
        with database.writing() as session:
            session.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE pid <> pg_backend_pid() AND datname = current_database()"
                )
            )
        QueueEngine(database).put([slot("6800001")])
        eventually(lambda: done, 20)
    assert not [line for line in caplog.records if line.levelno >= logging.ERROR]


def test_another_worker_begins_where_its_heartbeat_has_failed(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Procrastinate's own worker would go on without one, and be taken for dead."""
    monkeypatch.setattr(worker_module, "_PAUSE", 0.01)
    monkeypatch.setattr(worker_module, "_BEAT", 0.05)
    renamed = "ALTER FUNCTION procrastinate_{}(bigint) RENAME TO procrastinate_{}"
    heartbeat, newest = "update_heartbeat_v1", text("SELECT max(id) FROM procrastinate_workers")

    def newest_worker() -> int:
        with database.reading() as session:
            return int(session.scalar(newest) or 0)

    with worker(database, lambda _job: None):
        first = eventually(newest_worker)
        with database.writing() as session:
            session.execute(text(renamed.format(heartbeat, "away")))
        eventually(lambda: newest_worker() > first, 20)
        with database.writing() as session:
            session.execute(text(renamed.format("away", heartbeat)))


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_it_goes_on_where_the_server_answers_no_more_on_connections_that_stay_open(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a firewall forgot them: what waits there waits for ever, and is left to itself."""
    monkeypatch.setattr(worker_module, "_PAUSE", 0.01)
    monkeypatch.setattr(worker_module, "_ANSWER", 0.5)
    done: list[Job] = []
    its = text("SELECT pid FROM pg_stat_activity WHERE application_name = 'hwb-worker'")
    with worker(database, done.append) as at_work:
        eventually(lambda: at_work.alive and count(database, "workers"))
        with database.reading() as session:
            servers = session.scalars(its).all()
        try:
            for pid in servers:
                os.kill(pid, signal.SIGSTOP)
            QueueEngine(database).put([slot("6800001")])
            eventually(lambda: done, 30)
        finally:
            for pid in servers:
                os.kill(pid, signal.SIGCONT)


def test_a_job_that_breaks_is_given_up_and_the_next_is_taken(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    done: list[Job] = []

    def carry_out(job: Job) -> None:
        done.append(job)
        if len(done) == 1:
            raise ZeroDivisionError

    engine = QueueEngine(database)
    engine.put([slot("6800001"), FollowUpJob("6800002")])
    with worker(database, carry_out):
        eventually(lambda: len(done) == 2)
        eventually(lambda: count(database, "jobs") == 0)
    assert [line.getMessage() for line in caplog.records if line.levelno >= logging.ERROR] == [
        "a job was given up"
    ]


def test_a_job_of_a_kind_that_is_not_known_is_put_aside(database: Database) -> None:
    """As a newer version may have put it in."""
    with database.writing() as session:
        session.execute(
            text("INSERT INTO procrastinate_jobs (queue_name, task_name) VALUES ('runs', 'of-tomorrow')")
        )
    QueueEngine(database).put([])
    with worker(database, lambda _job: None):
        eventually(lambda: count(database, "jobs") == 0)
