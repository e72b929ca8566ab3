"""Learners and staff who move from one school to another, over several runs."""

from dataclasses import replace
from datetime import date

import pytest

from provisioning.records.accounts import Status
from provisioning.runs.batches import provision_batch
from tests.builders import BRYN, GLAN, NANT, NOW, Schools, learner, staff_member, upn
from tests.provisioning.runs.run_builders import AUGUST, JULY, LEFT, SEREN, counts

pytestmark = pytest.mark.both_databases


SEREN_AT_NANT = learner(1, year_group="6", class_name="6A", admission_date=date(2019, 9, 1))


SEREN_LEAVES_NANT = replace(SEREN_AT_NANT, leaving_date=LEFT)


def test_a_learner_moves_up_from_primary_to_secondary(provisioning: Schools) -> None:
    provisioning.extracts(NANT, SEREN_AT_NANT)
    provisioning.runs(NANT, at=JULY)
    first = provisioning.account(SEREN)

    provisioning.extracts(GLAN, SEREN)  # admitted, but not yet let go
    assert counts(provisioning.runs(GLAN, at=AUGUST)) == {"blocked": 1}
    assert provisioning.account(SEREN) == first

    provisioning.extracts(NANT, SEREN_LEAVES_NANT)
    assert counts(provisioning.runs(NANT, at=AUGUST)) == {"release": 1}
    assert provisioning.account(SEREN) == replace(
        first, status=Status.INACTIVE, released_from=NANT.number, released_at=AUGUST
    )

    assert counts(provisioning.runs(GLAN)) == {"match": 1}
    assert provisioning.account(SEREN) == replace(
        first,
        school=GLAN.number,
        year_group="7",
        class_name="7A",
        arrived_from=NANT.number,
        arrived_at=NOW,
    )
    assert counts(provisioning.runs(NANT)) == {}


def test_a_learner_comes_back(provisioning: Schools) -> None:
    provisioning.extracts(NANT, SEREN_AT_NANT)
    provisioning.runs(NANT, at=JULY)
    provisioning.extracts(NANT, SEREN_LEAVES_NANT)
    provisioning.runs(NANT, at=AUGUST)
    provisioning.extracts(NANT, replace(SEREN_AT_NANT, class_name="6B"))
    assert counts(provisioning.runs(NANT)) == {"reactivate": 1}
    back = provisioning.account(SEREN)
    assert (back.status, back.released_from, back.released_at, back.class_name) == (
        Status.ACTIVE,
        None,
        None,
        "6B",
    )
    assert back.arrived_from is None


def test_an_account_found_by_former_upn_keeps_its_username_and_holds_the_new_upn(
    provisioning: Schools,
) -> None:
    provisioning.extracts(NANT, SEREN_AT_NANT)
    provisioning.runs(NANT, at=JULY)
    provisioning.extracts(NANT, SEREN_LEAVES_NANT)
    provisioning.runs(NANT, at=AUGUST)
    provisioning.extracts(GLAN, learner(2, former_upn=upn(1)))
    assert counts(provisioning.runs(GLAN)) == {"match": 1}
    (account,) = provisioning.accounts()
    assert (account.upn, account.username, account.arrived_from) == (
        upn(2),
        "EvansS@hwbcymru.net",
        NANT.number,
    )
    assert counts(provisioning.runs(GLAN)) == {"unchanged": 1}


def test_staff_get_a_new_account_at_the_new_school(provisioning: Schools) -> None:
    provisioning.extracts(NANT, staff_member())
    provisioning.runs(NANT)
    provisioning.extracts(NANT, staff_member(leaving_date=date(2026, 9, 7)))
    provisioning.runs(NANT)
    provisioning.extracts(GLAN, staff_member())
    assert counts(provisioning.runs(GLAN)) == {"create": 1}
    assert [(a.school, a.status, a.username) for a in provisioning.accounts()] == [
        (NANT.number, Status.INACTIVE, "EvansJ@hwbcymru.net"),
        (GLAN.number, Status.ACTIVE, "EvansJ2@hwbcymru.net"),
    ]


def test_in_a_batch_the_previous_school_goes_first(provisioning: Schools) -> None:
    """By number Nant would go first; it is the move that decides."""
    provisioning.extracts(GLAN, SEREN_AT_NANT)
    provisioning.runs(GLAN, at=JULY)
    provisioning.extracts(GLAN, SEREN_LEAVES_NANT)
    provisioning.extracts(NANT, SEREN)
    batch = provision_batch(provisioning.at(), [NANT.number, GLAN.number], started_by="test")
    assert [(run.school, counts(run)) for run in batch.runs] == [
        (GLAN.number, {"release": 1}),
        (NANT.number, {"match": 1}),
    ]


def test_two_schools_that_swap_learners_are_done_in_one_batch(provisioning: Schools) -> None:
    ann, bea = learner(1), learner(2)
    gone = {"leaving_date": LEFT, "admission_date": date(2020, 9, 1)}
    provisioning.extracts(NANT, ann)
    provisioning.extracts(BRYN, bea)
    provisioning.runs(NANT)
    provisioning.runs(BRYN)
    provisioning.extracts(NANT, replace(ann, **gone), bea)
    provisioning.extracts(BRYN, replace(bea, **gone), ann)
    batch = provision_batch(provisioning.at(), [NANT.number, BRYN.number], started_by="test")
    assert [(run.school, counts(run)) for run in batch.runs] == [
        (NANT.number, {"release": 1, "blocked": 1}),
        (BRYN.number, {"release": 1, "match": 1}),
        (NANT.number, {"match": 1}),
    ]
    assert {a.upn: a.school for a in provisioning.accounts() if a.active} == {
        upn(1): BRYN.number,
        upn(2): NANT.number,
    }
