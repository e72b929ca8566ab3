"""Runs that start the provisioning client of the portal: what is told, held and never changed."""

import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest
from sqlalchemy import select, update

from knowledge.ids import Question
from knowledge.loading import Knowledge
from knowledge.texts import LANGUAGES, Text
from provisioning.errors import KnownError
from provisioning.portal.export import PortalExport
from provisioning.records.people import Kind
from provisioning.records.runs import RunStatus
from provisioning.runs import lease
from provisioning.runs.approvals import approve, reject
from provisioning.runs.batches import provision_batch
from provisioning.runs.lease import Holder
from provisioning.runs.school_run import dry_run, provision
from provisioning.runs.undo import undo
from provisioning.store import coverage, decisions
from provisioning.store.run_interruptions import interrupt_lost_runs, watch
from provisioning.store.run_lifecycle import begin
from provisioning.store.tables.accounts import JournalRow
from provisioning.store.tables.runs import RunRow
from tests.builders import GLAN, NANT, NOW, Schools, learner, staff_member, upn
from tests.portal_builders import PortalSchools, later, seen, write_export
from tests.provisioning.portal.client_builders import LEFT, SEREN, SEREN_LEFT_NANT, counts

pytestmark = pytest.mark.both_databases


@pytest.fixture
def portals(provisioning: Schools, tmp_path: Path) -> PortalSchools:
    """An export for each school."""
    return PortalSchools(provisioning, tmp_path / "portal", "{school}.csv")


def refused(text: Text) -> str:
    return text.key.removeprefix("error.")


# One run


def test_a_run_starts_the_client_and_tells_what_the_export_shows_then(portal: PortalSchools) -> None:
    portal.extracts(GLAN, SEREN, learner(2), learner(3), learner(4, leaving_date=LEFT))
    portal.lists(seen(SEREN, NANT), seen(learner(2)), seen(learner(4)))
    portal.will_list(
        seen(SEREN), seen(learner(2), class_name="7B"), seen(learner(3)), seen(learner(4), active=False)
    )
    run = portal.runs(GLAN)
    assert (run.status, run.error) == (RunStatus.SUCCEEDED, None)
    assert counts(run) == {"match": 1, "update": 1, "create": 1, "release": 1}
    assert portal.client_ran_for == [GLAN.number]
    assert (portal.account(SEREN).school, portal.account(SEREN).arrived_from) == (GLAN.number, NANT.number)
    assert (portal.account(learner(4)).released_from, portal.account(learner(4)).released_at) == (
        GLAN.number,
        NOW,
    )


def test_nothing_of_it_stands_in_the_journal(portal: PortalSchools) -> None:
    portal.extracts(GLAN, SEREN)
    portal.lists(seen(learner(2)))
    portal.will_list(seen(learner(2)), seen(SEREN))
    assert portal.journal(portal.runs(GLAN)) == []


def test_what_was_there_before_the_run_is_not_its_doing(portal: PortalSchools) -> None:
    portal.extracts(GLAN, SEREN)
    portal.lists(seen(SEREN))
    run = portal.runs(GLAN)
    assert (run.status, counts(run)) == (RunStatus.SUCCEEDED, {})
    assert portal.account(SEREN).active


def test_who_is_still_active_elsewhere_is_counted_as_waiting(portal: PortalSchools) -> None:
    portal.extracts(GLAN, SEREN)
    portal.lists(seen(SEREN, NANT))
    assert counts(portal.runs(GLAN)) == {"blocked": 1}


def test_a_run_covers_the_extract_as_it_was_when_the_client_began(portal: PortalSchools) -> None:
    portal.extracts(GLAN, SEREN, staff_member())
    portal.lists(seen(SEREN))
    portal.runs(GLAN)
    with portal.database.reading() as session:
        assert set(coverage.covered(session, GLAN.number)) == {(Kind.LEARNER, upn(1)), (Kind.STAFF, "JEV")}


