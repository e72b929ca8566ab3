"""Scheduled runs: which scheduled time is the latest, who belongs to which group, and what is caught up."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from apscheduler.triggers.cron import CronTrigger

from bot.service.features import VERBS
from bot.service.schedule import Schedule
from bot.service.sweeping import run_due
from bot.services import Services
from bot.settings import Settings
from bot.settings_tables import ScheduleGroup
from bot.slots import latest_slot, members
from knowledge.loading import Knowledge
from knowledge.texts import UK
from provisioning.clock import Clock, FixedClock
from provisioning.manual import upkeep
from provisioning.runs.dependencies import Provisioning
from provisioning.store import coverage
from tests.builders import BRYN, GLAN, NANT, SCHOOLS, Schools, learner
from tests.provisioning.manual.review_builders import SALLY, by_hand, listed
from tests.slack_workspace.workspace_fixtures import eventually

DAILY = ScheduleGroup(name="all")
TWICE = ScheduleGroup(name="twice", cron="15 7,19 * * mon-fri")
EARLY = ScheduleGroup(name="early", cron="30 2 * * *")


def uk(text: str) -> datetime:
    """A moment in UK time."""
    return datetime.fromisoformat(text).replace(tzinfo=UK)


@pytest.mark.parametrize(
    ("group", "now", "slot"),
    [
        (DAILY, "2026-09-07T09:00", "2026-09-07T06:00"),
        (DAILY, "2026-09-07T06:00", "2026-09-07T06:00"),
        (DAILY, "2026-09-07T05:59", "2026-09-06T06:00"),
        (DAILY, "2026-09-07T00:00", "2026-09-06T06:00"),
        # Rollover week of 2026 is Monday 24 to Sunday 30 August: every two hours.
        (DAILY, "2026-08-23T23:59", "2026-08-23T06:00"),
        (DAILY, "2026-08-24T00:00", "2026-08-24T00:00"),
        (DAILY, "2026-08-26T10:12", "2026-08-26T10:00"),
        (DAILY, "2026-08-30T23:59", "2026-08-30T22:00"),
        (DAILY, "2026-08-31T00:30", "2026-08-30T22:00"),
        (DAILY, "2026-08-31T06:00", "2026-08-31T06:00"),
        # Weekdays only: Sunday's latest is Friday evening's.
        (TWICE, "2026-09-06T12:00", "2026-09-04T19:15"),
        (TWICE, "2026-09-07T07:15", "2026-09-07T07:15"),
        # The clocks go forward on 29 March and back on 25 October.
        (DAILY, "2026-03-29T06:00", "2026-03-29T06:00"),
        (DAILY, "2026-03-29T05:59", "2026-03-28T06:00"),
        (DAILY, "2026-10-25T06:00", "2026-10-25T06:00"),
        (DAILY, "2026-10-25T05:59", "2026-10-24T06:00"),
        (EARLY, "2026-03-29T02:30", "2026-03-29T02:30"),
        (EARLY, "2026-10-25T02:30", "2026-10-25T02:30"),
        (EARLY, "2026-10-25T02:29", "2026-10-24T02:30"),
    ],
)
def test_the_latest_scheduled_time(group: ScheduleGroup, now: str, slot: str, knowledge: Knowledge) -> None:
    assert latest_slot(group, knowledge.calendar, uk(now).astimezone(UTC)) == uk(slot)


def test_longer_ago_than_a_week_is_not_caught_up(knowledge: Knowledge) -> None:
    yearly = ScheduleGroup(name="yearly", cron="0 6 1 9 *")
    assert latest_slot(yearly, knowledge.calendar, uk("2026-09-08T09:00")) == uk("2026-09-01T06:00")
    assert latest_slot(yearly, knowledge.calendar, uk("2026-09-20T09:00")) is None


def test_a_school_belongs_to_the_group_that_names_it_then_its_authoritys_then_the_rest() -> None:
    named = ScheduleGroup(name="named", schools=(GLAN.number,))
    authority = ScheduleGroup(name="authority", schools=("680",))
    rest = ScheduleGroup(name="rest")
    found = members((rest, authority, named), SCHOOLS)
    assert {number: group.name for number, group in found.items()} == {
        GLAN.number: "named",
        NANT.number: "authority",
        BRYN.number: "rest",
    }


def test_without_a_group_for_the_rest_the_rest_does_not_run() -> None:
    assert set(members((ScheduleGroup(name="one", schools=(NANT.number,)),), SCHOOLS)) == {NANT.number}


# What is due


def services(provisioning: Schools, now: str | Clock, *groups: ScheduleGroup) -> Services:
    """The services at a moment."""
    behind = provisioning.at(uk(now)) if isinstance(now, str) else replace(provisioning.at(), clock=now)
    return Services(Settings(groups=groups or (DAILY,)), behind, lambda: VERBS)


@pytest.fixture
def three(provisioning: Schools) -> Schools:
    """Three schools with a learner each."""
    for number, school in enumerate(SCHOOLS, start=1):
        provisioning.extracts(school, learner(number))
    return provisioning


def test_a_slot_is_run_once(three: Schools) -> None:
    batch = run_due(services(three, "2026-09-07T06:00"))
    assert {run.school for run in batch.runs} == {school.number for school in SCHOOLS}
    again = run_due(services(three, "2026-09-07T06:00"))
    assert (again.runs, again.refused) == ((), ())
    assert run_due(services(three, "2026-09-08T05:59")).runs == ()
    assert len(run_due(services(three, "2026-09-08T06:00")).runs) == 3


def test_a_failed_slot_is_not_tried_again_before_the_next(three: Schools) -> None:
    (three.folder / NANT.number / "staff.csv").unlink()
    assert len(run_due(services(three, "2026-09-07T06:00")).runs) == 3
    assert run_due(services(three, "2026-09-07T12:00")).runs == ()
    assert len(run_due(services(three, "2026-09-08T06:00")).runs) == 3


def test_trouble_with_housekeeping_is_logged_and_does_not_stop_the_daily_work(
    three: Schools, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Sally's account ends after 10 September; the day on which that fails, the schools run all the same."""
    listed(three, SALLY)

    def fall_over(_provisioning: Provisioning, _tell: object) -> int:
        raise RuntimeError("no space left")

    with monkeypatch.context() as failing:
        failing.setattr(upkeep, "expire", fall_over)
        assert len(run_due(services(three, "2026-09-11T06:00")).runs) == 3
    assert "housekeeping failed" in caplog.text
    assert [account.active for account in by_hand(three)] == [True]
    run_due(services(three, "2026-09-12T06:00"))
    assert [account.active for account in by_hand(three)] == [False]


