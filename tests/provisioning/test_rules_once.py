"""Rules that several parts go by stand once: every part gives the same answer."""

from datetime import date, datetime, timedelta

import pytest

from diagnostics.deadlines import due, due_of
from diagnostics.rollover import Rollover
from diagnostics.stages import non_mis_reviewed
from diagnostics.verdict import Step, nothing_missing, nothing_to_wait_for
from knowledge.ids import CAUSE_IDS
from knowledge.keydates import academic_year, derive, end_of_academic_year, events
from knowledge.texts import UK
from provisioning.manual.endings import ends_on
from provisioning.manual.handmade import Handmade
from provisioning.records.accounts import Account, Status
from provisioning.records.people import Kind
from provisioning.rules import is_stale
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
    ("written", "last"),
    [
        (date(2026, 7, 1), date(2026, 7, 15)),
        (date(2026, 8, 10), date(2026, 8, 20)),
        (date(2026, 8, 26), date(2026, 9, 2)),
    ],
)
def test_new_data_is_due_on_the_last_day_on_which_the_old_is_recent(written: date, last: date) -> None:
    """In a rollover that is a week after it was written, else two."""
    stage = Step("extract-current").fails("stale", datetime.combine(written, datetime.min.time(), UK))
    assert due_of(stage, YEAR) == last
    assert not is_stale(written, last, YEAR.end_of_year_deadline)
    assert is_stale(written, last + timedelta(days=1), YEAR.end_of_year_deadline)


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
