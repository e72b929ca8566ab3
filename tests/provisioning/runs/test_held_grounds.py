"""The grounds of a held run: worked out anew, compared with last year, and left out where they are wrong."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from provisioning.planning.slips import Slip, SlipKind
from provisioning.records.changes import ChangeKind
from provisioning.records.people import Kind
from provisioning.runs.held_grounds import HeldGrounds, held_grounds
from provisioning.runs.undo import undo
from provisioning.store.runs import Run
from tests.builders import GLAN, NOW, Schools
from tests.costs import cost
from tests.provisioning.runs.decision_builders import LATER, PUPILS, left

pytestmark = pytest.mark.integration

LAST_YEAR = datetime(2025, 9, 10, 8, tzinfo=UTC)
"""The Wednesday of the same week last year: today is Monday 7 September 2026, 52 weeks after the 8th."""
LEFT_THEN = date(2025, 7, 18)


def grounds(provisioning: Schools, run: Run, at: datetime = NOW) -> HeldGrounds | None:
    with provisioning.database.reading() as session:
        return held_grounds(provisioning.at(at), session, run)


def hold(provisioning: Schools) -> Run:
    """Twenty more leave at once."""
    provisioning.extracts(GLAN, *left(PUPILS[:20]), *PUPILS[20:])
    return provisioning.runs(GLAN)


def three_leave(provisioning: Schools, at: datetime) -> Run:
    """The client runs for the first time, and then three leave."""
    provisioning.extracts(GLAN, *PUPILS, at=at)
    provisioning.runs(GLAN, at=at)
    gone = [replace(pupil, leaving_date=LEFT_THEN) for pupil in PUPILS[37:]]
    provisioning.extracts(GLAN, *PUPILS[:37], *gone, at=at + timedelta(hours=1))
    return provisioning.runs(GLAN, at=at + timedelta(hours=1))


def test_the_held_run_is_explained_from_the_extract(provisioning: Schools, held: Run) -> None:
    found = grounds(provisioning, held)
    assert found is not None
    leavers, half = found.holds
    assert leavers.held == half.held == {(ChangeKind.RELEASE, Kind.LEARNER): 20}
    assert [(group.year_group, group.concerned, group.total) for group in leavers.groups] == [("9", 20, 40)]
    assert leavers.slip is None  # only half of Year 9 leaves
    assert {change.record.identifier for change in found.changes.values()} == {p.upn for p in PUPILS[:20]}


def test_without_runs_of_that_time_last_year_is_not_known(provisioning: Schools, held: Run) -> None:
    found = grounds(provisioning, held)
    assert found is not None
    assert found.last_year is None


@pytest.mark.parametrize(
    ("at", "changed"),
    [
        (LAST_YEAR, {(ChangeKind.CREATE, Kind.LEARNER): 40, (ChangeKind.RELEASE, Kind.LEARNER): 3}),
        (LAST_YEAR - timedelta(weeks=1), {}),  # the week before: it ran, and changed nothing in the week
        (LAST_YEAR + timedelta(weeks=1), None),  # the first run was a week later
        (LAST_YEAR - timedelta(weeks=8), None),  # nothing is kept of the time around that week
    ],
)
def test_last_years_week_from_monday_to_sunday(
    provisioning: Schools, at: datetime, changed: dict[tuple[ChangeKind, Kind], int] | None
) -> None:
    three_leave(provisioning, at)
    found = grounds(provisioning, hold(provisioning))
    assert found is not None
    assert found.last_year == changed


def test_what_was_undone_last_year_is_not_counted(provisioning: Schools) -> None:
    run = three_leave(provisioning, LAST_YEAR)
    undo(provisioning.at(LAST_YEAR + timedelta(hours=2)), run.known_id, by="Alys")
    found = grounds(provisioning, hold(provisioning))
    assert found is not None
    assert found.last_year == {(ChangeKind.CREATE, Kind.LEARNER): 40}


def test_once_the_extract_asks_for_something_else_nothing_is_said_of_it(
    provisioning: Schools, held: Run
) -> None:
    provisioning.extracts(GLAN, *left(PUPILS[:19]), *PUPILS[19:])
    assert grounds(provisioning, held) is None


def test_once_the_extract_is_gone_nothing_is_said_of_it(provisioning: Schools, held: Run) -> None:
    (provisioning.folder / GLAN.number / "learners.csv").unlink()
    assert grounds(provisioning, held) is None


def test_once_a_shrunk_extract_is_whole_again_nothing_is_said_of_it(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, *PUPILS)
    provisioning.runs(GLAN)
    provisioning.extracts(GLAN, *PUPILS[:20], at=LATER)
    run = provisioning.runs(GLAN, at=LATER)
    found = grounds(provisioning, run, LATER)
    assert found is not None
    assert found.holds[0].groups[0].concerned == 20
    assert found.holds[0].slip == Slip(SlipKind.CUT_SHORT)
    provisioning.extracts(GLAN, *PUPILS, at=LATER + timedelta(hours=1))
    assert grounds(provisioning, run, LATER + timedelta(hours=1)) is None


def test_a_run_that_holds_nothing_has_no_grounds(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, *PUPILS)
    assert grounds(provisioning, provisioning.runs(GLAN)) is None


@pytest.mark.parametrize("leavers", [20, 40])
def test_the_statements_are_as_many_for_twice_as_many_leavers(provisioning: Schools, leavers: int) -> None:
    provisioning.extracts(GLAN, *PUPILS)
    provisioning.runs(GLAN)
    provisioning.extracts(GLAN, *left(PUPILS[:leavers]), *PUPILS[leavers:])
    run = provisioning.runs(GLAN)
    assert cost(provisioning.database, lambda: grounds(provisioning, run)).statements <= 16
    found = grounds(provisioning, run)
    assert found is not None
    whole = SlipKind.YEAR_ENDED if leavers == 40 else None
    assert (found.holds[0].slip.kind if found.holds[0].slip else None) == whole
