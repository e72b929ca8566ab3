"""Accounts made by hand that end by themselves: on their date, or unused; and the review that follows."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import delete, update

from provisioning.errors import KnownError
from provisioning.manual import reviews, upkeep
from provisioning.manual.handmade import FILE, Term
from provisioning.manual.housekeeping import Why
from provisioning.records.people import Kind
from provisioning.runs.dependencies import Provisioning
from provisioning.store import decisions
from provisioning.store.database import Database
from provisioning.store.decisions import Relaxation
from provisioning.store.tables.reviews import ListingRow
from tests.builders import GLAN, Schools, write
from tests.provisioning.manual.review_builders import (
    AUGUST,
    GWEN,
    HEADER,
    MERI,
    SALLY,
    by_hand,
    deeds,
    listed,
    sally,
)

pytestmark = pytest.mark.both_databases


# What ends by itself


def test_what_has_come_to_its_end_becomes_inactive_once(provisioning: Schools, database: Database) -> None:
    listed(provisioning, SALLY, GWEN)
    upkeep.daily(provisioning.at(AUGUST + timedelta(days=5)))
    assert [account.active for account in by_hand(provisioning)] == [True, True]
    for days in (6, 7):
        upkeep.daily(provisioning.at(AUGUST + timedelta(days=days)))
        assert [account.active for account in by_hand(provisioning)] == [False, True]
    assert deeds(database)[2:] == [
        ("expired", "schedule", {"status": "active"}, {"status": "inactive"}),
    ]


def test_unused_for_ninety_days_by_the_files_own_day(provisioning: Schools, database: Database) -> None:
    unused = [*SALLY[:4], "2027-06-30", "2026-06-01"]
    listed(provisioning, unused)
    assert upkeep.expire(provisioning.at(AUGUST + timedelta(days=30))) == 0
    listed(provisioning, unused, at=AUGUST + timedelta(days=4))  # a newer copy of the same content
    assert upkeep.expire(provisioning.at(AUGUST + timedelta(days=30))) == 0
    listed(provisioning, unused, MERI, at=AUGUST + timedelta(days=5))
    assert upkeep.expire(provisioning.at(AUGUST + timedelta(days=30))) == 1
    assert deeds(database)[-1][0] == "unused"


def dated(provisioning: Schools, day: str, *rows: list[str], at: datetime = AUGUST) -> tuple[KnownError, ...]:
    """The file names its own day; what is said as it is taken in."""
    write(provisioning.folder / FILE, [["as_of", day], HEADER, *rows], at)
    return upkeep.take_in(provisioning.at(at))


def test_a_list_may_name_its_own_day(provisioning: Schools) -> None:
    unused = [*SALLY[:4], "2027-06-30", "2026-06-01"]
    assert dated(provisioning, "2026-08-20", unused, MERI) == ()
    assert upkeep.expire(provisioning.at(AUGUST + timedelta(days=30))) == 0
    assert dated(provisioning, "2026-08-31", unused, MERI, at=AUGUST + timedelta(days=5)) == ()
    assert upkeep.expire(provisioning.at(AUGUST + timedelta(days=30))) == 1


def test_a_line_of_a_dated_list_is_told_by_its_number_in_the_file(provisioning: Schools) -> None:
    (problem,) = dated(provisioning, "2026-08-20", [*SALLY[:3], "visitor", "", ""])
    assert problem.said.values["line"] == 3
    (problem,) = dated(provisioning, "31-31", SALLY)
    assert problem.said.key == "error.non-mis-as-of"


def test_an_old_list_that_comes_back_is_as_old_as_it_was(provisioning: Schools) -> None:
    unused = [*SALLY[:4], "2027-06-30", "2026-06-01"]
    listed(provisioning, unused)
    listed(provisioning, [*SALLY[:4], "2027-06-30", "2026-08-28"], at=AUGUST + timedelta(days=3))
    listed(provisioning, unused, at=AUGUST + timedelta(days=20))
    assert upkeep.expire(provisioning.at(AUGUST + timedelta(days=20))) == 0


def supply(count: int, signed_in: str = "2026-05-20") -> list[list[str]]:
    return [
        [GLAN.number, f"Supply{n}@hwbcymru.net", f"Supply {n}", "governor", "2027-08-31", signed_in]
        for n in range(count)
    ]


@pytest.mark.parametrize(
    ("have", "end", "held"),
    [(15, 15, True), (15, 5, True), (15, 4, False), (25, 5, False), (24, 5, True)],
)
def test_a_list_that_would_end_many_accounts_at_once_ends_none(
    provisioning: Schools, have: int, end: int, held: bool
) -> None:
    """5 or more and over 20 % of a school's: the list is not taken in, and says so until a person decides."""
    there = supply(have, "2026-08-20")
    listed(provisioning, *there)
    later = AUGUST + timedelta(days=11)
    problems = dated(provisioning, "2026-09-05", *supply(end), *there[end:], at=later)
    assert [problem.said.key for problem in problems] == (["error.non-mis-ends-many"] if held else [])
    assert upkeep.expire(provisioning.at(later)) == (0 if held else end)
    if not held:
        return
    assert (problems[0].said.values["count"], problems[0].said.values["total"]) == (end, have)
    assert len(upkeep.take_in(provisioning.at(later))) == 1
    assert all(account.active for account in by_hand(provisioning))
    with provisioning.database.writing() as session:
        given = Relaxation(GLAN.number, "list-ends-many", date(2026, 9, 10), "they have left", "Alys", end)
        decisions.relax(session, given, later)
    assert upkeep.take_in(provisioning.at(later)) == ()
    assert upkeep.expire(provisioning.at(later)) == end