def test_swapped_upns_and_codes_reach_the_store(portal: PortalSchools) -> None:
    row, other = seen(learner(1)), seen(learner(2))
    portal.lists(row, other, seen(staff_member("A")), seen(staff_member("B")))
    portal.reads()
    staff = (
        replace(seen(staff_member("A")), staff_code="B"),
        replace(seen(staff_member("B")), staff_code="A"),
    )
    portal.lists(replace(row, upn=other.upn), replace(other, upn=row.upn), *staff, at=NOW)
    assert portal.reads() == 0
    assert {account.username: account.identifier for account in portal.accounts()} == {
        row.username: upn(2),
        other.username: upn(1),
        staff[0].username: "B",
        staff[1].username: "A",
    }


def test_slots_are_taken_as_ever(portal: PortalSchools) -> None:
    portal.extracts(GLAN, SEREN)
    portal.lists(seen(SEREN))
    provision(portal.at(), GLAN.number, started_by="schedule", slot=NOW)
    with pytest.raises(KnownError) as told:
        provision(portal.at(), GLAN.number, started_by="schedule", slot=NOW)
    assert refused(told.value.said) == "run-slot-taken"
    assert portal.client_ran_for == [GLAN.number]


def test_a_batch_runs_previous_schools_first(portal: PortalSchools) -> None:
    portal.extracts(GLAN, SEREN)
    portal.extracts(NANT, SEREN_LEFT_NANT)
    portal.lists(seen(SEREN, NANT), seen(learner(2)))
    portal.reads()
    portal.will_list(seen(SEREN, NANT, active=False), seen(learner(2)), by=NANT)
    portal.will_list(seen(SEREN), seen(learner(2)), by=GLAN, at=later(minutes=1))
    batch = provision_batch(portal.at(), [GLAN.number, NANT.number], started_by="test")
    assert [(run.school, counts(run)) for run in batch.runs] == [
        (NANT.number, {"release": 1}),
        (GLAN.number, {"match": 1}),
    ]


# Between runs


def test_news_is_read_when_the_export_is_looked_at_and_only_then(
    portal: PortalSchools, monkeypatch: pytest.MonkeyPatch
) -> None:
    portal.lists(seen(SEREN))
    assert portal.accounts() == []
    assert portal.reads() == 0
    assert portal.account(SEREN).class_name == "7A"
    portal.lists(seen(SEREN, class_name="7B"), at=NOW)
    assert portal.account(SEREN).class_name == "7A"
    assert portal.reads() == 0
    assert portal.account(SEREN).class_name == "7B"
    # Looked at again, a file that has not been written since is not read.
    monkeypatch.setattr(PortalExport, "read", lambda *_: pytest.fail("read again"))
    assert portal.reads() == 0


def test_every_schools_own_file_is_read(portals: PortalSchools) -> None:
    portals.lists(seen(SEREN, NANT), school=NANT)
    portals.lists(seen(learner(2)), school=GLAN)
    assert portals.reads() == 1  # the third school has no file
    assert {account.school for account in portals.accounts()} == {NANT.number, GLAN.number}


def test_a_move_between_schools_with_files_of_their_own(portals: PortalSchools) -> None:
    portals.extracts(GLAN, SEREN, learner(2))
    portals.extracts(NANT, SEREN_LEFT_NANT, learner(3))
    portals.lists(seen(SEREN, NANT), seen(learner(3), NANT), school=NANT)
    portals.lists(seen(learner(2)), school=GLAN)
    portals.will_list(seen(learner(3), NANT), by=NANT)
    portals.will_list(seen(learner(2)), seen(SEREN), by=GLAN, at=later(minutes=5))
    assert counts(portals.runs(NANT)) == {"release": 1}
    assert counts(portals.runs(GLAN)) == {"match": 1}
    account = portals.account(SEREN)
    assert (account.active, account.school, account.arrived_from) == (True, GLAN.number, NANT.number)


# One run per school, whatever is killed


