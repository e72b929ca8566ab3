"""Accounts made by hand on a real database: taken in, decided on, undone, ended; every deed kept."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import delete, select, update

from knowledge.texts import Text
from provisioning.errors import KnownError
from provisioning.manual import reviews, upkeep
from provisioning.manual.handmade import ReviewDecision, Term
from provisioning.manual.housekeeping import Why
from provisioning.manual.reviews import Review
from provisioning.records.accounts import Account, Status
from provisioning.records.people import Kind
from provisioning.records.runs import RunStatus
from provisioning.runs.school_run import Provisioning
from provisioning.sources.non_mis import FILE
from provisioning.store import decisions
from provisioning.store.database import Database
from provisioning.store.decisions import Relaxation
from provisioning.store.review_tables import ListingRow, ReviewRow
from provisioning.store.runs import Run
from provisioning.store.tables import AccountRow
from tests.builders import GLAN, NANT, Schools, learner, staff_member, write
from tests.portal_builders import PortalSchools
from tests.portal_builders import seen as seen_in_portal

pytestmark = pytest.mark.both_databases

HEADER = ["school", "username", "name", "kind", "expires_on", "last_signed_in"]
SALLY = [GLAN.number, "SupplyS@hwbcymru.net", "Sally Supply", "non-mis", "2026-09-10", "2026-08-01"]
GWEN = [GLAN.number, "LlywG@hwbcymru.net", "Gwen Llyw", "governor", "", ""]
MERI = [GLAN.number, "MeriM@hwbcymru.net", "Meri Meredydd", "governor", "2027-06-30", ""]
AUGUST = datetime(2026, 8, 26, 8, 0, tzinfo=UTC)


@pytest.fixture
def then(provisioning: Schools) -> Provisioning:
    """The services on a Wednesday in August."""
    return provisioning.at(AUGUST)


def listed(provisioning: Schools, *rows: list[str], at: datetime = AUGUST) -> None:
    """The file has these rows, and is taken in without trouble."""
    write(provisioning.folder / FILE, [HEADER, *rows], at)
    assert upkeep.take_in(provisioning.at(at)) == ()


def by_hand(provisioning: Schools) -> list[Account]:
    return [one for one in provisioning.accounts() if one.kind in (Kind.NON_MIS, Kind.GOVERNOR)]


def seen(found: Review, username: str = "SupplyS") -> tuple[Status, date | None, ReviewDecision | None]:
    """What a review shows of an account: its status, its end, the decision in force."""
    one = next(
        entry.handmade for entry in found.entries if entry.handmade.account.username.startswith(username)
    )
    return one.account.status, one.account.expires_on, one.decision.choice if one.decision else None


def sally(provisioning: Schools) -> int:
    return reviews.find(provisioning.at(), GLAN.number, Kind.NON_MIS, "supplys")


def deeds(database: Database) -> list[tuple[str, str, dict[str, object] | None, dict[str, object]]]:
    with database.reading() as session:
        rows = session.scalars(select(ReviewRow).order_by(ReviewRow.id))
        return [(row.choice, row.by, row.before, row.after) for row in rows]


# Taken in


def test_the_file_makes_accounts(provisioning: Schools) -> None:
    listed(provisioning, SALLY, GWEN)
    assert [
        (a.school, a.kind, a.username, a.surname, a.status, a.expires_on) for a in by_hand(provisioning)
    ] == [
        (GLAN.number, Kind.GOVERNOR, "LlywG@hwbcymru.net", "Gwen Llyw", Status.ACTIVE, None),
        (GLAN.number, Kind.NON_MIS, "SupplyS@hwbcymru.net", "Sally Supply", Status.ACTIVE, date(2026, 9, 10)),
    ]


def test_without_a_file_there_is_nothing_to_take_in(then: Provisioning) -> None:
    assert upkeep.take_in(then) == ()


def test_it_is_read_only_when_it_has_changed(provisioning: Schools, monkeypatch: pytest.MonkeyPatch) -> None:
    listed(provisioning, SALLY)
    monkeypatch.setattr(upkeep, "read_listing", lambda _folder: pytest.fail("read again"))
    assert upkeep.take_in(provisioning.at(AUGUST)) == ()


def test_what_is_new_in_the_file_is_taken_over(provisioning: Schools, database: Database) -> None:
    listed(provisioning, SALLY)
    listed(provisioning, [*SALLY[:4], "2026-12-18", "2026-08-25"], at=AUGUST + timedelta(hours=1))
    (account,) = by_hand(provisioning)
    assert (account.expires_on, account.last_signed_in) == (date(2026, 12, 18), date(2026, 8, 25))
    assert deeds(database)[1] == (
        "renewed",
        "file",
        {"expires_on": "2026-09-10", "last_signed_in": "2026-08-01"},
        {"expires_on": "2026-12-18", "last_signed_in": "2026-08-25"},
    )


def test_rows_gone_from_the_file_stay(provisioning: Schools) -> None:
    listed(provisioning, SALLY, GWEN)
    listed(provisioning, GWEN, at=AUGUST + timedelta(hours=1))
    assert [one.status for one in by_hand(provisioning)] == [Status.ACTIVE, Status.ACTIVE]


@pytest.mark.parametrize(
    "decide",
    [
        lambda provisioning, account: reviews.deactivate(provisioning, account, by="me"),
        lambda provisioning, account: reviews.keep(provisioning, account, Term.SIX_MONTHS, by="me"),
    ],
    ids=["deactivated", "kept"],
)
def test_a_decision_goes_before_the_file(
    decide: Callable[[Provisioning, int], object], provisioning: Schools, then: Provisioning
) -> None:
    listed(provisioning, SALLY)
    decide(then, sally(provisioning))
    before = seen(reviews.review(then, GLAN.number, Kind.NON_MIS))
    listed(provisioning, [*SALLY[:4], "2026-10-01", "2026-08-25"], at=AUGUST + timedelta(hours=1))
    assert seen(reviews.review(then, GLAN.number, Kind.NON_MIS)) == before
    assert by_hand(provisioning)[0].last_signed_in == date(2026, 8, 25)


def test_a_file_that_cannot_be_read_is_told_each_time_and_changes_nothing(
    provisioning: Schools,
) -> None:
    listed(provisioning, SALLY)
    write(provisioning.folder / FILE, [["school", "username"]])
    for _ in range(2):
        (problem,) = upkeep.take_in(provisioning.at())
        assert problem.said.key == "error.non-mis-unreadable"
    assert len(by_hand(provisioning)) == 1
    provisioning.extracts(GLAN, learner(1))
    assert provisioning.runs(GLAN).status is RunStatus.SUCCEEDED


def test_rows_left_out_are_told_until_they_can_be_taken_in(provisioning: Schools, then: Provisioning) -> None:
    strange = ["6601234", "OtherO@hwbcymru.net", "Olwen Other", "non-mis", "", ""]
    write(provisioning.folder / FILE, [HEADER, SALLY, strange])
    for _ in range(2):
        (problem,) = upkeep.take_in(then)
        assert problem.said == Text("error.non-mis-school", {"file": FILE, "line": 3, "school": "6601234"})
    assert len(by_hand(provisioning)) == 1


def test_a_username_of_the_file_is_never_given_out(provisioning: Schools) -> None:
    listed(provisioning, [GLAN.number, "EvansJ@hwbcymru.net", "Joan Evans", "non-mis", "", ""])
    listed(
        provisioning,
        [GLAN.number, "EvansJ@hwbcymru.net", "Joan Evans", "non-mis", "", ""],
        [GLAN.number, "evanss7", "Sulwen Evans", "governor", "", ""],
        at=AUGUST + timedelta(hours=1),
    )
    provisioning.extracts(GLAN, learner(1), staff_member())
    provisioning.runs(GLAN)
    given = [one.username for one in provisioning.accounts() if one.kind in (Kind.LEARNER, Kind.STAFF)]
    assert sorted(given) == ["EvansJ2@hwbcymru.net", "EvansS8@hwbcymru.net"]


def test_nor_is_one_of_a_mis_account_taken(provisioning: Schools, then: Provisioning) -> None:
    provisioning.extracts(GLAN, staff_member())
    provisioning.runs(GLAN)
    write(
        provisioning.folder / FILE, [HEADER, [GLAN.number, "evansj", "Joan Evans", "non-mis", "", ""], SALLY]
    )
    (problem,) = upkeep.take_in(then)
    assert problem.said == Text("error.non-mis-taken", {"file": FILE, "line": 2})
    assert [one.username for one in by_hand(provisioning)] == ["SupplyS@hwbcymru.net"]
    assert provisioning.account(staff_member()).kind is Kind.STAFF


def test_two_who_take_in_the_same_file_do_it_once(provisioning: Schools, database: Database) -> None:
    write(provisioning.folder / FILE, [HEADER, SALLY, GWEN], AUGUST)
    said: list[tuple[KnownError, ...]] = []
    threads = [Thread(target=lambda: said.append(upkeep.take_in(provisioning.at(AUGUST)))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said == [(), (), (), ()]
    assert [deed for deed, *_ in deeds(database)] == ["listed", "listed"]


def test_a_run_leaves_them_alone(provisioning: Schools) -> None:
    listed(provisioning, SALLY, GWEN)
    before = by_hand(provisioning)
    provisioning.extracts(GLAN, learner(1))
    run: Run = provisioning.runs(GLAN)
    assert by_hand(provisioning) == before
    assert run.counts["vanished"] == 0


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
        one = reviews.undo(then, sally(provisioning), by="me")
        assert (one.decision.choice if one.decision else None) == expected
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
    one = reviews.keep(then, sally(provisioning), Term.THREE_MONTHS, by="me")
    assert (one.account.active, one.account.expires_on) == (True, date(2026, 11, 26))


def test_at_its_date(provisioning: Schools, then: Provisioning) -> None:
    listed(provisioning, GWEN)
    account = reviews.find(then, GLAN.number, Kind.GOVERNOR, "LLYWG@HWBCYMRU.NET")
    one = reviews.deactivate(then, account, by="me", at_its_date=True)
    assert (one.account.active, one.account.expires_on) == (True, date(2026, 8, 31))
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
            reviews.review_progress(session, GLAN.number, Kind.NON_MIS, 2026),
            reviews.review_progress(session, GLAN.number, Kind.GOVERNOR, 2026),
            reviews.review_progress(session, NANT.number, Kind.GOVERNOR, 2026),
        ]
    assert told == [(1, 1), (0, 1), (0, 0)]


# What ends by itself


def test_what_has_come_to_its_end_becomes_inactive_once(provisioning: Schools, database: Database) -> None:
    listed(provisioning, SALLY, GWEN)
    upkeep.daily(provisioning.at(AUGUST + timedelta(days=5)))
    assert [one.active for one in by_hand(provisioning)] == [True, True]
    for days in (6, 7):
        upkeep.daily(provisioning.at(AUGUST + timedelta(days=days)))
        assert [one.active for one in by_hand(provisioning)] == [False, True]
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
def test_a_list_that_would_end_many_at_once_ends_nobody(
    provisioning: Schools, have: int, end: int, held: bool
) -> None:
    """5 or more and over 20 % of a school's: the list is not taken in, and says so until a person decides."""
    there = supply(have, "2026-08-20")
    listed(provisioning, *there)
    later = AUGUST + timedelta(days=11)
    problems = dated(provisioning, "2026-09-05", *supply(end), *there[end:], at=later)
    assert [one.said.key for one in problems] == (["error.non-mis-ends-many"] if held else [])
    assert upkeep.expire(provisioning.at(later)) == (0 if held else end)
    if not held:
        return
    assert (problems[0].said.values["count"], problems[0].said.values["total"]) == (end, have)
    assert len(upkeep.take_in(provisioning.at(later))) == 1
    assert all(one.active for one in by_hand(provisioning))
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


