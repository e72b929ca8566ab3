"""What one person's run never is: a run of the school. Each reader of runs sees what it saw before."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from diagnostics.readiness import readiness
from knowledge.ids import Question
from provisioning.errors import KnownError
from provisioning.records.runs import RunStatus
from provisioning.runs.batches import provision_batch
from provisioning.runs.undo import undo
from provisioning.store import hold_ends, run_announcements, runs
from provisioning.store.latest_runs import last_finished, latest_of
from provisioning.store.past_times import of_runs
from provisioning.store.retention import Stale
from provisioning.store.run_retention import RunTimes, past_runs
from provisioning.store.runs import Run
from provisioning.store.tables.runs import RunRow
from tests.builders import GLAN, NOW, Schools, learner
from tests.provisioning.runs.decision_builders import LATER, NEW, approves
from tests.provisioning.runs.run_builders import counts, only

pytestmark = pytest.mark.both_databases

DAY = timedelta(days=1)
SEREN, TOMOS = learner(1), learner(2, surname="Rees", forename="Tomos")


def whole(provisioning: Schools) -> tuple[Run | None, Run | None]:
    """The school's latest run, and its last success."""
    with provisioning.database.reading() as session:
        return latest_of(session, GLAN.number)


def never_ran(provisioning: Schools) -> bool:
    return whole(provisioning) == (None, None)


def test_a_school_that_never_ran_has_not_run_by_it(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, SEREN, TOMOS)
    only(provisioning, GLAN, SEREN.upn)
    assert never_ran(provisioning)
    assert provisioning.asks(Question.WHY_MISSING, SEREN.upn, GLAN).cause == "present"
    assert provisioning.asks(Question.WHY_MISSING, TOMOS.upn, GLAN).cause == "never-run"


def test_of_the_others_the_client_has_not_run_since_their_records_came(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, learner(3, surname="Parry"))
    provisioning.runs(GLAN)
    before = whole(provisioning)
    provisioning.extracts(GLAN, learner(3, surname="Parry"), SEREN, TOMOS)
    only(provisioning, GLAN, SEREN.upn, at=NOW + DAY)
    assert whole(provisioning) == before
    asked = provisioning.asks(Question.WHY_MISSING, TOMOS.upn, GLAN, at=NOW + DAY)
    assert asked.cause == "not-run-since-record"
    missing = provisioning.missing(GLAN, at=NOW + DAY)
    assert [group.cause for group in missing.groups] == ["not-run-since-record"]


def test_a_run_of_one_that_was_undone_is_not_told_as_having_run_for_them(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, SEREN)
    provisioning.runs(GLAN)
    provisioning.extracts(GLAN, replace(SEREN, class_name="7B"))
    alone = only(provisioning, GLAN, SEREN.upn, at=NOW + DAY)
    assert own_last_run(provisioning) == "step.own-last-run.ran-alone"
    undo(provisioning.at(NOW + DAY), alone.known_id, by="test")
    assert own_last_run(provisioning) == "step.own-last-run.ran"


def own_last_run(provisioning: Schools) -> str:
    """What the answer about Seren says of the client's last run."""
    found = provisioning.asks(Question.WHY_MISSING, SEREN.upn, GLAN, at=NOW + DAY)
    return next(step.detail.key for step in found.steps if step.step == "own-last-run")


def test_a_latest_run_that_failed_is_told_still(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, SEREN)
    (provisioning.folder / GLAN.number / "learners.csv").unlink()
    failed = provisioning.runs(GLAN)
    provisioning.extracts(GLAN, SEREN, TOMOS)
    only(provisioning, GLAN, SEREN.upn)
    assert whole(provisioning)[0] == failed
    assert provisioning.asks(Question.WHY_MISSING, TOMOS.upn, GLAN).cause == "run-failed"


def test_the_stage_of_the_clients_run_stays_open(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, SEREN, TOMOS)
    only(provisioning, GLAN, SEREN.upn)
    stages = {stage.step: stage for stage in readiness(provisioning.at(), GLAN.number).stages}
    assert stages["client-ran"].detail.key == "step.client-ran.not-ran"


def test_a_scheduled_time_is_not_had_by_it(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, SEREN, TOMOS)
    only(provisioning, GLAN, SEREN.upn)
    with provisioning.database.reading() as session:
        assert runs.with_slot(session, NOW) == set()
    batch = provision_batch(provisioning.at(), [GLAN.number], started_by="schedule", slot=NOW)
    assert [counts(run) for run in batch.runs] == [{"create": 1, "unchanged": 1}]


