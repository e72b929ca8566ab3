"""The plan of people who have one name in common: twins, and members of staff under a reused code."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from provisioning.planning.directory import Directory
from provisioning.planning.plan import plan
from provisioning.planning.same_person import fingerprint
from provisioning.records.accounts import Account
from provisioning.records.people import Learner, StaffMember
from provisioning.records.plans import DoubtReason, IdentityAnswer
from tests.builders import (
    NANT,
    TODAY,
    account_of,
    extract,
    learner,
    planned,
    rejected,
    released,
    staff_member,
)
from tests.provisioning.planning.plan_builders import kinds, noted

BORN, OTHER_DAY = date(2014, 5, 3), date(2013, 11, 20)
LEFT = TODAY - timedelta(days=1)
ALYS = learner(1, surname="Jones", forename="Alys", date_of_birth=BORN)
BECA = learner(2, surname="Jones", forename="Beca", date_of_birth=BORN)
ALYS_HERE, BECA_HERE = (account_of(twin, date_of_birth=BORN) for twin in (ALYS, BECA))
BECA_LEAVES = replace(BECA, upn=ALYS.upn, line=ALYS.line, leaving_date=LEFT)
"""Beca's leaving date, in a row with the UPN of Alys."""
ALYS_STAYS = replace(ALYS, upn=BECA.upn, line=BECA.line)


# ---- A leaver's row releases no account of a person whom it does not name


def asked_about(leaver: Learner | StaffMember, *others: Learner | StaffMember, held: list[Account]) -> bool:
    """Whether it is asked whose account a leaver's row ends; otherwise the row ends it."""
    found = planned(extract(leaver, *others), *held)
    ended = [change for change in found.changes if change.kind == "release"]
    doubts = [doubt for doubt in found.doubts if doubt.record == leaver]
    assert len(ended) + len(doubts) == 1
    return bool(doubts)


def test_twins_whose_upns_have_changed_places() -> None:
    found = planned(extract(BECA_LEAVES, ALYS_STAYS), ALYS_HERE, BECA_HERE)
    assert kinds(found) == []
    assert noted(found) == [("doubtful", ALYS.upn), ("name-differs", BECA.upn)]
    (doubt,) = found.doubts
    assert (doubt.reason, doubt.record, doubt.account) == (
        DoubtReason.IDENTITY_DOUBT,
        BECA_LEAVES,
        ALYS_HERE,
    )


@pytest.mark.parametrize(
    "held",
    [
        [ALYS_HERE, BECA_HERE],
        [ALYS_HERE, released(BECA_HERE)],
        [ALYS_HERE, replace(BECA_HERE, surname="Beca", forename="Jones")],
        [replace(ALYS_HERE, surname="Alys", forename="Jones"), BECA_HERE],
        [replace(ALYS_HERE, date_of_birth=None), BECA_HERE],
    ],
    ids=["both active", "the other released", "in each other's column", "also the own", "no date of birth"],
)
def test_the_full_name_of_another_account_is_not_the_name_of_this_one(held: list[Account]) -> None:
    assert asked_about(BECA_LEAVES, held=held)


def test_nor_is_the_full_name_in_another_row() -> None:
    assert asked_about(BECA_LEAVES, BECA, held=[ALYS_HERE])
    assert asked_about(BECA_LEAVES, replace(BECA, leaving_date=LEFT), held=[ALYS_HERE])


@pytest.mark.parametrize(
    ("leaver", "held"),
    [
        (replace(ALYS, leaving_date=LEFT), [ALYS_HERE, BECA_HERE]),
        (BECA_LEAVES, [ALYS_HERE]),  # a pet name: the school knows no other Beca Jones
        (BECA_LEAVES, [ALYS_HERE, account_of(BECA, NANT)]),
        (BECA_LEAVES, [ALYS_HERE, account_of(staff_member(surname="Jones", forename="Beca"), id=9)]),
        (BECA_LEAVES, [ALYS_HERE, replace(BECA_HERE, surname="Puw")]),
        (replace(BECA_LEAVES, forename="B?ca"), [ALYS_HERE, replace(BECA_HERE, forename="B?ca")]),
        (replace(ALYS, surname="Puw", leaving_date=LEFT), [ALYS_HERE, replace(BECA_HERE, surname="Puw")]),
    ],
    ids=["her own name", "a pet name", "elsewhere", "on the staff", "in part", "damaged", "a new surname"],
)
def test_a_leavers_row_that_names_its_account_ends_it(leaver: Learner, held: list[Account]) -> None:
    assert not asked_about(leaver, held=held)


def test_a_new_surname_that_another_of_that_forename_has_is_no_other_forename() -> None:
    married = replace(ALYS, surname="Puw", leaving_date=LEFT)
    assert not asked_about(married, held=[ALYS_HERE, replace(BECA_HERE, surname="Puw", forename="Alys")])


