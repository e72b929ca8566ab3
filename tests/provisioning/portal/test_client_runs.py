"""Runs by the school's own client, end to end: a real small program, a real export, a real database."""

import os
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import psutil
import pytest
from sqlalchemy import select, update

from diagnostics.verdict import Diagnosis
from knowledge.ids import Question
from knowledge.loading import Knowledge
from knowledge.texts import LANGUAGES, Text
from provisioning.errors import KnownError
from provisioning.records import Kind, RunStatus
from provisioning.runs import lease
from provisioning.runs.approvals import approve, reject
from provisioning.runs.batches import provision_batch
from provisioning.runs.lease import Holder
from provisioning.runs.school_run import dry_run, provision
from provisioning.runs.undo import undo
from provisioning.store import decisions, runs
from provisioning.store.decisions import Relaxation
from provisioning.store.portal import log_of_people, log_tail
from provisioning.store.run_lifecycle import begin, interrupt_lost_runs, watch
from provisioning.store.runs import Run
from provisioning.store.tables import JournalRow, RunRow
from tests.builders import GLAN, NANT, NOW, House, learner, staff_member, upn
from tests.portal_builders import PortalHouse, later, seen, write_export

pytestmark = pytest.mark.both_databases

LEFT = date(2026, 7, 17)
SEREN = learner(1)
SEREN_LEFT_NANT = replace(SEREN, leaving_date=LEFT, admission_date=date(2019, 9, 1), year_group="6")


@pytest.fixture
def portal(provisioning: House, tmp_path: Path) -> PortalHouse:
    """One export for the installation."""
    return PortalHouse(provisioning, tmp_path / "portal")


@pytest.fixture
def portals(provisioning: House, tmp_path: Path) -> PortalHouse:
    """An export for each school."""
    return PortalHouse(provisioning, tmp_path / "portal", "{school}.csv")


def counts(run: Run) -> dict[str, int]:
    return {name: count for name, count in run.counts.items() if count}


def said(run: Run, knowledge: Knowledge) -> str:
    """What is said of a run's error, which must be there in both languages."""
    assert run.error is not None
    assert knowledge.catalogue.say(run.error, "cy")
    return knowledge.catalogue.say(run.error, "en")


def refused(text: Text) -> str:
    return text.key.removeprefix("error.")


def steps(found: Diagnosis) -> dict[str, str]:
    return {one.step: f"{one.outcome}: {one.detail.key.rpartition('.')[2]}" for one in found.steps}


# One run


def test_a_run_starts_the_client_and_tells_what_the_export_shows_then(portal: PortalHouse) -> None:
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


def test_nothing_of_it_stands_in_the_journal(portal: PortalHouse) -> None:
    portal.extracts(GLAN, SEREN)
    portal.lists(seen(learner(2)))
    portal.will_list(seen(learner(2)), seen(SEREN))
    assert portal.journal(portal.runs(GLAN)) == []


def test_what_was_there_before_the_run_is_not_its_doing(portal: PortalHouse) -> None:
    portal.extracts(GLAN, SEREN)
    portal.lists(seen(SEREN))
    run = portal.runs(GLAN)
    assert (run.status, counts(run)) == (RunStatus.SUCCEEDED, {})
    assert portal.account(SEREN).active


def test_who_is_still_active_elsewhere_is_counted_as_waiting(portal: PortalHouse) -> None:
    portal.extracts(GLAN, SEREN)
    portal.lists(seen(SEREN, NANT))
    assert counts(portal.runs(GLAN)) == {"blocked": 1}


def test_a_run_covers_the_extract_as_it_was_when_the_client_began(portal: PortalHouse) -> None:
    portal.extracts(GLAN, SEREN, staff_member())
    portal.lists(seen(SEREN))
    portal.runs(GLAN)
    with portal.database.reading() as session:
        assert set(runs.covered(session, GLAN.number)) == {(Kind.LEARNER, upn(1)), (Kind.STAFF, "JEV")}


def test_swapped_upns_and_codes_reach_the_store(portal: PortalHouse) -> None:
    one, two = seen(learner(1)), seen(learner(2))
    portal.lists(one, two, seen(staff_member("A")), seen(staff_member("B")))
    portal.reads()
    staff = (
        replace(seen(staff_member("A")), staff_code="B"),
        replace(seen(staff_member("B")), staff_code="A"),
    )
    portal.lists(replace(one, upn=two.upn), replace(two, upn=one.upn), *staff, at=NOW)
    assert portal.reads() == 0
    assert {account.username: account.identifier for account in portal.accounts()} == {
        one.username: upn(2),
        two.username: upn(1),
        staff[0].username: "B",
        staff[1].username: "A",
    }