def test_trouble_with_housekeeping_stops_nobody(
    provisioning: Schools, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    listed(provisioning, SALLY)

    def fall_over(_provisioning: Provisioning, _tell: object) -> int:
        raise RuntimeError("no space left")

    monkeypatch.setattr(upkeep, "expire", fall_over)
    upkeep.daily(provisioning.at())
    assert "housekeeping failed" in caplog.text


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
        return reviews.review_progress(session, GLAN.number, Kind.NON_MIS, 2026)


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
    one = reviews.undo(gone, sally(provisioning), by="U0CARYS")
    assert one.account.active
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
    one = reviews.deactivate(later, sally(provisioning), by="U0CARYS", at_its_date=True)
    assert one.account.expires_on == date(2027, 8, 31)


@pytest.mark.parametrize(("days_before", "warned"), [(8, False), (7, True), (0, True)])
def test_what_ends_within_a_week_is_known(provisioning: Schools, days_before: int, warned: bool) -> None:
    listed(provisioning, SALLY, GWEN)
    at = provisioning.at(datetime(2026, 9, 10, 6, 0, tzinfo=UTC) - timedelta(days=days_before))
    with provisioning.database.reading() as session:
        found = upkeep.ending_soon(at, session)
    sallys = [ends for entry, ends in found if entry.account.username.startswith("Supply")]
    assert sallys == ([date(2026, 9, 10)] if warned else [])


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
