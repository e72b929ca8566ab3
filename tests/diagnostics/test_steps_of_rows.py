"""What a diagnosis says of a row: a cell left out, another's UPN, an old extract, a colleague's row."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from diagnostics.case import Case, OfAnother
from diagnostics.steps import STEPS
from diagnostics.verdict import Verdict
from knowledge.texts import Text
from provisioning.records.accounts import Account
from provisioning.records.people import StaffMember
from provisioning.records.plans import DoubtReason
from provisioning.records.rejections import Reason, Rejection
from tests.builders import (
    NANT,
    NOW,
    TODAY,
    account_of,
    case_of,
    extract,
    learner,
    rejected,
    released,
    stands,
    upn,
)
from tests.diagnostics.hand_built import EARLIER, ELIN, HERE, JAC, SEREN
from tests.diagnostics.step_cases import (
    AN_HOUR_AGO,
    EXPORTED,
    FAILS,
    GLAN_WITHOUT,
    GLANS,
    HOLDS,
    UNKNOWN,
    at_glan,
    of_jac,
    verdict,
)

# A row of Seren's at Glan


def cell(column: str, value: str) -> Text:
    return Text(f"column.{column}", {"value": value})


BORN, FORMER = ("date_of_birth", "31/02/2015"), ("former_upn", "A12")


@pytest.mark.parametrize(
    ("unread", "said"),
    [
        ((BORN,), {"cell": cell(*BORN), "also": None}),
        ((BORN, FORMER), {"cell": cell(*BORN), "also": cell(*FORMER)}),
    ],
)
def test_a_complete_record_with_cells_that_could_not_be_read(
    unread: tuple[tuple[str, str], ...], said: dict[str, Any]
) -> None:
    of = stands(extract(replace(SEREN, unread=unread)))
    assert STEPS["mis-record"](at_glan(of)) == verdict(
        "mis-record", (HOLDS, "complete-but", NOW, None, {"line": 2, **said})
    )


def test_a_row_whose_upn_a_person_has_said_to_be_another_learners() -> None:
    said = OfAnother(account_of(SEREN), 7, EARLIER)
    case = at_glan(GLAN_WITHOUT, rejections=(rejected(SEREN, Reason.UPN_DUPLICATE),), of_another=said)
    told = {"file": "learners.csv", "line": 2, "on": EARLIER, "change": 7}
    assert STEPS["mis-record"](case) == verdict(
        "mis-record", (FAILS, "another-person", NOW, "row-rejected", told)
    )


@pytest.mark.parametrize(
    ("account", "detail"),
    [
        (account_of(SEREN), "of-another"),
        (released(account_of(SEREN)), "of-another-not-here"),
        (account_of(SEREN, NANT), "of-another-not-here"),
    ],
)
def test_the_account_under_that_upn_is_no_account_of_hers(account: Account, detail: str) -> None:
    case = at_glan(GLAN_WITHOUT, of_another=OfAnother(account, 7, EARLIER))
    assert STEPS["account-visible"](case) == verdict(
        "account-visible", (FAILS, detail, EARLIER, None, {**GLANS, "on": EARLIER})
    )


def test_no_row_in_an_extract_that_is_too_old_to_tell() -> None:
    case = at_glan(replace(GLAN_WITHOUT, stale=True))
    said = {**GLANS, "identifier": upn(1), "read": NOW, "near": ""}
    assert STEPS["mis-record"](case) == verdict("mis-record", (FAILS, "stale", NOW, "extract-stale", said))


@pytest.mark.parametrize(
    ("replaced_by", "detail", "other"),
    [(None, "vanished", {}), (upn(7), "replaced", {"other": upn(7)})],
)
def test_no_row_any_more_though_there_is_an_account(
    replaced_by: str | None, detail: str, other: dict[str, str]
) -> None:
    """No other row in the MIS has her name, or that of a learner with another UPN."""
    case = at_glan(GLAN_WITHOUT, account=HERE, replaced_by=replaced_by)
    said = {**GLANS, "identifier": upn(1), **other}
    assert STEPS["mis-record"](case) == verdict("mis-record", (FAILS, detail, NOW, "not-in-mis", said))


# Her account beside the row


@pytest.mark.parametrize("doubt", DoubtReason)
def test_an_account_in_doubt_is_not_told_as_hers(doubt: DoubtReason) -> None:
    """The evidence is the extract, for it is the row that agrees with the account or does not."""
    case = at_glan(EXPORTED, account=HERE, doubt=doubt)
    assert STEPS["account-visible"](case) == verdict(
        "account-visible", (FAILS, doubt.value, NOW, "identity-doubt", GLANS)
    )


def test_an_account_that_keeps_another_name() -> None:
    married = learner(1, surname="Evans-Puw")
    said = {**GLANS, "username": HERE.username}
    for of, account, detail in (
        (stands(extract(married)), HERE, "visible-other-name"),
        (stands(extract(SEREN)), HERE, "visible"),
        (GLAN_WITHOUT, HERE, "visible"),
    ):
        case = at_glan(replace(of, accounts_as_of=AN_HOUR_AGO), account=account)
        assert STEPS["account-visible"](case) == verdict(
            "account-visible", (HOLDS, detail, AN_HOUR_AGO, None, said)
        )


# Jac's staff record beside that of Elin, who has an account


def beside(colleague: StaffMember, row: StaffMember | Rejection) -> Case:
    if isinstance(row, StaffMember):
        return of_jac(record=row, colleague=colleague)
    return case_of(JAC, stands(extract(colleague)), rejections=(row,), colleague=colleague)


def compared(colleague: StaffMember, row: StaffMember | Rejection) -> Verdict:
    return STEPS["staff-compared"](beside(colleague, row))


def alike() -> Verdict:
    return verdict("staff-compared", (HOLDS, "alike", NOW, None, {"line": 9}))


def differs(*fields: tuple[str, str], may_matter: bool = True) -> Verdict:
    said = {"line": 9, "fields": [list(field) for field in fields]}
    return verdict("staff-compared", (FAILS if may_matter else UNKNOWN, "differs", NOW, None, said))


@pytest.mark.parametrize(
    ("jacs", "elins", "differing"),
    [
        ("j.evans@glan.example", "e.rees@glan.example", None),
        ("j.evans@glan.example", None, "filled"),
        (None, "e.rees@glan.example", "empty"),
        ("jevans@glan.example", "e.rees@glan.example", "shape"),
        ("j.evans@glan.example", "erees@glan.example", "shape"),
        (None, None, None),
    ],
)
def test_an_e_mail_address_that_differs_keeps_no_account_from_being_made(
    jacs: str | None, elins: str | None, differing: str | None
) -> None:
    found = compared(replace(ELIN, email=elins), replace(JAC, email=jacs))
    assert found == (differs(("email", differing), may_matter=False) if differing else alike())


@pytest.mark.parametrize(
    ("jacs", "elins", "is_alike"),
    [
        ("JEV", "ERE", True),
        ("J12", "E345", True),  # how many digits does not matter
        ("J 12", "E  12", True),  # nor how wide a gap is
        ("J12", "ERE", False),
        ("J-12", "E/12", False),
        ("12", "E12", False),
        ("J 12", "E12", False),
    ],
)
def test_staff_codes_are_compared_by_how_they_are_made_up(jacs: str, elins: str, is_alike: bool) -> None:
    found = compared(replace(ELIN, staff_code=elins), replace(JAC, staff_code=jacs))
    assert found == (alike() if is_alike else differs(("staff-code", "shape")))


NEXT_SUMMER = date(2027, 7, 20)


@pytest.mark.parametrize(
    ("jacs", "elins", "differing"),
    [
        (NEXT_SUMMER, None, "filled"),
        (None, NEXT_SUMMER, "empty"),
        (NEXT_SUMMER, NEXT_SUMMER + timedelta(days=1), None),
    ],
)
def test_whether_there_is_a_leaving_date_is_compared_and_not_which(
    jacs: date | None, elins: date | None, differing: str | None
) -> None:
    found = compared(replace(ELIN, leaving_date=elins), replace(JAC, leaving_date=jacs))
    assert found == (differs(("leaving-date", differing)) if differing else alike())


@pytest.mark.parametrize(
    ("faults", "fields"),
    [
        ([("legal_surname", "empty"), ("legal_forename", "empty")], [("name", "empty")]),
        ([("start_date", "empty")], [("start-date", "empty")]),
        ([("swac_role", "empty")], [("swac-role", "empty")]),
        ([("staff_code", "empty")], [("staff-code", "empty")]),
        ([("leaving_date", "unreadable")], [("leaving-date", "unreadable")]),
        (
            [("swac_role", "empty"), ("start_date", "unreadable")],
            [("swac-role", "empty"), ("start-date", "unreadable")],
        ),
        ([("start_date", "empty"), ("email", "empty")], [("start-date", "empty"), ("email", "empty")]),
    ],
)
def test_a_rejected_row_says_every_field_that_it_lacks(
    faults: list[tuple[str, str]], fields: list[tuple[str, str]]
) -> None:
    row = replace(rejected(JAC, Reason.START_DATE_MISSING), faults=tuple(faults))
    assert compared(replace(ELIN, email="e.rees@glan.example"), row) == differs(*fields)


def test_an_e_mail_address_that_both_lack_is_no_difference() -> None:
    row = replace(rejected(JAC), faults=(("legal_surname", "empty"), ("email", "empty")))
    assert compared(replace(ELIN, email=None), row) == differs(("name", "empty"))


def test_a_row_that_is_rejected_for_something_else_is_compared_as_it_is() -> None:
    row = rejected(JAC, Reason.STAFF_CODE_DUPLICATE)
    assert compared(ELIN, row) == alike()
    assert compared(replace(ELIN, leaving_date=TODAY), row) == differs(("leaving-date", "empty"))
    assert compared(replace(ELIN, leaving_date=TODAY), replace(row, reason=Reason.ROW_SHORT)) == alike()
