"""Work that one process of a cluster does: who does it, and who takes it over."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import event, text

from provisioning.store import ticks
from provisioning.store.database import Database
from provisioning.store.ticks import Duty, claim

TEN_MINUTES = timedelta(minutes=10)
on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def pass_by(database: Database, minutes: int) -> None:
    """Let minutes pass by, for the server."""
    with database.writing() as session:
        session.execute(text("UPDATE ticks SET at = at - make_interval(mins => :past)"), {"past": minutes})


@pytest.fixture(autouse=True)
def _ask_every_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ticks, "_ASKED_EVERY", 0.0)


@on_postgresql
def test_daily_work_is_done_by_the_process_that_claims_it_first(database: Database) -> None:
    assert claim(database, "retention", TEN_MINUTES)
    assert not claim(database, "retention", TEN_MINUTES)
    assert claim(database, "housekeeping", TEN_MINUTES)


@on_postgresql
def test_the_next_day_any_process_may_be_first(database: Database) -> None:
    assert claim(database, "retention", TEN_MINUTES)
    pass_by(database, 24 * 60)
    assert claim(database, "retention", TEN_MINUTES)


@on_postgresql
def test_a_duty_stays_with_the_process_that_has_it(database: Database) -> None:
    first, second = Duty(database, "features", "one/1/1.0"), Duty(database, "features", "two/1/1.0")
    assert [first.is_ours, second.is_ours, first.is_ours] == [True, False, True]


@on_postgresql
def test_a_duty_goes_to_another_process_a_minute_after_its_holder_was_last_heard_of(
    database: Database,
) -> None:
    first, second = Duty(database, "features", "one/1/1.0"), Duty(database, "features", "two/1/1.0")
    assert first.is_ours
    pass_by(database, 2)
    assert [second.is_ours, first.is_ours] == [True, False]


@on_postgresql
def test_a_thread_that_asks_while_another_asks_gets_the_same_answer(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second thread asks while the first one's question is on its way."""
    monkeypatch.setattr(ticks, "_ASKED_EVERY", 10.0)
    duty, answers = Duty(database, "features", "one/1/1.0"), list[bool]()
    second = threading.Thread(target=lambda: answers.append(duty.is_ours))

    @event.listens_for(database.engine, "before_cursor_execute")
    def _ask_too(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("INSERT INTO ticks"):
            second.start()
            second.join(0.2)

    answers.append(duty.is_ours)
    second.join()
    assert answers == [True, True]


@on_postgresql
def test_the_last_answer_is_believed_for_some_seconds(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ticks, "_ASKED_EVERY", 10.0)
    first = Duty(database, "features", "one/1/1.0")
    assert first.is_ours
    with database.writing() as session:
        session.execute(text("DROP TABLE ticks"))
    assert first.is_ours


def test_an_embedded_database_has_one_process_and_nothing_is_written(database: Database) -> None:
    assert claim(database, "retention", TEN_MINUTES)
    assert claim(database, "retention", TEN_MINUTES)
    assert [Duty(database, "features").is_ours, Duty(database, "features", "another").is_ours] == [True, True]
    with database.reading() as session:
        assert session.execute(text("SELECT count(*) FROM ticks")).scalar_one() == 0
