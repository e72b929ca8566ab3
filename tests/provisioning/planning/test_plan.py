"""The plan of a school: staff, records without a row, accounts made by hand; its order and its digest."""

import random
from dataclasses import replace
from datetime import date

import pytest

from provisioning.planning.plan import Directory
from provisioning.records.accounts import Account, Status
from provisioning.records.changes import ChangeKind
from provisioning.records.people import Kind, Learner, StaffMember
from provisioning.records.plans import Note, NoteKind, Plan
from provisioning.records.rejections import Reason
from tests.builders import (
    BRYN,
    GLAN,
    NANT,
    account_of,
    extract,
    learner,
    planned,
    rejected,
    released,
    staff_member,
    upn,
)
from tests.provisioning.planning.plan_builders import LEFT, after, kinds, noted

# Staff


def test_a_member_of_staff_gets_a_new_account_whatever_other_schools_have() -> None:
    external_directory = account_of(staff_member(), NANT)
    plan = planned(
        extract(staff_member()), external_directory, replace(released(account_of(staff_member(), BRYN)), id=9)
    )
    assert kinds(plan) == ["create"]
    assert after(plan) == {
        "status": "active",
        "school": GLAN.number,
        "released_from": None,
        "surname": "Evans",
        "forename": "Jac",
        "staff_code": "JEV",
    }


def test_a_member_of_staff_with_an_account_needs_nothing() -> None:
    assert planned(extract(staff_member()), account_of(staff_member())).unchanged == 1


def test_a_member_of_staff_who_is_back_is_reactivated() -> None:
    plan = planned(extract(staff_member()), released(account_of(staff_member())))
    assert kinds(plan) == ["reactivate"]
    assert after(plan) == {"status": "active", "school": GLAN.number, "released_from": None}


def test_a_member_of_staff_who_has_left_is_released() -> None:
    assert kinds(planned(extract(staff_member(leaving_date=LEFT)), account_of(staff_member()))) == ["release"]


# No row, a rejected row, accounts made by hand


def test_an_account_without_any_row_is_noted_and_kept() -> None:
    plan = planned(extract(), account_of(learner()), replace(account_of(staff_member()), id=9))
    assert plan.changes == ()
    assert noted(plan) == [("vanished", upn(1)), ("vanished", "JEV")]


@pytest.mark.parametrize("person", [learner(), staff_member()])
def test_a_rejected_row_changes_nothing_and_is_not_a_vanished_one(person: Learner | StaffMember) -> None:
    plan = planned(extract(rejections=[rejected(person)]), account_of(person))
    assert (plan.changes, plan.notes) == ((), ())
    assert plan.rejections == (rejected(person),)


@pytest.mark.parametrize("held", [released(account_of(learner())), account_of(learner(), NANT)])
def test_only_active_accounts_of_the_school_can_vanish(held: Account) -> None:
    assert planned(extract(), held).notes == ()


@pytest.mark.parametrize("kind", [Kind.NON_MIS, Kind.GOVERNOR])
def test_accounts_made_by_hand_are_never_touched(kind: Kind) -> None:
    by_hand = Account(7, kind, GLAN.number, "PriceA@hwbcymru.net", "Price", "Ann", Status.ACTIVE)
    plan = planned(extract(), by_hand)
    assert (plan.changes, plan.notes) == ((), ())


# Order and digest

EVERYTHING = (
    learner(1, class_name="7B"),
    learner(2),
    learner(3),
    learner(4),
    learner(5, leaving_date=LEFT),
    learner(6),
    staff_member("ABC"),
)
HELD = (
    account_of(learner(1)),
    released(account_of(learner(3))),
    released(account_of(learner(4), NANT)),
    account_of(learner(5)),
    released(account_of(learner(6), BRYN)),
)


def test_changes_stand_in_their_order() -> None:
    plan = planned(extract(*EVERYTHING), *HELD)
    assert [(change.kind, change.record.identifier) for change in plan.changes] == [
        (ChangeKind.RELEASE, upn(5)),
        *sorted([(ChangeKind.MATCH, upn(4)), (ChangeKind.MATCH, upn(6))]),
        (ChangeKind.REACTIVATE, upn(3)),
        (ChangeKind.CREATE, upn(2)),
        (ChangeKind.CREATE, "ABC"),
        (ChangeKind.UPDATE, upn(1)),
    ]


def test_the_digest_is_the_same_whatever_order_rows_and_accounts_come_in() -> None:
    people, held = list(EVERYTHING), list(HELD)
    random.Random(4).shuffle(people)
    random.Random(5).shuffle(held)
    assert planned(extract(*people), *held).digest == planned(extract(*EVERYTHING), *HELD).digest


def test_the_digest_does_not_mind_what_changes_nothing() -> None:
    """A held plan is not made stale by a new morning, or by a row of a person who needs nothing."""
    before = planned(extract(learner(1)))
    after = planned(
        extract(learner(1, line=40), learner(2), rejections=[rejected(learner(3))]),
        account_of(learner(2)),
        today=date(2026, 9, 8),
    )
    assert before.digest == after.digest


@pytest.mark.parametrize(
    "other",
    [
        planned(extract(learner(1), learner(2))),
        planned(extract(learner(2))),
        planned(extract(learner(1, class_name="7B"))),
        planned(extract(learner(1, surname="Parry"))),
        planned(extract()),
        planned(extract(learner(1)), released(account_of(learner(1)))),
    ],
    ids=["one more", "another", "another class", "another name", "none", "another kind"],
)
def test_the_digest_minds_what_would_change(other: Plan) -> None:
    assert planned(extract(learner(1))).digest != other.digest


def test_a_plan_carries_the_rejections_by_file_and_line() -> None:
    rows = [
        rejected(staff_member("ABC", line=3), Reason.SWAC_ROLE_MISSING),
        rejected(learner(9, line=12)),
        rejected(learner(8, line=4)),
    ]
    assert [(row.file, row.line) for row in planned(extract(rejections=rows)).rejections] == [
        ("learners.csv", 4),
        ("learners.csv", 12),
        ("staff.csv", 3),
    ]


def test_the_accounts_are_found_by_upn_and_by_a_schools_own_staff_code() -> None:
    seren, jac = account_of(learner()), account_of(staff_member("JEV"))
    directory = Directory([seren, jac])
    assert (directory.upn(upn(1)), directory.upn(upn(2))) == (seren, None)
    assert (directory.staff(GLAN.number, "JEV"), directory.staff(NANT.number, "JEV")) == (jac, None)


def test_a_plan_is_a_schools_and_each_change_has_the_account_that_it_changes() -> None:
    nants, gone = released(account_of(learner(3), NANT)), account_of(staff_member("GON", line=9))
    same = [learner(1), learner(2)]
    plan = planned(extract(*same, learner(3)), *map(account_of, same), nants, gone)
    assert (plan.school, plan.unchanged) == (GLAN.number, 2)
    assert [(change.kind, change.account) for change in plan.changes] == [(ChangeKind.MATCH, nants)]
    assert plan.notes == (Note(NoteKind.VANISHED, Kind.STAFF, "GON"),)
