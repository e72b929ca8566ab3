"""A site whose runs no worker takes: the operators are told once a day, and `hwb check` says it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from bot.alerts.workers import NO_WORKER, NoWorker, tell_operators
from bot.outbox import letters
from bot.outbox.kinds import LetterContext
from bot.people import permissions
from bot.people.permissions import EVERYWHERE, Grant, Role
from bot.service.features import VERBS
from bot.services import Services
from bot.settings import Settings
from bot.slack.voice import Voice
from provisioning.jobs.queue import QueueEngine
from provisioning.jobs.values import SlotJob
from provisioning.store.database import Database
from tests.bot.command_line import CommandLine
from tests.builders import BRYN, NOW, Schools
from tests.everything import knowledge

pytestmark = pytest.mark.integration
on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)

TOMORROW = NOW + timedelta(days=1)


def wait(database: Database) -> None:
    """Bryn's run has waited for eleven minutes in the queue of its site."""
    QueueEngine(database).put([SlotJob(datetime(2026, 9, 7, 5, tzinfo=UTC), (BRYN.number,), "ynys-mon")])
    with database.writing() as session:
        session.execute(text("UPDATE procrastinate_events SET at = at - interval '11 minutes'"))


@pytest.fixture
def at(provisioning: Schools) -> Callable[[datetime], Services]:
    """The services at a moment; there is one operator."""
    with provisioning.database.writing() as session:
        permissions.add(session, [Grant("U0OPS", Role.ADMINISTRATOR, EVERYWHERE)], NOW)
    return lambda moment: Services(Settings(), provisioning.at(moment), lambda: VERBS)


def told(database: Database) -> list[tuple[str, object]]:
    """Who is told of which site."""
    with database.reading() as session:
        return [(row.to, row.payload["site"]) for row in letters.keyed(session, "no-worker:")]


def said(services: Services) -> str | None:
    """What the letter says now; None where it is not sent."""
    with services.database.reading() as session:
        letter = letters.Letter("key", "U0OPS", NO_WORKER.write(NoWorker("ynys-mon")))
        screen = NO_WORKER.screen(
            LetterContext(services, session, letter, Voice(knowledge().catalogue, "en")), NoWorker("ynys-mon")
        )
    return None if screen is None else screen.text


@on_postgresql
def test_operators_are_told_once_a_day_of_each_site(at: Callable[[datetime], Services]) -> None:
    database = at(NOW).database
    tell_operators(at(NOW))
    assert told(database) == []
    wait(database)
    for moment in (NOW, NOW + timedelta(hours=3)):
        tell_operators(at(moment))
    assert told(database) == [("U0OPS", "ynys-mon")]
    tell_operators(at(TOMORROW))
    assert told(database) == [("U0OPS", "ynys-mon")] * 2


@on_postgresql
def test_a_letter_is_not_sent_once_a_worker_has_come(at: Callable[[datetime], Services]) -> None:
    database = at(NOW).database
    wait(database)
    assert "`hwb work --site ynys-mon` is missing" in (said(at(NOW)) or "")
    with database.writing() as session:
        session.execute(text("DELETE FROM procrastinate_jobs"))
    assert said(at(NOW)) is None


def test_the_administrator_of_one_authority_is_an_operator_and_may_read_it(
    at: Callable[[datetime], Services],
) -> None:
    services = at(NOW)
    letter = letters.Letter("key", "U0MON", NO_WORKER.write(NoWorker("ynys-mon")))
    with services.database.writing() as session:
        permissions.add(session, [Grant("U0MON", Role.ADMINISTRATOR, BRYN.local_authority)], NOW)
        assert "U0MON" in permissions.operators(session, NOW.date())
        context = LetterContext(services, session, letter, Voice(knowledge().catalogue, "en"))
        assert NO_WORKER.may_read(context)


def test_an_embedded_database_has_no_workers_to_miss(at: Callable[[datetime], Services]) -> None:
    tell_operators(at(NOW))
    assert (told(at(NOW).database), said(at(NOW))) == ([], None)


def test_a_check_of_the_installation_warns(
    hwb: CommandLine, postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HWB_DATABASE_URL", postgresql_url)
    assert "no worker takes them" not in hwb("check").out
    database = Database(postgresql_url)
    wait(database)
    database.close()
    checked = hwb("check")
    assert checked.status == 0
    assert "no worker takes them; missing: `hwb work --site ynys-mon`" in checked.out
