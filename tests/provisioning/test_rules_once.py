"""Rules that several parts go by stand once: every part gives the same answer."""

from datetime import date

import pytest

from diagnostics.deadlines import due
from diagnostics.rollover import Rollover
from diagnostics.stages import non_mis_reviewed
from diagnostics.verdict import nothing_missing, nothing_to_wait_for
from knowledge.ids import CAUSE_IDS
from knowledge.keydates import academic_year, derive, end_of_academic_year, events
from provisioning.manual.endings import ends_on
from provisioning.manual.handmade import Handmade
from provisioning.records.accounts import Account, Status
from provisioning.records.people import Kind
from tests.builders import GLAN, extract, stands

YEAR = derive(2026)


def made_by_hand(known_since: date) -> Handmade:
    account = Account(1, Kind.NON_MIS, GLAN.number, "SupplyA@hwbcymru.net", "Supply", "Ann", Status.ACTIVE)
    return Handmade(account, known_since=known_since)


def test_accounts_made_by_hand_end_on_31_august_wherever_that_is_said() -> None:
    found = Rollover(stands(extract()), YEAR, date(2026, 9, 1), (), (), 0, 0, {Kind.NON_MIS: (0, 1)})
    (event,) = (event for event in events(YEAR) if event.id == "accounts-end")
    told = {
        "the review": ends_on(made_by_hand(date(2026, 3, 1))),
        "the key dates": event.day,
        "the stage": non_mis_reviewed(found).detail.values["due"],
        "the alert": due("non-mis-reviewed", YEAR),
    }
    assert told == dict.fromkeys(told, end_of_academic_year(2026)) == dict.fromkeys(told, date(2026, 8, 31))


@pytest.mark.parametrize(
    ("day", "year"), [(date(2026, 8, 31), 2026), (date(2026, 9, 1), 2027), (date(2026, 1, 1), 2026)]
)
def test_an_academic_year_is_named_by_the_year_in_which_it_ends(day: date, year: int) -> None:
    assert academic_year(day) == year


def test_nothing_is_missing_where_the_account_is_there_or_has_this_years_class() -> None:
    assert {cause for cause in CAUSE_IDS if nothing_missing(cause)} == {"present", "up-to-date"}


def test_there_is_nothing_to_wait_for_once_only_the_password_is_to_be_reset() -> None:
    password = {"transferred", "new-account"}
    assert {cause for cause in CAUSE_IDS if nothing_to_wait_for(cause)} == {
        "present",
        "up-to-date",
        *password,
    }
