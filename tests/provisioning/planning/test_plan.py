"""The planner, by the contract's table row by row."""

import random
from dataclasses import replace
from datetime import date

import pytest

from knowledge.loading import Knowledge
from provisioning.planning.directory import Directory
from provisioning.records.accounts import Account, Status
from provisioning.records.changes import ChangeKind
from provisioning.records.people import Kind, Learner, StaffMember
from provisioning.records.plans import Note, NoteKind, Plan
from provisioning.records.rejections import Reason
from tests.builders import (
    BRYN,
    GLAN,
    NANT,
    TODAY,
    account_of,
    extract,
    learner,
    planned,
    rejected,
    released,
    staff_member,
    upn,
)

LEFT = date(2026, 7, 17)


def kinds(plan: Plan) -> list[str]:
    return [change.kind.value for change in plan.changes]


def noted(plan: Plan) -> list[tuple[str, str]]:
    return [(note.kind.value, note.identifier) for note in plan.notes]


def after(plan: Plan) -> dict[str, str | None]:
    (change,) = plan.changes
    return dict(change.after)


NEW_DETAILS = {
    "upn": upn(1),
    "year_group": "7",
    "class_name": "7A",
    "status": "active",
    "school": GLAN.number,
    "released_from": None,
}


# Learners on roll


def test_a_learner_without_an_account_gets_one() -> None:
    plan = planned(extract(learner()))
    assert kinds(plan) == ["create"]
    assert after(plan) == NEW_DETAILS | {"surname": "Evans", "forename": "Seren"}


def test_a_learner_whose_account_is_as_the_mis_says_needs_nothing() -> None:
    plan = planned(extract(learner()), account_of(learner()))
    assert (plan.changes, plan.notes, plan.unchanged) == ((), (), 1)


@pytest.mark.parametrize("old", [{"year_group": "6"}, {"class_name": "6B"}, {"class_name": None}])
def test_a_learner_with_another_year_group_or_class_is_updated(old: dict[str, str | None]) -> None:
    plan = planned(extract(learner()), account_of(learner(), **old))
    assert kinds(plan) == ["update"]
    assert after(plan) == {"upn": upn(1), "year_group": "7", "class_name": "7A"}


# Learners whose class the source does not tell


def test_a_class_that_is_unknown_stays_as_it_is() -> None:
    plan = planned(extract(learner(class_name=None)), account_of(learner(), class_name="6A"))
    assert (plan.changes, plan.unchanged) == ((), 1)


def test_a_new_year_group_leaves_a_class_that_is_unknown() -> None:
    plan = planned(extract(learner(class_name=None)), account_of(learner(), year_group="6"))
    assert kinds(plan) == ["update"]
    assert after(plan) == {"upn": upn(1), "year_group": "7"}


def test_a_class_that_is_known_to_be_none_is_taken_away() -> None:
    plan = planned(extract(learner(class_name="")), account_of(learner(), class_name="6A"))
    assert after(plan) == {"upn": upn(1), "year_group": "7", "class_name": ""}


def test_an_account_without_a_class_shows_none() -> None:
    plan = planned(extract(learner(class_name="")), account_of(learner(), class_name=None))
    assert plan.changes == ()


def test_who_comes_back_keeps_the_class_and_who_comes_from_elsewhere_leaves_it_behind() -> None:
    unknown = learner(class_name=None)
    back = planned(extract(unknown), released(account_of(learner(), class_name="6B")))
    assert (kinds(back), "class_name" in after(back)) == (["reactivate"], False)
    moved = planned(extract(unknown), released(account_of(learner(), NANT, class_name="6B")))
    assert (kinds(moved), after(moved)["class_name"]) == (["match"], None)


# Learners who are back, or come from another school


def test_a_learner_who_is_back_is_reactivated_with_the_new_details() -> None:
    plan = planned(extract(learner()), released(account_of(learner(), class_name="6B")))
    assert kinds(plan) == ["reactivate"]
    assert after(plan) == NEW_DETAILS


def test_a_learner_whom_another_school_has_released_is_matched() -> None:
    plan = planned(extract(learner()), released(account_of(learner(), NANT, class_name="6B")))
    assert kinds(plan) == ["match"]
    assert after(plan) == NEW_DETAILS


def test_a_learner_who_is_active_at_another_school_waits_for_it() -> None:
    plan = planned(extract(learner()), account_of(learner(), NANT))
    assert plan.changes == ()
    assert plan.notes == (Note(NoteKind.BLOCKED, Kind.LEARNER, upn(1), NANT.number),)
    assert plan.unchanged == 0


# Learners who have left, or are still to come


def test_a_leavers_account_is_released() -> None:
    plan = planned(extract(learner(leaving_date=LEFT)), account_of(learner()))
    assert kinds(plan) == ["release"]
    assert after(plan) == {"status": "inactive", "released_from": GLAN.number}


