"""A run by an earlier clock than that of the school's last run is refused: leavers would live again."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from provisioning.errors import KnownError
from provisioning.records.accounts import Status
from provisioning.records.runs import RunStatus
from provisioning.runs.approvals import approve, reject
from provisioning.runs.batches import provision_batch
from provisioning.runs.dependencies import Provisioning
from provisioning.runs.school_run import dry_run, provision
from provisioning.runs.undo import undo
from provisioning.store.runs import Run
from tests.builders import GLAN, NANT, NOW, Schools, learner
from tests.provisioning.runs.run_builders import SEREN

pytestmark = pytest.mark.both_databases

AUGUST = datetime(2026, 8, 25, 8, 0, tzinfo=UTC)
OCTOBER = datetime(2026, 10, 5, 8, 0, tzinfo=UTC)
GONE = learner(leaving_date=date(2026, 8, 31), admission_date=date(2020, 9, 1))


def refusal(work: Callable[[], object]) -> dict[str, object]:
    with pytest.raises(KnownError) as raised:
        work()
    assert raised.value.said.key == "error.clock-set-back"
    return dict(raised.value.said.values)


def run(provisioning: Provisioning, school: str = GLAN.number) -> Run:
    return provision(provisioning, school, started_by="test")


@pytest.fixture
def september(provisioning: Schools) -> Schools:
    """A learner who left on the last day of August was there in July, and has been released in September."""
    provisioning.extracts(GLAN, replace(GONE, leaving_date=None))
    run(provisioning.at(AUGUST))
    provisioning.extracts(GLAN, GONE)
    run(provisioning.at(NOW))
    assert [account.status for account in provisioning.accounts()] == [Status.INACTIVE]
    return provisioning


def test_a_leaver_does_not_live_again_by_an_august_clock(september: Schools) -> None:
    told = refusal(lambda: run(september.at(AUGUST)))
    assert told == {"school": GLAN.number, "now": "2026-08-25 09:00", "last": "2026-09-07 09:00"}
    batch = provision_batch(september.at(AUGUST), [GLAN.number], started_by="test")
    assert (batch.runs, [problem.said.key for _, problem in batch.refused]) == ((), ["error.clock-set-back"])
    assert [account.status for account in september.accounts()] == [Status.INACTIVE]


def test_the_others_of_a_batch_run(september: Schools) -> None:
    september.extracts(NANT, learner(2, year_group="3"))
    batch = provision_batch(september.at(AUGUST), [NANT.number, GLAN.number], started_by="test")
    assert [run.school for run in batch.runs] == [NANT.number]
    assert [school for school, _ in batch.refused] == [GLAN.number]


def test_who_says_so_runs_all_the_same_and_goes_on_from_there(september: Schools) -> None:
    told = replace(september.at(AUGUST), clock_set_back=True)
    assert provision_batch(told, [GLAN.number], started_by="test").refused == ()
    # The wrong clock was that of the run before: by August, the learner is here.
    assert [account.status for account in september.accounts()] == [Status.ACTIVE]
    assert run(september.at(AUGUST + timedelta(days=1))).status is RunStatus.SUCCEEDED


def test_a_dry_run_is_free(september: Schools) -> None:
    rehearsed, proposal = dry_run(september.at(AUGUST), GLAN.number)
    assert rehearsed.status is RunStatus.SUCCEEDED
    assert proposal is not None


def test_earlier_on_the_same_day_nothing_differs(september: Schools) -> None:
    """What a run does depends on the day; two machines need not agree to the minute."""
    september.extracts(GLAN, GONE, learner(2))
    assert run(september.at(NOW - timedelta(hours=2))).status is RunStatus.SUCCEEDED
    september.extracts(GLAN, GONE, learner(2), learner(3))
    refusal(lambda: run(september.at(NOW - timedelta(days=1))))


def test_a_run_that_would_change_nothing_is_free(september: Schools) -> None:
    september.extracts(GLAN, GONE, learner(2))
    run(september.at())
    assert run(september.at(NOW - timedelta(days=1))).counts["unchanged"] == 1


def test_what_applied_nothing_does_not_count(provisioning: Schools) -> None:
    assert run(provisioning.at(OCTOBER)).status is RunStatus.FAILED  # there is no extract yet
    provisioning.extracts(GLAN, SEREN)
    first = run(provisioning.at(NOW))
    undo(provisioning.at(OCTOBER), first.known_id, by="test")
    provisioning.extracts(GLAN, SEREN, learner(2))
    assert run(provisioning.at(NOW)).status is RunStatus.SUCCEEDED


def test_an_approval_applies_too(provisioning: Schools, held: Run) -> None:
    refusal(lambda: approve(provisioning.at(AUGUST), held.known_id, by="test"))
    assert approve(provisioning.at(OCTOBER), held.known_id, by="test").decision == "approved"


def test_a_rejection_applies_nothing(provisioning: Schools, held: Run) -> None:
    assert reject(provisioning.at(AUGUST), held.known_id, by="test").decision == "rejected"
