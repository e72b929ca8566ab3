"""Clients that fail, exports that cannot be believed, and what is kept of a client's log."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.loading import Knowledge
from provisioning.records.people import Kind
from provisioning.records.runs import RunStatus
from provisioning.store import coverage, decisions
from provisioning.store.decisions import Relaxation
from provisioning.store.portal import log_of_people
from provisioning.store.runs import Run
from provisioning.store.tables.runs import ClientLogRow
from tests.builders import GLAN, NANT, NOW, learner, staff_member
from tests.portal_builders import PortalSchools, later, seen
from tests.provisioning.portal.client_builders import SEREN, counts

pytestmark = pytest.mark.both_databases


def said(run: Run, knowledge: Knowledge) -> str:
    """What is said of a run's error, which must be there in both languages."""
    assert run.error is not None
    assert knowledge.catalogue.say(run.error, "cy")
    return knowledge.catalogue.say(run.error, "en")


def log_lines(session: Session, run: int) -> list[str]:
    """The lines of a run's log that are of no person."""
    query = select(ClientLogRow.text).where(ClientLogRow.run == run, ClientLogRow.person.is_(None))
    return list(session.scalars(query.order_by(ClientLogRow.id)))


# Clients that fail


def test_a_failed_client_makes_a_failed_run_with_the_end_of_its_log(
    portal: PortalSchools, knowledge: Knowledge
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
        assert coverage.covered(session, GLAN.number) == {}


def test_what_a_failed_client_has_done_all_the_same_is_seen(portal: PortalSchools) -> None:
    portal.extracts(GLAN, SEREN)
    portal.lists(seen(learner(2)))
    portal.will_list(seen(learner(2)), seen(SEREN))
    portal.client_says(status=1)
    run = portal.runs(GLAN)
    assert (run.status, counts(run)) == (RunStatus.FAILED, {"create": 1})


def test_a_client_that_takes_too_long_makes_a_failed_run(portal: PortalSchools, knowledge: Knowledge) -> None:
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


def test_a_missing_program_is_told_in_one_sentence(portal: PortalSchools, knowledge: Knowledge) -> None:
    portal.extracts(GLAN, SEREN)
    portal.lists(seen(SEREN))
    portal.with_client("no-such-client", "{school}")
    run = portal.runs(GLAN)
    assert run.status is RunStatus.FAILED
    assert said(run, knowledge) == (
        "The Provisioning Client could not be started: no-such-client: No such file or directory."
    )


def test_an_extract_that_cannot_be_read_here_keeps_no_client_from_its_work(
    portal: PortalSchools, knowledge: Knowledge
) -> None:
    portal.lists(seen(learner(2)))
    portal.will_list(seen(learner(2)), seen(SEREN))
    run = portal.runs(GLAN)
    assert (run.status, counts(run)) == (RunStatus.SUCCEEDED, {"create": 1})
    assert "the school's extract can't be read here" in said(run, knowledge)


# Exports that can't be believed


def test_an_export_that_cannot_be_read_fails_the_run_and_changes_nothing(
    portal: PortalSchools, knowledge: Knowledge
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
def test_an_export_without_anything_is_no_empty_school(portal: PortalSchools, content: bytes | None) -> None:
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
    portal: PortalSchools, knowledge: Knowledge
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
        "1 row of the portal's export users.csv can't be read (lines: 2). The accounts in them stay as last"
        " read, and all others are up to date. Line 2 of users.csv can't be read as an account: the column"
        ' "Year group" has "14"; expected was N1, N2, R, 1-13.'
    )
    assert portal.runs(GLAN).counts["rejected"] == 1  # as long as that export is the latest
    portal.lists(seen(SEREN, class_name="7Z"), seen(learner(2)), at=later(minutes=1))
    run = portal.runs(GLAN)
    assert (run.error, counts(run)) == (None, {})
    assert portal.account(SEREN).class_name == "7Z"


def test_another_schools_row_is_not_counted_here(portal: PortalSchools) -> None:
    portal.extracts(GLAN, SEREN)
    portal.lists(seen(SEREN), seen(learner(2), NANT, year_group="14"))
    assert portal.runs(GLAN).error is None
    portal.extracts(NANT, learner(2))
    assert counts(portal.runs(NANT)) == {"rejected": 1}


def test_an_export_that_ends_within_a_line_as_none_did_before_is_cut_off(
    portal: PortalSchools, knowledge: Knowledge
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
    portal: PortalSchools, knowledge: Knowledge
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


def test_a_relaxation_lets_an_export_lack_so_many_and_no_more(
    portal: PortalSchools, knowledge: Knowledge
) -> None:
    """Twelve of twenty may be gone; of the eight that are left, the last reading then lacks all."""
    pupils = [learner(number) for number in range(1, 21)]
    stays = seen(learner(30), NANT)
    portal.extracts(GLAN, *pupils)
    portal.lists(*(seen(pupil) for pupil in pupils), stays)
    portal.reads()
    relaxed(portal, up_to=11)
    portal.lists(*(seen(pupil) for pupil in pupils[12:]), stays, at=NOW)
    run = portal.runs(GLAN)
    assert run.status is RunStatus.FAILED
    assert "lacks 12 of the 20 active accounts of school 6809903" in said(run, knowledge)
    assert "I was told to let up to 11 pass. That does not reach so far" in said(run, knowledge)
    relaxed(portal, up_to=15)
    assert portal.runs(GLAN).status is RunStatus.SUCCEEDED
    assert used(portal) == 12
    portal.runs(GLAN)  # of the export that has been read already
    assert used(portal) == 12
    portal.lists(stays, at=later(hours=1))
    run = portal.runs(GLAN, at=later(hours=2))
    assert run.status is RunStatus.FAILED
    assert "up to 15 pass, and 12 have passed already" in said(run, knowledge)
    assert sum(account.active for account in portal.accounts(GLAN)) == 8
    assert used(portal) == 12


def relaxed(portal: PortalSchools, up_to: int) -> None:
    """Let Glan's exports lack so many accounts until the end of September."""
    given = Relaxation(GLAN.number, "extract-shrunk", date(2026, 9, 30), "closed", "test", up_to)
    with portal.database.writing() as session:
        decisions.relax(session, given, NOW)


def used(portal: PortalSchools) -> int:
    """How many accounts Glan's relaxation has let go."""
    with portal.database.reading() as session:
        (relaxation,) = decisions.relaxations(session, date(2026, 9, 7))
    return relaxation.used


def test_a_failed_import_with_no_reading_before_it_says_so(
    portal: PortalSchools, knowledge: Knowledge
) -> None:
    portal.extracts(GLAN, SEREN)
    assert said(portal.runs(GLAN), knowledge).endswith("No export has been read yet.")


# The client's log


def test_the_log_of_a_run_that_succeeded_is_kept_without_people(portal: PortalSchools) -> None:
    portal.extracts(GLAN, SEREN, staff_member())
    portal.lists(seen(learner(2)))
    portal.client_says(
        f"starting\n{SEREN.upn} {SEREN.forename} {SEREN.surname}: UPN in use\nJEV skipped\ndone"
    )
    run = portal.runs(GLAN)
    with portal.database.reading() as session:
        assert log_of_people(session, run.known_id) == {
            (Kind.LEARNER, SEREN.upn): ("*** *** ***: UPN in use",),
            (Kind.STAFF, "JEV"): ("*** skipped",),
        }
        assert log_lines(session, run.known_id)[-2:] == ["*** skipped", "done"]


def test_a_failed_run_tells_the_end_of_the_log_without_names(
    portal: PortalSchools, knowledge: Knowledge
) -> None:
    portal.extracts(GLAN, SEREN)
    portal.lists(seen(learner(2)))
    portal.client_says(errors=f"cannot create {SEREN.surname.upper()}, {SEREN.forename}", status=3)
    words = said(portal.runs(GLAN), knowledge)
    assert words.endswith("cannot create ***, ***")


def test_only_the_latest_logs_of_a_school_are_kept(portal: PortalSchools) -> None:
    portal.extracts(GLAN, SEREN)
    portal.lists(seen(SEREN))
    made = [portal.runs(GLAN).known_id for _ in range(5)]
    with portal.database.reading() as session:
        assert [bool(log_lines(session, run)) for run in made] == [False, False, True, True, True]
