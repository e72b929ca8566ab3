"""A clock that was set: it is told at start, and what must go by the time as it is does."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from bot.people import audit
from bot.people.audit import AuditFilter
from bot.people.slack_user import SlackUser
from bot.service.features import VERBS
from bot.services import Services
from bot.settings import Settings
from bot.slack.context import Context
from bot.slack.voice import Voice
from knowledge.texts import UK
from provisioning.clock import MovableClock, system_time
from provisioning.store import run_lifecycle
from tests.bot.command_line import CommandLine
from tests.builders import GLAN, Schools

pytestmark = pytest.mark.integration

WEDNESDAY = datetime(2020, 9, 2, 9, 0, tzinfo=UK)
SOON = timedelta(minutes=5)


def test_a_program_that_stays_says_at_its_start_that_its_clock_was_set(hwb: CommandLine) -> None:
    assert "The clock stands at 2020-03-01 09:00" in hwb("serve --at 2020-03-01T09:00").err
    assert "The clock stands" not in hwb("serve").err


def test_the_trials_audit_shows_both_times(provisioning: Schools) -> None:
    """Its clock is set and runs on from there, as the trial's does."""
    on_wednesday = replace(provisioning.at(WEDNESDAY), clock=MovableClock(WEDNESDAY))
    services = Services(Settings(), on_wednesday, lambda: VERBS)
    voice = Voice(services.catalogue, "en")
    Context(services, SlackUser("U0CARYS"), voice).record("why-missing", GLAN.number)
    with provisioning.database.reading() as session:
        (record,) = audit.read(session, AuditFilter())
    assert abs(record.at - WEDNESDAY) < SOON
    assert record.recorded_at is not None
    assert abs(record.recorded_at - system_time()) < SOON


@pytest.mark.parametrize("year", [2001, 2098])
def test_a_runs_lease_does_not_go_by_it(year: int, provisioning: Schools) -> None:
    at = WEDNESDAY.replace(year=year)
    with provisioning.database.writing() as session:
        run = run_lifecycle.begin(session, GLAN.number, at, started_by="test", slot=None)
        lease = session.execute(text("SELECT lease_until FROM runs")).scalar_one()
        run_lifecycle.forget(session, [run])
    assert abs(datetime.fromisoformat(f"{lease}+00:00") - system_time()) < SOON
