"""The sweep: what is due by the store, whatever became of a process, and who carries it out."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from bot.people import audit
from bot.people.audit import AuditFilter
from bot.service.features import VERBS
from bot.service.sweeping import StoppedError, carry_out, due_jobs, sweep
from bot.services import Services
from bot.settings import Settings
from bot.settings_tables import ScheduleGroup
from knowledge.models import LocalDates
from knowledge.texts import UK
from provisioning.jobs.job_engine import EmbeddedEngine
from provisioning.jobs.values import FollowUpJob, Job, SlotJob
from provisioning.runs import lease
from provisioning.store import follow_ups, run_interruptions, run_lifecycle
from provisioning.store.follow_ups import Waits
from provisioning.store.latest_runs import latest_of
from provisioning.store.runs import MOST_INTERRUPTIONS, Run
from tests.bot.service.engines import RunDue, on_every_engine
from tests.builders import BRYN, GLAN, NANT, SCHOOLS, Schools, learner

pytestmark = pytest.mark.integration

SIX = datetime(2026, 9, 7, 6, tzinfo=UK)
LEFT = date(2026, 7, 17)


def services(provisioning: Schools, now: datetime = SIX, *groups: ScheduleGroup) -> Services:
    """The services at a moment."""
    settings = Settings(groups=groups or (ScheduleGroup(name="all"),))
    return Services(settings, provisioning.at(now), lambda: VERBS)


@pytest.fixture
def three(provisioning: Schools) -> Schools:
    """Three schools with a learner each."""
    for number, school in enumerate(SCHOOLS, start=1):
        provisioning.extracts(school, learner(number))
    return provisioning


def begun_and_lost(provisioning: Schools, school: str) -> None:
    """A run for the slot whose process was killed."""
    with provisioning.database.writing() as session:
        run = run_lifecycle.begin(session, school, SIX, started_by="schedule", slot=SIX)
    lease.THIS_PROCESS.ended([run])


class Queue:
    """An engine that keeps what it is given, as a queue on another machine would."""

    def __init__(self, schools_in_a_job: int | None = None) -> None:
        self.schools_in_a_job = schools_in_a_job
        self.waiting: list[Job] = []

    def put(self, jobs: Iterable[Job]) -> None:
        """Keep `jobs` that do not wait already."""
        self.waiting += [job for job in jobs if job not in self.waiting]


@on_every_engine
def test_an_interrupted_run_has_not_had_its_slot(three: Schools, run_due: RunDue) -> None:
    begun_and_lost(three, NANT.number)
    ran = run_due(services(three, SIX + timedelta(minutes=1)))
    assert sorted(run.school for run in ran.runs) == sorted(school.number for school in SCHOOLS)
    assert three.statuses()[0] == (NANT.number, "interrupted")
    assert run_due(services(three, SIX + timedelta(minutes=2))).runs == ()


@on_every_engine
def test_a_run_that_another_machine_has_under_way_is_left_to_it(three: Schools, run_due: RunDue) -> None:
    with three.database.writing() as session:
        run_lifecycle.begin(session, NANT.number, SIX, started_by="schedule", slot=SIX)
    ran = run_due(services(three))
    assert sorted(run.school for run in ran.runs) == sorted([BRYN.number, GLAN.number])
    assert (ran.refused, three.statuses()[0]) == ((), (NANT.number, "running"))


@on_every_engine
def test_a_slot_that_is_interrupted_every_time_is_given_up(three: Schools, run_due: RunDue) -> None:
    for _ in range(MOST_INTERRUPTIONS):
        begun_and_lost(three, NANT.number)
        run_interruptions.interrupt_lost(three.database, SIX)
    ran = run_due(services(three))
    assert sorted(run.school for run in ran.runs) == sorted([BRYN.number, GLAN.number])


@on_every_engine
def test_a_school_that_waited_is_run_again_in_the_sweep_after_the_release(
    three: Schools, run_due: RunDue
) -> None:
    moving = learner(9, year_group="6", admission_date=date(2019, 9, 1))
    three.extracts(NANT, learner(1), moving)
    three.runs(NANT, at=datetime(2026, 7, 1, 6, tzinfo=UK))
    three.extracts(GLAN, learner(3), learner(9))
    assert len(run_due(services(three)).runs) == 3
    assert three.account(moving).school == NANT.number
    noon = SIX + timedelta(hours=6)
    three.extracts(NANT, learner(1), replace(moving, leaving_date=LEFT), at=noon)
    three.runs(NANT, at=noon)
    ran = run_due(services(three, noon + timedelta(minutes=1)))
    assert [(run.school, run.counts["match"]) for run in ran.runs] == [(GLAN.number, 1)]
    assert due_jobs(services(three, noon + timedelta(minutes=2))) == []


@pytest.mark.both_databases
def test_a_sweep_of_one_process_goes_on_until_nothing_is_due(three: Schools) -> None:
    """Glan waits for Nant and for Bryn; Bryn releases just after Glan was run again because of Nant."""
    joined = {"year_group": "6", "admission_date": date(2019, 9, 1)}
    of_nant, of_bryn = learner(8, **joined), learner(9, **joined)
    three.extracts(NANT, learner(1), of_nant)
    three.extracts(BRYN, learner(2), of_bryn)
    for school in (NANT, BRYN):
        three.runs(school, at=datetime(2026, 7, 1, 6, tzinfo=UK))
    three.extracts(GLAN, learner(3), learner(8), learner(9))
    assert len(carry_out(services(three), *due_jobs(services(three))).runs) == 3
    noon = SIX + timedelta(hours=6)
    three.extracts(NANT, learner(1), replace(of_nant, leaving_date=LEFT), at=noon)
    three.extracts(BRYN, learner(2), replace(of_bryn, leaving_date=LEFT), at=noon)
    three.runs(NANT, at=noon)
    by_hand = [BRYN]
    matched: list[int] = []

    def carry_out_and_run_bryn_by_hand(job: Job) -> None:
        matched.extend(run.counts["match"] for run in carry_out(services(three, noon), job).runs)
        if by_hand:
            three.runs(by_hand.pop(), at=noon)

    sweep(services(three, noon), EmbeddedEngine(carry_out_and_run_bryn_by_hand))
    assert matched == [1, 1]
    assert due_jobs(services(three, noon)) == []


def test_a_school_that_can_never_be_run_ends_no_sweep_in_a_circle(three: Schools) -> None:
    """An engine that does nothing gets each job once in a sweep."""
    tried: list[Job] = []
    sweep(services(three), EmbeddedEngine(tried.append))
    assert tried == due_jobs(services(three))


# What is refused


@on_every_engine
def test_a_school_whose_clock_is_set_back_fails_once_for_its_slot_and_follow_up(
    three: Schools, run_due: RunDue
) -> None:
    """Glan last ran by an October clock, which has been put right; its changes are not applied."""
    october = SIX + timedelta(days=30)
    three.runs(GLAN, at=october)
    three.extracts(GLAN, learner(3), learner(4))
    assert (GLAN.number, "failed") in [
        (run.school, run.status.value) for run in run_due(services(three)).runs
    ]
    assert run_due(services(three, SIX + timedelta(minutes=1))).runs == ()
    with three.database.reading() as session:
        (told,) = audit.read(session, AuditFilter(who="schedule", school=GLAN.number))
        failed = latest_of(session, GLAN.number).latest
    assert failed is not None
    assert (told.outcome, failed.error and failed.error.key) == ("failed", "error.clock-set-back")
    assert len(three.accounts()) == 3
    again = run_due(services(three, SIX + timedelta(days=1)))
    assert (GLAN.number, "failed") in [(run.school, run.status.value) for run in again.runs]
    three.database.write(lambda session: follow_ups.wait(session, {GLAN.number: (Waits(), [NANT.number])}))
    three.database.write(lambda session: follow_ups.put(session, {NANT.number: failed.known_id}))
    ran = run_due(services(three, SIX + timedelta(days=1)))
    assert [(run.school, run.status.value) for run in ran.runs] == [(GLAN.number, "failed")]
    assert due_jobs(services(three, SIX + timedelta(days=1))) == []


@pytest.mark.both_databases
def test_key_dates_that_do_not_fit_keep_only_their_own_authoritys_schools(
    three: Schools, caplog: pytest.LogCaptureFixture
) -> None:
    """Bryn is in another authority than Nant and Glan."""
    unfit = {(BRYN.local_authority, 2026): LocalDates(week_start=date(2026, 8, 25))}
    behind = replace(three.at(SIX), local_dates=unfit)
    jobs = due_jobs(replace(services(three), provisioning=behind))
    assert jobs == [SlotJob(SIX, (NANT.number, GLAN.number))]
    assert f"schools of authority {BRYN.local_authority} are not run: dates-unfit" in caplog.text


@pytest.mark.both_databases
def test_jobs_name_so_many_schools_those_for_the_youngest_first(three: Schools) -> None:
    assert due_jobs(services(three), 2) == [
        SlotJob(SIX, (NANT.number, BRYN.number)),
        SlotJob(SIX, (GLAN.number,)),
    ]


@pytest.mark.both_databases
def test_a_queue_gets_each_job_once_however_often_it_is_swept(three: Schools) -> None:
    queue = Queue(2)
    for minute in range(3):
        sweep(services(three, SIX + timedelta(minutes=minute)), queue)
    assert len(queue.waiting) == 2


@pytest.mark.both_databases
def test_a_job_that_comes_twice_does_nothing_the_second_time(three: Schools) -> None:
    job = SlotJob(SIX, (NANT.number, BRYN.number))
    assert len(carry_out(services(three), job).runs) == 2
    again = carry_out(services(three), job)
    assert (again.runs, again.refused, set(again.elsewhere)) == ((), (), {NANT.number, BRYN.number})
    assert carry_out(services(three), FollowUpJob(NANT.number)).runs == ()


@pytest.mark.both_databases
def test_a_job_is_for_the_site_of_its_group(three: Schools) -> None:
    island = ScheduleGroup(name="island", schools=(BRYN.number,), site="ynys-mon")
    jobs = due_jobs(services(three, SIX, ScheduleGroup(name="all"), island))
    assert jobs == [
        SlotJob(SIX, (NANT.number, GLAN.number)),
        SlotJob(SIX, (BRYN.number,), "ynys-mon"),
    ]


@pytest.mark.both_databases
def test_a_closed_school_and_one_without_a_group_are_not_due(three: Schools) -> None:
    only = ScheduleGroup(name="only", schools=(BRYN.number,))
    assert due_jobs(services(three, SIX, only)) == [SlotJob(SIX, (BRYN.number,))]


def test_a_job_that_is_stopped_has_told_of_every_run_that_was_made(three: Schools) -> None:
    """The three run in one chunk; the wish to stop comes after the first of them."""

    def stop(_run: Run) -> None:
        raise StoppedError

    with pytest.raises(StoppedError):
        carry_out(services(three), SlotJob(SIX, (NANT.number, BRYN.number, GLAN.number)), stop)
    with three.database.reading() as session:
        told = audit.read(session, AuditFilter(who="schedule"))
    assert {record.school for record in told} == {school.number for school in SCHOOLS}
