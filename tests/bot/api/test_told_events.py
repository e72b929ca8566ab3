"""Events for other systems: told once, signed, without people, and kept until the receiver has taken them."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from slack_sdk import WebClient
from sqlalchemy import select, update

from bot.api.events import Events
from bot.outbox.kinds import LetterContext
from bot.outbox.letters import letter_of
from bot.outbox.sending import Sender
from bot.outbox.tables import OutboxRow
from bot.outbox.transports.external import Route
from bot.outbox.transports.webhook import key_of, signed
from bot.outbox.trouble import TROUBLE
from bot.people import permissions
from bot.people.permissions import EVERYWHERE, Grant, Role
from bot.service.features import LETTER_KINDS
from bot.service.intervals import Intervals
from bot.services import Services
from bot.settings import Settings
from bot.slack.voice import Voice
from diagnostics.tally import Standing
from knowledge.loading import Knowledge
from knowledge.texts import LANGUAGES
from provisioning.clock import system_time
from provisioning.records.runs import RunStatus
from provisioning.runs.undo import undo
from provisioning.store.database import Database
from provisioning.store.run_interruptions import interrupt_lost
from provisioning.store.tables.runs import RunRow
from tests.bot.app_fixtures import JAC, PRYS, SEREN
from tests.bot.desk.outside_desk import SECRET
from tests.bot.desk.outside_servers import Hook, hook_server
from tests.builders import GLAN, NANT, NOW, Schools
from tests.provisioning.runs.forking import KILLED, Job, Run


@pytest.fixture
def hook() -> Iterator[Hook]:
    with hook_server() as running:
        yield running


@pytest.fixture
def services(provisioning: Schools, hook: Hook) -> Services:
    """Three schools, whose events go to the webhook from the first run on."""
    settings = Settings.model_validate({"events": {"url": hook.url}, "events_secret": SECRET})
    made = Services(settings, provisioning.at(NOW), dict)
    Events(made).tell_of_runs()
    return made


def deliver(services: Services, later: timedelta = timedelta(0)) -> None:
    """Find what is to be told of runs, twice, and send it."""
    for _ in range(2):
        Events(services).tell_of_runs()
    sender = Sender(services, WebClient(), LETTER_KINDS, clock=lambda: system_time() + later)
    sender.deliver(Route.EVENTS)


def told(hook: Hook) -> list[tuple[str, dict[str, Any]]]:
    """The type and data of each event that came."""
    return [(said["type"], said["data"]) for said in (json.loads(body) for _, body in hook.requests)]


def of_run(run: int, **more: int) -> dict[str, Any]:
    return {"school": GLAN.number, "local_authority": GLAN.local_authority, "run": run, **more}


def becomes(database: Database, run: int, status: RunStatus) -> None:
    with database.writing() as session:
        session.execute(update(RunRow).where(RunRow.id == run).values(status=status.value))


def test_accounts_that_were_made_are_told_by_their_number_alone(
    provisioning: Schools, services: Services, hook: Hook
) -> None:
    provisioning.extracts(GLAN, SEREN, JAC)
    provisioning.runs(GLAN)
    provisioning.runs(GLAN)
    deliver(services)
    deliver(services)
    assert told(hook) == [("account.there", of_run(1, accounts=2))]
    ((headers, body),) = hook.requests
    assert SEREN.upn not in body.decode()
    assert "seren" not in body.decode().lower()
    assert headers["webhook-id"] == "event-account.there-1"
    at = int(headers["webhook-timestamp"])
    expected = signed("event-account.there-1", system_time().fromtimestamp(at), body, key_of(SECRET))
    assert headers["webhook-signature"] == expected["webhook-signature"]


def test_a_held_run_is_told_as_held_and_once_it_is_approved_so_are_its_accounts(
    provisioning: Schools, services: Services, hook: Hook
) -> None:
    provisioning.extracts(GLAN, SEREN)
    provisioning.runs(GLAN)
    counted(services.database, 1, 0)
    becomes(services.database, 1, RunStatus.HELD)
    deliver(services)
    assert told(hook) == [("run.held", of_run(1))]
    deliver(services)
    assert len(hook.requests) == 1
    counted(services.database, 1, 1)
    becomes(services.database, 1, RunStatus.SUCCEEDED)
    deliver(services)
    assert told(hook)[1:] == [("account.there", of_run(1, accounts=1))]


def counted(database: Database, run: int, created: int) -> None:
    with database.writing() as session:
        row = session.get_one(RunRow, run)
        row.counts = {**row.counts, "create": created}


def test_accounts_that_a_held_run_made_are_told_at_once_and_its_decision_tells_the_others(
    provisioning: Schools, services: Services, hook: Hook
) -> None:
    provisioning.extracts(GLAN, SEREN, JAC)
    provisioning.runs(GLAN)
    becomes(services.database, 1, RunStatus.HELD)
    deliver(services)
    assert told(hook) == [("run.held", of_run(1)), ("account.there", of_run(1, accounts=2))]
    counted(services.database, 1, 30)
    becomes(services.database, 1, RunStatus.SUCCEEDED)
    deliver(services)
    assert told(hook)[2:] == [("account.there", of_run(1, accounts=28))]
    assert hook.requests[-1][0]["webhook-id"] == "event-account.there-1-decided"


@pytest.mark.parametrize("meanwhile", ["a decision being carried out", "a run that failed", "one under way"])
def test_a_held_run_still_waits_while_nothing_has_replaced_it(
    meanwhile: str, provisioning: Schools, services: Services, hook: Hook
) -> None:
    provisioning.extracts(GLAN, SEREN)
    provisioning.runs(GLAN)
    becomes(services.database, 1, RunStatus.HELD)
    deliver(services)
    if meanwhile == "a decision being carried out":
        becomes(services.database, 1, RunStatus.RUNNING)
    else:
        provisioning.extracts(GLAN)
        provisioning.runs(GLAN)
        becomes(
            services.database, 2, RunStatus.FAILED if meanwhile == "a run that failed" else RunStatus.RUNNING
        )
    deliver(services)
    counted(services.database, 1, 5)
    becomes(services.database, 1, RunStatus.SUCCEEDED)
    deliver(services)
    assert told(hook)[-1] == ("account.there", of_run(1, accounts=4))


def test_a_decision_is_told_once_while_a_run_before_it_is_still_under_way(
    provisioning: Schools, services: Services, hook: Hook
) -> None:
    provisioning.runs(NANT)
    becomes(services.database, 1, RunStatus.RUNNING)
    provisioning.extracts(GLAN, SEREN)
    provisioning.runs(GLAN)
    counted(services.database, 2, 0)
    becomes(services.database, 2, RunStatus.HELD)
    deliver(services)
    counted(services.database, 2, 28)
    becomes(services.database, 2, RunStatus.SUCCEEDED)
    deliver(services)
    becomes(services.database, 1, RunStatus.SUCCEEDED)
    deliver(services)
    deliver(services)
    assert told(hook) == [("run.held", of_run(2)), ("account.there", of_run(2, accounts=28))]


def test_an_undo_tells_of_no_accounts_that_it_has_taken_away(
    provisioning: Schools, services: Services, hook: Hook
) -> None:
    provisioning.extracts(GLAN, SEREN, JAC)
    provisioning.runs(GLAN)
    deliver(services)
    undo(provisioning.at(NOW), 1, by="test")
    deliver(services)
    assert told(hook) == [("account.there", of_run(1, accounts=2))]


def test_the_undo_of_a_release_tells_that_the_accounts_are_there_again(
    provisioning: Schools, services: Services, hook: Hook
) -> None:
    provisioning.extracts(GLAN, SEREN, JAC)
    provisioning.runs(GLAN)
    provisioning.extracts(GLAN, SEREN, replace(JAC, leaving_date=NOW.date()))
    released = provisioning.runs(GLAN, at=NOW + timedelta(days=1))
    assert released.counts["release"] == 1
    undo(provisioning.at(NOW + timedelta(days=1)), 2, by="test")
    deliver(services)
    assert told(hook)[1:] == [("account.there", of_run(3, accounts=1))]


def test_a_failed_run_is_told_and_one_under_way_keeps_no_later_one_waiting(
    provisioning: Schools, services: Services, hook: Hook
) -> None:
    provisioning.extracts(GLAN, SEREN)
    provisioning.runs(GLAN)
    provisioning.runs(NANT)
    assert provisioning.statuses()[1] == (NANT.number, "failed")
    becomes(services.database, 1, RunStatus.RUNNING)
    deliver(services)
    nant = {"school": NANT.number, "local_authority": NANT.local_authority, "run": 2}
    assert told(hook) == [("run.failed", {**nant, "cause": "error"})]
    becomes(services.database, 1, RunStatus.SUCCEEDED)
    deliver(services)
    assert told(hook)[1:] == [("account.there", of_run(1, accounts=1))]


def test_a_run_whose_process_was_killed_is_told_once_whichever_process_finds_it(
    provisioning: Schools, services: Services, hook: Hook, processes: Run, database_url: str
) -> None:
    provisioning.extracts(GLAN, SEREN)
    killed = processes(Job("provision", GLAN.number, NOW.isoformat(), kill=("committed", 1)))
    deliver(services)
    assert (killed, told(hook)) == ([KILLED], []), "no process has found it yet"
    other = Database(database_url)
    interrupt_lost(other, NOW)
    elsewhere = replace(services, provisioning=replace(services.provisioning, database=other))
    for process in (elsewhere, services, elsewhere):
        interrupt_lost(process.database, NOW)
        deliver(process)
    other.close()
    assert told(hook) == [("run.failed", {**of_run(1), "cause": "interrupted"})]


def test_a_school_is_told_to_be_ready_once_for_a_rollover(services: Services, hook: Hook) -> None:
    events = Events(services)
    events.tell_of_ready(
        {GLAN.number: Standing(GLAN.number), NANT.number: Standing(NANT.number, open=("x",))}
    )
    events.tell_of_ready({GLAN.number: Standing(GLAN.number)})
    deliver(services)
    ready = {"school": GLAN.number, "local_authority": GLAN.local_authority, "year": 2026}
    assert told(hook) == [("school.ready", ready)]


def test_what_is_not_taken_is_sent_again_with_the_id_of_the_first_time(
    provisioning: Schools, services: Services, hook: Hook
) -> None:
    hook.answers[:] = [500]
    provisioning.extracts(GLAN, SEREN)
    provisioning.runs(GLAN)
    provisioning.runs(NANT)
    deliver(services)
    assert len(hook.requests) == 1, "after one that was not taken the others wait"
    deliver(services, timedelta(hours=1))
    ids = [headers["webhook-id"] for headers, _ in hook.requests]
    assert ids == ["event-account.there-1", "event-account.there-1", "event-run.failed-2"]


def test_events_that_were_given_up_are_told_to_administrators_once_a_day(
    provisioning: Schools, services: Services, hook: Hook
) -> None:
    hook.answers[:] = [410] * 3
    with services.database.writing() as session:
        permissions.add(session, [Grant(PRYS, Role.ADMINISTRATOR, EVERYWHERE)], NOW)
    for days in (0, 0, 40):
        provisioning.runs(NANT, at=NOW + timedelta(days=days))
        deliver(replace(services, provisioning=provisioning.at(NOW + timedelta(days=days))))
    with services.database.reading() as session:
        rows = session.scalars(select(OutboxRow).where(OutboxRow.to == PRYS)).all()
        assert [row.key for row in rows] == [
            f"trouble:events:2026-09-07:{PRYS}",
            f"trouble:events:2026-10-17:{PRYS}",
        ]


def test_of_a_receiver_that_has_ended_administrators_hear_and_each_event_is_offered_once(
    provisioning: Schools, services: Services, hook: Hook, everything: Knowledge
) -> None:
    """410 Gone is how a receiver ends its subscription: it must not be asked for good, unheard."""
    hook.answers[:] = [410] * 2
    with services.database.writing() as session:
        permissions.add(session, [Grant(PRYS, Role.ADMINISTRATOR, EVERYWHERE)], NOW)
    for _ in range(2):
        provisioning.runs(NANT)
        deliver(services)
        deliver(services, timedelta(days=1))
    assert len(hook.requests) == 2
    with services.database.reading() as session:
        letter = letter_of(session.scalars(select(OutboxRow).where(OutboxRow.to == PRYS)).one())
        voices = [Voice(everything.catalogue, language) for language in LANGUAGES]
        screens = [TROUBLE.as_screen(LetterContext(services, session, letter, voice)) for voice in voices]
    english, welsh = (screen.text for screen in screens if screen is not None)
    assert "takes none any more (http-410)" in english
    assert "have `events` taken out of the settings" in english
    assert "wedi dod i ben" in welsh


def test_without_a_webhook_nothing_is_looked_for(provisioning: Schools, everything: Knowledge) -> None:
    provisioning.extracts(GLAN, SEREN)
    provisioning.runs(GLAN)
    services = Services(Settings(), provisioning.at(NOW), dict)
    Events(services).tell_of_runs()
    Events(services).tell_of_ready({GLAN.number: Standing(GLAN.number)})
    with services.database.reading() as session:
        assert session.scalars(select(OutboxRow)).all() == []


def test_the_first_look_is_at_the_start_so_that_a_run_soon_after_is_told(services: Services) -> None:
    """It is kept then from which run on events are told: those before it are never told."""
    (looks,) = (each for each in Intervals(services, WebClient()).works if each.name == "events")
    assert looks.at_once
