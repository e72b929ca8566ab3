"""Which clients have only to run to mend a cause, and why a run there can't succeed."""

from dataclasses import replace
from datetime import date

import pytest

from diagnostics.case import Case, SchoolRecords
from diagnostics.causes import About, move_on_cause
from diagnostics.mending_runs import of_all, outlook, runs_that_mend
from diagnostics.stages import run_helps
from diagnostics.verdict import Outlook
from knowledge.ids import CAUSE_IDS
from knowledge.loading import Knowledge
from knowledge.models import Pause
from knowledge.texts import Text
from provisioning.records.runs import RunStatus
from provisioning.records.schools import School
from tests.builders import GLAN, NANT, TODAY, case_of, extract, run, stands
from tests.diagnostics.hand_built import AT_NANT, HELD, LEFT_NANT, NANT_HELD, NANT_RAN, RAN, SEREN

OWN = {"never-run", "run-failed", "not-run-since-record", "not-run-since-release"}
PREVIOUS = {"previous-school-not-run", "previous-school-run-failed"}
HERE = stands(extract(SEREN), last_success=RAN)
THERE = stands(extract(LEFT_NANT, school=NANT), NANT, last_success=NANT_RAN)


def unreadable(records: SchoolRecords) -> SchoolRecords:
    return replace(records, extract=None, problem=Text("error.extract-no-files"))


def closed(records: SchoolRecords) -> SchoolRecords:
    return replace(records, school=replace(records.school, closed_on=TODAY))


def seren(own: SchoolRecords = HERE, previous: SchoolRecords | None = THERE, *pauses: Pause) -> Case:
    """Seren is on roll at Glan, and her account is still Nant's."""
    return case_of(SEREN, own, account=AT_NANT, previous=previous, pauses=pauses)


@pytest.mark.parametrize("cause", sorted(CAUSE_IDS | {"present", "up-to-date"}))
def test_a_run_mends_what_only_a_run_is_missing_for(cause: str) -> None:
    """For the previous school too, whether its client has yet to run or its latest run failed."""
    wanted: tuple[School, ...] = (GLAN,) if cause in OWN else (NANT, GLAN) if cause in PREVIOUS else ()
    assert runs_that_mend(cause, seren()) == wanted


@pytest.mark.parametrize("cause", sorted(OWN))
@pytest.mark.parametrize("own", [unreadable(HERE), replace(HERE, latest=HELD), closed(HERE)])
def test_no_run_mends_anything_at_a_school_where_it_can_not_succeed(cause: str, own: SchoolRecords) -> None:
    assert runs_that_mend(cause, seren(own)) == ()


@pytest.mark.parametrize("cause", sorted(PREVIOUS))
@pytest.mark.parametrize("there", [unreadable(THERE), replace(THERE, latest=NANT_HELD), closed(THERE), None])
def test_nor_at_a_previous_school_where_it_can_not(cause: str, there: SchoolRecords | None) -> None:
    assert runs_that_mend(cause, seren(previous=there)) == ()


@pytest.mark.parametrize("own", [unreadable(HERE), replace(HERE, latest=HELD)])
def test_the_previous_school_runs_alone_where_ones_own_run_can_not_succeed(own: SchoolRecords) -> None:
    assert runs_that_mend("previous-school-not-run", seren(own)) == (NANT,)


def test_no_run_releases_an_account_before_the_pause_of_leavers_ends() -> None:
    until = date(2026, 9, 30)
    pause = Pause(year_groups=("6",), left_after=date(2026, 7, 1), until=until)
    case = seren(HERE, THERE, pause)
    assert runs_that_mend("previous-school-not-run", case) == ()
    assert outlook("previous-school-not-run", case) == Outlook("paused", until)


def test_what_keeps_the_previous_schools_run_from_succeeding_is_told_of_its_causes_alone() -> None:
    case = seren(previous=unreadable(THERE))
    assert outlook("previous-school-run-failed", case) == Outlook("unreadable")
    assert outlook("never-run", case) is None
    assert outlook("previous-school-run-failed", seren()) is None


def failed(records: SchoolRecords, error: str | None) -> SchoolRecords:
    """The records of a school whose latest run failed with an error, or by being interrupted."""
    latest = replace(run(RunStatus.FAILED, records.school), error=Text(f"error.{error}") if error else None)
    return replace(records, latest=latest)


@pytest.mark.parametrize(
    ("error", "can_run", "own_step", "previous_step"),
    [
        ("extract-no-column", True, "run-mended.action", "previous-mended.action"),
        ("client-failed", False, "run-client.action", "previous-client.action"),
        ("client-timed-out", False, "run-client.action", "previous-client.action"),
        ("run-unexpected", True, "cause.run-failed.action", "cause.previous-school-run-failed.action"),
        (None, True, "cause.run-failed.action", "cause.previous-school-run-failed.action"),
    ],
)
def test_what_is_done_after_a_failed_run_depends_on_why_it_failed(
    error: str | None, can_run: bool, own_step: str, previous_step: str, knowledge: Knowledge
) -> None:
    """A file that can be read now wants another run; a client that fails itself wants no run before."""
    here, there = seren(failed(HERE, error)), seren(HERE, failed(THERE, error))
    assert runs_that_mend("run-failed", here) == ((GLAN,) if can_run else ())
    assert runs_that_mend("previous-school-run-failed", there) == ((NANT, GLAN) if can_run else ())
    about = About(GLAN, SEREN.upn, (NANT,))
    step = move_on_cause("run-failed", "learner-missing", about, here.own, TODAY, knowledge)
    assert step.action.key == own_step
    known = about._replace(outlook=outlook("previous-school-run-failed", there))
    step = move_on_cause("previous-school-run-failed", "learner-missing", known, there.own, TODAY, knowledge)
    assert step.action.key == previous_step


def test_a_group_has_an_outlook_where_all_its_people_have_it() -> None:
    assert of_all([Outlook("unreadable"), Outlook("unreadable")]) == Outlook("unreadable")
    assert of_all([Outlook("unreadable"), None]) is None
    assert of_all([]) is None


@pytest.mark.parametrize(
    ("detail", "helps"),
    [
        ("client-ran.not-ran", True),
        ("client-ran.failed", True),
        ("client-ran.not-ran-unreadable", False),
        ("client-ran.failed-mended", True),
        ("client-ran.failed-unreadable", False),
        ("client-ran.failed-client", False),
        ("client-ran.not-ran-held", False),
        ("ran-after-previous-schools.previous-ran-later", True),
        ("ran-after-previous-schools.previous-ran-later-held", False),
        ("classes-current.differ", True),
        ("classes-current.differ-held", False),
        ("intake-matched.missing", False),
    ],
)
def test_a_stage_for_which_a_run_is_wanting_says_whether_it_can_succeed(detail: str, helps: bool) -> None:
    assert run_helps(Text(f"step.{detail}")) is helps