def test_a_week_that_was_missed_is_caught_up_once(three: Schools) -> None:
    run_due(services(three, "2026-09-07T06:00"))
    assert len(run_due(services(three, "2026-09-14T11:00")).runs) == 3
    assert run_due(services(three, "2026-09-14T11:01")).runs == ()


def test_a_run_by_hand_is_no_slot(three: Schools) -> None:
    three.runs(NANT, at=uk("2026-09-07T05:00"))
    assert len(run_due(services(three, "2026-09-07T06:00")).runs) == 3


def test_groups_run_at_their_own_times(three: Schools) -> None:
    late = ScheduleGroup(name="late", schools=("680",), cron="0 20 * * *")
    morning = run_due(services(three, "2026-09-07T06:00", DAILY, late)).runs
    # Nant and Glan are caught up for yesterday's eight o'clock, Bryn has its six o'clock.
    assert [run.school for run in morning][-1] == BRYN.number
    evening = run_due(services(three, "2026-09-07T20:00", DAILY, late)).runs
    assert {run.school for run in evening} == {NANT.number, GLAN.number}


def test_a_previous_school_runs_before_the_one_its_leavers_go_to(three: Schools) -> None:
    moving = learner(1, year_group="6", class_name="6A", admission_date=uk("2020-09-01").date())
    three.extracts(NANT, moving)
    three.runs(NANT, at=uk("2026-07-01T06:00"))
    three.extracts(NANT, replace(moving, leaving_date=uk("2026-07-21").date()))
    three.extracts(GLAN, learner(1))
    ran = [run.school for run in run_due(services(three, "2026-09-07T06:00")).runs]
    assert ran.index(NANT.number) < ran.index(GLAN.number)
    assert three.account(moving).school == GLAN.number


def test_of_two_that_wake_at_once_one_runs_each_school(three: Schools) -> None:
    both = threading.Barrier(2)

    def wake(_: int) -> int:
        both.wait(10)
        return len(run_due(services(three, "2026-09-07T06:00")).runs)

    with ThreadPoolExecutor(2) as pool:
        ran = list(pool.map(wake, range(2)))
    assert sum(ran) == 3
    assert sorted(three.statuses()) == sorted((school.number, "succeeded") for school in SCHOOLS)


# The watch


@pytest.fixture
def watch(three: Schools) -> Iterator[Schedule]:
    schedule = Schedule(services(three, FixedClock(uk("2026-09-07T09:00"))))
    yield schedule
    if schedule.alive:
        schedule.stop()


def test_the_start_catches_up_and_watches(watch: Schedule, three: Schools) -> None:
    assert not watch.alive
    watch.start()
    assert watch.alive
    eventually(lambda: len(three.statuses()) == 3 and {"running"}.isdisjoint(dict(three.statuses()).values()))
    watch.stop()
    assert not watch.alive
    assert {status for _, status in three.statuses()} == {"succeeded"}


def test_a_stop_lets_the_chunk_at_work_finish_and_leaves_the_rest(
    watch: Schedule, three: Schools, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("provisioning.runs.batches.SCHOOLS_IN_A_CHUNK", 1)
    going, release = threading.Event(), threading.Event()
    real = coverage.cover

    def slow(*given: object) -> None:
        going.set()
        assert release.wait(10)
        real(*given)

    monkeypatch.setattr("provisioning.store.coverage.cover", slow)
    watch.start()
    assert going.wait(10)
    stopping = threading.Thread(target=watch.stop)
    stopping.start()
    eventually(lambda: watch._stopping.is_set())
    release.set()
    stopping.join(10)
    assert not stopping.is_alive()
    assert [status for _, status in three.statuses()] == ["succeeded"]
    monkeypatch.undo()
    assert len(run_due(services(three, "2026-09-07T09:05")).runs) == 2


def test_it_wakes_at_the_times_of_every_group(three: Schools) -> None:
    some = TWICE.model_copy(update={"schools": (GLAN.number,)})
    schedule = Schedule(services(three, "2026-09-07T09:00", DAILY, some))
    schedule.start()
    triggers = {
        str(job.trigger.fields[5])
        for job in schedule._scheduler.get_jobs()
        if isinstance(job.trigger, CronTrigger)
    }
    schedule.stop()
    assert {"6", "*/2", "7,19"} <= triggers
