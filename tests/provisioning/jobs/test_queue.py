"""The queue on PostgreSQL: what is due is in it once, and what is lost comes again."""

import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, text

from provisioning.jobs.queue import SCHOOLS_IN_A_JOB, QueueEngine, job_of, put
from provisioning.jobs.unserved import unserved
from provisioning.jobs.values import FollowUpJob, Job, SlotJob
from provisioning.store.database import Database

pytestmark = pytest.mark.integration

SIX = datetime(2026, 9, 7, 5, tzinfo=UTC)
NOON = SIX + timedelta(hours=6)
SCHOOLS = tuple(f"680{number:04}" for number in range(30))


@pytest.fixture
def database(postgresql_url: str) -> Iterator[Database]:
    database = Database(postgresql_url)
    yield database
    database.close()


@pytest.fixture
def engine(database: Database) -> QueueEngine:
    return QueueEngine(database)


def waiting(database: Database) -> list[Job]:
    """The jobs that wait, in the order in which workers take them."""
    query = (
        "SELECT task_name, args FROM procrastinate_jobs WHERE status = 'todo' ORDER BY priority DESC, id ASC"
    )
    with database.reading() as session:
        return [job_of(task, values) for task, values in session.execute(text(query))]


def taken_by_a_worker(database: Database, *, last_heard_of: str) -> None:
    """A worker has taken the next job, and was last heard of some time ago."""
    with database.writing() as session:
        session.execute(
            text(
                "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - CAST(:ago AS interval))"
            ),
            {"ago": last_heard_of},
        )
        newest = "(SELECT max(id) FROM procrastinate_workers)"
        session.execute(text(f"SELECT procrastinate_fetch_job_v2(NULL, {newest})"))


def test_jobs_come_out_as_they_were_put_in_slots_first(engine: QueueEngine, database: Database) -> None:
    jobs = [
        SlotJob(SIX, SCHOOLS[:3]),
        SlotJob(SIX, SCHOOLS[3:5], "ynys-mon"),
        FollowUpJob(SCHOOLS[8]),
        FollowUpJob(SCHOOLS[9], "ynys-mon"),
    ]
    engine.put([*jobs[2:], *jobs[:2]])
    assert waiting(database) == jobs


def test_each_sites_jobs_have_a_queue_of_their_own(engine: QueueEngine, database: Database) -> None:
    engine.put([SlotJob(SIX, SCHOOLS[:1]), SlotJob(SIX, SCHOOLS[1:2], "ynys-mon")])
    with database.reading() as session:
        queues = session.scalars(text("SELECT queue_name FROM procrastinate_jobs ORDER BY id")).all()
    assert queues == ["runs", "runs-ynys-mon"]


def test_a_school_that_a_job_names_already_is_named_by_no_second(
    engine: QueueEngine, database: Database
) -> None:
    engine.put([SlotJob(SIX, SCHOOLS[:2]), FollowUpJob(SCHOOLS[9])])
    engine.put([SlotJob(SIX, SCHOOLS[:4]), FollowUpJob(SCHOOLS[9])])
    assert waiting(database) == [
        SlotJob(SIX, SCHOOLS[:2]),
        SlotJob(SIX, SCHOOLS[2:4]),
        FollowUpJob(SCHOOLS[9]),
    ]


def test_what_a_worker_is_at_work_on_is_not_put_in_again(engine: QueueEngine, database: Database) -> None:
    engine.put([SlotJob(SIX, SCHOOLS[:2])])
    taken_by_a_worker(database, last_heard_of="5 seconds")
    engine.put([SlotJob(SIX, SCHOOLS[:3])])
    assert waiting(database) == [SlotJob(SIX, SCHOOLS[2:3])]


def test_a_school_that_is_being_run_again_is_not_put_in_again(
    engine: QueueEngine, database: Database
) -> None:
    engine.put([FollowUpJob(SCHOOLS[0])])
    taken_by_a_worker(database, last_heard_of="5 seconds")
    engine.put([FollowUpJob(SCHOOLS[0]), FollowUpJob(SCHOOLS[1])])
    assert waiting(database) == [FollowUpJob(SCHOOLS[1])]


def test_what_a_dead_worker_had_taken_is_put_in_again(engine: QueueEngine, database: Database) -> None:
    engine.put([SlotJob(SIX, SCHOOLS[:2])])
    taken_by_a_worker(database, last_heard_of="1 minute")
    engine.put([SlotJob(SIX, SCHOOLS[:2])])
    assert waiting(database) == [SlotJob(SIX, SCHOOLS[:2])]
    with database.reading() as session:
        assert session.execute(text("SELECT count(*) FROM procrastinate_jobs")).scalar_one() == 1


def test_a_dead_workers_job_is_put_in_again_although_its_row_was_taken_away(
    engine: QueueEngine, database: Database
) -> None:
    engine.put([SlotJob(SIX, SCHOOLS[:2])])
    taken_by_a_worker(database, last_heard_of="5 seconds")
    with database.writing() as session:
        session.execute(text("DELETE FROM procrastinate_workers"))
    engine.put([SlotJob(SIX, SCHOOLS[:2])])
    assert waiting(database) == [SlotJob(SIX, SCHOOLS[:2])]


def test_what_waits_for_a_slot_that_is_over_is_deleted(engine: QueueEngine, database: Database) -> None:
    engine.put([SlotJob(SIX, SCHOOLS[:2])])
    engine.put([SlotJob(NOON, SCHOOLS[:2])])
    assert waiting(database) == [SlotJob(NOON, SCHOOLS[:2])]
    engine.put([])
    assert waiting(database) == []