def test_slots_are_taken_as_ever(portal: PortalHouse) -> None:
    portal.extracts(GLAN, SEREN)
    portal.lists(seen(SEREN))
    provision(portal.at(), GLAN.number, started_by="schedule", slot=NOW)
    with pytest.raises(KnownError) as told:
        provision(portal.at(), GLAN.number, started_by="schedule", slot=NOW)
    assert refused(told.value.said) == "run-slot-taken"
    assert portal.client_ran_for == [GLAN.number]


def test_a_batch_runs_previous_schools_first(portal: PortalHouse) -> None:
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


# Clients that fail


def test_a_failed_client_makes_a_failed_run_with_the_end_of_its_log(
    portal: PortalHouse, knowledge: Knowledge
) -> None:
    portal.extracts(GLAN, SEREN)
    portal.lists(seen(learner(2)))
    portal.client_says("reading H801200001001\nBloggsJ@hwbcymru.net created", "licence has expired", status=7)
    run = portal.runs(GLAN)
    assert (run.status, counts(run)) == (RunStatus.FAILED, {})
    assert said(run, knowledge) == (
        "The Provisioning Client ended with exit status 7. Its log ends:\n"
        f"provisioning {GLAN.number}\nreading ***\n*** created\nlicence has expired"
    )
    with portal.database.reading() as session:
        assert runs.covered(session, GLAN.number) == {}


def test_what_a_failed_client_has_done_all_the_same_is_seen(portal: PortalHouse) -> None:
    portal.extracts(GLAN, SEREN)
    portal.lists(seen(learner(2)))
    portal.will_list(seen(learner(2)), seen(SEREN))
    portal.client_says(status=1)
    run = portal.runs(GLAN)
    assert (run.status, counts(run)) == (RunStatus.FAILED, {"create": 1})


def test_a_client_that_takes_too_long_makes_a_failed_run(portal: PortalHouse, knowledge: Knowledge) -> None:
    portal.extracts(GLAN, SEREN)
    portal.lists(seen(SEREN))
    portal.with_client("/bin/sh", "-c", "echo waiting for the portal; sleep 600", limit=0.6)
    run = portal.runs(GLAN)
    assert run.status is RunStatus.FAILED
    assert said(run, knowledge) == (
        "The Provisioning Client was ended, for it had not finished after 0.01 minutes."
        " Its log ends:\nwaiting for the portal"
    )
    assert portal.runs(GLAN).status is RunStatus.FAILED  # and the school is free again


def test_a_missing_program_is_told_in_one_sentence(portal: PortalHouse, knowledge: Knowledge) -> None:
    portal.extracts(GLAN, SEREN)
    portal.lists(seen(SEREN))
    portal.with_client("no-such-client", "{school}")
    run = portal.runs(GLAN)
    assert run.status is RunStatus.FAILED
    assert said(run, knowledge) == (
        "The Provisioning Client could not be started: no-such-client: No such file or directory."
    )


def test_an_extract_that_cannot_be_read_here_keeps_no_client_from_its_work(
    portal: PortalHouse, knowledge: Knowledge
) -> None:
    portal.lists(seen(learner(2)))
    portal.will_list(seen(learner(2)), seen(SEREN))
    run = portal.runs(GLAN)
    assert (run.status, counts(run)) == (RunStatus.SUCCEEDED, {"create": 1})
    assert "the school's extract can't be read here" in said(run, knowledge)


# Exports that can't be believed


def test_an_export_that_cannot_be_read_fails_the_run_and_changes_nothing(
    portal: PortalHouse, knowledge: Knowledge
) -> None:
    portal.extracts(GLAN, SEREN)
    portal.lists(seen(SEREN))
    portal.reads()
    portal.lists(replace(seen(SEREN), school="Glan"), at=NOW)
    run = portal.runs(GLAN)
    assert run.status is RunStatus.FAILED
    assert said(run, knowledge) == (
        "The Provisioning Client has run, but what it did can't be seen. 1 of the 1 rows of the portal's user"
        " export users.csv can't be read, so it is not used. Line 2 of users.csv can't be read as"
        ' an account: the column "School number" has "Glan"; expected was 1234567.'
        " The accounts here stay as the export of 6 Sept 09:00 had them."
    )
    assert portal.account(SEREN).active


