"""Requests in the store, on both databases: kept whole, one for a school and cause, never acted on twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier
from typing import TypeVar

import pytest
from sqlalchemy import event, func, select

from bot.outbox.tables import OutboxRow
from bot.people import permissions
from bot.people.permissions import Grant, Role
from bot.requests import engine, service, store
from bot.requests.request import Ask, Ended, Request
from bot.requests.wanted import Asked, AskOutcome, Want
from bot.service.features import VERBS
from bot.services import Services
from bot.settings import Settings
from knowledge.texts import Bilingual
from provisioning.runs.undo import undo
from tests.builders import GLAN, NOW, Schools, learner

pytestmark = pytest.mark.both_databases

ANN, BEN, CAI = "U0ANN", "U0BEN", "U0CAI"
WANT = Want(GLAN, "never-run", 2, Bilingual("x", "x"))
T = TypeVar("T")


def services(provisioning: Schools, at: datetime = NOW) -> Services:
    return Services(Settings(database_url=str(provisioning.database.url)), provisioning.at(at), lambda: VERBS)


@pytest.fixture
def managed(provisioning: Schools) -> Schools:
    """Glan with two provisioning managers and a learner without an account."""
    provisioning.extracts(GLAN, learner(1))
    with provisioning.database.writing() as session:
        grants = [Grant(user, Role.PROVISIONING_MANAGER, GLAN.number) for user in (ANN, BEN)]
        permissions.add(session, grants, NOW)
    return provisioning


def at_once(many: list[Callable[[], T]]) -> list[T]:
    """All of them at the same moment, in threads with connections of their own."""
    barrier = Barrier(len(many))

    def together(do: Callable[[], T]) -> T:
        barrier.wait()
        return do()

    with ThreadPoolExecutor(len(many)) as pool:
        return [future.result() for future in [pool.submit(together, do) for do in many]]


def the_one(provisioning: Schools) -> Request:
    with provisioning.database.reading() as session:
        found = store.find(session, 1)
    assert found is not None
    return found


def letters(provisioning: Schools, prefix: str) -> int:
    with provisioning.database.reading() as session:
        query = select(func.count()).where(OutboxRow.key.startswith(prefix))
        return session.scalar(query) or 0


def test_what_is_kept_comes_back(managed: Schools) -> None:
    full = Request(
        school=GLAN.number,
        cause="run-failed",
        asked_at=NOW,
        asks=(Ask(CAI, GLAN.number, 3, NOW), Ask(ANN, GLAN.number, 4, NOW)),
        to=(ANN, BEN),
        passed=(CAI,),
        taken_by=ANN,
        taken_at=NOW,
        tried="failed",
        tried_by=BEN,
        tried_at=NOW,
        ended=Ended.DONE,
        ended_by=ANN,
        ended_at=NOW,
        ran_at=NOW,
        revision=4,
    )
    with managed.database.writing() as session:
        kept = store.save(session, full)
    with managed.database.reading() as session:
        assert store.find(session, kept.id) == replace(full, id=kept.id)
        assert store.every_open(session) == []
        assert [store.find(session, id_) for id_ in (0, -1, 99, 10**30)] == [None] * 4


def test_many_who_ask_at_once_make_one_request(managed: Schools) -> None:
    at = services(managed)
    asks = [lambda n=n: service.ask(at, WANT, f"U0{n}", GLAN.number) for n in range(6)]
    found: list[Asked] = at_once(asks)
    assert sorted(asked.outcome for asked in found) == sorted([AskOutcome.ASKED] + [AskOutcome.JOINED] * 5)
    assert len(the_one(managed).asks) == 6
    assert letters(managed, "request:1:U0ANN") <= 6
    with managed.database.reading() as session:
        assert len(store.every_open(session)) == 1


def test_two_managers_press_run_now_at_once(managed: Schools) -> None:
    at = services(managed)
    service.ask(at, WANT, CAI, GLAN.number)
    later = services(managed, NOW + timedelta(minutes=1))

    def press(user: str) -> bool:
        moved = service.take(later, 1, user, later.clock.now())
        if moved is None or not moved.done:
            return False
        service.run(later, moved.after, user)
        return True

    assert sorted(at_once([lambda: press(ANN), lambda: press(BEN)])) == [False, True]
    assert managed.statuses() == [(GLAN.number, "succeeded")]
    assert the_one(managed).ended is Ended.RAN
    assert letters(managed, "request-news:1:U0CAI") == 1


def test_two_processes_that_see_the_run_tell_once(managed: Schools) -> None:
    service.ask(services(managed), WANT, CAI, GLAN.number)
    managed.runs(GLAN, at=NOW + timedelta(hours=1))
    later = services(managed, NOW + timedelta(hours=1))
    at_once([lambda: service.update_open(later)] * 4)
    assert letters(managed, "request-news:") == 1
    assert the_one(managed).ended is Ended.RAN


def test_done_and_not_mine_at_once_one_after_the_other(managed: Schools) -> None:
    at = services(managed)
    service.ask(at, WANT, CAI, GLAN.number)
    moved = at_once([lambda: service.done(at, 1, ANN), lambda: service.pass_on(at, 1, BEN, None)])
    assert the_one(managed).ended is Ended.DONE
    assert sum(request is not None and request.done for request in moved) in (1, 2)


def test_after_it_has_ended_the_same_can_be_asked_again(managed: Schools) -> None:
    at = services(managed)
    assert service.ask(at, WANT, CAI, GLAN.number).outcome is AskOutcome.ASKED
    assert service.ask(at, WANT, CAI, GLAN.number).outcome is AskOutcome.ALREADY
    service.done(at, 1, ANN)
    assert service.ask(at, WANT, CAI, GLAN.number).outcome is AskOutcome.ASKED


def test_nothing_is_done_to_what_is_not_there(managed: Schools) -> None:
    at = services(managed)
    assert service.take(at, 5, ANN, NOW) is None
    assert service.done(at, 5, ANN) is None
    assert service.pass_on(at, 10**20, ANN, None) is None
    assert service.change(at, 0, lambda request: engine.done(request, ANN, NOW, None)) is None


def test_an_undone_run_is_no_run(managed: Schools) -> None:
    service.ask(services(managed), WANT, CAI, GLAN.number)
    first = managed.runs(GLAN, at=NOW - timedelta(hours=1))
    undo(managed.at(NOW + timedelta(hours=1)), first.known_id, by="test")
    service.update_open(services(managed, NOW + timedelta(hours=1)))
    assert the_one(managed).open


def test_a_look_that_finds_no_news_writes_nothing(managed: Schools) -> None:
    at = services(managed)
    service.ask(at, WANT, CAI, GLAN.number)
    written: list[str] = []
    event.listen(
        managed.database.engine,
        "before_cursor_execute",
        lambda _connection, _cursor, statement, *_: written.append(statement),
    )
    service.update_open(at)
    assert written
    assert {statement.split()[0] for statement in written} <= {"BEGIN", "SELECT", "ROLLBACK"}
    assert not any("BEGIN IMMEDIATE" in statement or "FOR UPDATE" in statement for statement in written)