def queues(database: Database) -> list[tuple[str, str]]:
    """The queue and the status of each job."""
    with database.reading() as session:
        found = session.execute(text("SELECT queue_name, status FROM procrastinate_jobs ORDER BY id"))
        return [tuple(row) for row in found]


def test_a_school_that_has_moved_to_another_site_waits_in_that_sites_queue(
    engine: QueueEngine, database: Database
) -> None:
    """Of three schools on the island, the second is now on the mainland; each waits once."""
    engine.put([SlotJob(SIX, SCHOOLS[:3], "ynys-mon"), FollowUpJob(SCHOOLS[1], "ynys-mon")])
    moved = [
        SlotJob(SIX, (SCHOOLS[0], SCHOOLS[2]), "ynys-mon"),
        SlotJob(SIX, (SCHOOLS[1],)),
        FollowUpJob(SCHOOLS[1]),
    ]
    for _ in range(2):
        engine.put(moved)
        assert waiting(database) == moved
        assert queues(database) == [("runs-ynys-mon", "todo"), ("runs", "todo"), ("runs", "todo")]


def test_what_the_old_sites_worker_is_at_work_on_stays_with_it(
    engine: QueueEngine, database: Database
) -> None:
    engine.put([SlotJob(SIX, SCHOOLS[:2], "ynys-mon")])
    taken_by_a_worker(database, last_heard_of="5 seconds")
    engine.put([SlotJob(SIX, SCHOOLS[:2])])
    assert queues(database) == [("runs-ynys-mon", "doing")]


def test_a_job_that_a_worker_takes_while_a_sweep_would_move_it_is_not_put_in_twice(
    engine: QueueEngine, database: Database, postgresql_url: str
) -> None:
    """The worker takes it after the sweep has looked, and before it deletes."""
    engine.put([SlotJob(SIX, SCHOOLS[:2], "ynys-mon")])
    elsewhere = Database(postgresql_url)

    @event.listens_for(database.engine, "before_cursor_execute")
    def _take_it_first(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("DELETE FROM procrastinate_jobs WHERE id"):
            taken_by_a_worker(elsewhere, last_heard_of="1 second")

    engine.put([SlotJob(SIX, SCHOOLS[:2])])
    elsewhere.close()
    assert queues(database) == [("runs-ynys-mon", "doing")]


def test_a_site_without_a_worker_is_found_once_its_jobs_have_waited(
    engine: QueueEngine, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """The log has one line for each, until a worker takes a job."""

    def sweep(past: int) -> list[str | None]:
        with database.writing() as session:
            session.execute(
                text("UPDATE procrastinate_events SET at = at - make_interval(mins => :past)"), {"past": past}
            )
        engine.put(due)
        with database.reading() as session:
            return unserved(session)

    due: list[Job] = [SlotJob(SIX, SCHOOLS[:2], "ynys-mon"), FollowUpJob(SCHOOLS[3])]
    engine.put(due)
    assert (sweep(9), caplog.messages) == ([], [])
    assert sweep(2) == sweep(20) == ["ynys-mon", None]
    assert sorted(caplog.messages) == [
        "runs wait, and no worker takes them: `hwb work --site ynys-mon` is missing",
        "runs wait, and no worker takes them: `hwb work` is missing",
    ]
    taken_by_a_worker(database, last_heard_of="1 second")
    assert sweep(0) == [None]


def test_jobs_are_filled_up(engine: QueueEngine, database: Database) -> None:
    engine.put([SlotJob(SIX, SCHOOLS[:1]), SlotJob(SIX, SCHOOLS[1:])])
    assert [len(job.schools) for job in waiting(database) if isinstance(job, SlotJob)] == [
        SCHOOLS_IN_A_JOB,
        len(SCHOOLS) - SCHOOLS_IN_A_JOB,
    ]


def test_of_many_that_sweep_at_once_one_puts_in_what_is_due(engine: QueueEngine, database: Database) -> None:
    """Some see a school fewer as due, for another has just run it."""
    at_once = threading.Barrier(8)

    def sweep(fewer: int) -> None:
        at_once.wait(10)
        engine.put([SlotJob(SIX, SCHOOLS[fewer:24])])

    sweeps = [threading.Thread(target=sweep, args=(fewer,)) for fewer in range(8)]
    for thread in sweeps:
        thread.start()
    for thread in sweeps:
        thread.join()
    named = [school for job in waiting(database) if isinstance(job, SlotJob) for school in job.schools]
    assert sorted(named) == sorted(set(named))


def test_a_job_that_waits_already_breaks_no_transaction_that_puts_it_in_too(
    engine: QueueEngine, database: Database
) -> None:
    engine.put([FollowUpJob(SCHOOLS[0])])
    with database.writing() as session:
        put(session, [FollowUpJob(SCHOOLS[1]), FollowUpJob(SCHOOLS[0])])
        session.execute(text("INSERT INTO username_stems VALUES ('work of the run', 1)"))
    assert waiting(database) == [FollowUpJob(SCHOOLS[0]), FollowUpJob(SCHOOLS[1])]
    with database.reading() as session:
        assert session.execute(text("SELECT count(*) FROM username_stems")).scalar_one() == 1


def test_a_job_is_there_only_once_its_transaction_is_committed(database: Database) -> None:
    with suppress(InterruptedError), database.writing() as session:
        put(session, [FollowUpJob(SCHOOLS[0])])
        raise InterruptedError
    assert waiting(database) == []