def test_a_file_that_is_as_it_was_before_it_is_looked_at_again(provisioning: Schools) -> None:
    """The office takes Seren's new class back: the file is one that the school has run with before."""
    provisioning.extracts(GLAN, SEREN, TOMOS)
    provisioning.runs(GLAN)
    provisioning.extracts(GLAN, replace(SEREN, class_name="7B"), TOMOS)
    only(provisioning, GLAN, SEREN.upn)
    assert provisioning.account(SEREN).class_name == "7B"
    provisioning.extracts(GLAN, SEREN, TOMOS)
    assert counts(provisioning.runs(GLAN)) == {"update": 1, "unchanged": 1}
    assert provisioning.account(SEREN).class_name == "7A"


def test_the_next_run_looks_at_every_record_where_all_had_been_well(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, SEREN)
    provisioning.runs(GLAN)
    only(provisioning, GLAN, SEREN.upn)
    assert provisioning.runs(GLAN, at=NOW + DAY).rests_on is None
    assert provisioning.runs(GLAN, at=NOW + 2 * DAY).rests_on is not None


def test_what_is_held_waits_on_and_is_decided_as_it_was_shown(provisioning: Schools, held: Run) -> None:
    with provisioning.database.writing() as session:
        assert [run.id for run in run_announcements.to_announce(session, NOW)] == [held.id]
    extra = learner(77, surname="Puw")
    shown = only(provisioning, GLAN, NEW.upn, at=LATER)
    assert counts(shown) == {"unchanged": 1}
    with provisioning.database.reading() as session:
        assert hold_ends.end_of(session, held.known_id) is None
        assert [run.id for run, _ in run_announcements.announced(session)] == [held.id]
        assert [run.id for run in run_announcements.undecided(session)] == [held.id]
    assert approves(provisioning, held).counts["release"] == 20
    assert extra.upn not in {account.identifier for account in provisioning.accounts()}


def test_what_was_announced_is_not_announced_again_because_one_came_between(
    provisioning: Schools, held: Run
) -> None:
    before = provisioning.runs(GLAN, at=LATER)  # it tells as many learners as the one after it
    with provisioning.database.writing() as session:
        run_announcements.to_announce(session, LATER)
    only(provisioning, GLAN, NEW.upn, at=LATER)
    again = provisioning.runs(GLAN, at=LATER)
    assert again.status is RunStatus.HELD
    with provisioning.database.writing() as session:
        assert run_announcements.to_announce(session, LATER) == []
        assert [ids for _, ids in run_announcements.announced(session)] == [(held.id, before.id, again.id)]


def going(provisioning: Schools, stale: list[Stale]) -> set[int]:
    """The runs of which retention would delete or empty something."""
    with provisioning.database.reading() as session:
        found = (each for each in stale if each.row is RunRow)
        return {id_ for each in found for id_ in session.scalars(select(RunRow.id).where(each.over))}


def test_retention_keeps_the_schools_latest_run_though_one_persons_came_later(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, SEREN)
    provisioning.runs(GLAN)
    (provisioning.folder / GLAN.number / "learners.csv").unlink()
    failed = provisioning.runs(GLAN)
    provisioning.extracts(GLAN, SEREN)
    only(provisioning, GLAN, SEREN.upn)
    ever = datetime(2100, 1, 1, tzinfo=UTC)
    assert failed.id not in going(provisioning, past_runs(RunTimes(ever, ever, ever, ever)))
    assert failed.id not in going(provisioning, of_runs(ever))
    provisioning.runs(GLAN)
    assert failed.id in going(provisioning, past_runs(RunTimes(ever, ever, ever, ever)))


def test_the_clock_may_not_go_back_behind_it(provisioning: Schools) -> None:
    """What it did was done by the later day: a run by an earlier one could take it back."""
    provisioning.extracts(GLAN, SEREN, TOMOS)
    only(provisioning, GLAN, SEREN.upn, at=NOW + 3 * DAY)
    with pytest.raises(KnownError, match="clock-set-back"):
        provisioning.runs(GLAN)
    with pytest.raises(KnownError, match="clock-set-back"):
        only(provisioning, GLAN, TOMOS.upn)
    assert provisioning.statuses() == [(GLAN.number, "partial")]


def test_cases_of_the_school_are_looked_at_after_it(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, SEREN)
    only(provisioning, GLAN, SEREN.upn)
    with provisioning.database.reading() as session:
        assert last_finished(session, [GLAN.number]) == {GLAN.number: NOW}
