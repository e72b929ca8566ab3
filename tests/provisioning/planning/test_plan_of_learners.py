"""The plan for learners: on roll, back, from another school, leaving; former UPNs and other names."""

from datetime import date

import pytest

from knowledge.loading import Knowledge
from provisioning.planning.directory import Directory
from provisioning.planning.plan import plan
from provisioning.records.accounts import Account
from provisioning.records.extracts import Covered
from provisioning.records.people import Kind
from provisioning.records.plans import Note, NoteKind
from tests.builders import GLAN, NANT, TODAY, account_of, extract, learner, planned, released, upn
from tests.provisioning.planning.plan_builders import LEFT, NEW_DETAILS, after, kinds, noted

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


CAME_BACK = date(2024, 9, 2)
"""The day on which a learner came back whose earlier stay ended before it."""


@pytest.mark.parametrize(
    ("left", "planned_as", "notes"),
    [
        (date(2022, 7, 21), [], [("vanished", upn(1))]),
        (date(2024, 6, 1), [], [("vanished", upn(1))]),
        (date(2024, 6, 2), ["release"], []),  # three months before: an admission date that was mended
        (CAME_BACK, ["release"], []),  # who did not come leaves on the day of admission
        (LEFT, ["release"], []),
    ],
)
def test_the_end_of_an_earlier_stay_ends_no_account(
    left: date, planned_as: list[str], notes: list[tuple[str, str]]
) -> None:
    """The row of the present stay, which the last run had, is gone from the extract."""
    before = Covered(Kind.LEARNER, upn(1), CAME_BACK, None, "7", "7A")
    row = learner(1, admission_date=date(2020, 9, 1), leaving_date=left)
    found = plan(extract(row), Directory([account_of(row)]), (), TODAY, applied={before.key: before})
    assert (kinds(found), noted(found)) == (planned_as, notes)


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


def test_a_learner_still_to_come_who_has_an_account_has_not_vanished() -> None:
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


def test_a_former_upn_that_is_another_learners_now_finds_no_account() -> None:
    plan = planned(extract(learner(1, former_upn=upn(2)), learner(2)), account_of(learner(2)))
    assert kinds(plan) == ["create"]
    assert plan.changes[0].record.identifier == upn(1)
    assert plan.unchanged == 1


def test_a_former_upn_that_two_rows_name_finds_no_account() -> None:
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
