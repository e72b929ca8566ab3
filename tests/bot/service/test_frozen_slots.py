"""The slots of a frozen school: none is due, none counts as missed, and the next one after it is had."""

from datetime import datetime, timedelta

import pytest

from bot.service.sweeping import due_jobs
from knowledge.texts import UK
from provisioning.clock import uk_date
from provisioning.jobs.values import FollowUpJob, SlotJob
from provisioning.store import freezes
from provisioning.store.follow_ups import Waits, put, wait
from provisioning.store.freezes import Freeze
from tests.bot.service.test_sweeping import services
from tests.builders import GLAN, NANT, Schools

pytestmark = pytest.mark.integration
SIX = datetime(2026, 9, 7, 6, tzinfo=UK)
DAY = timedelta(days=1)


def due(provisioning: Schools, now: datetime) -> dict[str, datetime]:
    """The schools that are due, by number, each with its slot."""
    jobs = due_jobs(services(provisioning, now))
    return {school: job.slot for job in jobs if isinstance(job, SlotJob) for school in job.schools}


@pytest.fixture
def frozen(provisioning: Schools) -> Freeze:
    """Glan is frozen for two days."""
    two_days = Freeze(GLAN.number, uk_date(SIX), uk_date(SIX + DAY), "server move", "U0HUW", SIX - DAY)
    return provisioning.database.write(lambda session: freezes.begin(session, two_days))


@pytest.mark.usefixtures("frozen")
def test_a_frozen_school_is_not_due_and_others_are(provisioning: Schools) -> None:
    found = due(provisioning, SIX)
    assert GLAN.number not in found
    assert found[NANT.number] == SIX


@pytest.mark.usefixtures("frozen")
def test_after_the_last_day_it_waits_for_its_next_slot(provisioning: Schools) -> None:
    assert GLAN.number not in due(provisioning, SIX + 2 * DAY - timedelta(minutes=1))
    assert due(provisioning, SIX + 2 * DAY)[GLAN.number] == SIX + 2 * DAY


def test_one_that_was_ended_early_is_run_at_the_slot_after_that(
    provisioning: Schools, frozen: Freeze
) -> None:
    noon = SIX + timedelta(hours=6)
    provisioning.database.write(lambda session: freezes.end(session, frozen.id, "U0HUW", noon))
    assert GLAN.number not in due(provisioning, noon)
    assert due(provisioning, SIX + DAY)[GLAN.number] == SIX + DAY


@pytest.mark.usefixtures("frozen")
def test_a_release_elsewhere_runs_it_at_its_next_slot_after_the_freeze(provisioning: Schools) -> None:
    """Not at midnight, when the freeze is over: those who froze it expect no run before the next slot."""
    run = provisioning.runs(NANT, at=SIX - DAY)
    with provisioning.database.writing() as session:
        wait(session, {GLAN.number: (Waits(), frozenset({NANT.number}))})
        put(session, {NANT.number: run.known_id})

    def followed_up(now: datetime) -> bool:
        jobs = due_jobs(services(provisioning, now))
        return any(isinstance(job, FollowUpJob) and job.school == GLAN.number for job in jobs)

    midnight = SIX + 2 * DAY - timedelta(hours=6)
    assert [followed_up(SIX), followed_up(midnight), followed_up(SIX + 2 * DAY)] == [False, False, True]