def test_who_has_not_left_keeps_the_account_under_the_twins_name() -> None:
    """A row that ends nothing is noted, as it was: Hwb keeps the account's name."""
    for leaving in (None, TODAY + timedelta(days=1)):
        found = planned(extract(replace(BECA_LEAVES, leaving_date=leaving), BECA), ALYS_HERE, BECA_HERE)
        assert (kinds(found), noted(found)) == ([], [("name-differs", ALYS.upn)])


def test_a_staff_code_that_was_a_colleagues_of_that_surname() -> None:
    jac, jane = staff_member("JEV", forename="Jac"), staff_member("JAE", forename="Jane")
    row = replace(jane, staff_code="JEV", leaving_date=LEFT)
    janes = account_of(jane, id=5)
    assert asked_about(row, held=[account_of(jac), janes])
    assert asked_about(row, held=[account_of(jac), released(janes)])
    assert not asked_about(row, held=[account_of(jac)])


@pytest.mark.parametrize(
    ("answer", "done", "rejected_rows"),
    [(IdentityAnswer.SAME, ["release"], 0), (IdentityAnswer.ANOTHER, [], 1)],
)
def test_what_a_person_says_of_twins_is_done(
    answer: IdentityAnswer, done: list[str], rejected_rows: int
) -> None:
    said = {(ALYS_HERE.id, fingerprint(BECA_LEAVES)): answer}
    found = plan(extract(BECA_LEAVES, BECA), Directory([ALYS_HERE, BECA_HERE]), (), TODAY, said)
    assert (kinds(found), found.doubts, len(found.rejections)) == (done, (), rejected_rows)


# ---- A new UPN together with a new name makes no second account

MARRIED = learner(7, surname="Puw", forename="Alys", date_of_birth=BORN)
"""Alys under a corrected UPN, with the surname of her mother's new husband."""


def test_a_new_upn_and_a_new_surname() -> None:
    found = planned(extract(MARRIED), ALYS_HERE)
    assert (kinds(found), noted(found)) == ([], [("doubtful", MARRIED.upn)])
    assert [(doubt.reason, doubt.account) for doubt in found.doubts] == [(DoubtReason.LOOKS_LIKE, ALYS_HERE)]


@pytest.mark.parametrize(
    ("record", "old_rows", "held"),
    [
        (BECA, [ALYS], [ALYS_HERE]),  # her twin, who is new, while Alys is there
        (MARRIED, [ALYS], [ALYS_HERE]),
        (MARRIED, [replace(ALYS, leaving_date=LEFT)], [ALYS_HERE]),
        (MARRIED, [], [ALYS_HERE, replace(ALYS_HERE, id=9, upn=learner(9).upn, surname="Rees")]),
        (MARRIED, [], [released(ALYS_HERE)]),
        (MARRIED, [], [account_of(ALYS, NANT, date_of_birth=BORN)]),
        (replace(MARRIED, forename="Al?s"), [], [ALYS_HERE]),
        (MARRIED, [], [replace(ALYS_HERE, forename="Al?s")]),
    ],
    ids=[
        "a twin",
        "still there",
        "left",
        "two of them",
        "released",
        "elsewhere",
        "damaged",
        "account damaged",
    ],
)
def test_no_question_without_the_only_account_of_a_person_who_has_gone(
    record: Learner, old_rows: list[Learner], held: list[Account]
) -> None:
    found = planned(extract(record, *old_rows), *held)
    assert found.doubts == ()


def test_twins_under_new_upns_are_each_asked_about_by_their_own_name() -> None:
    anew = [replace(ALYS, upn=learner(7).upn), replace(BECA, upn=learner(8).upn, forename="Rebecca")]
    found = planned(extract(*anew), ALYS_HERE, BECA_HERE)
    assert [(doubt.record.forename, doubt.account) for doubt in found.doubts] == [
        ("Alys", ALYS_HERE),
        ("Rebecca", BECA_HERE),
    ]


def test_the_old_upn_may_stand_on_a_rejected_row() -> None:
    found = planned(extract(MARRIED, rejections=[rejected(ALYS)]), ALYS_HERE)
    assert [doubt.reason for doubt in found.doubts] == [DoubtReason.LOOKS_LIKE]


def test_a_member_of_staff_is_known_by_both_names_alone() -> None:
    jane = staff_member("JEV", surname="Evans", forename="Jane")
    anew = replace(jane, staff_code="JPU", surname="Puw")
    assert kinds(planned(extract(anew), account_of(jane))) == ["create"]


@pytest.mark.parametrize(
    ("answer", "done"), [(IdentityAnswer.SAME, "update"), (IdentityAnswer.ANOTHER, "create")]
)
def test_what_a_person_says_of_the_new_upn_is_done(answer: IdentityAnswer, done: str) -> None:
    said = {(ALYS_HERE.id, fingerprint(MARRIED)): answer}
    assert kinds(plan(extract(MARRIED), Directory([ALYS_HERE]), (), TODAY, said)) == [done]
