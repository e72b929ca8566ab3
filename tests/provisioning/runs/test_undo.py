"""A run that is undone: every account is what it was, unless it has changed since."""

from datetime import timedelta

import pytest

from provisioning.records.accounts import Status
from provisioning.records.runs import RunStatus
from provisioning.store import decisions
from provisioning.store.runs import Run
from tests.builders import BRYN, GLAN, NANT, Schools, learner, staff_member, upn
from tests.provisioning.runs.decision_builders import (
    LATER,
    LEFT,
    LONG_AGO,
    PUPILS,
    active,
    approves,
    counts,
    refused,
    undoes,
)

pytestmark = pytest.mark.both_databases


def test_undone_every_account_is_what_it_was(provisioning: Schools) -> None:
    """Of every kind of change there is; the accounts are compared as whole values."""
    provisioning.extracts(NANT, learner(1), learner(2))
    provisioning.extracts(GLAN, learner(3), learner(4), learner(5), learner(6), staff_member("OLD"))
    provisioning.runs(NANT)
    provisioning.runs(GLAN)
    gone = {"leaving_date": LEFT, "admission_date": LONG_AGO}
    provisioning.extracts(NANT, learner(1, **gone), learner(2, **gone))
    provisioning.extracts(GLAN, learner(3), learner(4), learner(5), learner(6, **gone), staff_member("OLD"))
    provisioning.runs(NANT)
    provisioning.runs(GLAN)
    before = provisioning.accounts()
    provisioning.extracts(
        GLAN,
        learner(1),  # match
        learner(72, former_upn=upn(2)),  # match, by former UPN
        learner(3, class_name="7B"),  # update
        learner(74, former_upn=upn(4)),  # update of the UPN
        learner(5, **gone),  # release
        learner(6),  # reactivate
        learner(7),  # create
        staff_member("OLD", start_date=LONG_AGO, leaving_date=LEFT),  # release
        staff_member("NEW"),  # create
    )
    run = provisioning.runs(GLAN)
    assert counts(run) == {"match": 2, "update": 2, "release": 2, "reactivate": 1, "create": 2}
    undone = undoes(provisioning, run)
    assert undone.left == ()
    assert provisioning.accounts() == before
    assert (undone.run.status, undone.run.undoes, undone.run.started_by) == (
        RunStatus.SUCCEEDED,
        run.id,
        "Alys",
    )
    assert counts(undone.run) == counts(run)
    journal = provisioning.journal(undone.run)
    assert len(journal) == 9
    forward = {account: (old, new) for _, account, old, new in provisioning.journal(run)}
    assert {account: (new or None, old) for _, account, old, new in journal} == forward


def test_undone_it_stays_undone_until_it_is_reconsidered(provisioning: Schools, held: Run) -> None:
    run = approves(provisioning, held)
    before = provisioning.accounts()
    undoes(provisioning, run)
    assert active(provisioning) == {pupil.upn for pupil in PUPILS}
    again = provisioning.runs(GLAN, at=LATER)
    assert (again.status, provisioning.journal(again)) == (RunStatus.SUCCEEDED, [])
    with provisioning.database.writing() as session:
        assert decisions.reconsider(session, GLAN.number) == 22
    redone = approves(provisioning, provisioning.runs(GLAN, at=LATER))
    assert (redone.counts["release"], redone.counts["create"], redone.counts["update"]) == (20, 1, 1)
    assert {(a.identifier, a.status, a.class_name) for a in provisioning.accounts()} == {
        (a.identifier, a.status, a.class_name) for a in before
    }


def test_an_undone_account_comes_with_another_extract_and_another_username(
    provisioning: Schools,
) -> None:
    provisioning.extracts(GLAN, learner(1))
    undoes(provisioning, provisioning.runs(GLAN))
    assert provisioning.accounts() == []
    provisioning.extracts(GLAN, learner(1, class_name="7C"), at=LATER)
    provisioning.runs(GLAN)
    assert provisioning.account(learner(1)).username == "EvansS2@hwbcymru.net"


