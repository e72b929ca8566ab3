"""What became of what a run held, as the messages about it say."""

from datetime import timedelta

import pytest

from provisioning.records.runs import RunStatus
from provisioning.store import decisions, hold_ends, identities
from provisioning.store.hold_ends import EndedHold, HoldEnd
from provisioning.store.runs import Run
from tests.builders import GLAN, Schools
from tests.provisioning.runs.decision_builders import LATER, PUPILS, approves, rejects, undoes

pytestmark = pytest.mark.both_databases


def end(provisioning: Schools, run: Run) -> EndedHold | None:
    with provisioning.database.reading() as session:
        return hold_ends.end_of(session, run.known_id)


def how(provisioning: Schools, run: Run) -> HoldEnd | None:
    found = end(provisioning, run)
    return found.how if found else None


def mark(provisioning: Schools) -> hold_ends.Mark:
    with provisioning.database.reading() as session:
        return hold_ends.mark(session)


def test_it_waits_is_approved_and_undone(provisioning: Schools, held: Run) -> None:
    waiting = mark(provisioning)
    assert how(provisioning, held) is None
    approves(provisioning, held)
    assert how(provisioning, held) is HoldEnd.APPROVED
    assert mark(provisioning) != waiting
    undoes(provisioning, held)
    found = end(provisioning, held)
    assert found is not None
    assert found.undone is not None
    assert (found.how, found.undone.undoes, found.left) == (HoldEnd.UNDONE, held.id, 0)
    with provisioning.database.writing() as session:
        decisions.reconsider(session, GLAN.number)
    assert how(provisioning, held) is HoldEnd.UNDONE_LAPSED


def test_a_rejection_stands_until_it_is_taken_back(provisioning: Schools, held: Run) -> None:
    rejects(provisioning, held)
    assert how(provisioning, held) is HoldEnd.REJECTED
    with provisioning.database.writing() as session:
        decisions.reconsider(session, GLAN.number)
    assert how(provisioning, held) is HoldEnd.LAPSED


def test_a_decision_on_a_later_run_that_holds_the_same_counts_for_both(
    provisioning: Schools, held: Run
) -> None:
    again = provisioning.runs(GLAN, at=LATER)
    assert (again.status, how(provisioning, held)) == (RunStatus.HELD, None)
    rejects(provisioning, again, at=LATER + timedelta(hours=1))
    found = end(provisioning, held)
    assert found is not None
    assert (found.how, found.run.id) == (HoldEnd.REJECTED, again.id)


def test_a_later_run_that_holds_nothing_takes_its_place(provisioning: Schools, held: Run) -> None:
    provisioning.extracts(GLAN, *PUPILS, at=LATER)
    provisioning.runs(GLAN, at=LATER)
    assert how(provisioning, held) is HoldEnd.REPLACED


def test_where_no_school_was_asked_whose_account_it_is_nothing_stands(
    provisioning: Schools, held: Run
) -> None:
    with provisioning.database.reading() as session:
        assert identities.standing(session) == {}
        assert [run.id for run in hold_ends.announced_since(session, LATER)] == []