@pytest.mark.parametrize("content", [b"", b"Username,User type\n", None])
def test_an_export_without_anything_is_no_empty_school(portal: PortalHouse, content: bytes | None) -> None:
    portal.extracts(GLAN, SEREN)
    portal.lists(seen(SEREN))
    portal.reads()
    path = portal.portal / "users.csv"
    path.write_bytes(content) if content is not None else path.unlink()
    for _ in range(2):
        assert portal.runs(GLAN).status is RunStatus.FAILED
    assert portal.reads() == 1
    assert portal.account(SEREN).active


def test_a_row_that_cannot_be_read_leaves_its_account_as_last_read_and_is_named(
    portal: PortalHouse, knowledge: Knowledge
) -> None:
    portal.extracts(GLAN, SEREN, learner(2))
    portal.lists(seen(SEREN), seen(learner(2)))
    portal.reads()
    portal.will_list(
        seen(SEREN, class_name="7Z", year_group="14"), seen(learner(2), class_name="7B"), seen(learner(3))
    )
    run = portal.runs(GLAN)
    assert (run.status, counts(run)) == (RunStatus.SUCCEEDED, {"create": 1, "update": 1, "rejected": 1})
    assert (portal.account(SEREN).class_name, portal.account(SEREN).active) == ("7A", True)
    assert said(run, knowledge) == (
        "1 row of the portal's export users.csv can't be read (lines: 2); the accounts in them stay as last"
        " read, and all others are up to date. Line 2 of users.csv can't be read as an account: the column"
        ' "Year group" has "14"; expected was N1, N2, R, 1-13.'
    )
    assert portal.runs(GLAN).counts["rejected"] == 1  # as long as that export is the latest
    portal.lists(seen(SEREN, class_name="7Z"), seen(learner(2)), at=later(minutes=1))
    run = portal.runs(GLAN)
    assert (run.error, counts(run)) == (None, {})
    assert portal.account(SEREN).class_name == "7Z"


def test_another_schools_row_is_not_counted_here(portal: PortalHouse) -> None:
    portal.extracts(GLAN, SEREN)
    portal.lists(seen(SEREN), seen(learner(2), NANT, year_group="14"))
    assert portal.runs(GLAN).error is None
    portal.extracts(NANT, learner(2))
    assert counts(portal.runs(NANT)) == {"rejected": 1}


def test_an_export_that_ends_within_a_line_as_none_did_before_is_cut_off(
    portal: PortalHouse, knowledge: Knowledge
) -> None:
    portal.extracts(GLAN, SEREN, learner(2))
    portal.lists(seen(SEREN), seen(learner(2)))
    portal.reads()
    path = portal.portal / "users.csv"
    path.write_bytes(path.read_bytes().rstrip())
    run = portal.runs(GLAN)
    assert run.status is RunStatus.FAILED
    assert "users.csv seems to be cut off" in said(run, knowledge)


def test_a_school_that_is_gone_from_the_export_fails_every_school_of_that_file(
    portal: PortalHouse, knowledge: Knowledge
) -> None:
    portal.extracts(NANT, learner(2))
    portal.extracts(GLAN, SEREN)
    portal.lists(seen(SEREN), seen(learner(2), NANT))
    portal.reads()
    portal.lists(seen(learner(2), NANT), seen(learner(3), NANT), at=NOW)
    run = portal.runs(NANT)
    assert (run.status, counts(run)) == (RunStatus.FAILED, {})
    assert "lacks 1 of the 1 active accounts of school 6809903" in said(run, knowledge)
    for _ in range(2):
        run = portal.runs(GLAN)
        assert run.status is RunStatus.FAILED
        assert "lacks 1 of the 1 active accounts of school 6809903" in said(run, knowledge)
    assert portal.account(SEREN).active
    assert portal.reads() == 0  # it has been looked at, and told
    with portal.database.writing() as session:
        relaxation = Relaxation(GLAN.number, "extract-shrunk", date(2026, 9, 30), "closed", "test")
        decisions.relax(session, relaxation, NOW)
    assert portal.runs(GLAN).status is RunStatus.SUCCEEDED
    assert not portal.account(SEREN).active