@pytest.mark.parametrize(
    "account",
    [
        None,
        released(account_of(learner())),
        account_of(learner(), NANT),
        released(account_of(learner(), NANT)),
    ],
    ids=["none", "released already", "at the new school", "released by another"],
)
def test_a_leaver_without_an_active_account_here_needs_nothing(account: Account | None) -> None:
    plan = planned(extract(learner(leaving_date=LEFT)), *([account] if account else []))
    assert (plan.changes, plan.notes) == ((), ())


@pytest.mark.parametrize(
    ("leaving_date", "expected"), [(TODAY, ["release"]), (date(2026, 9, 8), [])], ids=["today", "tomorrow"]
)
def test_an_account_ends_on_the_leaving_date(leaving_date: date, expected: list[str]) -> None:
    assert kinds(planned(extract(learner(leaving_date=leaving_date)), account_of(learner()))) == expected


@pytest.mark.parametrize(
    ("admission_date", "expected"),
    [(date(2026, 9, 21), ["create"]), (date(2026, 9, 22), [])],
    ids=["in 14 days", "in 15 days"],
)
def test_an_account_is_made_14_days_before_admission(admission_date: date, expected: list[str]) -> None:
    assert kinds(planned(extract(learner(admission_date=admission_date)))) == expected


def test_somebody_still_to_come_who_has_an_account_has_not_vanished() -> None:
    plan = planned(extract(learner(admission_date=date(2026, 10, 1))), account_of(learner()))
    assert (plan.changes, plan.notes) == ((), ())


@pytest.mark.parametrize(
    ("year_group", "left", "today", "expected"),
    [
        ("11", date(2025, 6, 20), date(2025, 7, 1), []),
        ("11", date(2025, 6, 20), date(2025, 8, 28), []),
        ("11", date(2025, 6, 20), date(2025, 8, 29), ["release"]),
        ("11", date(2025, 6, 1), date(2025, 7, 1), ["release"]),
        ("10", date(2025, 6, 20), date(2025, 7, 1), ["release"]),
    ],
)
def test_the_pause_of_2025_keeps_the_accounts_of_leavers(
    year_group: str, left: date, today: date, expected: list[str], knowledge: Knowledge
) -> None:
    gone = learner(year_group=year_group, leaving_date=left, admission_date=date(2020, 9, 1))
    plan = planned(extract(gone), account_of(gone), today=today, pauses=knowledge.key_dates(2025).pauses)
    assert kinds(plan) == expected
    assert noted(plan) == ([] if expected else [("paused", gone.upn)])


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


# Nobody's row, a rejected row, accounts made by hand


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


# Former UPNs


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        (account_of(learner(2)), "update"),
        (released(account_of(learner(2))), "reactivate"),
        (released(account_of(learner(2), NANT)), "match"),
    ],
)
def test_an_account_is_found_by_the_former_upn_and_then_holds_the_new_one(
    held: Account, expected: str
) -> None:
    plan = planned(extract(learner(1, former_upn=upn(2))), held)
    assert kinds(plan) == [expected]
    assert after(plan)["upn"] == upn(1)


def test_the_upn_goes_before_the_former_upn() -> None:
    plan = planned(
        extract(learner(1, former_upn=upn(2))), account_of(learner(1)), released(account_of(learner(2), NANT))
    )
    assert (plan.changes, plan.unchanged) == ((), 1)


def test_a_former_upn_that_is_somebody_elses_now_finds_nobody() -> None:
    plan = planned(extract(learner(1, former_upn=upn(2)), learner(2)), account_of(learner(2)))
    assert kinds(plan) == ["create"]
    assert plan.changes[0].record.identifier == upn(1)
    assert plan.unchanged == 1


def test_a_former_upn_that_two_rows_name_finds_nobody() -> None:
    """One account can't be two learners': which of them it is cannot be told from here."""
    twins = extract(learner(1, former_upn=upn(3)), learner(2, former_upn=upn(3)))
    plan = planned(twins, released(account_of(learner(3), NANT)))
    assert kinds(plan) == ["create", "create"]


# Names


@pytest.mark.parametrize("name", [{"surname": "Parry"}, {"forename": "Sêr"}])
def test_another_name_is_noted_and_never_carried_over(name: dict[str, str]) -> None:
    plan = planned(extract(learner(**name)), account_of(learner()))
    assert (plan.changes, plan.unchanged) == ((), 1)
    assert noted(plan) == [("name-differs", upn(1))]


@pytest.mark.parametrize(
    "held",
    [
        account_of(learner(), class_name="6A"),
        released(account_of(learner())),
        released(account_of(learner(), NANT)),
    ],
    ids=["update", "reactivate", "match"],
)
def test_no_change_of_an_existing_account_sets_a_name(held: Account) -> None:
    assert not {"surname", "forename"} & after(planned(extract(learner(surname="Parry")), held)).keys()


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