def test_a_run_whose_bot_is_gone_lasts_as_long_as_its_client(portal: PortalSchools) -> None:
    client = subprocess.Popen(["/bin/sh", "-c", "sleep 600"])
    with portal.database.writing() as session:
        run = begin(session, GLAN.number, NOW, started_by="test", slot=None)
        watch(session, run, client.pid, timedelta(hours=1))
        ended = str(Holder.here()).replace(str(os.getpid()), str(gone()))
        held_by = f"{ended} {lease.Process.of(client.pid)}"
        session.execute(update(RunRow).where(RunRow.id == run).values(holder=held_by))
    with pytest.raises(KnownError) as told:
        portal.runs(GLAN)
    assert refused(told.value.said) == "run-under-way"
    client.kill()
    client.wait()
    with portal.database.writing() as session:
        (found,) = interrupt_lost_runs(session, NOW)
    assert found.error == Text("error.run-interrupted-client")
    assert portal.client_ran_for == []


def test_while_the_client_works_the_run_is_held_by_both_for_as_long_as_it_may_take(
    portal: PortalSchools,
) -> None:
    portal.extracts(GLAN, SEREN)
    portal.lists(seen(SEREN))
    holders = []
    original = portal.external_directory.client.run

    class Watched:
        command, limit = portal.external_directory.client.command, timedelta(hours=2)

        def run(self, school: str, started: object, people: object) -> object:
            def look(pid: int) -> None:
                started(pid)  # type: ignore[operator]
                with portal.database.reading() as session:
                    row = session.scalars(select(RunRow)).one()
                    holders.append((row.holder, lease.Process.of(pid), row.lease_until))

            return original(school, look, people)

    portal.external_directory = replace(portal.external_directory, client=Watched())  # type: ignore[arg-type]
    assert portal.runs(GLAN).status is RunStatus.SUCCEEDED
    ((holder, client, until),) = holders
    assert holder == f"{Holder.here()} {client}"
    assert until is not None
    assert until > datetime.now(UTC) + lease.LEASE + timedelta(hours=1)


def gone() -> int:
    """The number of a process that has ended."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    assert not psutil.pid_exists(ended.pid)
    return ended.pid


# Nothing is changed by us


@pytest.mark.parametrize("decide", [approve, reject, undo])
def test_decisions_about_accounts_are_refused(
    portal: PortalSchools, decide: object, knowledge: Knowledge
) -> None:
    portal.extracts(GLAN, SEREN)
    portal.lists(seen(learner(2)))
    portal.will_list(seen(learner(2)), seen(SEREN))
    run = portal.runs(GLAN)
    with pytest.raises(KnownError) as told:
        decide(portal.at(), run.known_id, by="test")  # type: ignore[operator]
    for language in LANGUAGES:
        assert knowledge.catalogue.say(told.value.said, language)
        assert knowledge.catalogue.say(told.value.hint, language)
    assert refused(told.value.said) == "accounts-elsewhere"
    with portal.database.reading() as session:
        assert session.scalars(select(JournalRow)).first() is None


def test_a_dry_run_shows_what_the_client_may_be_expected_to_do(portal: PortalSchools) -> None:
    portal.extracts(GLAN, SEREN, *(learner(number) for number in range(2, 80)))
    portal.lists(*(seen(learner(number), class_name="7Z") for number in range(2, 80)))
    portal.reads()
    run, proposal = dry_run(portal.at(), GLAN.number)
    assert (run.id, run.status, run.held_by) == (None, RunStatus.SUCCEEDED, ())
    assert counts(run) == {"create": 1, "update": 78}
    assert proposal is not None
    assert portal.client_ran_for == []


def test_what_was_refused_before_binds_no_client(portal: PortalSchools) -> None:
    portal.extracts(GLAN, SEREN)
    portal.lists(seen(learner(2)))
    run = portal.runs(GLAN)
    with portal.database.writing() as session:
        waiting = decisions.StoredChange("print", "create", Kind.LEARNER, upn(1))
        decisions.refuse(session, GLAN.number, run.known_id, [waiting])
    portal.runs(GLAN)
    assert portal.asks(Question.WHY_MISSING, upn(1), GLAN).cause == "export-unseen"


def test_an_export_is_read_once_and_not_by_every_run(portal: PortalSchools) -> None:
    portal.extracts(GLAN, SEREN)
    portal.lists(seen(SEREN))
    portal.reads()
    path = portal.portal / "users.csv"
    status = path.stat()
    write_export(path, seen(SEREN, class_name="7C"))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert path.stat().st_size == status.st_size
    assert counts(portal.runs(GLAN)) == {}
