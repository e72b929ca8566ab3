"""Accounts made by hand on a real database: decided on, undone and listed for review; every deed kept."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from provisioning.errors import KnownError
from provisioning.manual import reviews, upkeep
from provisioning.manual.handmade import ReviewDecision, Term
from provisioning.manual.housekeeping import Why
from provisioning.records.accounts import Status
from provisioning.records.people import Kind
from provisioning.runs.dependencies import Provisioning
from provisioning.store.database import Database
from provisioning.store.runs import Run
from provisioning.store.tables.accounts import AccountRow
from tests.builders import GLAN, NANT, Schools, learner
from tests.portal_builders import PortalSchools
from tests.portal_builders import seen as seen_in_portal
from tests.provisioning.manual.review_builders import AUGUST, GWEN, SALLY, by_hand, deeds, listed, sally, seen

pytestmark = pytest.mark.both_databases


# Decided on


def test_keep_and_undo(provisioning: Schools, then: Provisioning, database: Database) -> None:
    listed(provisioning, SALLY)
    reviews.keep(then, sally(provisioning), Term.YEAR, by="U0CARYS")
    assert seen(reviews.review(then, GLAN.number, Kind.NON_MIS)) == (
        Status.ACTIVE,
        date(2027, 8, 31),
        ReviewDecision.KEEP,
    )
    reviews.undo(then, sally(provisioning), by="U0WYN")
    assert seen(reviews.review(then, GLAN.number, Kind.NON_MIS)) == (Status.ACTIVE, date(2026, 9, 10), None)
    assert [(deed, by) for deed, by, *_ in deeds(database)] == [
        ("listed", "file"),
        ("keep", "U0CARYS"),
        ("undo", "U0WYN"),
    ]
    assert deeds(database)[1][2:] == (
        {"status": "active", "expires_on": "2026-09-10"},
        {"status": "active", "expires_on": "2027-08-31"},
    )


def test_an_undo_brings_back_the_decision_before(provisioning: Schools, then: Provisioning) -> None:
    listed(provisioning, SALLY)
    reviews.keep(then, sally(provisioning), Term.ONE_MONTH, by="me")
    reviews.deactivate(then, sally(provisioning), by="me")
    for expected in (ReviewDecision.KEEP, None):
        handmade = reviews.undo(then, sally(provisioning), by="me")
        assert (handmade.decision.choice if handmade.decision else None) == expected
    assert by_hand(provisioning)[0].expires_on == date(2026, 9, 10)
    with pytest.raises(KnownError, match="review-undecided"):
        reviews.undo(then, sally(provisioning), by="me")


def test_deactivated_once(provisioning: Schools, then: Provisioning) -> None:
    listed(provisioning, SALLY)
    reviews.deactivate(then, sally(provisioning), by="me")
    with pytest.raises(KnownError, match="review-inactive"):
        reviews.deactivate(then, sally(provisioning), by="me")
    assert seen(reviews.review(then, GLAN.number, Kind.NON_MIS))[0] is Status.INACTIVE


def test_an_inactive_account_that_is_kept_comes_back(provisioning: Schools, then: Provisioning) -> None:
    listed(provisioning, SALLY)
    reviews.deactivate(then, sally(provisioning), by="me")
    handmade = reviews.keep(then, sally(provisioning), Term.THREE_MONTHS, by="me")
    assert (handmade.account.active, handmade.account.expires_on) == (True, date(2026, 11, 26))


def test_at_its_date(provisioning: Schools, then: Provisioning) -> None:
    listed(provisioning, GWEN)
    account = reviews.find(then, GLAN.number, Kind.GOVERNOR, "LLYWG@HWBCYMRU.NET")
    handmade = reviews.deactivate(then, account, by="me", at_its_date=True)
    assert (handmade.account.active, handmade.account.expires_on) == (True, date(2026, 8, 31))
    assert upkeep.expire(provisioning.at(AUGUST + timedelta(days=5))) == 0
    assert upkeep.expire(provisioning.at(AUGUST + timedelta(days=6))) == 1


def test_who_has_changed_since_stays(provisioning: Schools, then: Provisioning, database: Database) -> None:
    listed(provisioning, SALLY)
    reviews.keep(then, sally(provisioning), Term.ONE_MONTH, by="me")
    assert upkeep.expire(provisioning.at(AUGUST + timedelta(days=32))) == 1
    with database.writing() as session:
        changed = {"status": "active", "expires_on": date(2027, 1, 1)}
        session.execute(update(AccountRow).where(AccountRow.kind == Kind.NON_MIS).values(changed))
    with pytest.raises(KnownError, match="review-changed"):
        reviews.undo(then, sally(provisioning), by="me")


def test_only_accounts_made_by_hand_are_reviewed(provisioning: Schools, then: Provisioning) -> None:
    provisioning.extracts(GLAN, learner(1))
    provisioning.runs(GLAN)
    with pytest.raises(KnownError, match="review-gone"):
        reviews.deactivate(then, provisioning.account(learner(1)).id, by="me")
    assert reviews.located(then, 4711) is None
    with pytest.raises(KnownError, match="review-unknown"):
        reviews.find(then, GLAN.number, Kind.NON_MIS, provisioning.account(learner(1)).username)


class Elsewhere:
    """Accounts live in the portal."""

    def run(self, provisioning: Provisioning, run: int, school: str) -> Run:
        raise NotImplementedError

    def refresh(self, provisioning: Provisioning) -> int:
        return 0


def test_where_accounts_live_in_the_portal_it_is_only_noted(
    provisioning: Schools, then: Provisioning
) -> None:
    listed(provisioning, SALLY)
    before = by_hand(provisioning)
    there = replace(then, external_directory=Elsewhere())
    for decide in (
        lambda: reviews.keep(there, sally(provisioning), Term.YEAR, by="me"),
        lambda: reviews.deactivate(there, sally(provisioning), by="me"),
    ):
        with pytest.raises(KnownError, match="accounts-elsewhere"):
            decide()
    assert upkeep.expire(replace(there, clock=provisioning.at(AUGUST + timedelta(days=99)).clock)) == 0
    reviews.note_done(there, sally(provisioning), by="me")
    found = reviews.review(there, GLAN.number, Kind.NON_MIS)
    assert (found.can_act, found.reviewed, found.total) == (False, 1, 1)
    assert by_hand(provisioning) == before


# The list


def test_what_is_due_comes_first(provisioning: Schools, then: Provisioning) -> None:
    other = [GLAN.number, "ArallA@hwbcymru.net", "Ann Arall", "non-mis", "2027-03-01", ""]
    listed(provisioning, SALLY, other, [NANT.number, "NantN", "Nia Nant", "non-mis", "", ""])
    reviews.keep(then, reviews.find(then, GLAN.number, Kind.NON_MIS, "ArallA"), Term.YEAR, by="me")
    found = reviews.review(then, GLAN.number, Kind.NON_MIS)
    assert [(entry.handmade.account.username, entry.why) for entry in found.entries] == [
        ("SupplyS@hwbcymru.net", (Why.YEAR_END, Why.EXPIRES)),
        ("ArallA@hwbcymru.net", ()),
    ]
    assert (found.year, found.reviewed, found.total) == (2026, 1, 2)


@pytest.mark.parametrize("with_account", [True, False])
def test_a_learner_on_roll_with_the_same_name_is_pointed_out(
    with_account: bool, provisioning: Schools
) -> None:
    listed(provisioning, [*SALLY[:2], "EVANS, Seren", *SALLY[3:]])
    provisioning.extracts(GLAN, learner(1))
    if with_account:
        provisioning.runs(GLAN)
        (provisioning.folder / GLAN.number / "learners.csv").unlink()
    (entry,) = reviews.review(provisioning.at(AUGUST), GLAN.number, Kind.NON_MIS).entries
    assert entry.why[0] is Why.LEARNER


def test_progress_of_a_school(provisioning: Schools, then: Provisioning, database: Database) -> None:
    listed(provisioning, SALLY, GWEN)
    reviews.deactivate(then, sally(provisioning), by="me")
    with database.reading() as session:
        told = [
            reviews.progress_at(session, {GLAN.number: 2026})[GLAN.number][Kind.NON_MIS],
            reviews.progress_at(session, {GLAN.number: 2026})[GLAN.number][Kind.GOVERNOR],
            reviews.progress_at(session, {NANT.number: 2026})[NANT.number][Kind.GOVERNOR],
        ]
    assert told == [(1, 1), (0, 1), (0, 0)]


def test_a_later_expiry_date_seen_in_the_portal_is_its_review(provisioning: Schools, tmp_path: Path) -> None:
    portal = PortalSchools(provisioning, tmp_path / "portal")
    supply = seen_in_portal(
        learner(9),
        kind=Kind.NON_MIS,
        upn=None,
        year_group=None,
        class_name=None,
        expires_on=date(2026, 8, 31),
    )
    portal.lists(supply, at=AUGUST - timedelta(days=2))
    portal.reads(AUGUST)
    assert reviews.review(portal.at(AUGUST), GLAN.number, Kind.NON_MIS).reviewed == 0
    portal.lists(replace(supply, expires_on=date(2027, 8, 31)), at=AUGUST - timedelta(days=1))
    portal.reads(AUGUST)
    found = reviews.review(portal.at(AUGUST), GLAN.number, Kind.NON_MIS)
    (entry,) = found.entries
    assert (found.reviewed, found.total, entry.why) == (1, 1, ())
    decision = entry.handmade.decision
    assert decision is not None
    assert (decision.choice, decision.until, decision.by) == (
        ReviewDecision.IN_PORTAL,
        date(2027, 8, 31),
        "portal",
    )