def test_a_failed_import_with_no_reading_before_it_says_so(portal: PortalHouse, knowledge: Knowledge) -> None:
    portal.extracts(GLAN, SEREN)
    assert said(portal.runs(GLAN), knowledge).endswith("No export has been read yet.")


# The client's log


def test_the_log_of_a_run_that_succeeded_is_kept_without_people(portal: PortalHouse) -> None:
    portal.extracts(GLAN, SEREN, staff_member())
    portal.lists(seen(learner(2)))
    portal.client_says(
        f"starting\n{SEREN.upn} {SEREN.forename} {SEREN.surname}: UPN in use\nJEV skipped\ndone"
    )
    run = portal.runs(GLAN)
    with portal.database.reading() as session:
        assert log_of_people(session, run.known_id) == {
            (Kind.LEARNER, SEREN.upn): ("*** *** ***: UPN in use",),
            (Kind.STAFF, "JEV"): ("JEV skipped",),
        }
        assert log_tail(session, run.known_id)[-2:] == ["JEV skipped", "done"]


def test_a_failed_run_tells_the_end_of_the_log_without_names(
    portal: PortalHouse, knowledge: Knowledge
) -> None:
    portal.extracts(GLAN, SEREN)
    portal.lists(seen(learner(2)))
    portal.client_says(errors=f"cannot create {SEREN.surname.upper()}, {SEREN.forename}", status=3)
    words = said(portal.runs(GLAN), knowledge)
    assert words.endswith("cannot create ***, ***")


def test_only_the_latest_logs_of_a_school_are_kept(portal: PortalHouse) -> None:
    portal.extracts(GLAN, SEREN)
    portal.lists(seen(SEREN))
    made = [portal.runs(GLAN).known_id for _ in range(5)]
    with portal.database.reading() as session:
        assert [bool(log_tail(session, run)) for run in made] == [False, False, True, True, True]


# Between runs


def test_news_is_read_when_somebody_looks_and_only_then(portal: PortalHouse) -> None:
    portal.lists(seen(SEREN))
    assert portal.reads() == 0
    assert portal.account(SEREN).class_name == "7A"
    portal.lists(seen(SEREN, class_name="7B"), at=NOW)
    assert portal.reads() == 0
    assert portal.account(SEREN).class_name == "7B"


def test_every_schools_own_file_is_read(portals: PortalHouse) -> None:
    portals.lists(seen(SEREN, NANT), school=NANT)
    portals.lists(seen(learner(2)), school=GLAN)
    assert portals.reads() == 1  # the third school has no file
    assert {one.school for one in portals.accounts()} == {NANT.number, GLAN.number}


def test_a_move_between_schools_with_files_of_their_own(portals: PortalHouse) -> None:
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


def test_a_run_whose_bot_is_gone_lasts_as_long_as_its_client(portal: PortalHouse) -> None:
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
    portal: PortalHouse,
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
    assert until > lease.lease_end(timedelta(hours=1))


