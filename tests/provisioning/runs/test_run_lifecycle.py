"""A school has at most one run at a time, from any process; what a dead process had begun is found."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from provisioning.clock import FixedClock
from provisioning.errors import KnownError
from provisioning.records.extracts import Extract
from provisioning.records.runs import RunStatus
from provisioning.records.schools import School
from provisioning.runs import lease
from provisioning.runs.approvals import approve
from provisioning.runs.batches import provision_batch
from provisioning.runs.dependencies import Provisioning
from provisioning.runs.lease import Holder
from provisioning.runs.school_run import provision
from provisioning.sources.extract_folder import ExtractFolder
from provisioning.store import run_interruptions, run_lifecycle, runs
from provisioning.store.database import Database
from provisioning.store.latest_runs import latest_of
from provisioning.store.runs import Run
from provisioning.store.tables.runs import RunRow
from tests.builders import BRYN, GLAN, NANT, NOW, Schools, learner

pytestmark = [pytest.mark.integration, pytest.mark.both_databases]

SLOT = datetime(2026, 8, 26, 5, 0, tzinfo=UTC)


def begin(database: Database, school: str = GLAN.number, slot: datetime | None = None) -> int:
    with database.writing() as session:
        return run_lifecycle.begin(session, school, NOW, started_by="test", slot=slot)


def finish(database: Database, run: int, status: RunStatus = RunStatus.SUCCEEDED) -> None:
    with database.writing() as session:
        run_lifecycle.finish(session, run, run_lifecycle.End(status, {}), NOW)


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(KnownError) as raised:
        act()
    return raised.value.said.key


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What each act gives or raises, all of them started at the same moment."""
    gate, outcomes = threading.Barrier(len(acts)), []

    def go(act: Callable[[], object]) -> None:
        gate.wait()
        try:
            outcomes.append(act())
        except KnownError as error:
            outcomes.append(error.said.key)

    threads = [threading.Thread(target=go, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


# One at a time


def test_a_school_that_is_running_is_not_started_again(provisioning: Schools) -> None:
    run = begin(provisioning.database)
    assert refused(lambda: begin(provisioning.database)) == "error.run-under-way"
    begin(provisioning.database, NANT.number)
    finish(provisioning.database, run)
    begin(provisioning.database)


def test_a_run_that_is_refused_changes_nothing(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, learner())
    begin(provisioning.database)
    assert refused(lambda: provisioning.runs(GLAN)) == "error.run-under-way"
    assert (provisioning.accounts(), provisioning.statuses()) == ([], [(GLAN.number, "running")])


def test_of_several_that_start_at_once_exactly_one_wins(provisioning: Schools, database_url: str) -> None:
    other = Database(database_url)
    outcomes = at_once(*[lambda at=at: begin(at) for at in (provisioning.database, other) * 2])
    assert sorted(map(str, outcomes)) == ["1", *["error.run-under-way"] * 3]
    other.close()


def test_runs_started_at_once_make_each_account_once(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, *(learner(number) for number in range(1, 40)))
    outcomes = at_once(*[lambda: provisioning.runs(GLAN).status] * 3)
    assert set(outcomes) <= {RunStatus.SUCCEEDED, "error.run-under-way"}
    assert RunStatus.SUCCEEDED in outcomes
    assert len(provisioning.accounts()) == 39


def test_schools_that_run_at_once_do_not_get_in_each_others_way(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, learner(1))
    provisioning.extracts(NANT, learner(2))
    outcomes = at_once(lambda: provisioning.runs(GLAN).status, lambda: provisioning.runs(NANT).status)
    assert outcomes == [RunStatus.SUCCEEDED] * 2
    assert sorted(account.username for account in provisioning.accounts()) == [
        "EvansS2@hwbcymru.net",
        "EvansS@hwbcymru.net",
    ]


# Slots


def test_a_slot_is_run_once(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, learner())
    provision(provisioning.at(), GLAN.number, started_by="clock", slot=SLOT)
    again = lambda: provision(provisioning.at(), GLAN.number, started_by="clock", slot=SLOT)  # noqa: E731
    assert refused(again) == "error.run-slot-taken"
    provision(provisioning.at(), GLAN.number, started_by="clock", slot=SLOT + timedelta(hours=1))
    provisioning.runs(GLAN)  # started by hand: for no slot
    provisioning.runs(GLAN)
    assert len(provisioning.statuses()) == 4


def test_the_same_slot_is_every_schools(provisioning: Schools) -> None:
    begin(provisioning.database, GLAN.number, SLOT)
    begin(provisioning.database, NANT.number, SLOT)


def test_of_several_that_want_a_slot_one_gets_it(provisioning: Schools, database_url: str) -> None:
    provisioning.extracts(GLAN, learner())
    run = lambda: provision(provisioning.at(), GLAN.number, started_by="clock", slot=SLOT).status  # noqa: E731
    outcomes = at_once(run, run, run)
    assert outcomes.count(RunStatus.SUCCEEDED) == 1
    assert set(outcomes) <= {RunStatus.SUCCEEDED, "error.run-under-way", "error.run-slot-taken"}


# A process that ends

BEGINS = f"""
import sys
from provisioning.store import run_lifecycle
from provisioning.store.database import Database
from datetime import UTC, datetime
database = Database(sys.argv[1])
with database.writing() as session:
    run = run_lifecycle.begin(session, "{GLAN.number}", datetime.now(UTC), started_by="test", slot=None)
print(run, flush=True)
sys.stdin.read()
"""


@contextmanager
def process_that_runs(database_url: str) -> Iterator["subprocess.Popen[str]"]:
    """Another process, in the middle of a run for Glan."""
    with subprocess.Popen(
        [sys.executable, "-c", BEGINS, database_url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "1\n"
        yield process
        process.kill()


def interrupted(database: Database) -> list[int | None]:
    with database.writing() as session:
        return [run.id for run in run_interruptions.interrupt_lost_runs(session, NOW)]


def test_a_run_whose_process_was_killed_is_found(provisioning: Schools, database_url: str) -> None:
    provisioning.extracts(GLAN, learner())
    with process_that_runs(database_url) as process:
        assert interrupted(provisioning.database) == []
        assert refused(lambda: provisioning.runs(GLAN)) == "error.run-under-way"
        process.kill()
        # It has ended, and its parent has not asked after it yet: its number is still taken.
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        assert interrupted(provisioning.database) == [1]
    with provisioning.database.reading() as session:
        latest = latest_of(session, GLAN.number).latest
    assert latest is not None
    assert (latest.status, latest.finished_at) == (RunStatus.INTERRUPTED, NOW)
    assert latest.error is not None
    assert latest.error.key == "error.run-interrupted"
    assert provisioning.runs(GLAN).status is RunStatus.SUCCEEDED


def test_a_process_that_lives_keeps_its_run_beyond_the_lease_on_the_embedded_database_alone(
    provisioning: Schools, database_url: str
) -> None:
    """A long write of another process has kept it from renewing the lease; on a server it may be stuck."""
    provisioning.extracts(GLAN, learner())
    with process_that_runs(database_url) as process:
        with provisioning.database.writing() as session:
            row = session.get(RunRow, 1)
            assert row is not None
            row.lease_until = datetime.now(UTC) - timedelta(minutes=1)
        embedded = provisioning.database.embedded
        assert interrupted(provisioning.database) == ([] if embedded else [1])
        process.kill()
        process.wait()
        assert interrupted(provisioning.database) == ([1] if embedded else [])


def test_the_next_run_does_not_wait_for_a_dead_one(provisioning: Schools, database_url: str) -> None:
    provisioning.extracts(GLAN, learner())
    with process_that_runs(database_url) as process:
        process.kill()
        process.wait()
        assert provisioning.runs(GLAN).status is RunStatus.SUCCEEDED
    assert provisioning.statuses() == [(GLAN.number, "interrupted"), (GLAN.number, "succeeded")]


def test_a_process_that_stops_marks_what_it_has_running(provisioning: Schools) -> None:
    begin(provisioning.database)
    with provisioning.database.writing() as session:
        run_interruptions.interrupt_own_runs(session, NOW)
    assert provisioning.statuses() == [(GLAN.number, "interrupted")]


@pytest.mark.parametrize(
    ("minutes_left", "gone"), [(1, False), (-1, True), (None, True)], ids=["in time", "past", "no lease"]
)
def test_of_another_machine_the_lease_tells(minutes_left: int | None, gone: bool) -> None:
    now = datetime.now(UTC)
    until = None if minutes_left is None else now + timedelta(minutes=minutes_left)
    there = Holder.parse("another-machine/1/1700000000.00")
    for embedded in (False, True):  # two containers may share the file of an embedded database
        assert lease.is_gone(1, there, until, now, embedded=embedded) is gone


def test_this_process_is_there_and_another_with_its_number_is_not_it() -> None:
    now = datetime.now(UTC)
    in_time = now + timedelta(minutes=1)
    lease.THIS_PROCESS.began([1])
    node, pid, created = str(Holder.here()).split("/")
    earlier = Holder.parse(f"{node}/{pid}/{float(created) - 60:.2f}")
    for embedded in (False, True):
        assert not lease.is_gone(1, Holder.here(), in_time, now, embedded=embedded)
        assert lease.is_gone(1, earlier, in_time, now, embedded=embedded)
    lease.THIS_PROCESS.ended([1])


def test_whatever_a_process_has_done_it_has_nothing_under_way(provisioning: Schools) -> None:
    """Runs in full, skipped, failed, decided on and refused: a heartbeat renews none of them."""
    lease.THIS_PROCESS.ended(lease.THIS_PROCESS.runs)  # what other tests left, as a killed process does
    provisioning.extracts(GLAN, learner())
    provisioning.extracts(NANT)
    for school in (GLAN, NANT, BRYN, GLAN):
        provisioning.runs(school)
    provision_batch(provisioning.at(), [GLAN.number, NANT.number, BRYN.number], started_by="test", slot=SLOT)
    provision_batch(provisioning.at(), [GLAN.number, NANT.number, BRYN.number], started_by="test", slot=SLOT)
    assert lease.THIS_PROCESS.runs == frozenset()


def test_a_run_whose_beginning_was_rolled_back_is_not_under_way(provisioning: Schools) -> None:
    lease.THIS_PROCESS.ended(lease.THIS_PROCESS.runs)

    def begins(session: Session) -> None:
        run_lifecycle.begin(session, GLAN.number, NOW, started_by="test", slot=None)
        raise OSError("the database went away")

    with pytest.raises(OSError, match="went away"):
        provisioning.database.write(begins)
    assert (lease.THIS_PROCESS.runs, provisioning.statuses()) == (frozenset(), [])


def holds_releases(provisioning: Schools) -> Run:
    """A run of Glan that holds the releases of fourteen learners."""
    leavers = [learner(n, year_group="8", admission_date=date(2020, 9, 1)) for n in range(1, 31)]
    provisioning.extracts(GLAN, *leavers)
    provisioning.runs(GLAN)
    provisioning.extracts(
        GLAN, *(replace(p, leaving_date=date(2026, 7, 17)) for p in leavers[:14]), *leavers[14:]
    )
    held = provisioning.runs(GLAN)
    assert held.status is RunStatus.HELD
    return held


def test_a_decision_is_refused_where_another_process_begins_at_that_moment(provisioning: Schools) -> None:
    """It has found the school free; before it can say that it runs, the other has."""
    if provisioning.database.embedded:
        pytest.skip("SQLite has one writer at a time")
    held = holds_releases(provisioning)
    begun: list[int] = []

    def begin_before(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if statement.startswith("UPDATE runs") and not begun:
            begun.append(0)
            begun[0] = begin(provisioning.database)

    event.listen(provisioning.database.engine, "before_cursor_execute", begin_before)
    assert refused(lambda: approve(provisioning.at(), held.known_id, by="test")) == "error.run-under-way"
    finish(provisioning.database, begun[0])
    with provisioning.database.reading() as session:
        assert runs.get(session, held.known_id).status is RunStatus.HELD


def test_a_run_that_was_being_decided_on_is_held_as_before(provisioning: Schools) -> None:
    """Its process was killed in the middle of an approval; what was free had been applied before."""
    held = holds_releases(provisioning)
    with provisioning.database.writing() as session:
        run_lifecycle.resume_held(session, held.known_id)
    lease.THIS_PROCESS.ended([held.known_id])
    interrupted(provisioning.database)
    with provisioning.database.reading() as session:
        assert runs.get(session, held.known_id) == held


class DisturbedFolder(ExtractFolder):
    """Extracts that take so long to read that another process has declared the run dead meanwhile."""

    database: Database

    def read(self, school: School, today: date) -> Extract:
        with self.database.writing() as session:
            row = session.get(RunRow, 1)
            assert row is not None
            row.holder, row.lease_until = "another-machine/1/1700000000.00", None
        interrupted(self.database)
        return super().read(school, today)


def test_a_run_that_was_declared_dead_applies_nothing(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, learner())
    extract_folder = DisturbedFolder(provisioning.folder)
    extract_folder.database = provisioning.database
    disturbed = Provisioning(provisioning.database, extract_folder, FixedClock(NOW), provisioning.knowledge)
    assert refused(lambda: provision(disturbed, GLAN.number, started_by="test")) == "error.run-lost"
    assert provisioning.accounts() == []
    assert provisioning.statuses() == [(GLAN.number, "interrupted")]


def test_a_finished_run_is_not_finished_again(provisioning: Schools) -> None:
    run = begin(provisioning.database)
    finish(provisioning.database, run)
    assert refused(lambda: finish(provisioning.database, run, RunStatus.FAILED)) == "error.run-lost"
    assert provisioning.statuses() == [(GLAN.number, "succeeded")]
