"""Events on PostgreSQL, where two processes find and send them at once while runs go on: none is lost."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Event

import pytest
from slack_sdk import WebClient

from bot.api import run_events
from bot.api.events import Events
from bot.api.tables import EventPlaceRow
from bot.outbox import letters
from bot.outbox.sending import Sender
from bot.outbox.transports.external import Route
from bot.service.features import LETTER_KINDS
from bot.services import Services
from bot.settings import Settings
from provisioning.clock import system_time
from provisioning.records.runs import RunStatus
from provisioning.store import run_lifecycle
from provisioning.store.database import Database
from provisioning.store.run_lifecycle import End
from tests.bot.desk.outside_desk import SECRET
from tests.bot.desk.outside_servers import Hook, hook_server
from tests.builders import BRYN, GLAN, NANT, NOW, Schools

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)

FAILED = End(RunStatus.FAILED, {})
ROUNDS = 8


@pytest.fixture
def hook() -> Iterator[Hook]:
    with hook_server() as running:
        yield running


@pytest.fixture
def two(provisioning: Schools, hook: Hook, database_url: str) -> Iterator[list[Services]]:
    """Two processes on one database, each with connections of its own; events begin now."""
    settings = Settings.model_validate({"events": {"url": hook.url}, "events_secret": SECRET})
    databases = [Database(database_url) for _ in range(2)]
    at = provisioning.at(NOW)
    made = [Services(settings, replace(at, database=database), dict) for database in databases]
    Events(made[0]).tell_of_runs()
    yield made
    for database in databases:
        database.close()


def deliver(services: Services, later: timedelta = timedelta(0)) -> None:
    """Find what is to be told of runs and send it, by a process that has just started."""
    Events(services).tell_of_runs()
    sender(services, later).deliver(Route.EVENTS)


def sender(services: Services, later: timedelta = timedelta(0)) -> Sender:
    return Sender(services, WebClient(), LETTER_KINDS, clock=lambda: system_time() + later)


def ids(hook: Hook) -> list[str]:
    """The ids of the events that came, in the order in which they came."""
    return [headers["webhook-id"] for headers, _ in hook.requests]


def test_what_two_processes_find_and_send_at_once_comes_once_each(
    provisioning: Schools, two: list[Services], hook: Hook
) -> None:
    """Runs fail at three schools, round after round, while both processes look and send without a pause."""
    over = Event()

    def tells(services: Services) -> None:
        events, outbox = Events(services), sender(services)
        while True:
            last = over.is_set()
            events.tell_of_runs()
            sent = outbox.deliver(Route.EVENTS)
            if last and not sent:
                return

    with ThreadPoolExecutor(len(two)) as threads:
        at_work = [threads.submit(tells, services) for services in two]
        failed = [provisioning.runs(school).known_id for _ in range(ROUNDS) for school in (NANT, BRYN, GLAN)]
        over.set()
        for process in at_work:
            process.result()
    assert Counter(ids(hook)) == Counter(f"event-run.failed-{run}" for run in failed)


def test_a_run_that_the_database_shows_after_a_later_one_is_told_too(
    provisioning: Schools, two: list[Services], hook: Hook
) -> None:
    """The first has its number, and is committed when the second has long been told."""
    first, second = two
    events = Events(second)
    with first.database.writing() as session:
        slow = run_lifecycle.begin(session, GLAN.number, NOW, started_by="test", slot=None)
        quick = provisioning.runs(NANT).known_id
        for _ in range(2):
            events.tell_of_runs()
        deliver(second)
        assert ids(hook) == [f"event-run.failed-{quick}"]
        run_lifecycle.finish(session, slow, FAILED, NOW)
    events.tell_of_runs()
    deliver(second)
    assert slow < quick
    assert ids(hook)[1:] == [f"event-run.failed-{slow}"]


def test_a_number_that_no_run_ever_gets_keeps_none_waiting_for_long(
    provisioning: Schools, two: list[Services]
) -> None:
    """A run was given up before it was committed: its number is waited for, and then no longer."""
    services, seconds = two[0], [0.0]
    events = Events(services, elapsed=lambda: seconds[0])
    with services.database.writing() as session:
        run_lifecycle.begin(session, GLAN.number, NOW, started_by="test", slot=None)
        session.rollback()
    later = provisioning.runs(NANT).known_id
    assert far_as(events, services) == 0
    seconds[0] = 121.0
    assert far_as(events, services) == later


def test_of_many_runs_with_numbers_that_none_gets_all_are_waited_for_at_one_time(
    provisioning: Schools, two: list[Services], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A look has room for two runs; each was given up once before, as those of a chunk are."""
    monkeypatch.setattr(run_events, "_AT_ONCE", 2)
    services, seconds = two[0], [0.0]
    events, runs = Events(services, elapsed=lambda: seconds[0]), []
    for school in (NANT, BRYN, GLAN):
        with services.database.writing() as session:
            run_lifecycle.begin(session, school.number, NOW, started_by="test", slot=None)
            session.rollback()
        runs.append(provisioning.runs(school).known_id)
    assert far_as(events, services) == 0
    seconds[0] = 121.0
    assert [far_as(events, services) for _ in range(2)] == runs[1:]


def far_as(events: Events, services: Services) -> int:
    """The run up to which a look has told all."""
    events.tell_of_runs()
    with services.database.reading() as session:
        return session.get_one(EventPlaceRow, "runs").place


def test_an_event_whose_sender_died_is_sent_by_the_other_with_the_id_of_the_first_time(
    provisioning: Schools, two: list[Services], hook: Hook
) -> None:
    """It may have come before: the receiver knows it by its id. What follows did not wait for it."""
    dead, alive = two
    failed = [provisioning.runs(school).known_id for school in (NANT, BRYN)]
    Events(dead).tell_of_runs()
    with dead.database.writing() as session:
        claimed = letters.claim(session, system_time(), office_open=True, route=Route.EVENTS)
    assert claimed is not None
    deliver(alive)
    assert ids(hook) == [f"event-run.failed-{failed[1]}"]
    deliver(alive, timedelta(minutes=3))
    assert ids(hook)[1:] == [f"event-run.failed-{failed[0]}"]
