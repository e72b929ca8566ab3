"""Transactions in each other's way, and a server that goes away: nothing lost, nothing told of people."""

import logging
import re
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, inspect, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from knowledge.loading import Knowledge
from provisioning.errors import KnownError
from provisioning.records.runs import RunStatus
from provisioning.runs import lease, school_run
from provisioning.store import engines, follow_ups, run_interruptions, run_lifecycle
from provisioning.store.database import Database
from provisioning.store.tables.accounts import AccountRow
from provisioning.store.tables.runs import RunRow
from tests.builders import GLAN, NANT, NOW, Schools, learner, upn
from tests.provisioning.runs.run_builders import LEFT

pytestmark = [pytest.mark.integration, pytest.mark.both_databases]

STEM = text("INSERT INTO username_stems VALUES (:stem, 1)")


@pytest.fixture
def postgresql(postgresql_url: str) -> Iterator[Database]:
    database = Database(postgresql_url)
    yield database
    database.close()


@pytest.fixture
def on_postgresql(postgresql: Database, tmp_path: Any, knowledge: Knowledge) -> Schools:
    return Schools(postgresql, tmp_path / "extracts", knowledge)


@contextmanager
def meanwhile(database: Database, statement: str, act: Any) -> Iterator[None]:
    """Something else happens just before the first statement of a kind."""
    pending = [act]

    def look(_connection: Any, _cursor: Any, sql: str, *_rest: Any) -> None:
        if pending and re.match(statement, sql):
            pending.pop()()

    event.listen(database.engine, "before_cursor_execute", look)
    yield
    event.remove(database.engine, "before_cursor_execute", look)
    assert not pending


# In each other's way: PostgreSQL, for SQLite lets one writer work at a time


def test_a_learner_whom_another_school_creates_meanwhile_is_blocked(
    on_postgresql: Schools,
) -> None:
    provisioning = on_postgresql
    provisioning.extracts(NANT, learner(1))
    provisioning.extracts(GLAN, learner(1), learner(2))
    with meanwhile(
        provisioning.database, "(INSERT INTO|COPY) username_stems", lambda: provisioning.runs(NANT)
    ):
        run = provisioning.runs(GLAN)
    assert (run.status, run.counts["create"], run.counts["blocked"]) == (RunStatus.SUCCEEDED, 1, 1)
    assert provisioning.account(learner(1)).school == NANT.number
    assert [account.username for account in provisioning.accounts()] == [
        "EvansS@hwbcymru.net",
        "EvansS2@hwbcymru.net",
    ]