def test_a_list_from_before_lists_went_by_content_is_as_old_as_its_file_was(provisioning: Schools) -> None:
    """The first look after an update: the same old file, of which only its time was known."""
    unused = [*SALLY[:4], "2027-06-30", "2026-06-01"]
    listed(provisioning, unused)
    with provisioning.database.writing() as session:
        session.execute(delete(ListingRow).where(ListingRow.file != FILE))
        session.execute(update(ListingRow).values(stamp="1756195200000000000/120"))
    listed(provisioning, unused, at=AUGUST + timedelta(days=30))
    assert upkeep.expire(provisioning.at(AUGUST + timedelta(days=30))) == 0


def test_trouble_with_the_file_is_in_the_log_without_names(
    provisioning: Schools, caplog: pytest.LogCaptureFixture
) -> None:
    write(provisioning.folder / FILE, [HEADER, [*SALLY[:3], "visitor", "", ""]])
    upkeep.daily(provisioning.at())
    assert "Line 2 of non_mis.csv" in caplog.text
    assert "Sally" not in caplog.text
    assert "SupplyS" not in caplog.text


# Ended by itself, until a person has looked


ENDED = datetime(2026, 9, 11, 6, 0, tzinfo=UTC)
"""The morning after Sally's last day."""


@pytest.fixture
def gone(provisioning: Schools) -> Provisioning:
    """The installation on that morning, when Sally's account has ended."""
    listed(provisioning, SALLY)
    assert upkeep.expire(provisioning.at(ENDED - timedelta(days=1))) == 0
    assert upkeep.expire(provisioning.at(ENDED)) == 1
    return provisioning.at(ENDED)


def progress(provisioning: Schools) -> tuple[int, int]:
    with provisioning.database.reading() as session:
        return reviews.progress_at(session, {GLAN.number: 2026})[GLAN.number][Kind.NON_MIS]


def test_an_account_that_has_ended_stays_to_be_reviewed(provisioning: Schools, gone: Provisioning) -> None:
    (entry,) = reviews.review(gone, GLAN.number, Kind.NON_MIS).entries
    assert entry.why == (Why.ENDED,)
    assert progress(provisioning) == (0, 1)


def test_a_person_says_that_it_may_stay_ended(provisioning: Schools, gone: Provisioning) -> None:
    reviews.deactivate(gone, sally(provisioning), by="U0CARYS")
    (entry,) = reviews.review(gone, GLAN.number, Kind.NON_MIS).entries
    assert (entry.why, entry.handmade.account.active) == ((), False)
    assert progress(provisioning) == (1, 1)


def test_undone_it_does_not_end_again_by_that_date_and_a_person_decides(
    provisioning: Schools, gone: Provisioning
) -> None:
    handmade = reviews.undo(gone, sally(provisioning), by="U0CARYS")
    assert handmade.account.active
    for days in (0, 1, 20):
        assert upkeep.expire(provisioning.at(ENDED + timedelta(days=days))) == 0
    (entry,) = reviews.review(gone, GLAN.number, Kind.NON_MIS).entries
    assert Why.EXPIRES in entry.why
    reviews.keep(gone, sally(provisioning), Term.ONE_MONTH, by="U0CARYS")
    assert upkeep.expire(provisioning.at(ENDED + timedelta(days=31))) == 1


def test_one_that_was_to_end_on_its_date_has_been_looked_at(
    provisioning: Schools, then: Provisioning
) -> None:
    listed(provisioning, SALLY)
    reviews.deactivate(then, sally(provisioning), by="U0CARYS", at_its_date=True)
    assert upkeep.expire(provisioning.at(ENDED)) == 1
    (entry,) = reviews.review(provisioning.at(ENDED), GLAN.number, Kind.NON_MIS).entries
    assert entry.why == ()
    assert progress(provisioning) == (1, 1)
    later = provisioning.at(ENDED + timedelta(days=1))
    assert reviews.undo(later, sally(provisioning), by="U0CARYS").account.active
    (entry,) = reviews.review(later, GLAN.number, Kind.NON_MIS).entries
    assert entry.why == (Why.EXPIRES,)
    handmade = reviews.deactivate(later, sally(provisioning), by="U0CARYS", at_its_date=True)
    assert handmade.account.expires_on == date(2027, 8, 31)


@pytest.mark.parametrize(("days_before", "warned"), [(8, False), (7, True), (0, True)])
def test_what_ends_within_a_week_is_known(provisioning: Schools, days_before: int, warned: bool) -> None:
    listed(provisioning, SALLY, GWEN)
    at = provisioning.at(datetime(2026, 9, 10, 6, 0, tzinfo=UTC) - timedelta(days=days_before))
    with provisioning.database.reading() as session:
        found = upkeep.ending_soon(at, session)
    sallys = [ends for entry, ends in found if entry.account.username.startswith("Supply")]
    assert sallys == ([date(2026, 9, 10)] if warned else [])
