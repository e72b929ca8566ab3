"""Runs that found nothing to do go soon; others stay as long as they are needed."""

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import select, text

from bot.runs.noticed import noticed
from bot.service.retention import forget
from provisioning.records.runs import RunStatus
from provisioning.runs.approvals import approve, reject
from provisioning.runs.undo import undo
from provisioning.store import decisions, follow_ups, run_references, runs
from provisioning.store.every_table import METADATA
from provisioning.store.tables.runs import RunRow
from tests.bot.service.test_retention import DAY, LONG_AGO, services, wrote_it_then
from tests.builders import GLAN, NANT, NOW, Schools, learner

pytestmark = pytest.mark.both_databases

SEREN, DYLAN = learner(1, admission_date=LONG_AGO), learner(2, admission_date=LONG_AGO)
NAMELESS = learner(3, surname="", admission_date=LONG_AGO)
MONTH = 30 * DAY


def ids(provisioning: Schools) -> list[int]:
    with provisioning.database.reading() as session:
        return list(session.scalars(select(RunRow.id).order_by(RunRow.id)))


def forget_at(provisioning: Schools, now: datetime) -> None:
    """Retention at a time as it then is; the audit, which is of today, stays."""
    wrote_it_then(provisioning.database)
    forget(services(provisioning, now, audit=9999), who="schedule", entry_point="schedule", now=now)


def said(provisioning: Schools, run: int) -> list[str]:
    """What a run is said to have noticed."""
    with provisioning.database.reading() as session:
        found = runs.get(session, run)
        return [text.key for text in noticed(session, [found])[run].said]


def everybody_leaves(provisioning: Schools) -> int:
    """Glan's next run holds 25 releases; its id."""
    everybody = [learner(number, admission_date=LONG_AGO) for number in range(1, 31)]
    provisioning.extracts(GLAN, *everybody)
    provisioning.runs(GLAN)
    left = [replace(person, leaving_date=NOW.date()) for person in everybody[5:]]
    provisioning.extracts(GLAN, *everybody[:5], *left)
    held = provisioning.runs(GLAN)
    assert held.status is RunStatus.HELD
    return held.known_id


def test_resting_runs_go_after_two_weeks_and_the_latest_says_what_it_said(provisioning: Schools) -> None:
    """The first run creates; it rests for six days, then everybody is looked at again, then it rests."""
    provisioning.extracts(GLAN, SEREN, NAMELESS)
    for day in range(10):
        provisioning.runs(GLAN, at=NOW + day * DAY)
    before = said(provisioning, 10)
    assert before
    forget_at(provisioning, NOW + 14 * DAY)
    assert ids(provisioning) == list(range(1, 11))
    forget_at(provisioning, NOW + 5 * DAY + 15 * DAY)
    assert ids(provisioning) == [1, 7, 8, 9, 10]
    forget_at(provisioning, NOW + 2 * MONTH)
    # The run that created can be undone; the last one rests on the eighth, which looked at the records.
    assert ids(provisioning) == [1, 8, 10]
    assert said(provisioning, 10) == before


def test_a_run_that_held_and_waits_for_a_decision_stays(provisioning: Schools) -> None:
    held = everybody_leaves(provisioning)
    forget_at(provisioning, NOW + 4000 * DAY)
    assert held in ids(provisioning)


def test_what_was_decided_can_be_undone_as_long_as_the_journal_is_there(provisioning: Schools) -> None:
    held = everybody_leaves(provisioning)
    approve(provisioning.at(), held, by="U0PRYS")
    provisioning.runs(GLAN, at=NOW + DAY)
    forget_at(provisioning, NOW + 399 * DAY)
    assert held in ids(provisioning)
    undo(provisioning.at(NOW + 399 * DAY), held, by="U0PRYS")


def test_a_run_that_was_undone_stays_with_the_one_that_undid_it(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, SEREN)
    provisioning.runs(GLAN)
    undo(provisioning.at(NOW + 400 * DAY), 1, by="U0PRYS")
    provisioning.extracts(GLAN, DYLAN, at=NOW + 401 * DAY)
    provisioning.runs(GLAN, at=NOW + 401 * DAY)
    forget_at(provisioning, NOW + 1000 * DAY)
    assert {1, 2} <= set(ids(provisioning))


def test_a_run_whose_changes_were_refused_stays_with_the_refusal(provisioning: Schools) -> None:
    held = everybody_leaves(provisioning)
    reject(provisioning.at(), held, by="U0PRYS")
    for day in (1, 3000):
        provisioning.runs(GLAN, at=NOW + day * DAY)
    forget_at(provisioning, NOW + 3000 * DAY)
    with provisioning.database.reading() as session:
        assert decisions.refused(session, GLAN.number)
    assert held in ids(provisioning)


def test_a_quiet_run_for_which_another_school_is_to_run_again_stays(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, SEREN)
    for day in range(4):
        provisioning.runs(GLAN, at=NOW + day * DAY)
    provisioning.database.write(lambda session: follow_ups.put(session, {GLAN.number: 1}))
    with provisioning.database.writing() as session:
        session.execute(
            text("INSERT INTO follow_ups (school, because_of_run) VALUES (:school, 3)"),
            {"school": NANT.number},
        )
    forget_at(provisioning, NOW + MONTH)
    assert ids(provisioning) == [1, 3, 4]


@pytest.mark.parametrize(("broken", "stay"), [(1, [1, 2]), (2, [1, 2, 3])])
def test_a_failed_run_stays_long_and_the_latest_and_the_last_success_always(
    provisioning: Schools, broken: int, stay: list[int]
) -> None:
    provisioning.extracts(GLAN, SEREN)
    provisioning.runs(GLAN)
    (provisioning.folder / GLAN.number / "learners.csv").unlink()
    for day in range(1, broken + 1):
        assert provisioning.runs(GLAN, at=NOW + day * DAY).failed
    forget_at(provisioning, NOW + 799 * DAY)
    assert ids(provisioning) == stay
    forget_at(provisioning, NOW + 1200 * DAY)
    assert ids(provisioning) == [1, broken + 1]


def test_everything_that_refers_to_a_run_is_known() -> None:
    """Each column with a run's id is listed where retention looks; a new one is to be added there."""
    known = {
        column.class_.__tablename__ + "." + column.key
        for column in (
            *run_references.NEEDED_BY,
            *run_references.BETWEEN_RUNS,
            *(row.run for row in run_references.PARTS),
        )
    }
    referring = {
        f"{table.name}.{column.name}"
        for table in METADATA.sorted_tables
        for column in table.c
        if any(key.column.table.name == "runs" for key in column.foreign_keys)
        or column.name == "run"
        or (table.name == "runs" and column.name in ("undoes", "rests_on"))
    }
    assert known == referring