def test_two_that_wait_for_each_other_both_get_done(postgresql: Database) -> None:
    with postgresql.writing() as session:
        session.execute(text("INSERT INTO username_stems VALUES ('a', 0), ('b', 0)"))
    both_have_one = threading.Barrier(2)
    tries = dict.fromkeys("ab", 0)

    def raise_both(session: Session, first: str, second: str) -> None:
        tries[first] += 1
        for stem in (first, second):
            session.execute(
                text("UPDATE username_stems SET given_out = given_out + 1 WHERE stem = :stem"), {"stem": stem}
            )
            if stem == first and tries[first] == 1:
                both_have_one.wait()

    threads = [
        threading.Thread(target=postgresql.write, args=(lambda s, order=order: raise_both(s, *order),))
        for order in ("ab", "ba")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with postgresql.reading() as session:
        found = session.execute(text("SELECT stem, given_out FROM username_stems ORDER BY stem")).all()
    assert found == [("a", 2), ("b", 2)]
    assert sum(tries.values()) > 2, "one of them has to have begun anew"


def test_a_conflict_that_does_not_end_is_an_error(postgresql: Database) -> None:
    with postgresql.writing() as session:
        session.execute(STEM, {"stem": "a"})
    tries = []

    def insert_again(session: Session) -> None:
        tries.append(1)
        session.execute(STEM, {"stem": "a"})

    with pytest.raises(IntegrityError):
        postgresql.write(insert_again)
    assert len(tries) == 5


def test_migrating_at_once(postgresql_server: Any, postgresql: Database) -> None:
    with postgresql.writing() as session:
        session.execute(text("DROP SCHEMA public CASCADE"))
        session.execute(text("CREATE SCHEMA public"))
    problem = refused(postgresql.prepare)
    assert problem.said.key == "error.database-new"
    assert inspect(postgresql.engine).get_table_names() == []
    threads = [threading.Thread(target=postgresql.migrate) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    postgresql.prepare()
    assert "journal" in inspect(postgresql.engine).get_table_names()


# Not reached, or not ours


def refused(act: Any) -> KnownError:
    with pytest.raises(KnownError) as raised:
        act()
    return raised.value


@pytest.mark.parametrize("scheme", ["postgresql+psycopg", "postgresql", "postgres"])
def test_every_word_for_postgresql_is_understood(postgresql_url: str, scheme: str) -> None:
    database = Database(postgresql_url.replace("postgresql+psycopg", scheme))
    database.prepare()
    assert database.engine.driver == "psycopg"
    database.close()


def test_what_a_sleeping_process_has_locked_does_not_stay_locked(
    postgresql_url: str, postgresql: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where its machine was lost in the middle of a transaction, and the server had no word of it."""
    monkeypatch.setattr(engines, "_IDLE_SECONDS", 1)
    asleep = Database(postgresql_url)
    with suppress(KnownError), asleep.writing() as session:
        session.execute(text("LOCK TABLE accounts IN ACCESS EXCLUSIVE MODE"))
        with postgresql.reading() as other:
            assert other.execute(text("SELECT count(*) FROM accounts")).scalar_one() == 0
        session.execute(text("SELECT 1"))
        raise AssertionError("It went on.")
    asleep.close()


def test_a_driver_that_is_not_installed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    assert refused(lambda: Database("postgresql://localhost/hwb")).said.key == "error.database-driver"


@pytest.mark.parametrize("act", ["prepare", "migrate", "read", "write"])
def test_a_server_that_is_not_there(act: str) -> None:
    database = Database("postgresql://hwb:secret@localhost:1/hwb")

    def read() -> None:
        with database.reading() as session:
            session.execute(text("SELECT 1"))

    acts = {
        "prepare": database.prepare,
        "migrate": database.migrate,
        "read": read,
        "write": lambda: database.write(lambda session: session.execute(text("SELECT 1"))),
    }
    problem = refused(acts[act])
    assert problem.said.key == "error.database-unreachable"
    assert "secret" not in str(problem.said.values)
    assert "localhost:1/hwb" in problem.said.values["database"]
    database.close()


@pytest.mark.parametrize("act", ["prepare", "migrate"])
def test_a_newer_versions_database_is_left_alone(database: Database, act: str) -> None:
    with database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert refused(getattr(database, act)).said.key == "error.database-ahead"
    with database.reading() as session:
        assert session.execute(text("SELECT version_num FROM alembic_version")).scalar() == "9999"


def test_a_server_that_goes_away_in_the_middle(on_postgresql: Schools, postgresql_url: str) -> None:
    provisioning = on_postgresql
    provisioning.extracts(GLAN, learner(1))
    other = Database(postgresql_url)

    def cut() -> None:
        with other.writing() as session:
            session.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            )

    with meanwhile(provisioning.database, "(INSERT INTO|COPY) username_stems", cut):
        run = provisioning.runs(GLAN)
    # It was back for the last word.
    assert (run.status, run.error and run.error.key) == (RunStatus.FAILED, "error.database-unreachable")
    assert provisioning.accounts() == []
    assert provisioning.runs(GLAN).status is RunStatus.SUCCEEDED
    other.close()


def test_a_run_whose_lease_was_not_renewed_does_not_block_its_school_for_good(
    on_postgresql: Schools,
) -> None:
    """Its process is still there and believes itself at work, but is not heard of any more."""
    provisioning = on_postgresql
    provisioning.extracts(GLAN, learner(1))
    with provisioning.database.writing() as session:
        run_lifecycle.begin(session, GLAN.number, NOW, started_by="test", slot=None)
    assert refused(lambda: provisioning.runs(GLAN)).said.key == "error.run-under-way"
    with provisioning.database.writing() as session:
        row = session.get(RunRow, 1)
        assert row is not None
        row.lease_until = datetime.now(UTC) - timedelta(seconds=1)
    assert provisioning.runs(GLAN).status is RunStatus.SUCCEEDED
    assert provisioning.statuses() == [(GLAN.number, "interrupted"), (GLAN.number, "succeeded")]


@pytest.mark.parametrize(
    ("embedded", "minutes_left", "gone"),
    [(False, -1, True), (False, 1, False), (True, -1, False), (True, 1, False)],
)
def test_a_lease_ends_on_this_machine_too_but_not_with_the_embedded_database(
    embedded: bool, minutes_left: int, gone: bool
) -> None:
    now = datetime.now(UTC)
    until = now + timedelta(minutes=minutes_left)
    lease.THIS_PROCESS.began([7])
    assert lease.is_gone(7, lease.Holder.here(), until, now, embedded=embedded) is gone
    lease.THIS_PROCESS.ended([7])


def test_a_run_that_this_process_has_given_up_is_gone_at_once() -> None:
    """Its database was away when the run was to be recorded as failed."""
    now = datetime.now(UTC)
    for embedded in (False, True):
        assert lease.is_gone(8, lease.Holder.here(), now + timedelta(minutes=1), now, embedded=embedded)


def test_a_run_that_finishes_while_it_is_declared_dead_has_finished(
    on_postgresql: Schools, postgresql_url: str
) -> None:
    """Its lease is over, it is just being finished, and another machine looks for dead runs."""
    provisioning, other = on_postgresql, Database(postgresql_url)
    with provisioning.database.writing() as session:
        run = run_lifecycle.begin(session, GLAN.number, NOW, started_by="test", slot=None)
        row = session.get(RunRow, run)
        assert row is not None
        row.holder, row.lease_until = "another-machine/1/1700000000.00", None
    found: list[int] = []

    def look() -> None:
        with other.writing() as session:
            found.extend(run.known_id for run in run_interruptions.interrupt_lost_runs(session, NOW))

    looking = threading.Thread(target=look)
    with provisioning.database.writing() as session:
        run_lifecycle.finish(session, run, run_lifecycle.End(RunStatus.SUCCEEDED, {}), NOW)
        looking.start()
        wait_until_somebody_waits(session)
    looking.join()
    assert found == []
    assert provisioning.statuses() == [(GLAN.number, "succeeded")]
    other.close()


def test_a_release_waits_for_a_run_that_it_will_not_be_seen_by_and_calls_for_it(
    on_postgresql: Schools, postgresql_url: str
) -> None:
    """Glan's run has read that Seren is still at Nant; Nant releases her before that run has ended."""
    provisioning, machine = moved(on_postgresql), Database(postgresql_url)
    glan = replace(provisioning.at(), database=machine)
    with machine.writing() as session:
        run = run_lifecycle.begin(session, GLAN.number, NOW, started_by="test", slot=None)
    nant = threading.Thread(target=lambda: provisioning.runs(NANT))
    with machine.writing() as session:
        extract = glan.extract_folder.read(GLAN, NOW.date())
        proposed = school_run.propose_now(glan, session, extract, NOW, lock=True)
        assert proposed.plan.waits_for == {NANT.number}
        nant.start()
        wait_until_somebody_waits(session)
        school_run.apply(session, {run: proposed}, NOW)
    nant.join()
    assert to_follow_up(provisioning) == [GLAN.number]
    machine.close()


def test_a_run_waits_for_a_release_that_is_under_way_and_sees_it(
    on_postgresql: Schools, postgresql_url: str
) -> None:
    provisioning, machine = moved(on_postgresql), Database(postgresql_url)
    nant = replace(provisioning.at(), database=machine)
    with machine.writing() as session:
        run = run_lifecycle.begin(session, NANT.number, NOW, started_by="test", slot=None)
    glan = threading.Thread(target=lambda: provisioning.runs(GLAN))
    with machine.writing() as session:
        extract = nant.extract_folder.read(NANT, NOW.date())
        proposed = school_run.propose_now(nant, session, extract, NOW, lock=True)
        glan.start()
        wait_until_somebody_waits(session)
        school_run.apply(session, {run: proposed}, NOW)
    glan.join()
    assert provisioning.account(learner(1)).school == GLAN.number
    assert to_follow_up(provisioning) == []
    machine.close()


def moved(provisioning: Schools) -> Schools:
    """Seren left Nant in July, as its office has entered since the last run, and is on Glan's roll."""
    there = learner(1, year_group="6", admission_date=date(2020, 9, 1))
    provisioning.extracts(NANT, there)
    provisioning.runs(NANT)
    provisioning.extracts(NANT, replace(there, leaving_date=LEFT))
    provisioning.extracts(GLAN, learner(1))
    return provisioning


def to_follow_up(provisioning: Schools) -> list[str]:
    """The schools to run again."""
    with provisioning.database.reading() as session:
        return list(follow_ups.open_by_school(session))


def wait_until_somebody_waits(session: Session) -> None:
    """Return once another transaction waits for a lock."""
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    while not session.execute(waiting).scalar():
        pass


# What the log may say


def test_no_error_tells_whose_account_it_was(provisioning: Schools, caplog: pytest.LogCaptureFixture) -> None:
    """A row that is there twice, and one with a value missing: the database would quote both."""
    provisioning.extracts(GLAN, learner(1, surname="Llywelyn", forename="Gwenllian"))
    provisioning.runs(GLAN)
    fields = {
        "kind": "learner",
        "school": GLAN.number,
        "username": "LlywelynG7@hwbcymru.net",
        "username_key": "llywelyng7@hwbcymru.net",
        "surname": "Llywelyn",
        "forename": "Gwenllian",
        "upn": upn(1),
    }
    told = ""
    for status in ("active", None):
        try:
            with provisioning.database.writing() as session:
                session.add(AccountRow(**fields, status=status))
        except IntegrityError:
            told += traceback.format_exc()
    assert told.count("IntegrityError") >= 2
    with (
        caplog.at_level(logging.DEBUG),
        meanwhile(provisioning.database, "(INSERT INTO|COPY) journal", breaks),
    ):
        provisioning.extracts(GLAN, learner(2, surname="Llywelyn", forename="Gwenllian Mair"))
        assert provisioning.runs(GLAN).status is RunStatus.FAILED
    told += caplog.text
    assert "Traceback" in told
    for secret in ("llywelyn", "gwenllian", upn(1), upn(2)):
        assert secret.casefold() not in told.casefold()


def breaks() -> None:
    raise OSError("the disk is full")
