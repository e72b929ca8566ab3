"""Runs that a safeguard holds back: what is done, what waits, and what a diagnosis says of it."""

from dataclasses import replace
from datetime import date

import pytest

from knowledge.ids import Question
from provisioning.records.runs import RunStatus
from provisioning.runs.school_run import dry_run
from provisioning.store import decisions
from provisioning.store.runs import Run
from tests.builders import GLAN, NANT, Schools, learner
from tests.provisioning.runs.decision_builders import (
    LATER,
    NEW,
    PUPILS,
    active,
    approves,
    counts,
    left,
    rejects,
)

pytestmark = pytest.mark.both_databases


# Held


def test_what_is_held_waits_and_the_rest_is_done(provisioning: Schools, held: Run) -> None:
    assert (held.status, held.held_by) == (RunStatus.HELD, ("too-many-leavers", "few-but-many"))
    assert counts(held) == {"held": 20, "update": 1, "create": 1, "unchanged": 19}
    assert [(hold.measured, hold.total, hold.percent) for hold in held.holds] == [(20, 40, 10), (20, 40, 50)]
    assert active(provisioning) == {pupil.upn for pupil in (*PUPILS, NEW)}
    assert [kind for kind, *_ in provisioning.journal(held)] == ["create", "update"]


def test_a_dry_run_shows_what_would_be_held(provisioning: Schools, held: Run) -> None:
    run, proposal = dry_run(provisioning.at(), GLAN.number)
    assert (run.status, run.held_by, counts(run)) == (
        RunStatus.HELD,
        ("too-many-leavers",),
        {"held": 20, "unchanged": 21},
    )
    assert proposal is not None
    assert len(proposal.held) == 20
    assert proposal.free == ()


def test_it_is_held_again_until_a_person_decides(provisioning: Schools, held: Run) -> None:
    again = provisioning.runs(GLAN, at=LATER)
    assert (again.status, counts(again)) == (RunStatus.HELD, {"held": 20, "unchanged": 21})
    assert provisioning.statuses() == [
        (GLAN.number, "succeeded"),
        (GLAN.number, "held"),
        (GLAN.number, "held"),
    ]


def test_a_shrunk_extract_is_held_as_a_whole(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, *PUPILS)
    provisioning.runs(GLAN)
    provisioning.extracts(GLAN, *PUPILS[:20], NEW)
    run = provisioning.runs(GLAN)
    assert (run.status, run.held_by) == (RunStatus.HELD, ("extract-shrunk",))
    assert counts(run) == {"held": 1, "unchanged": 20, "vanished": 20}
    assert provisioning.journal(run) == []
    provisioning.extracts(GLAN, *PUPILS, NEW)  # the whole file, this time
    assert counts(provisioning.runs(GLAN)) == {"create": 1, "unchanged": 40}


# What a diagnosis says of it


def test_a_held_create_is_what_stands_in_the_way(provisioning: Schools) -> None:
    people = [learner(number, year_group="9") for number in range(1, 61)]
    provisioning.extracts(GLAN, *people)
    provisioning.runs(GLAN)
    late = [learner(number, year_group="9") for number in range(100, 120)]
    provisioning.extracts(GLAN, *people, *late, learner(200))
    run = provisioning.runs(GLAN)
    assert (run.status, run.counts["held"], run.counts["create"]) == (RunStatus.HELD, 21, 0)
    assert provisioning.asks(Question.WHY_MISSING, late[0].upn, GLAN).cause == "run-held"
    rejects(provisioning, run)
    assert provisioning.asks(Question.WHY_MISSING, late[0].upn, GLAN).cause == "refused"
    with provisioning.database.writing() as session:
        decisions.reconsider(session, GLAN.number)
    approves(provisioning, provisioning.runs(GLAN))
    assert provisioning.asks(Question.WHY_MISSING, late[0].upn, GLAN).cause == "present"


def test_a_release_that_is_held_at_the_previous_school(provisioning: Schools) -> None:
    provisioning.extracts(NANT, *PUPILS)
    provisioning.runs(NANT)
    provisioning.extracts(NANT, *left(PUPILS[:20]), *PUPILS[20:])
    run = provisioning.runs(NANT)
    assert run.status is RunStatus.HELD
    arrived = replace(PUPILS[0], admission_date=date(2026, 9, 1))
    provisioning.extracts(GLAN, arrived)
    provisioning.runs(GLAN)
    assert provisioning.asks(Question.WHY_MISSING, arrived.upn, GLAN).cause == "previous-school-run-held"
    rejects(provisioning, run)
    assert provisioning.asks(Question.WHY_MISSING, arrived.upn, GLAN).cause == "previous-school-run-held"
    provisioning.runs(NANT)
    assert provisioning.asks(Question.WHY_MISSING, arrived.upn, GLAN).cause == "previous-school-run-held"
    with provisioning.database.writing() as session:
        decisions.reconsider(session, NANT.number)
    approves(provisioning, provisioning.runs(NANT))
    assert provisioning.asks(Question.WHY_MISSING, arrived.upn, GLAN).cause == "not-run-since-release"
    provisioning.runs(GLAN, at=LATER)
    assert provisioning.asks(Question.WHY_MISSING, arrived.upn, GLAN).cause == "present"