def gone() -> int:
    """The number of a process that has ended."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    assert not psutil.pid_exists(ended.pid)
    return ended.pid


# Nothing is changed by us


@pytest.mark.parametrize("decide", [approve, reject, undo])
def test_decisions_about_accounts_are_refused(
    portal: PortalHouse, decide: object, knowledge: Knowledge
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


def test_a_dry_run_shows_what_the_client_may_be_expected_to_do(portal: PortalHouse) -> None:
    portal.extracts(GLAN, SEREN, *(learner(number) for number in range(2, 80)))
    portal.lists(*(seen(learner(number), class_name="7Z") for number in range(2, 80)))
    portal.reads()
    run, proposal = dry_run(portal.at(), GLAN.number)
    assert (run.id, run.status, run.held_by) == (None, RunStatus.SUCCEEDED, ())
    assert counts(run) == {"create": 1, "update": 78}
    assert proposal is not None
    assert portal.client_ran_for == []


def test_what_was_refused_before_binds_no_client(portal: PortalHouse) -> None:
    portal.extracts(GLAN, SEREN)
    portal.lists(seen(learner(2)))
    run = portal.runs(GLAN)
    with portal.database.writing() as session:
        waiting = decisions.Waiting("print", "create", Kind.LEARNER, upn(1))
        decisions.refuse(session, GLAN.number, run.known_id, [waiting])
    portal.runs(GLAN)
    assert portal.asks(Question.WHY_MISSING, upn(1), GLAN).cause == "export-unseen"


# The FAQ over it


def test_the_previous_school_is_not_known_where_no_school_that_we_see_has_an_account(
    portal: PortalHouse, knowledge: Knowledge
) -> None:
    portal.extracts(GLAN, SEREN, learner(2))
    portal.lists(seen(learner(2)))
    assert portal.asks(Question.WHY_MISSING, upn(1), GLAN).cause == "never-run"
    portal.will_list(seen(learner(2)), at=later(minutes=1))
    portal.runs(GLAN)
    found = portal.asks(Question.WHY_MISSING, upn(1), GLAN, at=later(hours=1))
    assert found.causes == ("client-skipped", "previous-school-unknown")
    assert found.next.who == "provisioning-manager"
    assert steps(found) | {
        "own-last-run": "fails: skipped-silent",
        "previous-school-leaving-date": "unknown: nowhere",
        "previous-school-run": "not-applicable: no-account",
        "account-visible": "fails: not-visible",
    } == steps(found)
    assert {one.as_of for one in found.steps if one.step == "account-visible"} == {later(minutes=1)}
    assert [group.cause for group in portal.missing(GLAN).groups] == ["client-skipped"]


def test_the_clients_log_says_why_it_skipped_a_person(portal: PortalHouse, knowledge: Knowledge) -> None:
    portal.extracts(GLAN, SEREN, learner(2), staff_member())
    portal.lists(seen(learner(2)))
    portal.will_list(seen(learner(2)), at=later(minutes=1))
    portal.client_says(f"{SEREN.forename} {SEREN.surname} ({upn(1)}): the UPN is in use\nJEV: no SWAC role")
    portal.runs(GLAN)
    found = portal.asks(Question.WHY_MISSING, upn(1), GLAN, at=later(hours=1))
    detail = next(one.detail for one in found.steps if one.step == "own-last-run")
    for language in LANGUAGES:
        words = knowledge.catalogue.say(detail, language)
        assert words.endswith("*** *** (***): the UPN is in use")
    of_staff = portal.asks(Question.WHY_MISSING, "JEV", GLAN, at=later(hours=1))
    assert of_staff.causes == ("client-skipped",)
    assert "JEV: no SWAC role" in knowledge.catalogue.say(
        next(one.detail for one in of_staff.steps if one.step == "own-last-run"), "en"
    )


def test_a_row_that_cannot_be_read_is_no_missing_account(portal: PortalHouse, knowledge: Knowledge) -> None:
    portal.extracts(GLAN, SEREN, learner(2))
    portal.lists(seen(learner(2)))
    portal.will_list(seen(learner(2)), seen(SEREN, year_group="14"), at=later(minutes=1))
    portal.runs(GLAN)
    found = portal.asks(Question.WHY_MISSING, upn(1), GLAN, at=later(hours=1))
    assert found.causes == ("export-unseen",)
    assert steps(found)["own-last-run"] == "unknown: unread-row"
    for language in LANGUAGES:
        assert all(knowledge.catalogue.say(one.detail, language) for one in found.steps)


def test_an_account_whose_row_cannot_be_read_is_there_as_last_read(portal: PortalHouse) -> None:
    portal.extracts(GLAN, SEREN, learner(2))
    portal.lists(seen(SEREN), seen(learner(2)))
    portal.runs(GLAN)
    portal.lists(seen(SEREN, year_group="14"), seen(learner(2)), at=later(minutes=1))
    portal.reads()
    found = portal.asks(Question.WHY_MISSING, upn(1), GLAN)
    assert (found.cause, steps(found)["account-visible"]) == ("present", "holds: as-last-read")


def test_an_export_from_before_the_previous_schools_run_shows_no_release_yet(portal: PortalHouse) -> None:
    portal.lists(seen(SEREN, NANT), seen(learner(2)), seen(learner(3), NANT))
    portal.extracts(GLAN, SEREN, learner(2))
    portal.extracts(NANT, SEREN_LEFT_NANT, learner(3))
    portal.runs(NANT)
    portal.will_list(seen(SEREN, NANT), seen(learner(2)), seen(learner(3), NANT), at=later(minutes=1))
    found = portal.asks(Question.WHY_MISSING, upn(1), GLAN)
    assert found.cause == "export-unseen"
    assert steps(found)["previous-school-run"] == "unknown: not-seen"
    portal.runs(GLAN)
    assert portal.asks(Question.WHY_MISSING, upn(1), GLAN).cause == "previous-school-not-run"


def test_an_export_from_before_the_run_is_to_be_written_again(
    portal: PortalHouse, knowledge: Knowledge
) -> None:
    portal.extracts(GLAN, SEREN, learner(2))
    portal.lists(seen(learner(2)))
    portal.runs(GLAN)
    found = portal.asks(Question.WHY_MISSING, upn(1), GLAN)
    assert (found.causes, found.next.who) == (("export-unseen",), "provisioning-manager")
    assert "Write the portal’s user export again" in knowledge.catalogue.say(found.next.action, "en")
    assert steps(found)["previous-school-leaving-date"] == "unknown: nowhere-yet"


def test_the_way_of_a_learner_from_one_school_to_the_next(portal: PortalHouse, knowledge: Knowledge) -> None:
    def cause() -> str:
        found = portal.asks(Question.WHY_MISSING, upn(1), GLAN)
        for language in LANGUAGES:
            assert all(knowledge.catalogue.say(one.detail, language) for one in found.steps)
        return found.cause

    portal.lists(seen(SEREN, NANT), seen(learner(2)), seen(learner(3), NANT))
    portal.reads()
    portal.extracts(NANT, replace(SEREN_LEFT_NANT, leaving_date=None), learner(3))
    assert cause() == "extract-unreadable"
    portal.extracts(GLAN, SEREN, learner(2))
    assert cause() == "previous-school-no-leaving-date"
    portal.extracts(NANT, SEREN_LEFT_NANT, learner(3), at=later(minutes=1))
    assert cause() == "previous-school-not-run"
    portal.client_says(status=1)
    portal.runs(NANT)
    assert cause() == "previous-school-run-failed"
    portal.client_says()
    portal.runs(GLAN)
    portal.will_list(seen(SEREN, NANT, active=False), seen(learner(2)), seen(learner(3), NANT), by=NANT)
    portal.runs(NANT)
    assert cause() == "not-run-since-release"
    portal.will_list(seen(SEREN), seen(learner(2)), seen(learner(3), NANT), by=GLAN, at=later(minutes=2))
    portal.runs(GLAN)
    assert cause() == "present"
    assert portal.asks(Question.NO_PASSWORD, upn(1), GLAN).cause == "transferred"


def test_a_release_that_nobody_saw_has_no_date(portal: PortalHouse, knowledge: Knowledge) -> None:
    portal.extracts(GLAN, SEREN)
    portal.extracts(NANT, SEREN_LEFT_NANT)
    portal.lists(seen(SEREN, NANT, active=False))
    portal.will_list(seen(SEREN, NANT, active=False))
    portal.runs(GLAN)
    found = portal.asks(Question.WHY_MISSING, upn(1), GLAN)
    assert found.cause == "not-run-since-release"
    for language in LANGUAGES:
        words = [knowledge.catalogue.say(one.detail, language) for one in found.steps]
        assert "None" not in " ".join(words)


def test_last_years_class(portal: PortalHouse) -> None:
    portal.extracts(GLAN, SEREN)
    portal.lists(seen(SEREN, year_group="6", class_name="6A"))
    portal.reads()
    assert portal.asks(Question.OLD_CLASS, upn(1), GLAN).cause == "never-run"
    portal.will_list(seen(SEREN))
    portal.runs(GLAN)
    assert portal.asks(Question.OLD_CLASS, upn(1), GLAN).cause == "up-to-date"


def test_a_member_of_staff(portal: PortalHouse) -> None:
    portal.extracts(GLAN, staff_member())
    portal.lists(seen(learner(2)))
    portal.client_says(status=2)
    portal.runs(GLAN)
    assert portal.asks(Question.WHY_MISSING, "JEV", GLAN).cause == "run-failed"
    portal.client_says()
    portal.will_list(seen(learner(2)), seen(staff_member()))
    portal.runs(GLAN)
    assert portal.asks(Question.WHY_MISSING, "JEV", GLAN).cause == "present"


def test_an_export_is_read_once_and_not_by_every_run(portal: PortalHouse) -> None:
    portal.extracts(GLAN, SEREN)
    portal.lists(seen(SEREN))
    portal.reads()
    path = portal.portal / "users.csv"
    status = path.stat()
    write_export(path, seen(SEREN, class_name="7C"))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert path.stat().st_size == status.st_size
    assert counts(portal.runs(GLAN)) == {}