def test_an_account_undone_leaves_its_number_to_nobody(provisioning: Schools) -> None:
    """The journal names accounts by number: its rows about Mali must not seem to be about Seren."""
    provisioning.extracts(GLAN, learner(1))
    run = provisioning.runs(GLAN)
    (mali,) = provisioning.accounts()
    undoes(provisioning, run)
    provisioning.extracts(GLAN, learner(2), at=LATER)
    provisioning.runs(GLAN)
    assert provisioning.account(learner(2)).id > mali.id


def test_accounts_that_changed_since_are_left_and_listed(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, *(learner(number) for number in range(1, 6)))
    provisioning.runs(GLAN)
    gone = {"leaving_date": LEFT, "admission_date": LONG_AGO}
    provisioning.extracts(
        GLAN,
        learner(1, class_name="7B"),
        learner(2, class_name="7B"),
        learner(3, class_name="7B"),
        learner(4, **gone),
        learner(5, **gone),
        learner(6),
        learner(7),
    )
    run = provisioning.runs(GLAN)
    provisioning.extracts(
        GLAN,
        learner(1, class_name="7C"),  # changed in what the run set
        learner(2, **gone),  # in what the run did not set
        learner(3, class_name="7B"),
        learner(4, **gone),
        learner(5, **gone),
        learner(6, **gone),  # made by the run, released since
        learner(7),
    )
    provisioning.extracts(BRYN, learner(5))  # released by the run, and taken over since
    provisioning.runs(GLAN)
    provisioning.runs(BRYN)
    since = {account.upn: account for account in provisioning.accounts()}
    undone = undoes(provisioning, run)
    assert undone.left == tuple(sorted([upn(1), upn(2), upn(5), upn(6)]))
    assert counts(undone.run) == {"update": 1, "release": 1, "create": 1}
    now = {account.upn: account for account in provisioning.accounts()}
    assert upn(7) not in now
    assert (now[upn(3)].class_name, now[upn(4)].status) == ("7A", Status.ACTIVE)
    for number in (1, 2, 5, 6):
        assert now[upn(number)] == since[upn(number)]


def test_a_change_that_was_itself_undone_is_no_change_since(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, learner(1))
    provisioning.runs(GLAN)
    first = provisioning.accounts()
    provisioning.extracts(GLAN, learner(1, class_name="7B"), at=LATER)
    second = provisioning.runs(GLAN)
    provisioning.extracts(GLAN, learner(1, class_name="7C"), at=LATER + timedelta(hours=1))
    undoes(provisioning, provisioning.runs(GLAN))
    undone = undoes(provisioning, second)
    assert undone.left == ()
    assert provisioning.accounts() == first


def test_a_upn_that_another_learner_has_since_is_not_given_back(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, learner(1))
    provisioning.runs(GLAN)
    provisioning.extracts(GLAN, learner(2, former_upn=upn(1)))
    run = provisioning.runs(GLAN)
    provisioning.extracts(NANT, learner(1))
    provisioning.runs(NANT)
    before = provisioning.accounts()
    undone = undoes(provisioning, run)
    assert (undone.left, counts(undone.run)) == ((upn(2),), {})
    assert provisioning.accounts() == before


def test_what_can_not_be_undone(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, learner(1))
    run, nothing = provisioning.runs(GLAN), provisioning.runs(GLAN)
    assert refused(lambda: undoes(provisioning, nothing)) == "error.undo-nothing"
    undone = undoes(provisioning, run)
    before, statuses = provisioning.accounts(), provisioning.statuses()
    assert refused(lambda: undoes(provisioning, run)) == "error.undo-twice"
    assert refused(lambda: undoes(provisioning, undone.run)) == "error.undo-of-undo"
    assert (provisioning.accounts(), provisioning.statuses()) == (before, statuses)
